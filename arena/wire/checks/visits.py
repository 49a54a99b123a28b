"""Checks of bots that dial in: joining, coming back after a drop, going home."""

from __future__ import annotations

from arena.wire.checks.bench import Bench
from arena.wire.checks.check import Skipped
from arena.wire.checks.reception import BotProcess, Reception


def joins(bench: Bench) -> str:
    """It joins with its token."""
    guest = _reception(bench).guest(bench.patience_s)
    bench.renew()
    return f"it calls itself {guest.name}"


def resume(bench: Bench) -> str:
    """It comes back by itself after a drop, and plays on in the same match."""
    reception, dialogue = _reception(bench), bench.dialogue()
    dialogue.begin()
    dialogue.ask(dialogue.act(bench.cast.batches[0]))
    reception.cut()
    reception.await_return(bench.patience_s)
    again = bench.dialogue(dialogue.match, bench.renew())
    again.greet()
    again.reset(0, mid_episode=True)
    again.ask(again.act(bench.cast.batches[0]))
    again.bye()
    return ""


def goes_home(bench: Bench) -> str:
    """It ends when the host says that it may go."""
    reception = _reception(bench)
    reception.send_home()
    code = _process(reception).await_end(bench.patience_s)
    return f"exit code {code}"


def turned_away(bench: Bench) -> str:
    """It ends when its token opens nothing."""
    reception = _reception(bench)
    again = _process(reception).again()
    try:
        return f"exit code {again.await_end(bench.patience_s)}"
    finally:
        again.close()


def _reception(bench: Bench) -> Reception:
    assert bench.reception is not None, "a check of bots needs a reception"
    return bench.reception


def _process(reception: Reception) -> BotProcess:
    if reception.bot is None:
        raise Skipped("we did not start it, so nobody sees whether it ends")
    return reception.bot
