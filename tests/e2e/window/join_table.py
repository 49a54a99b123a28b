"""The window of somebody who joins a host, in a process of its own that tells what can be seen and where:
``python -m tests.e2e.window.join_table HOME ADDRESS TOKEN``.

Every change is one line of JSON on standard output, in the words of :mod:`tests.e2e.window.table`;
``photograph PATH`` on standard input saves what is shown.
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

import pygame

from arena.home import arena_home
from scenes.app import App
from scenes.match.overlays import Waiting
from scenes.remote.caller import Caller
from scenes.remote.door import DoorScreen
from scenes.remote.screen import TableScreen
from scenes.ui import Button
from tests.e2e.window.table import take_orders


def state(app: App) -> dict[str, Any]:
    """What is on the screen, in words."""
    screen = app.screen
    if isinstance(screen, DoorScreen):
        return {"screen": "door", "heading": screen.heading.text, "ping": screen.ping.text}
    assert isinstance(screen, TableScreen)
    if screen.table is None:
        return {"screen": "opening"}
    facts, pane = screen.table.facts, screen.table.pane
    waiting = [overlay for overlay in screen.ui.overlays if isinstance(overlay, Waiting)]
    ask = screen.hands.due if screen.hands is not None else None
    return {
        "screen": "match",
        "phase": facts.phase,
        "waiting": waiting[-1].title.split()[0] if waiting else "",
        "tick": facts.tick,
        "active": ask.agent if ask is not None else None,
        "can_click": bool(pane.scene.legal) and not waiting,
        "selected": pane.selected,
        "pane": list(pane.rect),
        "bottom": screen.table.bottom,
        "moves": [move.label for move in facts.moves],
        "ping": screen.table.bar.facts[0].text if screen.table.bar.facts else "",
        "pictures": 0 if screen.table.played.frame is None else 1,
        "banner": screen.menus.banner.title if screen.menus.banner.visible else "",
        "buttons": {
            widget.text or widget.icon or "": widget.rect.center
            for widget in screen.ui.top.walk()
            if isinstance(widget, Button) and widget.enabled
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("address")
    parser.add_argument("token")
    args = parser.parse_args()
    orders: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=take_orders, args=[orders], daemon=True).start()
    with App(arena_home(args.home), size=(1000, 700)) as app:
        signal.signal(signal.SIGTERM, lambda *_: app.quit())

        def call() -> Caller:
            return Caller(args.address, args.token, name="Ada", clock=app.clock, wake=app.waker.wake)

        app.push(DoorScreen(app, call))
        before = ""
        while app.ended is None:
            app.loop_once()
            obey(app, orders)
            now = json.dumps(state(app))
            if now != before:
                before = now
                sys.stdout.write(now + "\n")
                sys.stdout.flush()


def obey(app: App, orders: SimpleQueue[str]) -> None:
    try:
        verb, path = orders.get_nowait().split()
    except Empty:
        return
    if verb == "photograph":
        pygame.image.save(app.window.surface, path)


if __name__ == "__main__":
    main()
