"""Keeps environments off our window, sound and pads.

Environments were written to own the process. Importing PettingZoo sets ``SDL_AUDIODRIVER=dsp``; ``close`` of
many a game calls ``pygame.quit()``, which takes our window, mixer and fonts with it; others open displays or
drain the event queue. While a :class:`Guard` is held, pygame's functions of that kind do nothing when an
environment calls them (inside ``with guard:``, in that thread) and work as ever for everybody else.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType, TracebackType
from typing import Any

_inside = threading.local()
_lock = threading.Lock()
_holders = 0
_originals: list[tuple[ModuleType, str, Any]] = []


@contextmanager
def sdl_variables_kept() -> Iterator[None]:
    """Undo whatever is done to ``SDL_*`` in the environment meanwhile, as importing PettingZoo does."""
    before = {name: value for name, value in os.environ.items() if name.startswith("SDL_")}
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("SDL_") and name not in before]:
            del os.environ[name]
        os.environ.update(before)


class Guard:
    """Held by a host from before its environment is made until after it is closed; ``with guard:`` surrounds
    each call.

    Cheap: a call costs two attribute writes. pygame is left alone when nobody holds a guard.
    """

    def __init__(self) -> None:
        self._held = False

    def hold(self) -> None:
        """Put the replacements in place; again once pygame may have been imported meanwhile."""
        global _holders  # noqa: PLW0603 - pygame's functions are one per process, and so is their replacement
        with _lock:
            if not self._held:
                self._held = True
                _holders += 1
            _install()

    def release(self) -> None:
        """The environment is closed. Safe to call twice."""
        global _holders  # noqa: PLW0603 - see hold
        with _lock:
            if not self._held:
                return
            self._held = False
            _holders -= 1
            if _holders == 0:
                for module, name, original in _originals:
                    setattr(module, name, original)
                _originals.clear()

    def __enter__(self) -> None:
        _inside.depth = getattr(_inside, "depth", 0) + 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _inside.depth -= 1


def _install() -> None:
    pygame = sys.modules.get("pygame")
    if pygame is None or _originals:
        return
    for place, name, stand_in in _stand_ins(pygame):
        module = pygame if not place else getattr(pygame, place, None)
        # A part of pygame that is missing is a placeholder object that raises on use.
        if not isinstance(module, ModuleType) or not hasattr(module, name):
            continue
        original = getattr(module, name)
        _originals.append((module, name, original))
        setattr(module, name, _guarded(original, stand_in))


def _guarded(original: Callable[..., Any], stand_in: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return (stand_in if getattr(_inside, "depth", 0) else original)(*args, **kwargs)

    call.__name__ = getattr(original, "__name__", "call")
    call.__doc__ = original.__doc__
    return call


def _stand_ins(pygame: Any) -> list[tuple[str, str, Callable[..., Any]]]:
    """What an environment gets instead: ``(part of pygame, function, replacement)``."""

    def nothing(*_args: Any, **_kwargs: Any) -> None:
        return None

    def no_events(*_args: Any, **_kwargs: Any) -> list[Any]:
        return []

    def no_event(*_args: Any, **_kwargs: Any) -> Any:
        return pygame.event.Event(pygame.NOEVENT)

    def off_screen(size: Any = (640, 480), *_args: Any, **_kwargs: Any) -> Any:
        return pygame.Surface(size)

    def false(*_args: Any, **_kwargs: Any) -> bool:
        return False

    quits = [(part, "quit", nothing) for part in ("", "display", "font", "freetype", "joystick", "mixer")]
    display = [
        ("display", name, nothing)
        for name in ("init", "flip", "update", "set_caption", "set_icon", "toggle_fullscreen")
    ]
    events: list[tuple[str, str, Callable[..., Any]]] = [
        ("event", "get", no_events),
        ("event", "poll", no_event),
        ("event", "wait", no_event),
        ("event", "peek", false),
        *(("event", name, nothing) for name in ("pump", "clear", "set_allowed", "set_blocked", "set_grab")),
    ]
    return [*quits, *display, ("display", "set_mode", off_screen), *events]
