"""Every screen at the sizes people have: all controls inside the window or in a view that scrolls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from arena.games import catalog
from scenes.app import App
from scenes.screen import UiScreen
from scenes.screens.history import HistoryScreen
from scenes.screens.home import HomeScreen
from scenes.screens.lobby import LobbyScreen
from scenes.screens.picker import PickerScreen
from scenes.screens.settings import SettingsScreen
from scenes.ui.root import viewport
from tests.scenes.screens.driving import arena_app

SCREENS: dict[str, Callable[[App], UiScreen]] = {
    "home": HomeScreen,
    "picker": PickerScreen,
    "lobby": lambda app: LobbyScreen(app, catalog.get("pistonball")),
    "history": HistoryScreen,
    "settings": SettingsScreen,
}


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("name", SCREENS)
def test_every_control_can_be_reached(tmp_path: Path, name: str, scale: float) -> None:
    with arena_app(tmp_path, scale=scale) as driven:
        screen = SCREENS[name](driven.app)
        driven.app.push(screen)
        driven.rounds(4)
        window = driven.app.window.surface.get_rect()
        controls = screen.ui.order()
        assert controls
        for control in controls:
            view = viewport(control)
            if view is None:
                assert window.contains(control.rect), f"{control!r} at {control.rect} is cut off"
            else:
                assert window.contains(view.rect)
                assert control.rect.width <= view.rect.width
            assert control.rect.width >= 24 * scale, f"{control!r} is too narrow"
