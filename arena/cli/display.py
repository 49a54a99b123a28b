"""Whether a window can be shown here; decided from the environment, without starting SDL."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

_WITHOUT_SCREEN = {"dummy", "offscreen"}


def has_display(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """Tell whether a window would have a screen to appear on.

    On Linux and the BSDs that takes an X11 or Wayland session; macOS and Windows always have one. SDL drivers
    that draw into memory count as no screen.
    """
    environ = os.environ if environ is None else environ
    if environ.get("SDL_VIDEODRIVER", "") in _WITHOUT_SCREEN:
        return False
    if platform in {"darwin", "win32"}:
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
