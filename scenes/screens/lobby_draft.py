"""A match that somebody is putting together: who sits where, by which rules. No window is needed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from arena.errors import OptionError
from arena.games.entry import CatalogEntry
from arena.match.choices import RuleChoices
from arena.match.kinds import ControllerSpec
from arena.match.seating import parse_spec, resolve
from arena.match.seeds import fresh_seed
from arena.session import MatchSetup

SEED_MAX = 2**63 - 1
PERSON = "human"
_NOBODY = "random:nobody"
"""Fills the seats that no word names, for the seating language leaves none empty."""


@dataclass(slots=True)
class Draft:
    """The choices of a lobby. Seats hold words of the seating language; ``""`` is an empty seat."""

    game: str
    seats: dict[str, str]
    """Agent -> who sits there."""
    options: dict[str, str] = field(default_factory=dict)
    rules: RuleChoices = field(default_factory=RuleChoices)
    episodes: int = 1
    seed: int = field(default_factory=fresh_seed)
    seed_locked: bool = False
    """Keep the seed for the next match; otherwise each match draws its own."""
    rated: bool = False

    @classmethod
    def fresh(cls, entry: CatalogEntry) -> Self:
        """Empty seats and the game's own rules."""
        seed = fresh_seed(secret=entry.information == "hidden")
        return cls(entry.id, dict.fromkeys(entry.seats, ""), seed=seed)

    @classmethod
    def of(cls, entry: CatalogEntry, setup: MatchSetup) -> Self:
        """The draft of a match that was asked for or played. Errors: words that seat nobody here raise as in
        :func:`arena.match.seating.resolve`; seats without a word are empty.
        """
        named = [word.partition("=")[0] for word in setup.seats]
        agents = tuple(dict.fromkeys([*entry.seats, *filter(str.isidentifier, named)]))
        draft = cls.fresh(entry)
        for group in resolve([f"*={_NOBODY}", *setup.seats], agents, entry):
            spec = "" if group.spec.text == _NOBODY else group.spec.text
            draft.seats.update(dict.fromkeys(group.agents, spec))
        draft.options = dict(setup.options)
        draft.rules, draft.episodes, draft.rated = setup.rules, setup.episodes, setup.rated
        if setup.seed is not None:
            draft.seed, draft.seed_locked = setup.seed, True
        return draft

    def copy(self) -> Draft:
        """A draft of its own with the same choices."""
        return replace(self, seats=dict(self.seats), options=dict(self.options))

    @property
    def empty(self) -> tuple[str, ...]:
        """The seats that nobody has taken."""
        return tuple(agent for agent, spec in self.seats.items() if not spec)

    @property
    def people(self) -> dict[str, ControllerSpec]:
        """Agent -> the words of the people."""
        return {agent: parse_spec(spec) for agent, spec in self.seats.items() if is_person(spec)}

    def set_agents(self, agents: Sequence[str]) -> None:
        """Take the agents that the options of the game make; who sits in a seat that stays keeps it."""
        self.seats = {agent: self.seats.get(agent, "") for agent in agents}

    def swap(self) -> None:
        """Everybody moves on one seat."""
        specs = list(self.seats.values())
        self.seats = dict(zip(self.seats, specs[-1:] + specs[:-1], strict=True))

    def setup(self) -> MatchSetup:
        """The match, as :func:`arena.session.open_session` wants it."""
        return MatchSetup(
            self.game,
            tuple(f"{agent}={spec}" for agent, spec in self.seats.items() if spec),
            options=dict(self.options),
            rules=self.rules,
            episodes=self.episodes,
            seed=self.seed,
            rated=self.rated,
        )

    def to_data(self) -> dict[str, Any]:
        """Plain tables for a file, without what is at its default. The seed goes in if it is locked."""
        usual = asdict(RuleChoices())
        rules = {name: value for name, value in asdict(self.rules).items() if value != usual[name]}
        data = {
            "game": self.game,
            "seats": [f"{agent}={spec}" for agent, spec in self.seats.items()],
            "options": dict(self.options),
            "rules": rules,
            "episodes": self.episodes,
            "rated": self.rated,
        }
        return {**data, "seed": self.seed} if self.seed_locked else data

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Inverse of `to_data`; raises :class:`OptionError` for what is none."""
        try:
            words = [str(word).partition("=") for word in data["seats"]]
            known = {item.name for item in fields(RuleChoices)}
            rules = {name: value for name, value in data["rules"].items() if name in known}
            draft = cls(
                str(data["game"]),
                {agent: spec for agent, _, spec in words},
                {str(name): str(value) for name, value in data["options"].items()},
                RuleChoices(**rules),
                int(data["episodes"]),
                rated=bool(data["rated"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise OptionError(f"a saved match cannot be read ({error!r}); save it again") from error
        if isinstance(data.get("seed"), int):
            draft.seed, draft.seed_locked = data["seed"], True
        return draft


def is_person(spec: str) -> bool:
    """Whether these words seat a person."""
    return spec.partition(":")[0] == PERSON


def words(kind: str, target: str = "", options: Mapping[str, str] | None = None) -> str:
    """The words for a controller: ``kind:target,key=value``."""
    parts = [target] if target else []
    parts += [f"{key}={value}" for key, value in (options or {}).items() if value != ""]
    return f"{kind}:{','.join(parts)}" if parts else kind
