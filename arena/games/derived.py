"""Entries for games that nobody wrote one for: what the environment itself says, and careful guesses for the
rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
from gymnasium import spaces

from arena.games import sources
from arena.games.contract import Host
from arena.games.entry import CatalogEntry, Control, ControlScheme

_DIGITS = 10
_AXIS_SLOTS = (("right", "left"), ("up", "down"), ("primary", "secondary"), ("tertiary", "quaternary"))
"""The pairs of slots that push an axis up and down; a Box with more components has no controls."""


def derive(game_id: str) -> CatalogEntry:
    """The entry of a full id: makes the environment once, looks at it, closes it.

    The pace is ``wait``, since the action that does nothing is unknown; it is made anew for each episode,
    since nothing is known about its ``reset`` either.
    """
    from arena.games.local_host import LocalHost

    family, _, name = game_id.rpartition("/")
    bare = CatalogEntry(
        id=game_id,
        title=name.replace("_", " ").replace(":", " · "),
        summary="Not in the catalog: controls and scoring are guessed from its spaces.",
        paradigm="sequential",
        pace="wait",
        fresh=True,
        signature="pettingzoo.atari.base_atari_env:BaseAtariEnv" if family == "atari" else None,
        family=family if family in {"atari", "mpe2", "gymnasium"} else "other",
    )
    entry = replace(bare, render_mode=_render_mode(bare))
    with closing(LocalHost(entry, {})) as host:
        agents = host.possible_agents
        return replace(
            entry,
            paradigm=host.paradigm,
            schemes=_schemes({agent: host.action_space(agent) for agent in agents}),
            seats=agents,
        )


def fitted(entry: CatalogEntry, host: Host) -> CatalogEntry:
    """``entry`` with the controls of ``host``, whose options may have changed the action spaces
    (``continuous=true``).

    Controls that fit are kept; for agents whose space they do not fit, they are guessed as for a game without
    an entry, and nothing is known to do nothing.
    """
    misfits = {
        agent: host.action_space(agent)
        for agent in host.possible_agents
        if (scheme := entry.scheme(agent)) is not None and not _fits(scheme, host.action_space(agent))
    }
    return replace(entry, schemes={**_schemes(misfits), **entry.schemes}) if misfits else entry


def _fits(scheme: ControlScheme, space: spaces.Space[Any]) -> bool:
    if isinstance(space, spaces.Discrete) and scheme.listed:
        return len(scheme.listed) == int(space.n)
    if isinstance(space, spaces.Discrete):
        actions = [control.action for control in scheme.controls]
        if scheme.noop is not None:
            actions.append(scheme.noop if isinstance(scheme.noop, int) else None)
        return all(action is not None and space.contains(action) for action in actions)
    if isinstance(space, spaces.Box):
        size = int(np.prod(space.shape))
        neutral = scheme.noop is None or (isinstance(scheme.noop, tuple) and len(scheme.noop) == size)
        return neutral and all(
            control.axis is not None and control.axis < size for control in scheme.controls
        )
    return not scheme.controls and scheme.noop is None


def _schemes(action_spaces: Mapping[str, spaces.Space[Any]]) -> dict[str, ControlScheme]:
    return {agent: ControlScheme(_controls(space)) for agent, space in action_spaces.items()}


def _controls(space: spaces.Space[Any]) -> tuple[Control, ...]:
    """Digits for a small Discrete, two buttons an axis for a small bounded Box, else none."""
    if isinstance(space, spaces.Discrete) and int(space.n) <= _DIGITS:
        actions = range(int(space.start), int(space.start) + int(space.n))
        return tuple(
            Control(f"action_{action}", f"Action {action}", f"digit{n}", action=action)
            for n, action in enumerate(actions)
        )
    if isinstance(space, spaces.Box) and int(np.prod(space.shape)) <= len(_AXIS_SLOTS) and space.is_bounded():
        bounds = zip(space.low.reshape(-1), space.high.reshape(-1), strict=True)
        return tuple(
            Control(f"axis_{axis}_{way}", f"Axis {axis} {way}", slot, axis=axis, value=float(value))
            for axis, (low, high) in enumerate(bounds)
            for way, slot, value in zip(("up", "down"), _AXIS_SLOTS[axis], (high, low), strict=True)
        )
    return ()


def _render_mode(entry: CatalogEntry) -> str | None:
    """``rgb_array`` if the factory takes it and nothing on its way says that the game cannot draw so."""
    source = sources.find(entry.id)
    named = any(parameter.name == "render_mode" for parameter in sources.parameters(source.signature))
    takes = named or sources.takes_anything(source.signature)
    modes = getattr(source.signature, "metadata", {}).get("render_modes", ("rgb_array",))
    return "rgb_array" if takes and "rgb_array" in modes else None
