"""What an RLlib checkpoint folder holds, read as data: neither Ray nor PyTorch is imported, nothing is run.

Understood are the checkpoint of an Algorithm, of a Learner(Group), of a MultiRLModule and of an RLModule, all
of RLlib's new API stack. See :mod:`workers.backends.safe_pickle` for how their pickles are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gymnasium import spaces

from arena.errors import ControllerError, UnknownNameError
from workers.backends.safe_pickle import Reviver, Thing, UnsafePickleError, name_of, read_pickle

ARGUMENTS_FILE = "class_and_ctor_args.pkl"
STATE_FILE = "module_state.pkl"
_MODULES_AT = ("learner_group/learner/rl_module", "learner/rl_module", "rl_module", ".")
_ENV_TO_MODULE, _MODULE_TO_ENV = (
    f"env_runner/{name}_connector/{ARGUMENTS_FILE}" for name in ("env_to_module", "module_to_env")
)
_LEVELS_UP = 4
"""From a module's folder to its Algorithm's."""

_USUAL_PIECES = {
    # Observations: these only move data about.
    "AddObservationsFromEpisodesToBatch",
    "AddTimeDimToBatchAndZeroPad",
    "AddStatesFromEpisodesToBatch",
    "AgentToModuleMapping",
    "BatchIndividualItems",
    "NumpyToTensor",
    # Actions.
    "GetActions",
    "TensorToNumpy",
    "UnBatchToIndividualItems",
    "ModuleToAgentUnmapping",
    "RemoveSingleTsTimeRankFromBatch",
    "NormalizeAndClipActions",
    "ListifyDataForVectorEnv",
}


@dataclass(frozen=True, slots=True)
class StoredModule:
    """One RLModule as it lies on the disk."""

    folder: Path
    tree: type[Thing]
    """The stand-in for its class."""
    arguments: Mapping[str, Any]
    """Of its constructor, unread."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an Algorithm's checkpoint says about the environment and the connectors round its modules."""

    agents: Mapping[str, tuple[spaces.Space[Any] | None, spaces.Space[Any] | None]] = field(
        default_factory=dict
    )
    """Agent -> raw observation and action space; the key is empty for one agent without a name."""
    observation_pieces: tuple[str, ...] = ()
    """Connectors that changed observations before the module saw them."""
    action_pieces: tuple[str, ...] = ()
    """Connectors that changed actions after it gave them."""
    normalize_actions: bool = True
    """RLlib's default: the module's numbers from -1 to 1 are stretched to the bounds of a Box."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint's modules by name, in the order of their names, and what surrounds them."""

    path: Path
    modules: Mapping[str, StoredModule]
    surroundings: Surroundings

    def pick(self, name: str) -> StoredModule:
        """The module ``name``. Raises :class:`UnknownNameError`."""
        if name not in self.modules:
            raise UnknownNameError("module", name, self.modules)
        return self.modules[name]


def read_checkpoint(path: Path) -> Checkpoint:
    """Read the folder. Raises :class:`ControllerError` where it holds no module that could be served."""
    folder = _modules_folder(path)
    inner = _inner_folders(folder)
    if inner:
        named = _current(folder)
        chosen = {name: inner[name] for name in sorted(inner) if not named or name in named}
    else:
        chosen = {"": folder}
    modules = {name: _stored(module) for name, module in chosen.items()}
    return Checkpoint(path, modules, _surroundings(folder))


def read_state(module: StoredModule, reviver: Reviver) -> dict[str, Any]:
    """The module's weights by name. Raises :class:`ControllerError`."""
    path = module.folder / STATE_FILE
    if not path.is_file():
        raise ControllerError(
            f"{module.folder} has no {STATE_FILE}; save the checkpoint without use_msgpack, on the new API "
            "stack"
        )
    state = _revived(path, read_pickle(path), reviver)
    if not isinstance(state, dict) or not all(isinstance(key, str) for key in state):
        raise ControllerError(f"{path} does not hold weights by name")
    return state


# ---- modules ----------------------------------------------------------------------------------------------


def _modules_folder(path: Path) -> Path:
    for place in _MODULES_AT:
        folder = path / place
        if (folder / ARGUMENTS_FILE).is_file() and (
            (folder / STATE_FILE).is_file() or _inner_folders(folder)
        ):
            return folder
    if (path / "policies").is_dir():
        raise ControllerError(
            f"{path} was saved by RLlib's old API stack; train with RLModules (the default since Ray 2.40)"
        )
    raise ControllerError(
        f"{path} holds no RLModule; name the checkpoint of an Algorithm, or the folder of its rl_module"
    )


