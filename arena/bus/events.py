"""Typed events: what happens in a match, encoded once for journal and bus.

An event on the wire is one MessagePack map ``{"v": 1, "kind": ..., "seq": ..., "t": ..., **fields}``. ``t`` is seconds since
the match opened (driver's clock). Streams are named ``match/<ulid>/``, ``run/<ulid>/`` or ``league/<ulid>/``; ``seq`` counts from 0 in
each. Kinds of a match stream and their fields:

=============== ==========================================================================================
``open``        the header: game id, options, render mode, versions, platform, seed, seating, rules, ...
``secret``      seed: the master seed, apart from ``open`` and private where information is hidden
``reset``       episode, agents
``step``        tick, actions {agent: plain}, sources {agent: source}, ages {agent: ticks} (only > 0), rewards {agent: float}
                (only != 0), ended {agent: "t" | "x"}, labels {agent: text} (board games), clocks {agent: seconds left} (with clocks)
``seat``        agent, status (lost, restored, restarted, failed, info, late, clipped, illegal), message, tick
``undo``        tick, steps          ``resign`` agent, tick      ``draw`` agent, action (offer | accept | decline), tick
``flag``        agent, tick          ``forfeit`` agent, tick, reason, message
``swap``        agent, controller (spec), descriptor, tick       ``pause`` / ``resume`` tick, by
``speed``       factor, tick         ``missed`` tick, slots (dropped), cause (loop | env)
``digest``      tick, hex            ``episode_end`` episode, ticks, reason, detail, digest
``outcome``     the episode's :class:`arena.match.outcome.EpisodeOutcome` as plain data
``close``       reason, last (true): the stream has ended            ``mark`` repeats ``last_seq`` each second, bus only
``reveal``      seqs and payloads withheld during the match (hidden information)
=============== ==========================================================================================

Sources of an applied action: ``decided``, ``late`` (decided, but for an older observation: its age is in ``ages``),
``repeat``, ``noop``, ``clipped`` (decided, moved into the Box).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgpack

SCHEMA = 1


def stream_name(kind: str, ulid: str) -> str:
    """``match/<ulid>/``: the trailing slash makes a prefix subscription exact."""
    return f"{kind}/{ulid}/"


def encode(kind: str, seq: int, t: float, fields: Mapping[str, Any]) -> bytes:
    """One event as MessagePack bytes."""
    return bytes(msgpack.packb({"v": SCHEMA, "kind": kind, "seq": seq, "t": round(t, 6), **fields}))


class EventSink(Protocol):
    """Takes a match's events, in order. Implemented by the journal; never blocks and never raises for a slow reader."""

    def emit(self, kind: str, t: float, fields: Mapping[str, Any], *, private: bool = False) -> None:
        """Journal the event, then publish it. ``private``: journalled in full, published as ``withheld`` until the
        match is over (hidden information: seeds, digests, actions that others may not see)."""


class NullSink:
    """Drops everything: for matches that nobody records (benchmarks of the bare loop, tests)."""

    def emit(self, kind: str, t: float, fields: Mapping[str, Any], *, private: bool = False) -> None:
        """Drop the event."""
