"""The checks of policy servers, in the order in which they are made; published as ``docs/conformance.md``."""

from __future__ import annotations

from dataclasses import replace

from arena.wire.checks import decisions, hostile, sessions, visits
from arena.wire.checks.check import Check

GREETED = ("hello",)
READY = ("reset",)
ANSWERED = ("answers", "readable", "match", "ids")

SERVER_CHECKS = (
    Check(
        "connects",
        "somebody who speaks ZeroMQ is at the address, and the keys fit",
        "bind a ROUTER socket there; if it is encrypted, give its key with `--key`",
        sessions.connects,
    ),
    Check(
        "hello",
        "`hello` is answered with `ready`, in time and with nothing that cannot be read",
        "answer every hello; if you cannot play that game, try `--game` with one that you can",
        sessions.hello,
        ("connects",),
    ),
    Check(
        "spaces",
        "the `groups` of `ready`, if told, are the spaces of the hello, in its order",
        "give the spaces the policy was trained with, group by group, or leave `groups` out",
        sessions.spaces,
        GREETED,
    ),
    Check(
        "version",
        "of the `versions` offered, `[1, 2]`, one is chosen and said in `ready`",
        "choose one from `versions`; without the field it is 1",
        sessions.version_chosen,
        GREETED,
    ),
    Check(
        "no-version",
        "a hello that offers only version 99 is refused with reason `version`",
        "compare `versions` with those you speak before anything else",
        sessions.version_refused,
        GREETED,
    ),
    Check(
        "reset",
        "`reset` is answered with `ready` and that `episode`",
        "send the episode back as it came, once you can decide without delay",
        sessions.reset,
        GREETED,
    ),
    Check(
        "answers",
        "every `act` of a real game is answered",
        "answer every id, or list it in `abstain`; a policy that raises says `refused` with `crash`",
        decisions.answers,
        READY,
    ),
    Check(
        "readable",
        "every message can be read: MessagePack within the limits, and frames as their entries say",
        "one map in frame 0, one entry of `arrays` a frame, little-endian, its length shape times item size",
        decisions.aspect("readable"),
        READY,
    ),
    Check(
        "match",
        "answers carry the `match` that asked",
        "send `match` back as it came",
        decisions.aspect("match"),
        READY,
    ),
    Check(
        "ids",
        "answers carry ids that are asked",
        "copy `ids` from the act to the action, row by row",
        decisions.aspect("ids"),
        READY,
    ),
    Check(
        "once",
        "nothing is answered twice, and nothing comes unasked",
        "send one row for each id, and an action for each act",
        decisions.aspect("once"),
        READY,
    ),
    Check(
        "groups",
        "a block of an answer names the `group` of the seats it is for",
        "copy `group` from the act's block",
        decisions.aspect("groups"),
        READY,
    ),
    Check(
        "shape",
        "actions have one array for each leaf of the action space, of the shape rows times leaf",
        "the first axis is the rows; a Discrete leaf has no further axis",
        decisions.aspect("shape"),
        READY,
    ),
    Check(
        "dtype",
        "actions have a type that can become the space's",
        "Discrete and MultiDiscrete are int64, MultiBinary int8, a Box has its own `dtype`",
        decisions.aspect("dtype"),
        READY,
    ),
    Check(
        "range",
        "actions are finite and lie in the space",
        "clip to the bounds of a Box; a Discrete goes from `start` to `start + n - 1`",
        decisions.aspect("range"),
        READY,
    ),
    Check(
        "legal",
        "actions are legal where the act has `legal`",
        "choose only actions whose entry in `legal` is not 0 (entry i stands for action `start + i`)",
        decisions.aspect("legal"),
        READY,
    ),
    Check(
        "latency",
        "in a real-time game half of the answers come within a tick (see `--hz`); elsewhere it is told",
        "decide more quickly, or play at a lower `--hz`; a late answer is applied a tick later",
        decisions.latency,
        READY,
    ),
    Check(
        "rows",
        "an act with several seats is answered for each of them",
        "decide all rows of all blocks, in one action or in several",
        decisions.rows,
        ANSWERED,
    ),
    Check(
        "deterministic",
        "a policy that says it is deterministic gives equal answers to equal seeds and observations",
        "forget everything at `reset`, draw from `seeds` only, or do not say `deterministic`",
        decisions.deterministic,
        ANSWERED,
    ),
    Check(
        "large-numbers",
        "ids and ticks up to 2^63 - 1 come back unchanged",
        "read and write them as 64-bit integers, in JavaScript as BigInt",
        decisions.large_numbers,
        ANSWERED,
    ),
    Check(
        "optional",
        "`budget_s` (also as an integer), `clocks` and `position` in an act do not disturb",
        "read optional fields where you use them, and take integers for seconds",
        decisions.optional_fields,
        ANSWERED,
    ),
    Check(
        "names",
        "a match name of 128 characters beyond ASCII comes back unchanged",
        "`match` is any text: do not cut it and do not make a path of it",
        sessions.names,
        ANSWERED,
    ),
    Check(
        "episodes",
        "after `end` the next `reset` begins the next episode",
        "keep the session until `bye`",
        sessions.episodes,
        ANSWERED,
    ),
    Check(
        "results",
        "who wants `result` takes it and goes on deciding",
        "read only the arrays that a block has: a seat that got no observation has none",
        sessions.results,
        ANSWERED,
    ),
    Check(
        "hello-again",
        "a second hello for the same match starts it anew",
        "replace the session of that client and match",
        sessions.hello_again,
        ANSWERED,
    ),
    Check(
        "matches",
        "three matches over one connection are played at once",
        "keep a session for each routing id and match",
        sessions.matches,
        ANSWERED,
    ),
    Check(
        "clients",
        "two clients with a match of the same name do not disturb each other",
        "keep a session for each routing id and match, not for the match alone",
        sessions.clients,
        ANSWERED,
    ),
    Check(
        "no-session",
        "an `act` for an unknown match is refused with reason `no_session`",
        "say so rather than nothing: the client then says hello again",
        sessions.no_session,
        READY,
    ),
    Check(
        "bye",
        "after `bye` the match is unknown",
        "forget the session; it is `no_session` from then on",
        sessions.bye,
        ANSWERED,
    ),
    Check(
        "leave",
        "after a `bye` that names one seat the others are played on",
        "only a `bye` without `agents` ends the session",
        sessions.leave,
        ANSWERED,
    ),
    Check(
        "takeover",
        "a session may begin with `mid_episode` and any tick",
        "expect neither episode 0 nor tick 0",
        sessions.takeover,
        ANSWERED,
    ),
    Check(
        "unknown",
        "unknown fields and unknown kinds of messages are passed over",
        "ignore what you do not know; a later revision may add some",
        hostile.unknown,
        ANSWERED,
    ),
    Check(
        "ping",
        "`ping` is answered with `pong`, its `number` and its `match`, or not at all",
        "send both back as they came",
        sessions.ping,
        GREETED,
    ),
    Check(
        "malformed",
        "a message that lacks a field is refused with reason `malformed`, and the next one is answered",
        "catch what reading a message may raise, answer, and go on",
        hostile.malformed,
        ANSWERED,
    ),
    Check(
        "garbage",
        "bytes that are no message do no harm",
        "limit nesting and lengths while unpacking, and catch what it raises",
        hostile.garbage,
        READY,
    ),
    Check(
        "oversize",
        "parts above 64 MiB and messages of hundreds of parts do no harm",
        "set ZMQ_MAXMSGSIZE to 64 MiB, and pass over messages with more than 129 frames",
        hostile.oversize,
        READY,
    ),
    Check(
        "reconnect",
        "after the connection was lost, the match goes on over a new one",
        "expect a hello and a reset with `mid_episode` from a new routing id",
        sessions.reconnect,
        ANSWERED,
    ),
)

