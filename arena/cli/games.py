"""`arena games`: the catalog as a table, or all that is known of one game."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from arena.errors import UnknownNameError

if TYPE_CHECKING:
    from arena.games.contract import Host
    from arena.games.entry import CatalogEntry
    from arena.games.options import OptionInfo

_SCORED = {
    "final_reward": "by the reward of the last step",
    "return": "by the sum of rewards",
    "survival": "by who lasts longest",
    "env": "by the game itself",
    "cooperative": "together: nobody is ranked",
}
_TOLD = {
    "perfect": "perfect: everybody sees everything",
    "complete": "nothing is hidden",
    "hidden": "hidden: players hide something from each other",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.description = "List the games, or show one of them with its agents, spaces, options and controls."
    parser.add_argument(
        "words", nargs="*", metavar="show GAME", help="show one game: `arena games show chess`"
    )
    parser.add_argument("--family", metavar="NAME", help="only the games of one family (classic, mpe2, ...)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """List the catalog or show one game."""
    if not args.words:
        _list(args.family, as_json=args.json)
        return 0
    action, *names = args.words
    if action != "show":
        raise UnknownNameError("action of `arena games`", action, ("show",), "`arena games show chess`")
    if not names:
        raise UnknownNameError(
            "game", "", (), "Name one: `arena games show chess`; `arena games` lists them."
        )
    for name in names:
        _show(name, as_json=args.json)
    return 0


def _list(family: str | None, *, as_json: bool) -> None:
    from arena.games import catalog

    entries = catalog.entries()
    families = dict.fromkeys(entry.family for entry in entries)
    if family is not None and family not in families:
        raise UnknownNameError("family", family, families)
    chosen = [entry for entry in entries if family in {None, entry.family}]
    if as_json:
        print(json.dumps([_summary(entry) for entry in chosen], indent=2, ensure_ascii=False))
        return
    name_width = max(len(catalog.short_name(entry)) for entry in chosen)
    title_width = max(len(entry.title) for entry in chosen)
    for name in families:
        members = [entry for entry in chosen if entry.family == name]
        if members:
            print(f"{name}")
        for entry in members:
            print(
                f"  {catalog.short_name(entry):<{name_width}}  {entry.title:<{title_width}}  "
                f"{len(entry.seats):>2} {'seats' if len(entry.seats) != 1 else 'seat '}  {_pace(entry)}"
            )
    print(
        f"\n{len(chosen)} games. `arena games show NAME` tells more.\n"
        "Also playable: any PettingZoo id, mpe2/<name>-vN, gymnasium/<Id>, module:factory."
    )


def _pace(entry: CatalogEntry) -> str:
    return f"{entry.hz:g} Hz" if entry.pace == "realtime" else "waits"


def _summary(entry: CatalogEntry) -> dict[str, Any]:
    from arena.games import catalog

    return {
        "id": entry.id,
        "name": catalog.short_name(entry),
        "family": entry.family,
        "title": entry.title,
        "summary": entry.summary,
        "paradigm": entry.paradigm,
        "pace": entry.pace,
        "hz": entry.hz,
        "seats": list(entry.seats),
        "information": entry.information,
        "scoring": entry.scoring,
    }


def _show(name: str, *, as_json: bool) -> None:
    from arena.games import catalog, hosts

    entry = catalog.get(name)
    options = catalog.describe_options(entry)
    with closing(hosts.make_host(entry, catalog.resolve_options(entry, {}), frames=False)) as host:
        if as_json:
            print(json.dumps(_details(entry, options, host), indent=2, ensure_ascii=False, default=str))
            return
        print(f"{entry.title}  ({entry.id})\n{entry.summary}\n")
        _print_rows(_facts(entry, host))
        _print_part("Seats", _seat_rows(entry, host))
        _print_part("Options (--env name=value)", [_option_row(option) for option in options])
        for globs, rows in _control_rows(entry):
            _print_part(f"Controls{f' of {globs}' if globs != '*' else ''}", rows)
        print(f"\nTry: {_example(entry, host, options)}")


def _details(entry: CatalogEntry, options: Sequence[OptionInfo], host: Host) -> dict[str, Any]:
    return {
        **_summary(entry),
        "hz_choices": list(entry.hz_choices),
        "render_mode": entry.render_mode,
        "teams": {team: list(globs) for team, globs in entry.teams.items()},
        "view": entry.view,
        "clock": entry.clock,
        "resign": entry.resign,
        "draw_offers": entry.draw_offers,
        "undo": entry.undo,
        "agents": {
            agent: {
                "observation_space": str(host.observation_space(agent)),
                "action_space": str(host.action_space(agent)),
            }
            for agent in host.possible_agents
        },
        "options": [asdict(option) for option in options],
        "controls": {glob: asdict(scheme) for glob, scheme in entry.schemes.items()},
        "example": _example(entry, host, options),
    }


def _facts(entry: CatalogEntry, host: Host) -> list[tuple[str, ...]]:
    pace = f"real time, {entry.hz:g} steps a second" if entry.pace == "realtime" else "waits for every move"
    if entry.hz_choices:
        pace += f" (or {', '.join(f'{hz:g}' for hz in entry.hz_choices if hz != entry.hz)})"
    moves = "one at a time" if host.paradigm == "sequential" else "all at once"
    allowed = [("resigning", entry.resign), ("draw offers", entry.draw_offers), ("taking back", entry.undo)]
    facts: list[tuple[str, ...]] = [
        ("moves", moves),
        ("pace", pace),
        ("information", _TOLD[entry.information]),
        ("scored", _SCORED[entry.scoring]),
        ("drawn by", "a view of ours" if entry.view else "the game itself"),
    ]
    if entry.clock:
        facts.append(("clock", f"{entry.clock} (minutes + seconds a move), if you want one"))
    if any(there for _, there in allowed):
        facts.append(("allows", ", ".join(word for word, there in allowed if there)))
    if entry.teams:
        facts.append(
            ("teams", "; ".join(f"{team}: {', '.join(globs)}" for team, globs in entry.teams.items()))
        )
    return facts


def _seat_rows(entry: CatalogEntry, host: Host) -> list[tuple[str, ...]]:
    """One row for all agents with the same spaces."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for agent in host.possible_agents:
        spaces = (_short_space(host.observation_space(agent)), _short_space(host.action_space(agent)))
        kinds.setdefault(spaces, []).append(agent)
    rows: list[tuple[str, ...]] = []
    for (observed, acts), agents in kinds.items():
        named = ", ".join(agents) if len(agents) <= 4 else f"{agents[0]} ... {agents[-1]} ({len(agents)})"
        rows.append((named, f"acts {acts}", f"observes {observed}"))
    return rows