def _inner_folders(folder: Path) -> dict[str, Path]:
    return {inner.parent.name: inner.parent for inner in folder.glob(f"*/{ARGUMENTS_FILE}")}


def _current(folder: Path) -> set[str]:
    """The modules that the last save wrote: a folder that was used before holds older ones beside them."""
    arguments = _arguments(folder / ARGUMENTS_FILE)[1]
    specs = arguments.get("rl_module_specs")
    return {str(name) for name in specs} if isinstance(specs, dict) else set()


def _stored(folder: Path) -> StoredModule:
    tree, arguments = _arguments(folder / ARGUMENTS_FILE)
    return StoredModule(folder, tree, arguments)


def _arguments(path: Path) -> tuple[type[Thing], Mapping[str, Any]]:
    """The class and the keyword arguments in such a file."""
    tree = read_pickle(path)
    try:
        found, (positional, keywords) = tree["class"], tree["ctor_args_and_kwargs"]
        if not (isinstance(found, type) and issubclass(found, Thing)) or not isinstance(keywords, dict):
            raise TypeError("it names no class")  # noqa: TRY301 - told with the others
    except (KeyError, TypeError, ValueError) as error:
        raise ControllerError(f"{path} is not what RLlib writes: {error}") from error
    if positional:
        raise ControllerError(f"{path}: its class takes arguments without names, which RLModules do not")
    return found, keywords


# ---- surroundings -----------------------------------------------------------------------------------------


def _surroundings(modules: Path) -> Surroundings:
    here = modules.resolve()
    roots = [here, *list(here.parents)[:_LEVELS_UP]]
    root = next((root for root in roots if (root / _ENV_TO_MODULE).is_file()), None)
    if root is None:
        return Surroundings()
    inputs, pieces = _pipeline(root / _ENV_TO_MODULE)
    after = _pipeline(root / _MODULE_TO_ENV)[1] if (root / _MODULE_TO_ENV).is_file() else {}
    normalising = after.get("NormalizeAndClipActions", {})
    return Surroundings(
        agents=_agents(inputs, named="AgentToModuleMapping" in pieces),
        observation_pieces=tuple(name for name in pieces if name not in _USUAL_PIECES),
        action_pieces=tuple(name for name in after if name not in _USUAL_PIECES),
        normalize_actions=bool(normalising.get("normalize_actions", not after)),
    )


def _pipeline(path: Path) -> tuple[tuple[Any, ...], dict[str, Mapping[str, Any]]]:
    """The spaces that go into a connector pipeline, and its pieces with their arguments."""
    try:
        inputs, keywords = read_pickle(path)["ctor_args_and_kwargs"]
        pieces = {
            name_of(found).rpartition(":")[2]: arguments for found, _, arguments in keywords["connectors"]
        }
    except (KeyError, TypeError, ValueError) as error:
        raise ControllerError(f"{path} is not what RLlib writes: {error}") from error
    return inputs, pieces


def _agents(
    inputs: tuple[Any, ...], *, named: bool
) -> dict[str, tuple[spaces.Space[Any] | None, spaces.Space[Any] | None]]:
    observation, action = (_space(tree) for tree in (*inputs, None, None)[:2])
    if not named:
        return {"": (observation, action)}
    if not isinstance(observation, spaces.Dict) or not isinstance(action, spaces.Dict):
        return {}
    return {agent: (observation[agent], action.spaces.get(agent)) for agent in observation}


def _space(tree: Any) -> spaces.Space[Any] | None:
    """A space, or ``None`` where it is one that cannot be read: then nothing is said about it."""
    try:
        value = Reviver(_no_classes)(tree)
    except UnsafePickleError:
        return None
    return value if isinstance(value, spaces.Space) else None


def _no_classes(tree: type[Thing]) -> type:
    raise UnsafePickleError(f"{tree.named} is no space")


def _revived(path: Path, tree: Any, reviver: Reviver) -> Any:
    try:
        return reviver(tree)
    except UnsafePickleError as error:
        raise UnsafePickleError(f"{path}: {error}") from error