_NOT_OF_BOTS = {
    "connects", "version", "no-version", "clients", "no-session", "bye", "malformed", "garbage", "oversize",
    "reconnect",
}  # fmt: skip


def _for_bots(check: Check) -> Check:
    """A check of servers as one of bots: instead of being reached they join."""
    return replace(check, needs=tuple("joins" if need == "connects" else need for need in check.needs))


BOT_CHECKS = (
    Check(
        "joins",
        "it dials the address and joins with the token",
        "send `join` with `token` and `versions` first; the token may also stand in ARENA_TOKEN",
        visits.joins,
    ),
    *(_for_bots(check) for check in SERVER_CHECKS if check.id not in _NOT_OF_BOTS),
    Check(
        "resume",
        "after the connection was lost, it comes back with `resume` and plays on",
        "keep `resume` of `joined`; when anything is `refused` with `token`, join with it",
        visits.resume,
        ANSWERED,
    ),
    Check(
        "goes-home",
        "it ends after a `bye` with an empty `match`",
        "that is the host saying goodbye: close the socket and end",
        visits.goes_home,
        ("joins",),
    ),
    Check(
        "turned-away",
        "it ends when its `join` is refused with reason `token`, here because the token is used up",
        "do not try a token again that was refused; ask for a new one",
        visits.turned_away,
        ("joins",),
    ),
)
"""Bots trust the host that they chose to play at: what only a stranger would send is not tried on them."""

PARTS = (("Policy servers", SERVER_CHECKS), ("Bots that dial in", BOT_CHECKS))
"""The parts of the page."""
