"""Makes our own games known to PettingZoo, so that ``pettingzoo.make("parallel", "arena/sumo-v0")`` works.

PettingZoo has no plug-ins, and importing it takes longer than the whole of ``arena --help`` may; so where it
is not imported yet, our games are registered right after whoever imports it first.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

GAMES = ("sumo", "air_hockey", "tanks", "soccer")
"""Our games; ``arena.games.<name>`` has a ``parallel_env`` and an ``env`` each."""

FAMILY = "arena"


def ensure() -> None:
    """Register now, or as soon as PettingZoo is there. Safe to call twice."""
    if "pettingzoo" in sys.modules:
        _register()
    elif not any(isinstance(finder, _AfterPettingZoo) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AfterPettingZoo())


def _register() -> None:
    from pettingzoo.env_registry import registration

    for name in GAMES:
        game_id = f"{FAMILY}/{name}-v0"
        if game_id not in registration.parallel_registry:
            registration.register("parallel", game_id, f"arena.games.{name}:parallel_env")
        if game_id not in registration.aec_registry:
            registration.register("aec", game_id, f"arena.games.{name}:env")


class _AfterPettingZoo(MetaPathFinder):
    """Finds PettingZoo as all others do, and has us told once it is there."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "pettingzoo":
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            spec.loader = _Telling(spec.loader, self)
        return spec


class _Telling(Loader):
    """Another loader's work, and then ours."""

    def __init__(self, loader: Loader, finder: MetaPathFinder) -> None:
        self._loader, self._finder = loader, finder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        _register()