def _short_space(space: Any) -> str:
    """A space in one short line: kind, shape and dtype."""
    from gymnasium import spaces

    if isinstance(space, spaces.Dict):
        return (
            "Dict(" + ", ".join(f"{name}: {_short_space(part)}" for name, part in space.spaces.items()) + ")"
        )
    if isinstance(space, spaces.Box):
        return f"Box{space.shape} {space.dtype}"
    return str(space)


def _option_row(option: OptionInfo) -> tuple[str, ...]:
    return option.name, f"= {option.default}", option.allowed(), option.help


def _control_rows(entry: CatalogEntry) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Per glob of agents, one row a control; agents that share all controls share a part."""
    parts: dict[tuple[Any, ...], list[str]] = {}
    for glob, scheme in entry.schemes.items():
        parts.setdefault((scheme.controls, scheme.noop), []).append(glob)
    found = []
    for (controls, noop), globs in parts.items():
        rows: list[tuple[str, ...]] = [
            (
                control.slot,
                control.label,
                f"action {control.action}"
                if control.action is not None
                else f"axis {control.axis} = {control.value:+g}",
            )
            for control in controls
        ]
        if noop is not None:
            rows.append(("nothing", "Does nothing", f"action {noop}"))
        if rows:
            found.append((", ".join(globs) if len(globs) <= 4 else f"{globs[0]} ... {globs[-1]}", rows))
    return found


def _example(entry: CatalogEntry, host: Host, options: Sequence[OptionInfo]) -> str:
    """A command line that works: a match of random players, with the option that people change most."""
    from arena.games import catalog

    taken = Counter(catalog.short_name(other) for other in catalog.entries())
    name = catalog.short_name(entry) if taken[catalog.short_name(entry)] == 1 else entry.id
    hinted = next(
        (option for option in options if option.name in entry.option_hints and option.default is not None),
        None,
    )
    given = f" --env {hinted.name}={hinted.default}" if hinted is not None else ""
    return f"arena match {name} '*=random'{given}"


def _print_part(title: str, rows: Sequence[Sequence[str]]) -> None:
    if rows:
        print(f"\n{title}")
        _print_rows(rows)


def _print_rows(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print(
            ("  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))).rstrip()
        )
