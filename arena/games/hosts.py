"""Which host a match gets: in this process, or in one of its own that also renders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.games.contract import Host
from arena.games.entry import CatalogEntry


def make_host(entry: CatalogEntry, options: Mapping[str, Any], *, frames: bool) -> Host:
    """A host for one environment of ``entry`` with resolved ``options``.

    ``frames``: somebody will look. Then a game without a view of ours is stepped and rendered in a process of
    its own, since its drawing (4 to 40 ms a picture) and its steps must not hold up the window. Raises
    :class:`arena.errors.GameError`.
    """
    if frames and entry.view is None and entry.render_mode is not None:
        from arena.games.process_host import ProcessHost

        return ProcessHost(entry, options)
    from arena.games.local_host import LocalHost

    return LocalHost(entry, options)
