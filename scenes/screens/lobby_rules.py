"""The right half of the lobby: episodes, pace, clock, late rule, rating, seed, and the game's own options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from arena.games.entry import CatalogEntry
from arena.match.seeds import fresh_seed
from scenes.screens.form import Described, field, heading
from scenes.screens.lobby_draft import SEED_MAX, Draft
from scenes.ui import Choice, Label, TextField, Toggle, Widget
from scenes.ui.text import CAPTION

EPISODES = (1, 2, 3, 5, 10, 20, 50, 100)
CLOCKS = ("", "1+0", "3+2", "5+3", "10+5", "15+10", "30+0", "30s+1")
LATE = ("", "noop", "forfeit(60)")
RATES_HZ = (5.0, 10.0, 15.0, 20.0, 30.0, 60.0)
_LATE_NAMES = {"": "Repeat, 15 ticks at most", "noop": "Do nothing", "forfeit(60)": "Forfeit after 60 ticks"}
_PACE_NAMES = {"realtime": "Real time", "wait": "Wait for everybody"}


class RulesForm:
    """Fields that write into a draft; ``on_change`` is called after each change."""

    def __init__(self, entry: CatalogEntry, draft: Draft, on_change: Callable[[], None]) -> None:
        self.entry, self.draft, self._changed = entry, draft, on_change
        self.every_option = False
        self.described: list[Described] = []
        """The options of the game, once they are known."""
        self.seed = TextField("Seed", on_change=self._set_seed, allow=_is_seed_so_far)
        self.lock = Toggle("Same seed for the next match", on_change=self._lock)
        self.widgets: list[Widget] = []

    def build(self) -> Sequence[Widget]:
        """Fields that show the draft as it is now."""
        self.widgets = [
            heading("Match"),
            *self._match_fields(),
            heading("Fairness"),
            Toggle(
                "Rated",
                self.draft.rated,
                self._set("rated"),
                tooltip="Results count for the players; taking a seat over makes a match casual",
            ),
            self.seed,
            self.lock,
            *self._option_fields(),
        ]
        self.show_seed()
        return self.widgets

    # ---- match ---------------------------------------------------------------------------------------------

    def _match_fields(self) -> list[Widget]:
        rules, entry = self.draft.rules, self.entry
        paces = ["realtime", "wait"] if entry.hz else ["wait"]
        pace = rules.pace or entry.pace
        episodes = sorted({*EPISODES, self.draft.episodes})
        rates = sorted({*(entry.hz_choices or RATES_HZ), rules.hz or entry.hz or RATES_HZ[1]})
        clocks = list(dict.fromkeys([*CLOCKS, *filter(None, [entry.clock, rules.clock])]))
        late = list(dict.fromkeys([*LATE, rules.on_late]))
        real = pace == "realtime"
        # One that was saved for a game without turns must be seen to be taken out.
        has_clocks = entry.pace != "realtime" or rules.clock
        return [
            Choice(
                "Episodes",
                episodes,
                episodes.index(self.draft.episodes),
                self._set("episodes"),
                name=lambda count: f"{count} game" if count == 1 else f"{count} games",
            ),
            Choice(
                "Pace",
                paces,
                paces.index(pace) if pace in paces else 0,
                self._set_pace,
                name=lambda value: _PACE_NAMES.get(value, value),
                enabled=len(paces) > 1,
                disabled_reason="Nobody can do nothing in this game, so it always waits for a move",
            ),
            *([self._rate(rates, rules.hz or entry.hz)] if real else []),
            *([self._clock(clocks, rules.clock)] if has_clocks and not real else []),
            *([self._late(late, rules.on_late)] if real else []),
        ]

    def _rate(self, rates: list[float], hz: float) -> Choice[float]:
        return Choice(
            "Rate",
            rates,
            rates.index(hz),
            self._set_rule("hz"),
            name=lambda value: f"{value:g} ticks a second",
        )

    def _clock(self, clocks: list[str], clock: str) -> Choice[str]:
        return Choice(
            "Clock",
            clocks,
            clocks.index(clock),
            self._set_rule("clock"),
            name=lambda value: clock_name(value, suggested=value == self.entry.clock),
            tooltip="Minutes for the game + seconds for each move",
        )

    def _late(self, late: list[str], on_late: str) -> Choice[str]:
        return Choice(
            "When late",
            late,
            late.index(on_late),
            self._set_rule("on_late"),
            name=lambda value: _LATE_NAMES.get(value, value),
            tooltip="What a seat does whose decision is not there in time",
        )

    def _set(self, name: str) -> Callable[[Any], None]:
        def change(value: Any) -> None:
            setattr(self.draft, name, value)
            self._changed()

        return change

    def _set_rule(self, name: str) -> Callable[[Any], None]:
        def change(value: Any) -> None:
            self.draft.rules = replace(self.draft.rules, **{name: value})
            self._changed()

        return change

    def _set_pace(self, pace: str) -> None:
        """A clock exists only where the match waits, a rate only in real time."""
        self.draft.rules = replace(self.draft.rules, pace=pace, hz=None, clock="", on_late="")
        self._changed()

    # ---- seed ----------------------------------------------------------------------------------------------

    @property
    def seed_hidden(self) -> bool:
        """With the seed of a card game one could work out the cards."""
        return self.entry.information == "hidden"

    def show_seed(self) -> None:
        """Put the draft's seed into the field."""
        self.seed.text = "" if self.seed_hidden else str(self.draft.seed)
        self.seed.placeholder = "shown after the match"
        self.seed.enabled = not self.seed_hidden
        self.seed.disabled_reason = "Hands are hidden: whoever knows the seed knows the cards"
        self.seed.error = ""
        self.lock.value = self.draft.seed_locked

    def renew_seed(self) -> None:
        """Another match, another seed, unless it is locked."""
        if not self.draft.seed_locked:
            self.draft.seed = fresh_seed(secret=self.seed_hidden)
        self.show_seed()

    def _set_seed(self, text: str) -> None:
        if not text or int(text) > SEED_MAX:
            self.seed.error = f"A whole number from 0 to {SEED_MAX}"
        else:
            self.seed.error = ""
            self.draft.seed, self.draft.seed_locked = int(text), True
            self.lock.value = True
        self._changed()

    def _lock(self, locked: bool) -> None:  # noqa: FBT001 - what a toggle tells
        self.draft.seed_locked = locked
        self._changed()

    # ---- options of the game -------------------------------------------------------------------------------

    def _option_fields(self) -> list[Widget]:
        known = [option for option in self.described if option.name in self.entry.option_hints]
        others = [option for option in self.described if option not in known]
        fields: list[Widget] = [
            field(option, self.draft.options.get(option.name, ""), partial(self._set_option, option.name))
            for option in [*known, *(others if self.every_option else ())]
        ]
        if others:
            fields.append(Toggle("Show every option of the game", self.every_option, self._show_every))
        if not fields:
            return [heading("Game"), Label("This game has no options.", CAPTION, colour="faint")]
        return [heading("Game"), *fields]

    def _set_option(self, name: str, text: str) -> None:
        self.draft.options.pop(name, None)
        if text:
            self.draft.options[name] = text
        self._changed()

    def _show_every(self, every: bool) -> None:  # noqa: FBT001 - what a toggle tells
        self.every_option = every
        self._changed()


def clock_name(clock: str, *, suggested: bool = False) -> str:
    """A clock in words: ``5 min + 3 s``."""
    if not clock:
        return "No clock"
    base, _, increment = clock.partition("+")
    told = f"{base[:-1]} s" if base.endswith("s") else f"{base} min"
    told += f" + {increment} s" if increment not in {"", "0"} else ""
    return f"{told} (usual)" if suggested else told


def _is_seed_so_far(text: str) -> bool:
    return not text or (text.isascii() and text.isdecimal() and len(text) <= len(str(SEED_MAX)))
