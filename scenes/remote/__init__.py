"""A person's window onto a match that is played on another machine: ``arena join``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arena.home import Home

OWN_KEY = "guest"
"""The key pair that we are known by on encrypted lines, in the home's folder of keys."""


def run(
    address: str,
    token: str,
    *,
    name: str,
    home: Home,
    size: tuple[int, int] | None = None,
    fullscreen: bool | None = None,
) -> str:
    """Open the window, join the host and play until the person leaves; why it ended, as ``App.run``.

    Raises :class:`arena.errors.ArenaError` for what is no address or token, or where there is no display.
    """
    from arena.hosting.tokens import read_token
    from arena.wire.endpoints import full_address
    from arena.wire.keys import keypair
    from scenes.app import App
    from scenes.remote.caller import Caller
    from scenes.remote.door import DoorScreen

    full_address(address)
    own = keypair(home, OWN_KEY) if read_token(token).key else None
    with App(home, size=size, fullscreen=fullscreen) as app:

        def call() -> Caller:
            return Caller(address, token, name=name, clock=app.clock, wake=app.waker.wake, own=own)

        return app.run(DoorScreen(app, call))
