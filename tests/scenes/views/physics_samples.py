"""Snapshots of our physics games, made by hand, so that a rule that changes does not change pictures."""

from collections.abc import Mapping
from math import cos, pi, sin
from typing import Any

import pygame
import pytest

from scenes.views import shapes

PITCH = {
    "width": 32.0, "height": 18.0, "goal": 5.6, "goal_depth": 2.0, "centre_radius": 3.0, "corner_radius": 3.0,
}  # fmt: skip
SPOTS = {
    "red_0": (-4.6, 1.6), "red_1": (-10.5, -1.6), "red_2": (-7.0, -5.0), "red_3": (-7.0, 5.0),
    "blue_0": (4.2, -2.0), "blue_1": (10.5, 1.6), "blue_2": (7.0, 5.0), "blue_3": (7.0, -5.0),
}  # fmt: skip
WALLS = [[-0.5, -3.6, 0.5, 3.6], [-6.0, -8.0, -5.0, -2.0], [5.0, 2.0, 6.0, 8.0]]
POSES = [
    (-9.0, 1.0, 0.2),
    (8.0, -1.5, 2.8),
    (-3.0, 5.5, -0.6),
    (2.6, -5.0, 1.9),
    (9.5, 5.0, pi),
    (-9.5, -5.0, 0.9),
]


def event(
    kind: str, ticks_ago: int, x: float, y: float, agent: str = "", power: float = 1.0
) -> dict[str, Any]:
    return {"tick": 600 - ticks_ago, "kind": kind, "x": x, "y": y, "agent": agent, "power": power}


def body(
    kind: str, agent: str, team: str, radius: float, pose: tuple[float, float, float], **more: Any
) -> dict[str, Any]:
    """A body at ``pose`` that moves by (``vx``, ``vy``) metres a second; ``ticks``: length of its trail."""
    ticks, vx, vy = more.pop("ticks", 1), more.pop("vx", 0.0), more.pop("vy", 0.0)
    x, y, angle = pose
    trail = [[x - back * vx / 60, y - back * vy / 60, angle - 0.1 * back] for back in range(ticks, -1, -1)]
    return {"kind": kind, "agent": agent, "team": team, "radius": radius, "trail": trail,
            "vx": vx, "vy": vy, "in_play": more.pop("in_play", True), **more}  # fmt: skip


def frame(game: str, agents: list[str], *events: dict[str, Any], **more: Any) -> dict[str, Any]:
    teams = {agent: agent.split("_")[0] for agent in agents if agent.startswith(("red", "blue"))}
    return {"game": game, "agents": agents, "teams": teams, "to_move": None, "over": False, "tick": 600,
            "hz": 60.0, "left_s": 83.4, "events": list(events), **more}  # fmt: skip


def air_hockey(*events: dict[str, Any], players: int = 1, **more: Any) -> dict[str, Any]:
    agents = [f"{team}_{index}" for team in ("red", "blue") for index in range(players)]
    spots = {"red_0": (-4.6, 0.9), "red_1": (-6.2, -2.6), "blue_0": (5.1, -1.4), "blue_1": (2.6, 2.9)}
    pushes = {"red_0": [1.0, -0.2], "blue_0": [-0.3, 0.4]}
    mallets = [
        body(
            "mallet",
            agent,
            agent.split("_")[0],
            0.75,
            (*spots[agent], 0.0),
            thrust=pushes.get(agent, [0.0, 0.0]),
        )
        for agent in agents
    ]
    puck = body(
        "puck",
        "",
        "",
        0.48,
        (1.6, -1.1, 0.4),
        vx=19.0,
        vy=-7.0,
        ticks=14,
        spin=3.0,
        in_play=not more.get("serve"),
    )
    return frame(
        "air_hockey", agents, *events, bodies=[*mallets, puck], target=5,
        table={"width": 16.0, "height": 9.0, "goal": 3.4},
        **{"goals": {"red": 3, "blue": 1}, "serve": "", "serve_in_s": 0.0, "clock_s": 7.0} | more,
    )  # fmt: skip


