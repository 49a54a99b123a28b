"""Checks of the conversation: greetings, episodes, several matches at once, leaving, taking over."""

from __future__ import annotations

import time

from arena.match.controller import Request
from arena.wire import limits
from arena.wire.checks.bench import Bench
from arena.wire.checks.cast import Batch
from arena.wire.checks.check import Failed, Skipped
from arena.wire.checks.dialogue import Dialogue, read, shown
from arena.wire.checks.peer import Peer
from arena.wire.messages import VERSION, Action, End, Ping, Pong, Ready, Refusal, Refused
from arena.wire.seats import TickRow
from arena.wire.spaces import difference

_UNKNOWN_VERSION = 99
_NUMBER = 4711


def connects(bench: Bench) -> str:
    """Somebody who speaks ZeroMQ, with the right key where one is given."""
    bench.renew()
    return ""


def hello(bench: Bench) -> str:
    """A greeting is answered; what the policy says of itself is kept."""
    dialogue = bench.dialogue()
    bench.ready = ready = dialogue.greet()
    dialogue.bye()
    return ready.policy.name and f"it is {ready.policy.name}"


def spaces(bench: Bench) -> str:
    """The spaces it was made for, where it tells them, are the game's."""
    ready = bench.ready
    if ready is None or not ready.groups:
        raise Skipped("it does not tell its spaces")
    ours = bench.cast.wire.groups
    if len(ready.groups) != len(ours):
        raise Failed(f"{len(ready.groups)} groups of seats, where the hello has {len(ours)}")
    for number, (mine, theirs) in enumerate(zip(ours, ready.groups, strict=True)):
        for name in ("observation", "action"):
            differs = difference(getattr(mine, name), getattr(theirs, name))
            if differs:
                raise Failed(f"{name} of group {number}: {differs}")
    return ""


def version_chosen(bench: Bench) -> str:
    """Of several versions it takes one that was offered."""
    dialogue = bench.dialogue()
    ready = dialogue.greet(versions=[VERSION, VERSION + 1])
    dialogue.bye()
    if ready.version not in {VERSION, VERSION + 1}:
        raise Failed(f"ready with version {ready.version}, where 1 and 2 were offered")
    return f"it chose {ready.version}"


def version_refused(bench: Bench) -> str:
    """It does not play in a version that it cannot know."""
    answer = bench.dialogue().greet_for_refusal(versions=[_UNKNOWN_VERSION])
    if isinstance(answer, Ready):
        raise Failed(f"ready with version {answer.version}, where only {_UNKNOWN_VERSION} was offered")
    if answer.reason is not Refusal.VERSION:
        raise Failed(shown(answer))
    return ""


def reset(bench: Bench) -> str:
    """It gets ready for the very episode that begins."""
    dialogue = bench.dialogue()
    dialogue.begin()
    dialogue.bye()
    return ""


def _decide(dialogue: Dialogue, batch: Batch) -> Action:
    """One decision more."""
    return dialogue.ask(dialogue.act(batch))


def episodes(bench: Bench) -> str:
    """An end, and the next episode of the same match."""
    dialogue = bench.dialogue()
    dialogue.begin()
    for episode in (1, 2):
        _decide(dialogue, bench.cast.batches[0])
        agents = [seat.agent for seat in bench.cast.seats]
        ranks, returns = dict.fromkeys(agents, 1), dict.fromkeys(agents, 0.5)
        dialogue.peer.send(End(dialogue.match, episode - 1, "max_ticks", 1, ranks, returns))
        dialogue.reset(episode)
    _decide(dialogue, bench.cast.batches[0])
    dialogue.bye()
    return ""


def results(bench: Bench) -> str:
    """Somebody who wants results gets them and goes on."""
    wants = bench.ready.wants if bench.ready else ()
    if "result" not in wants:
        raise Skipped("it does not want results")
    dialogue = bench.dialogue()
    dialogue.begin()
    batch, start = bench.cast.batches[0], bench.cast.start(dialogue.match, 0)
    _decide(dialogue, batch)
    told = bench.cast.wire.result(start, 1, {row.agent: _reward(row) for row in batch})
    dialogue.peer.send(told)
    _decide(dialogue, batch)
    dialogue.bye()
    return ""


def _reward(row: Request) -> TickRow:
    told = TickRow()
    told.observation, told.reward, told.source = row.observation, 0.5, "decided"
    return told


