"""Who can be asked to sit down at a game: people with their devices, engines, scripts, policies, bots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from arena.errors import ArenaError
from arena.games.entry import CatalogEntry
from arena.match.kinds import ControllerSpec, kinds
from arena.match.seating import parse_spec
from controllers.bindings import layouts
from controllers.inputs import Device, InputHub
from controllers.programs import find_program
from controllers.scripts.registry import scripts_for
from scenes.screens.lobby_draft import PERSON, words

STOCKFISH_ELO = (1350, 1600, 1900, 2200, 2500, 2850)
GNUGO_LEVELS = (1, 5, 10)
PAD_KEYS = ("a", "y")
_SHORT = {"wasd": "W A S D", "arrows": "arrow keys", "ijkl": "I J K L", "full": "whole keyboard"}
_TOLD = {"elo": "Elo"}
"""Options whose name people write in another way."""
_SPECIAL = {PERSON, "stockfish", "gtp", "script", "random", "policy", "bot", "uci", "replay", "guest"}
"""Kinds that `sitters` knows how to offer; all others are offered by their name."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """One line of a seat's chooser."""

    label: str
    words: str = ""
    """Of the seating language; ``""`` for an empty seat, or where ``ask`` says what is missing."""
    icon: str = "bot"
    ask: str = ""
    """The kind whose address or name must be typed first (``policy``, ``bot``); ``*`` for any words."""
    missing: bool = False
    """A program that is not installed: offered, since choosing it tells how to get it."""


EMPTY = Sitter("Empty seat", icon="circle-dot")
ASKED = (
    Sitter("Policy server\N{HORIZONTAL ELLIPSIS}", icon="server", ask="policy"),
    Sitter("Bot of mine\N{HORIZONTAL ELLIPSIS}", icon="terminal", ask="bot"),
    Sitter("Other engine\N{HORIZONTAL ELLIPSIS}", icon="cpu", ask="uci"),
    Sitter("Write it out\N{HORIZONTAL ELLIPSIS}", icon="pencil", ask="*"),
)
TARGETS: Mapping[str, tuple[str, str]] = {
    "policy": ("Address or checkpoint", "tcp://127.0.0.1:5555"),
    "bot": ("Module and class", "my_bots:Greedy"),
    "uci": ("Program", "fairy-stockfish or a path"),
    "gtp": ("Program", "gnugo"),
    "*": ("Controller", "stockfish:elo=1500"),
}
"""Kind -> what its target is called and an example of one."""


def sitters(entry: CatalogEntry, hub: InputHub) -> list[Sitter]:
    """Everybody who might sit at ``entry``, people first; `lobby_check` finds out who really can."""
    return [EMPTY, *_people(entry, hub), *_programs(entry)]


def _people(entry: CatalogEntry, hub: InputHub) -> Iterator[Sitter]:
    yield Sitter("Person, mouse or keys", words(PERSON, "pointer"), "mouse-pointer-click")
    if not by_turns(entry):
        for name in layouts():
            device, _, short = name.partition("/")
            if device == "keyboard":
                yield Sitter(f"Person, {_SHORT.get(short, short)}", words(PERSON, name), "keyboard")
    for number, pad in enumerate(hub.pads):
        yield Sitter(f"Person, {pad.name}", words(PERSON, f"pad{number}"), "gamepad-2")


def _programs(entry: CatalogEntry) -> Iterator[Sitter]:
    known = kinds()
    if "script" in known:
        for script in scripts_for(entry.id):
            yield Sitter(script_name(script.id), words("script", script.id), "brain")
    if entry.view == "chess" and "stockfish" in known:
        yield from _graded("Stockfish", "stockfish", "stockfish", "elo", STOCKFISH_ELO)
    if entry.view == "go" and "gtp" in known:
        yield from _graded("GNU Go", "gnugo", "gtp", "level", GNUGO_LEVELS)
    yield Sitter("Random moves", "random", "dices")
    yield from (Sitter(name.capitalize(), name, "plug") for name in known if name not in _SPECIAL)
    for sitter in ASKED:
        if sitter.ask == "*" or (sitter.ask in known and (sitter.ask != "uci" or entry.view == "chess")):
            yield sitter


def _graded(title: str, program: str, kind: str, option: str, grades: Sequence[int]) -> Iterator[Sitter]:
    """An engine at several strengths, or that it is missing (choosing it tells how to get it)."""
    if find_program(program) is None:
        yield Sitter(f"{title} (not installed)", kind, "cpu", missing=True)
        return
    for grade in grades:
        yield Sitter(
            f"{title}, {_TOLD.get(option, option)} {grade}", words(kind, options={option: str(grade)}), "cpu"
        )
    yield Sitter(f"{title}, full strength", kind, "cpu")


def script_name(script_id: str) -> str:
    """``chess/club`` as ``Script, club``."""
    return f"Script, {script_id.rpartition('/')[2]}"


