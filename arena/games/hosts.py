"""Which host a match gets: so far always one in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.games.contract import Host
from arena.games.entry import CatalogEntry


def make_host(entry: CatalogEntry, options: Mapping[str, Any], *, frames: bool) -> Host:
    """A host for one environment of ``entry`` with resolved ``options``.

    ``frames``: somebody will look. Raises :class:`arena.errors.GameError`.
    """
    from arena.games.local_host import LocalHost

    return LocalHost(entry, options)
