"""Where environments come from: PettingZoo's registries, MPE2's modules, Gymnasium's registry, or any
``module:factory``.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from arena.errors import ArenaError, GameError, MissingPartError, UnknownNameError
from arena.games.guard import sdl_variables_kept

MPE2_ID = re.compile(r"mpe2/(?P<name>\w+)-v(?P<version>\d+)$")
FACTORY_ID = re.compile(r"(?P<module>[A-Za-z_]\w*(?:\.\w+)*):(?P<factory>[A-Za-z_]\w*(?:\.\w+)*)$")
GYMNASIUM = "gymnasium/"


@dataclass(frozen=True, slots=True)
class Source:
    """How to make one environment."""

    game_id: str
    factory: Callable[..., Any]
    """Makes an ``AECEnv``, a ``ParallelEnv`` or a ``gymnasium.Env`` from keyword arguments."""
    signature: Callable[..., Any]
    """What names the factory's parameters: the factory itself or what it passes its arguments on to."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments that a registry adds to what we pass."""


def find(game_id: str, signature: str | None = None) -> Source:
    """The source of a full id, as :class:`arena.games.entry.CatalogEntry` holds it.

    ``signature`` is that of the entry. Raises :class:`UnknownNameError` for an id nobody knows,
    :class:`MissingPartError` where a package it needs is not installed and :class:`GameError` where it fails
    on import.
    """
    with sdl_variables_kept():
        try:
            source = _find(game_id)
        except ModuleNotFoundError as error:
            raise _missing(game_id, error) from error
        except ImportError as error:
            raise GameError(f"{game_id} cannot be imported: {error}") from error
        named = _attribute(*signature.split(":")) if signature else source.signature
    return Source(source.game_id, source.factory, named, source.defaults)


def exists(game_id: str) -> bool:
    """Whether a registry lists ``game_id``, without importing the game itself."""
    with sdl_variables_kept():
        if match := MPE2_ID.match(game_id):
            return _has_module(f"mpe2.{match['name']}_v{match['version']}")
        if game_id.startswith(GYMNASIUM):
            return game_id.removeprefix(GYMNASIUM) in _gymnasium_registry()
        return game_id in pettingzoo_ids()


def pettingzoo_ids() -> frozenset[str]:
    """Every id of PettingZoo's two registries."""
    with sdl_variables_kept():
        import pettingzoo
    return frozenset(pettingzoo.aec_registry) | frozenset(pettingzoo.parallel_registry)


def parameters(factory: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    """The parameters of ``factory`` in order; none where Python cannot tell (some built-in classes)."""
    try:
        return tuple(inspect.signature(factory).parameters.values())
    except (TypeError, ValueError):
        return ()


def takes_anything(factory: Callable[..., Any]) -> bool:
    """Whether ``factory`` has a ``**kwargs``."""
    return any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters(factory))


def _find(game_id: str) -> Source:
    if match := MPE2_ID.match(game_id):
        return _from_module(game_id, importlib.import_module(f"mpe2.{match['name']}_v{match['version']}"))
    if match := FACTORY_ID.match(game_id):
        factory = _attribute(match["module"], match["factory"])
        return Source(
            game_id, factory, _outspoken(factory, sys.modules.get(getattr(factory, "__module__", "")))
        )
    if game_id.startswith(GYMNASIUM):
        return _from_gymnasium(game_id)
    return _from_pettingzoo(game_id)


def _from_pettingzoo(game_id: str) -> Source:
    import pettingzoo

    registry = (
        pettingzoo.parallel_registry if game_id in pettingzoo.parallel_registry else pettingzoo.aec_registry
    )
    if game_id not in registry:
        raise UnknownNameError("game", game_id, pettingzoo_ids())
    spec = registry[game_id]
    module_name, _, name = str(spec.entry_point).partition(":")
    module = importlib.import_module(module_name)
    factory = getattr(module, name)
    return Source(game_id, factory, _outspoken(factory, module), dict(spec.kwargs or {}))


def _from_module(game_id: str, module: ModuleType) -> Source:
    factory = getattr(module, "parallel_env", None) or module.env
    return Source(game_id, factory, _outspoken(factory, module))


def _from_gymnasium(game_id: str) -> Source:
    import gymnasium
    from gymnasium.envs.registration import load_env_creator

    name = game_id.removeprefix(GYMNASIUM)
    registry = _gymnasium_registry()
    if name not in registry:
        raise UnknownNameError("Gymnasium game", name, registry)
    spec = registry[name]

    def factory(**kwargs: Any) -> Any:
        return gymnasium.make(name, disable_env_checker=True, **kwargs)

    creator = load_env_creator(spec.entry_point) if isinstance(spec.entry_point, str) else spec.entry_point
    return Source(game_id, factory, creator, dict(spec.kwargs))


def _gymnasium_registry() -> Mapping[str, Any]:
    import gymnasium

    return gymnasium.registry


def _outspoken(factory: Callable[..., Any], module: ModuleType | None) -> Callable[..., Any]:
    """PettingZoo's factories take ``**kwargs`` and hand them to the class ``raw_env`` beside them."""
    raw = getattr(module, "raw_env", None)
    return raw if raw is not None and takes_anything(factory) else factory


def _attribute(module_name: str, path: str) -> Any:
    found: Any = _import_from_anywhere(module_name)
    for name in path.split("."):
        if not hasattr(found, name):
            public = [word for word in vars(found) if not word.startswith("_")]
            raise UnknownNameError(f"factory in {module_name}", path, public)
        found = getattr(found, name)
    if not callable(found):
        raise GameError(f"{module_name}:{path} is no factory: it is of type {type(found).__name__}")
    return found


def _import_from_anywhere(module_name: str) -> ModuleType:
    """Import a module that may lie in the current folder, which `arena` does not search before its own
    packages.
    """
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name.partition(".")[0] or str(Path.cwd()) in sys.path:
            raise
    sys.path.append(str(Path.cwd()))
    return importlib.import_module(module_name)


def _has_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _missing(game_id: str, error: ModuleNotFoundError) -> ArenaError:
    if game_id.startswith("atari/"):
        return MissingPartError(
            f"{game_id} needs an emulator and its ROMs, which are not installed ({error}); "
            "run: pip install 'arena-seats[atari]' && AutoROM --accept-license"
        )
    module = game_id.partition(":")[0]
    if error.name is not None and (module == error.name or module.startswith(error.name + ".")):
        return GameError(
            f"{game_id}: there is no module {error.name!r}; "
            "start Arena in the folder that holds it, or put that folder on PYTHONPATH"
        )
    return MissingPartError(
        f"{game_id} needs the package {error.name!r}, which is not installed; run: pip install {error.name}"
    )