def sumo(
    *events: dict[str, Any],
    players: int = 2,
    teams: bool = False,
    out: tuple[int, ...] = (),
    ring: Mapping[str, Any] = {},
    **more: Any,
) -> dict[str, Any]:
    stems = ("red", "blue") if teams else ("wrestler",)
    agents = [f"{stem}_{index}" for stem in stems for index in range(players // len(stems))]
    start = 3.2 + 0.45 * players
    wrestlers = []
    for index, agent in enumerate(agents):
        turn = 2 * pi * index / players + 0.4
        way = 0.55 * start if index % 3 else 0.3 * start
        wrestlers.append(
            body(
                "wrestler", agent, agent.split("_")[0] if teams else "", 0.9,
                (way * cos(turn), way * sin(turn), 0.0),
                vx=-9.0 * cos(turn) if index == 1 else 0.0, vy=-9.0 * sin(turn) if index == 1 else 0.0,
                ticks=12 if index == 1 else 1, in_play=index not in out,
                dash=0.35 if index == 1 else 1.0,
                thrust=[-cos(turn), -sin(turn)] if index < 3 else [0.0, 0.0],
            )
        )  # fmt: skip
    return frame(
        "sumo", agents, *events, bodies=wrestlers,
        standing=[agent for index, agent in enumerate(agents) if index not in out],
        ring={"radius": start, "start_radius": start, "goal": start, "shrinking": False, **ring}, **more,
    )  # fmt: skip


def player(agent: str, **more: Any) -> dict[str, Any]:
    x, y = more.pop("at", SPOTS[agent])
    kept = {"number": int(agent[-1]), "boost": 1.0, "boosting": False, "thrust": [0.0, 0.0]}
    return body("player", agent, agent.partition("_")[0], 0.9, (x, y, 0.0), **(kept | more))


def ball(x: float = 0.0, y: float = 0.0, **more: Any) -> dict[str, Any]:
    return body("ball", "", "", 0.5, (x, y, 0.3), **({"spin": 0.0, "ticks": 14} | more))


def soccer(*events: dict[str, Any], per_team: int = 2, **more: Any) -> dict[str, Any]:
    agents = [f"{team}_{number}" for team in ("red", "blue") for number in range(per_team)]
    changed = {figure["agent"]: figure for figure in more.pop("changed", ())}
    figures = [changed.get(agent) or player(agent) for agent in agents]
    return frame(
        "soccer", agents, *events, pitch=PITCH, bodies=[*figures, more.pop("ball", ball())],
        **{"goals": {"red": 1, "blue": 2}, "target": 3, "kickoff_in_s": 0.0, "golden": False} | more,
    )  # fmt: skip


def tank(index: int, agent: str = "", **more: Any) -> dict[str, Any]:
    agent = agent or f"tank_{index}"
    team = "" if agent.startswith("tank") else agent.partition("_")[0]
    kept = {"health": 2, "ammo": 5, "reload": 1.0, "visible": True}
    return body("tank", agent, team, 0.8, more.pop("pose", POSES[index]), **(kept | more))


def shell(x: float, y: float, agent: str = "tank_0") -> dict[str, Any]:
    return body("shell", agent, "", 0.12, (x, y, 0.0), vx=14.0, vy=5.0, ticks=10, bounces=0)


def tanks(
    *events: dict[str, Any], agents: tuple[str, ...] = ("tank_0", "tank_1"), **more: Any
) -> dict[str, Any]:
    changed = {figure["agent"]: figure for figure in more.pop("changed", ())}
    figures = [changed.get(agent) or tank(index, agent) for index, agent in enumerate(agents)]
    hidden = more.pop("hidden", ())
    shown = [figure for figure in figures if figure["agent"] not in hidden]
    standing = [figure["agent"] for figure in figures if figure["in_play"]]
    return frame(
        "tanks", list(agents), *events, bodies=[*shown, *more.pop("shells", ())],
        **{
            "arena": {"width": 28.0, "height": 16.0, "walls": WALLS, "layout": "gates"},
            "sight": {}, "standing": standing, "flare": 0.0, "flare_in_s": 20.0,
        } | more,
    )  # fmt: skip


def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All words that are drawn from now on."""
    said: list[str] = []
    text = shapes.text

    def listening(words: str, *rest: Any) -> pygame.Surface:
        said.append(words)
        return text(words, *rest)

    monkeypatch.setattr(shapes, "text", listening)
    return said
