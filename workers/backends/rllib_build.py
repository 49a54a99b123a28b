"""Builds an RLModule from what a checkpoint holds, of classes that are known or vouched for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from ray.rllib.core.models.catalog import Catalog
from ray.rllib.core.rl_module.default_model_config import DefaultModelConfig
from ray.rllib.core.rl_module.torch import TorchRLModule

from arena.errors import ControllerError
from arena.training.model_word import ModelWord
from controllers.simple import find_object
from workers.backends.rllib_checkpoint import StoredModule, read_state
from workers.backends.safe_pickle import Reviver, Thing, UnsafePickleError

_OURS = re.compile(r"ray\.rllib\.(core|algorithms)(\.\w+)+")
"""Modules of Ray that are imported where a checkpoint names them: definitions only, no scripts."""
_FAMILIES = (TorchRLModule, Catalog, DefaultModelConfig)
_UNUSED = ("_initializer", "_initializer_kwargs")
"""Ends of settings that say how new weights are made, which are often functions."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Classes outside of RLlib that the user said may be used."""

    names: tuple[str, ...]
    word: str
    """The word that said so, for messages."""

    @classmethod
    def of(cls, word: ModelWord) -> Vouched:
        """What ``allow=`` of a word says."""
        names = tuple(filter(None, str(word.options.get("allow", "")).split("+")))
        for name in names:
            if not re.fullmatch(r"\w+(\.\w+)*:\w+", name):
                raise ControllerError(
                    f"allow={name!r} is not like module:Class; join several with +, as in a:Net+b:Catalog"
                )
        return cls(names, f"rllib:{word.target}")

    def __call__(self, tree: type[Thing]) -> type:
        """The class that a checkpoint names. Raises :class:`UnsafePickleError` for one nobody vouched for."""
        module, _, name = tree.named.partition(":")
        found: Any = None
        if tree.by_value or module == "__main__":
            found = self._written_in_a_script(name)
        elif tree.named in self.names:
            found = find_object(tree.named, "class")
        elif _OURS.fullmatch(module) and name.isidentifier():
            found = find_object(tree.named, "class")
            if not (isinstance(found, type) and issubclass(found, _FAMILIES)):
                raise UnsafePickleError(f"{tree.named} is neither an RLModule, a catalog nor a configuration")
        if found is None:
            raise UnsafePickleError(
                f"it names {tree.named}, which is not RLlib's own; if you trust that class, and its module "
                f"can be imported here, write {self.word},allow={tree.named}"
            )
        if not isinstance(found, type):
            raise UnsafePickleError(f"{tree.named} is {found!r:.80}, not a class")
        return found

    def _written_in_a_script(self, name: str) -> Any:
        for allowed in self.names:
            if allowed.rpartition(":")[2] == name:
                return find_object(allowed, "class")
        raise UnsafePickleError(
            f"its class {name} was defined in the training script, so its code lies inside the pickle, where "
            f"it is never run; put the class into a module that can be imported, and write "
            f"{self.word},allow=MODULE:{name}"
        )


def build_module(stored: StoredModule, vouched: Vouched) -> TorchRLModule:
    """The module with its weights, for inference. Raises :class:`ControllerError`."""
    reviver = Reviver(vouched)
    try:
        found = vouched(stored.tree)
        arguments = {name: reviver(_without_initialisers(tree)) for name, tree in stored.arguments.items()}
    except UnsafePickleError as error:
        raise UnsafePickleError(f"{stored.folder}: {error}") from error
    if not issubclass(found, TorchRLModule):
        raise ControllerError(f"{stored.folder}: {found.__name__} is not a TorchRLModule")
    state = read_state(stored, reviver)
    arguments.update(inference_only=True, learner_only=False)
    try:
        module = found(**arguments)
        missing, _unneeded = module.load_state_dict(
            {name: torch.as_tensor(array) for name, array in state.items()}, strict=False
        )
    except Exception as error:
        raise ControllerError(
            f"{stored.folder}: {found.__name__} cannot be built: {type(error).__name__}: {error}"
        ) from error
    if missing:
        raise ControllerError(
            f"{stored.folder} has no weights for {', '.join(missing[:8])} of {found.__name__}; it has "
            f"{', '.join(list(state)[:8])}"
        )
    module.eval()
    module.requires_grad_(requires_grad=False)
    return module


def _without_initialisers(tree: Any) -> Any:
    """A model's configuration without what only makes new weights."""
    if not isinstance(tree, Mapping):
        return tree
    return {
        key: None if isinstance(key, str) and key.endswith(_UNUSED) else value for key, value in tree.items()
    }