def usual_opponent(entry: CatalogEntry) -> str:
    """Who sits opposite a newcomer: somebody who can be beaten."""
    known, scripts = kinds(), scripts_for(entry.id)
    if entry.view == "chess" and "stockfish" in known and find_program("stockfish") is not None:
        return words("stockfish", options={"elo": str(STOCKFISH_ELO[0])})
    if entry.view == "go" and "gtp" in known and find_program("gnugo") is not None:
        return words("gtp", options={"level": str(GNUGO_LEVELS[0])})
    if scripts and "script" in known:
        return words("script", scripts[0].id)
    return "random"


def offer_of(spec: str, offers: Sequence[Sitter]) -> Sitter:
    """The offer that ``spec`` is, a person's name aside; one of its own for words that nobody offered."""
    bare = without_name(spec)
    found = next((offer for offer in offers if offer.words == bare and not offer.ask), None)
    return found or Sitter(spoken(spec), spec, _icon(spec))


def spoken(spec: str) -> str:
    """Words of the seating language for people: ``Stockfish, elo 1500``."""
    try:
        parsed = parse_spec(spec)
    except ArenaError:
        return spec
    if parsed.kind == PERSON:
        who = parsed.options.get("name") or "Person"
        return f"{who}, {_device(parsed.target)}"
    if parsed.kind == "script":
        return script_name(parsed.target)
    told = [parsed.target, *(f"{_TOLD.get(key, key)} {value}" for key, value in parsed.options.items())]
    return ", ".join(filter(None, [parsed.kind.capitalize(), *told]))


def has_options(spec: str) -> bool:
    """Whether there is anything to set about who is seated as ``spec``."""
    kind = spec.partition(":")[0]
    return kind not in kinds() or kind in TARGETS or bool(kinds()[kind].options)


def person_name(spec: str) -> str:
    """The name of the person in ``spec``, if it gives one."""
    try:
        return parse_spec(spec).options.get("name", "")
    except ArenaError:
        return ""


def without_name(spec: str) -> str:
    """``spec`` less the name of a person."""
    try:
        parsed = parse_spec(spec)
    except ArenaError:
        return spec
    rest = {key: value for key, value in parsed.options.items() if key != "name"}
    return words(parsed.kind, parsed.target, rest) if parsed.kind == PERSON else spec


def named(spec: str, name: str) -> str:
    """``spec`` of a person with another name."""
    parsed = parse_spec(spec)
    return words(parsed.kind, parsed.target, {**parsed.options, "name": name})


def by_turns(entry: CatalogEntry) -> bool:
    """Whether people pick their moves on the screen one after the other: one mouse will do for all."""
    return entry.pointer and entry.paradigm == "sequential"


def for_click(entry: CatalogEntry) -> str:
    """How somebody who clicked on a seat sits down."""
    return words(PERSON, "pointer" if entry.pointer else "keyboard")


def for_press(entry: CatalogEntry, hub: InputHub, device: Device, key: str) -> str | None:
    """How somebody who pressed ``key`` on ``device`` would sit down; ``None`` if the key is no invitation.

    On a keyboard that is a direction of one of the layouts that share no key, on a pad one of `PAD_KEYS`.
    """
    if device.kind == "pad":
        number = next((index for index, pad in enumerate(hub.pads) if pad.id == device.id), None)
        return words(PERSON, f"pad{number}") if number is not None and key in PAD_KEYS else None
    for short in ("wasd", "arrows", "ijkl"):
        slots = hub.bindings.layout(f"keyboard/{short}", game=entry.id).slots
        if any(key in slots.get(slot, ()) for slot in ("up", "down", "left", "right")):
            return words(PERSON, "pointer" if by_turns(entry) else f"keyboard/{short}")
    return None


def clash(entry: CatalogEntry, hub: InputHub, people: Mapping[str, ControllerSpec]) -> dict[str, str]:
    """Agent -> what it would share with somebody seated before: a pad, or keys of the keyboard."""
    problems: dict[str, str] = {}
    used: dict[str, str] = {}
    for agent, spec in people.items():
        for key in sorted(_used(entry, hub, agent, spec)):
            other = used.setdefault(key, agent)
            if other != agent and agent not in problems:
                what = "that gamepad" if key.startswith("pad") else f"the key {key.removeprefix('key ')!r}"
                problems[agent] = f"{other} has {what} already; choose another layout or device"
    return problems


def _used(entry: CatalogEntry, hub: InputHub, agent: str, spec: ControllerSpec) -> frozenset[str]:
    device, _, short = spec.target.partition("/")
    if device.startswith("pad"):
        return frozenset({spec.target})
    if device != "keyboard":
        return frozenset()
    player = spec.options.get("name", "")
    layout = hub.bindings.layout(f"keyboard/{short or 'full'}", player, entry.id)
    scheme = entry.scheme(agent)
    keys = layout.keys(scheme.controls) if scheme is not None else frozenset()
    return frozenset(f"key {key}" for key in keys)


def _device(target: str) -> str:
    kind, _, rest = target.partition("/")
    if kind == "keyboard":
        return _SHORT.get(rest or "full", rest)
    if kind.startswith("pad"):
        return "gamepad"
    return "mouse or keys"


def _icon(spec: str) -> str:
    kind = spec.partition(":")[0]
    icons = {PERSON: "user", "policy": "server", "bot": "terminal", "script": "brain", "random": "dices"}
    return icons.get(kind, "cpu")
