"""MPE2: small discs that move, meet and talk.

A Discrete action is ``move + 5 × word`` where an agent can do both, a move alone or a word alone where it
cannot. An episode of the environments' own default is 25 ticks, 2.5 s at their rate; here it is 100. ``--env
max_cycles=25`` gives the length used in papers.
"""

from __future__ import annotations

from typing import Any

from arena.games.catalog_data.shared import presses, seats
from arena.games.entry import CatalogEntry, Control, ControlScheme, OptionHint

_MOVES = presses(
    ("up", "Up", "up", 4),
    ("down", "Down", "down", 3),
    ("left", "Left", "left", 1),
    ("right", "Right", "right", 2),
)


def _words(count: int, step: int) -> tuple[Control, ...]:
    """Controls that say the word A, B, ... with ``action = step × word``."""
    return tuple(
        Control(f"say_{'abcdefghij'[n]}", f"Say {'ABCDEFGHIJ'[n]}", f"digit{(n + 1) % 10}", action=n * step)
        for n in range(count)
    )


_MOVER = ControlScheme(_MOVES, noop=0)
_CYCLES = {"max_cycles": OptionHint("ticks of an episode", low=1, high=100_000)}


def _entry(name: str, title: str, summary: str, agents: tuple[str, ...], **extra: Any) -> CatalogEntry:
    """What all have in common; ``extra`` adds to it or takes its place."""
    hints = _CYCLES | {
        parameter: OptionHint(words, low=1, high=20) for parameter, words in extra.pop("counts", {}).items()
    }
    common: dict[str, Any] = {
        "paradigm": "simultaneous",
        "pace": "realtime",
        "hz": 10.0,
        "hz_choices": (5.0, 10.0, 15.0, 20.0),
        "render_mode": "rgb_array",
        "options": {"max_cycles": 100},
        "option_hints": hints,
        "schemes": {"*": _MOVER},
        "scoring": "cooperative",
        "seats": agents,
        "family": "mpe2",
    }
    return CatalogEntry(id=f"mpe2/{name}", title=title, summary=summary, **(common | extra))


ENTRIES = (
    _entry(
        "simple_spread-v3",
        "Spread",
        "Three agents cover three landmarks without bumping into each other.",
        seats(agent=3),
        counts={"N": "agents and landmarks"},
    ),
    _entry(
        "simple_tag-v3",
        "Tag",
        "Three slow hunters chase one quick runner among obstacles.",
        seats(adversary=3, agent=1),
        scoring="return",
        teams={"hunters": ("adversary_*",), "runners": ("agent_*",)},
        counts={"num_good": "runners", "num_adversaries": "hunters", "num_obstacles": "obstacles"},
    ),
    _entry(
        "simple_adversary-v3",
        "Adversary",
        "Two agents know which landmark counts and mislead one who does not. The picture tells.",
        seats(adversary=1, agent=2),
        scoring="return",
        teams={"adversary": ("adversary_*",), "agents": ("agent_*",)},
        counts={"N": "agents and landmarks"},
    ),
    _entry(
        "simple_push-v3",
        "Push",
        "One agent heads for its landmark, the other pushes it away.",
        seats(adversary=1, agent=1),
        scoring="return",
    ),
    _entry(
        "simple_world_comm-v3",
        "World of Words",
        "Hunters led by one who sees all and speaks chase two runners who look for food and hide in forests.",
        seats(leadadversary=1, adversary=3, agent=2),
        schemes={"leadadversary_*": ControlScheme((*_MOVES, *_words(4, 5)), noop=0), "*": _MOVER},
        scoring="return",
        teams={"hunters": ("leadadversary_*", "adversary_*"), "runners": ("agent_*",)},
        counts={
            "num_good": "runners",
            "num_adversaries": "hunters",
            "num_obstacles": "obstacles",
            "num_food": "food",
        },
    ),
    _entry(
        "simple_reference-v3",
        "Reference",
        "Each knows where the other must go; both move and speak in ten words.",
        seats(agent=2),
        schemes={"*": ControlScheme((*_MOVES, *_words(10, 5)), noop=0)},
    ),
    _entry(
        "simple_speaker_listener-v4",
        "Speaker and Listener",
        "The speaker sees the goal and cannot move; the listener moves and hears one of three words.",
        seats(speaker=1, listener=1),
        # Silence does not exist for the speaker: who says nothing says A.
        schemes={"speaker_*": ControlScheme(_words(3, 1), noop=0), "*": _MOVER},
    ),
    _entry(
        "simple_crypto-v3",
        "Crypto",
        "Alice sends Bob a secret that they share a key for; Eve listens and guesses.",
        ("eve_0", "bob_0", "alice_0"),
        pace="wait",
        hz=0.0,
        hz_choices=(),
        schemes={"*": ControlScheme(_words(4, 1))},
        scoring="return",
        teams={"friends": ("alice_*", "bob_*"), "eavesdropper": ("eve_*",)},
    ),
    _entry(
        "simple_formation-v1",
        "Formation",
        "Four agents line up on a circle around a landmark.",
        seats(agent=4),
        counts={"N": "agents"},
    ),
    _entry(
        "simple_line-v1",
        "Line",
        "Four agents space themselves evenly between two landmarks.",
        seats(agent=4),
        counts={"N": "agents"},
    ),
    _entry(
        "collect_treasure-v1",
        "Collect Treasure",
        "Six collectors bring treasures to the deposit of their colour, which comes to meet them.",
        seats(collector=6, deposit=2),
        counts={"num_collectors": "collectors", "num_deposits": "deposits", "num_treasures": "treasures"},
    ),
    _entry(
        "simple-v3",
        "Simple",
        "One agent and one landmark to reach.",
        seats(agent=1),
    ),
)