def hello_again(bench: Bench) -> str:
    """A second hello for a match starts it anew."""
    dialogue = bench.dialogue()
    dialogue.begin()
    _decide(dialogue, bench.cast.batches[0])
    dialogue.begin()
    _decide(dialogue, bench.cast.batches[0])
    dialogue.bye()
    return ""


def names(bench: Bench) -> str:
    """A match name of the greatest length, with letters of all kinds, comes back as it went."""
    dialogue = bench.dialogue("ж" * (limits.NAME_CHARS // 2) + "/é ∞" * (limits.NAME_CHARS // 8))
    dialogue.begin()
    _decide(dialogue, bench.cast.batches[0])
    dialogue.bye()
    return ""


def matches(bench: Bench) -> str:
    """Three matches at once over one connection, asked in turns."""
    dialogues = [bench.dialogue() for _ in range(3)]
    for dialogue in dialogues:
        dialogue.begin()
    for batch in bench.cast.batches[:5]:
        for dialogue in dialogues:
            _decide(dialogue, batch)
    for dialogue in dialogues:
        dialogue.bye()
    return ""


def clients(bench: Bench) -> str:
    """Two connections with matches of one name: what one says does not reach the other."""
    other = Peer(bench.dial)
    try:
        other.await_connection(bench.patience_s)
        ours, theirs = bench.dialogue("check-twin"), bench.dialogue("check-twin", other)
        ours.begin()
        theirs.begin()
        _decide(ours, bench.cast.batches[0])
        theirs.bye()
        bench.dialogue(peer=other).greet()  # once that is answered, the bye has been read
        _decide(ours, bench.cast.batches[0])
        ours.bye()
    finally:
        other.close()
    return ""


def no_session(bench: Bench) -> str:
    """Asked about a match that it does not know, it says so."""
    _expect_no_session(bench.dialogue(), bench.cast.batches[0])
    return ""


def bye(bench: Bench) -> str:
    """After a bye the match is unknown."""
    dialogue = bench.dialogue()
    dialogue.begin()
    _decide(dialogue, bench.cast.batches[0])
    dialogue.bye()
    _expect_no_session(dialogue, bench.cast.batches[0])
    return ""


def _expect_no_session(dialogue: Dialogue, batch: Batch) -> None:
    dialogue.peer.send(dialogue.act(batch))
    answer = dialogue.expect(Refused, Action)
    if not isinstance(answer, Refused) or answer.reason is not Refusal.NO_SESSION:
        raise Failed(f"{shown(answer)}, for a match that it cannot know")


def leave(bench: Bench) -> str:
    """When one seat leaves, the others play on."""
    agents = [seat.agent for seat in bench.cast.seats]
    batch = next((batch for batch in bench.cast.batches if batch[-1].agent != agents[0]), None)
    if batch is None:
        raise Skipped(f"{bench.cast.entry.title} has one seat")
    dialogue = bench.dialogue()
    dialogue.begin()
    dialogue.bye(agents[0])
    _decide(dialogue, tuple(row for row in batch if row.agent != agents[0]))
    dialogue.bye()
    return ""


def takeover(bench: Bench) -> str:
    """It can begin in the middle of an episode."""
    dialogue = bench.dialogue()
    dialogue.greet()
    dialogue.reset(3, mid_episode=True)
    _decide(dialogue, bench.cast.batches[len(bench.cast.batches) // 2])
    dialogue.bye()
    return ""


def ping(bench: Bench) -> str:
    """A ping is answered with its number."""
    peer, match = bench.peer, "check-ping"
    peer.send(Ping(_NUMBER, match))
    until = time.monotonic() + min(1.0, bench.patience_s)
    while (found := peer.receive(until - time.monotonic())) is not None:
        message = read(found[0])
        if isinstance(message, Refused):
            raise Failed(shown(message))
        if isinstance(message, Pong):
            if (message.number, message.match) != (_NUMBER, match):
                told = f"number {message.number} and match {message.match!r}"
                raise Failed(f"a pong with {told}, where {_NUMBER} and {match!r} were asked")
            return f"in {1000 * found[1]:.2f} ms"
    raise Skipped("it does not answer pings, which is its right")


def reconnect(bench: Bench) -> str:
    """After the connection was lost, the match goes on over another."""
    dialogue = bench.dialogue()
    dialogue.begin()
    _decide(dialogue, bench.cast.batches[0])
    again = bench.dialogue(dialogue.match, bench.renew())
    again.greet()
    again.reset(0, mid_episode=True)
    _decide(again, bench.cast.batches[0])
    again.bye()
    return ""
