"""A match in a real window, in a process of its own that tells what can be seen and where:
``python -m tests.e2e.window.table HOME GAME SEATS... [--clock C] [--pads N]``.

Every change is one line of JSON on standard output; commands for virtual pads come on standard input.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from arena.home import arena_home
from arena.match.choices import RuleChoices
from arena.session import MatchSetup
from controllers.inputs import Device
from scenes.app import App
from scenes.match.seat_panel import SeatFigures
from scenes.screen import Screen
from scenes.screens.match import MatchScreen
from scenes.screens.result import ResultScreen
from scenes.ui import Button
from scenes.ui.picker import Picker
from tests.virtual_pad import VirtualPad


class Ground(Screen):
    """What lies below the match: nothing."""

    def draw(self, surface: Any, dt_s: float) -> None:
        surface.fill((13, 16, 23))


def state(app: App) -> dict[str, Any]:
    """What is on the screen, in words."""
    screen = app.screen
    if isinstance(screen, ResultScreen):
        report = screen.report
        return {
            "screen": "result",
            "headline": screen.headline.text,
            "reason": screen.reason.text,
            "clocks": {agent: round(left, 3) for agent, left in report.clocks.items()},
            "moves": [move.label for move in report.moves],
            "record": str(report.record),
            "verified": screen.record.text,
            "buttons": places(screen),
        }
    if not isinstance(screen, MatchScreen) or screen.playing is None or screen.driver is None:
        overlay = screen.ui.overlays[-1] if isinstance(screen, MatchScreen) and screen.ui.overlays else None
        return {"screen": "opening", "told": getattr(overlay, "text", "")}
    match, pane = screen.driver.match, screen.playing.pane
    return {
        "screen": "match",
        "phase": str(match.phase),
        "paused": match.paused,
        "countdown": screen.driver.countdown,
        "tick": match.tick_number,
        "episode": match.episode,
        "active": screen.people.active,
        "can_click": bool(pane.scene.legal),
        "legal": sorted(pane.scene.legal),
        "selected": pane.selected,
        "pane": list(pane.rect),
        "bottom": screen.playing.bottom,
        "viewer": screen.people.viewer,
        "curtain": screen.people.curtain_for,
        "cards": [seat["cards"] for seat in (pane.scene.snapshot or {}).get("seats", [])],
        "applied": {agent: str(seat.applied) for agent, seat in match.seats.items()},
        "panels": {agent: told(panel.figures) for agent, panel in screen.playing.panels.items()},
        "toasts": [toast.text for toast in screen.ui.toasts.toasts],
        "choices": choices(screen),
        "buttons": places(screen),
    }


def told(figures: SeatFigures) -> dict[str, Any]:
    """What a seat's panel says, its ever-changing figures aside but for which there are."""
    facts = sorted(
        word for fact in figures.facts for word in fact.split() if word.isalnum() and not word.isdigit()
    )
    return {"name": figures.name, "detail": figures.detail, "badge": figures.badge, "facts": facts}


def choices(screen: MatchScreen) -> dict[str, Any]:
    """The list that is open: its lines, and which is marked."""
    top = screen.ui.overlays[-1] if screen.ui.overlays else None
    return {"lines": list(top.list.items), "marked": top.list.selected} if isinstance(top, Picker) else {}


def places(screen: MatchScreen | ResultScreen) -> dict[str, tuple[int, int]]:
    """Where the buttons are that can be pressed now, by their words (or icons)."""
    return {
        widget.text or widget.icon or "": widget.rect.center
        for widget in screen.ui.top.walk()
        if isinstance(widget, Button) and widget.enabled
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("game")
    parser.add_argument("seats", nargs="+")
    parser.add_argument("--clock", default="")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--max-ticks", type=int, default=0)
    parser.add_argument("--pads", type=int, default=0)
    parser.add_argument("--on-late", default="")
    args = parser.parse_args()
    orders: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=take_orders, args=[orders], daemon=True).start()
    rules = RuleChoices(clock=args.clock, max_ticks=args.max_ticks, on_late=args.on_late)
    setup = MatchSetup(args.game, tuple(args.seats), rules=rules, seed=args.seed)
    with App(arena_home(args.home), size=(1000, 700)) as app:
        signal.signal(signal.SIGTERM, lambda *_: app.quit())
        app.push(Ground(app))
        pads = [VirtualPad(f"Pad {number}") for number in range(args.pads)]
        while len(pads_of(app)) < args.pads:
            app.loop_once()
        app.push(MatchScreen(app, setup))
        before = ""
        while app.ended is None:
            app.loop_once()
            obey(orders, pads)
            now = json.dumps(state(app))
            if now != before:
                before = now
                sys.stdout.write(now + "\n")
                sys.stdout.flush()


def take_orders(orders: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        orders.put(line)


def pads_of(app: App) -> tuple[Device, ...]:
    return app.hub.pads


def obey(orders: SimpleQueue[str], pads: list[VirtualPad]) -> None:
    """``0 press a``, ``1 release dpleft``, ``0 move lefty -32768``."""
    try:
        number, verb, *rest = orders.get_nowait().split()
    except Empty:
        return
    pad = pads[int(number)]
    if verb == "press":
        pad.press(rest[0])
    elif verb == "release":
        pad.release(rest[0])
    elif verb == "move":
        pad.move(rest[0], int(rest[1]))
    elif verb == "unplug":
        pad.unplug()


if __name__ == "__main__":
    main()
