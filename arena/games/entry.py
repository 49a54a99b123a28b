"""A catalog entry: a PettingZoo or Gymnasium id with what people need to play it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from arena.games.contract import Paradigm

Scoring = Literal["final_reward", "return", "survival", "env", "cooperative"]
OnTruncation = Literal["score", "draw", "void"]
Information = Literal["perfect", "complete", "hidden"]
"""``perfect``: all see all and the game's own state may be handed out. ``complete``: nothing to hide, but no
state object (real-time games). ``hidden``: seats hide from each other.
"""

SLOTS = (
    "up", "down", "left", "right", "primary", "secondary", "tertiary", "quaternary",
    "digit0", "digit1", "digit2", "digit3", "digit4", "digit5", "digit6", "digit7", "digit8", "digit9",
)  # fmt: skip
"""Standard places on a device; a layout maps each to a key or button (see ``controllers.bindings``)."""


@dataclass(frozen=True, slots=True)
class Control:
    """One thing a person can do, before any device: a discrete action, or a push on one axis of a Box."""

    name: str
    label: str
    slot: str
    """One of :data:`SLOTS`."""
    action: int | None = None
    """The Discrete action it stands for; ``None`` for an axis."""
    axis: int | None = None
    """The flat index of the Box component it pushes; ``None`` for a discrete action."""
    value: float = 1.0
    """What the component is set to while held (an analogue stick scales it)."""
    edge: bool = False
    """Acts once a press (dash, fire); released when a late rule repeats the last action."""


@dataclass(frozen=True, slots=True)
class ControlScheme:
    """The controls of the agents that match one glob, and what doing nothing is."""

    controls: tuple[Control, ...]
    noop: int | tuple[float, ...] | None = None
    """The action that does nothing: a Discrete value or a flat Box vector. ``None``: there is none."""
    listed: tuple[tuple[float, ...], ...] = ()
    """Where an option of the game turns its Box into a list of combinations: the pushes that each Discrete
    action stands for. Controls push on axes then, too.
    """

    @property
    def resting(self) -> int | None:
        """The Discrete action that does nothing, if there is one."""
        if isinstance(self.noop, tuple):
            return self.number(self.noop) if self.listed else None
        return self.noop

    def number(self, push: Sequence[float]) -> int:
        """The listed action nearest to ``push``; of equally near ones the first."""
        distances = [sum((a - b) ** 2 for a, b in zip(one, push, strict=True)) for one in self.listed]
        return distances.index(min(distances))

    def let_go(self, number: int) -> int:
        """The listed action that is ``number`` with everything released that acts once a press."""
        push = list(self.listed[number])
        for control in self.controls:
            if control.edge and control.axis is not None and isinstance(self.noop, tuple):
                push[control.axis] = self.noop[control.axis]
        return self.number(push)


@dataclass(frozen=True, slots=True)
class OptionHint:
    """What a factory's signature does not say about one of its parameters."""

    help: str = ""
    choices: tuple[Any, ...] = ()
    """The only values allowed, if any are named."""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """All that Arena knows of a game besides its environment."""

    id: str
    """``classic/chess-v6``, ``mpe2/simple_spread-v3``, ``gymnasium/CartPole-v1`` or ``module:factory``."""
    title: str
    summary: str
    paradigm: Paradigm
    pace: Literal["realtime", "wait"]
    hz: float = 0.0
    """Slots a second in real time; 0 for a game without one (no no-op)."""
    hz_choices: tuple[float, ...] = ()
    render_mode: str | None = None
    """Passed to the factory everywhere (window, headless, training): in two games it changes the
    observations.
    """
    options: Mapping[str, Any] = field(default_factory=dict)
    """Factory keyword arguments that differ from the factory's defaults."""
    option_hints: Mapping[str, OptionHint] = field(default_factory=dict)
    """Factory parameter -> limits and words for those that people may want to change."""
    signature: str | None = None
    """``module:callable`` that names the parameters, where the factory hides them behind ``**kwargs``."""
    fresh: bool = False
    """Made anew for each episode, since something of the last one survives its ``reset``."""
    schemes: Mapping[str, ControlScheme] = field(default_factory=dict)
    """Agent glob -> controls; the first match counts."""
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Team name -> agent globs; empty: everyone for themselves."""
    scoring: Scoring = "return"
    on_truncation: OnTruncation = "score"
    information: Information = "complete"
    mask_in_info: bool = False
    """The legal-action mask stands in ``info["action_mask"]`` and is about legality (never for Taxi)."""
    view: str | None = None
    """Name of a view of ours (entry-point group ``arena.views``); ``None``: the environment's own frames."""
    inspector: str | None = None
    """``module:Class`` of its :class:`arena.games.contract.Inspector`."""
    pointer: bool = False
    """Played by clicking (the view has ``pick``)."""
    resign: bool = False
    draw_offers: bool = False
    undo: bool = False
    clock: str | None = None
    """A suggested clock such as ``5+3`` (minutes + seconds) where people expect one."""
    max_ticks: int = 0
    """The match ends the episode here; 0 for the environment's own limit."""
    agent_patterns: tuple[str, ...] = ()
    """Globs of agents that may join later; empty: only ``possible_agents``."""
    seats: tuple[str, ...] = ()
    """The agents with default options, for pickers that must not build the environment."""
    sides: tuple[str, ...] = ()
    """What :attr:`seats` are called at the board, in their order; empty: by their agents."""
    family: str = ""
    """``classic``, ``butterfly``, ``sisl``, ``mpe2``, ``gymnasium``, ``atari``, ``arena``, ``other``."""

    @property
    def picture(self) -> str:
        """Asset name of its picture for pickers (``pictures/chess.png``); derived games have none."""
        return f"pictures/{re.sub(r'-v[0-9]+$', '', self.id.rpartition('/')[2])}.png"

    def scheme(self, agent: str) -> ControlScheme | None:
        """The control scheme of ``agent``, or ``None`` if it has none."""
        for glob, scheme in self.schemes.items():
            if fnmatchcase(agent, glob):
                return scheme
        return None

    def team_of(self, agent: str) -> str | None:
        """The team ``agent`` plays in, or ``None``."""
        for team, globs in self.teams.items():
            if any(fnmatchcase(agent, glob) for glob in globs):
                return team
        return None

    def side_of(self, agent: str) -> str:
        """What the seat of ``agent`` is called at the board (``White``), or nothing."""
        return dict(zip(self.seats, self.sides, strict=False)).get(agent, "")
