"""From a model word to a backend: which module loads which kind."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol, cast

from arena.errors import MissingPartError, OptionError
from arena.training.model_word import KINDS, ModelWord, current, require
from workers.backends.contract import Backend, LoadSettings

MODULES: Mapping[str, str] = {
    "mlp": "mlp",
    "torch": "torch_file",
    "onnx": "onnx_file",
    "rllib": "rllib_module",
    "cleanrl": "cleanrl_model",
    "callable": "function",
    "simple": "simple",
}
"""Kind of word -> module of this package."""


class Loader(Protocol):
    """What each of those modules holds."""

    def load(self, word: ModelWord, settings: LoadSettings) -> Backend:
        """The backend. Raises an :class:`arena.errors.ArenaError` for a model it cannot serve."""


def load(
    word: ModelWord, settings: LoadSettings, progress: Callable[[str], None] = lambda _step: None
) -> Backend:
    """Load what ``word`` stands for now; ``progress`` is told each slow step before it begins.

    Options of the word win over ``settings``. Raises an :class:`arena.errors.ArenaError`, or whatever a
    user's own code raises.
    """
    word = current(word)
    require(word)
    for package in KINDS[word.kind].packages:
        progress(f"loading {package}")
        try:
            importlib.import_module(package)
        except ImportError as error:
            extra = KINDS[word.kind].extra
            raise MissingPartError(
                f"{word.target} needs {package}, which cannot be imported ({error}): "
                f"pip install 'arena-seats[{extra}]'"
            ) from error
    progress("loading the model")
    loader = cast("Loader", importlib.import_module(f"workers.backends.{MODULES[word.kind]}"))
    return loader.load(word, settings_for(word, settings))


def settings_for(word: ModelWord, settings: LoadSettings) -> LoadSettings:
    """``settings`` with what the word itself says. Raises :class:`OptionError`."""
    if word.is_code:
        return settings
    options = word.options
    threads = str(options.get("threads", settings.threads))
    if not threads.isdecimal() or int(threads) < 1:
        raise OptionError(f"threads={threads!r} of {word.target} is not a number from 1")
    return replace(
        settings,
        mode=options.get("mode", settings.mode),
        device=options.get("device", settings.device),
        threads=int(threads),
    )
