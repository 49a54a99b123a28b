"""Typed events: what happens in a match, encoded once for journal and bus.

An event on the wire is one MessagePack map ``{"v": 1, "kind": ..., "seq": ..., "t": ..., **fields}``. ``t``
is seconds since the match opened (driver's clock). Streams are named ``match/<ulid>/``, ``run/<ulid>/``,
``league/<ulid>/`` or ``server/<ulid>/``; ``seq`` counts from 0 in each. Kinds of a match stream and their
fields:

=============== =======================================================================================
``open``        the header: game id, options, render mode, versions, platform, seed, seating, rules, ...
``secret``      seed: the master seed, apart from ``open`` and private where information is hidden
``reset``       episode, agents
``step``        tick, actions {agent: plain}, sources {agent: source}, ages {agent: ticks} (only > 0),
                rewards {agent: float} (only != 0), ended {agent: "t" | "x"}, labels {agent: text} (board
                games), clocks {agent: seconds left} (with clocks)
``seat``        agent, status (lost, restored, restarted, failed, info, warning, late, illegal), message,
                tick
``undo``        tick, steps
``resign``      agent, tick
``draw``        agent, action (offer | accept | decline), tick
``flag``        agent, tick
``forfeit``     agent, tick, reason, message
``swap``        agent, controller (spec), descriptor, tick
``pause``       tick, by (``resume``: the same)
``speed``       factor, tick
``missed``      tick, slots (dropped), cause (loop | env)
``digest``      tick, hex
``episode_end`` episode, ticks, reason, detail
``outcome``     the episode's :class:`arena.match.outcome.EpisodeOutcome` as plain data
``close``       reason, detail, last (true): the stream has ended
``mark``        last_seq, closed: repeated each second; bus only, has no place in ``seq``
``withheld``    stands in for a private event, with its seq, until the match is over; bus only
=============== =======================================================================================

A policy server tells ``server/<ulid>/`` of itself; ``t`` is seconds since it began to serve, and nobody
records it:

=========== ===========================================================================================
``open``    endpoint, pid, version, models [{name, id, kind, reloads, failures}]
``figures`` each second while somebody listens: decisions, batches, mean_batch (rows), decide_p50_ms and
            decide_p99_ms (a batch) since the last of them; total (decisions so far), sessions,
            models [as above, with sessions], rss_bytes
``reload``  model, id, error (empty: a newer policy was taken)
``close``   reason, last (true)
=========== ===========================================================================================

A private event carries ``"private": true`` right behind ``v``. It stands in full in the record; on the bus it
is ``withheld`` until the stream has closed, from when on repair (:mod:`arena.bus.repair`) hands out the event
itself.

Sources of an applied action: ``decided``, ``late`` (decided, but for an older observation: its age is in
``ages``), ``repeat``, ``noop``, ``clipped`` (decided, moved into the Box).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgpack

from arena.errors import WireError

SCHEMA = 1

_PRIVATE_MARK = b"\xa1v" + bytes([SCHEMA]) + b"\xa7private\xc3"
_PRIVATE_END = len(_PRIVATE_MARK) + 3  # behind a map header of one or three bytes
_packer = msgpack.Packer()
_lenient_packer = msgpack.Packer(unicode_errors="replace")  # slower


def stream_name(kind: str, ulid: str) -> str:
    """``match/<ulid>/``: the trailing slash makes a prefix subscription exact."""
    return f"{kind}/{ulid}/"


def encode(kind: str, seq: int, t: float, fields: Mapping[str, Any], *, private: bool = False) -> bytes:
    """One event as MessagePack bytes. What cannot be UTF-8 in a text (lone surrogates) becomes ``?``."""
    if private:
        head: dict[str, Any] = {"v": SCHEMA, "private": True, "kind": kind, "seq": seq, "t": round(t, 6)}
    else:
        head = {"v": SCHEMA, "kind": kind, "seq": seq, "t": round(t, 6)}
    head.update(fields)
    try:
        return _packer.pack(head)  # type: ignore[no-any-return]
    except UnicodeEncodeError:
        return _lenient_packer.pack(head)  # type: ignore[no-any-return]


def decode(message: bytes) -> dict[str, Any]:
    """The event in ``message``; raises :class:`WireError` where it is none, or of a newer schema."""
    try:
        event = msgpack.unpackb(message, strict_map_key=False)
    except (ValueError, TypeError, msgpack.UnpackException) as error:  # TypeError: a map with a list as key
        raise WireError(f"an event of {len(message)} bytes is not MessagePack: {error!r}") from error
    if (
        not isinstance(event, dict)
        or not isinstance(event.get("kind"), str)
        or not isinstance(event.get("v"), int)
    ):
        raise WireError(f"an event of {len(message)} bytes has no kind or no version")
    if event["v"] > SCHEMA:
        raise WireError(f"an event has schema {event['v']}; this Arena knows up to {SCHEMA}: update Arena")
    return event


def is_private(message: bytes) -> bool:
    """Whether an encoded event is private; looks at its first bytes only."""
    return _PRIVATE_MARK in message[:_PRIVATE_END]


def placeholder(message: bytes) -> bytes:
    """What the bus shows in place of the private event ``message``: its seq and time."""
    event = decode(message)
    return encode("withheld", event["seq"], event["t"], {})


class EventSink(Protocol):
    """Takes a match's events, in order; never blocks, never raises. The journal is one."""

    def emit(self, kind: str, t: float, fields: Mapping[str, Any], *, private: bool = False) -> None:
        """Journal the event, then publish it.

        ``private``: journalled in full, on the bus ``withheld`` until the match is over (hidden information:
        seeds, digests, actions that others may not see).
        """


class NullSink:
    """Drops everything: for matches that nobody records (benchmarks of the bare loop, tests)."""

    def emit(self, kind: str, t: float, fields: Mapping[str, Any], *, private: bool = False) -> None:
        """Drop the event."""
