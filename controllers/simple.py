"""Seats a simple controller: in the loop's own process where that costs nobody a frame, else in a child."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from arena.errors import OptionError, SeatError, UnknownNameError
from arena.match.controller import FAULTS, Controller, Descriptor, SimpleController
from arena.match.kinds import BuildContext
from controllers.inline import InlineController


def seat_simple(
    target: str,
    arguments: Mapping[str, Any],
    descriptor: Descriptor,
    context: BuildContext,
    *,
    needs_position: bool = True,
) -> Controller:
    """A controller round ``module:Class``, made with ``arguments``.

    Inline in ``fast`` pace, where nothing else waits for the loop, and for bots that say they are quick; else
    hosted in a child process. Errors: :class:`SeatError` if the class cannot be found or made.
    """
    bot = make(target, arguments)
    if context.pace == "fast" or bot.inline:
        return InlineController(bot, descriptor, needs_position=needs_position)
    from controllers.hosted import hosted

    return hosted(target, arguments, context, descriptor=descriptor)


def make(target: str, arguments: Mapping[str, Any]) -> SimpleController:
    """An instance of the bot. Errors: :class:`SeatError`, :class:`OptionError`."""
    found = load(target)
    check_arguments(target, found, arguments)
    try:
        return found(**arguments)
    except FAULTS as error:
        raise SeatError(f"bot {target!r} cannot be made: {type(error).__name__}: {error}") from error


def load(target: str) -> type[SimpleController]:
    """The class that ``module:Class`` names; modules are looked for in the current folder too.

    Errors: :class:`SeatError` or :class:`UnknownNameError` that say what is wrong and what would be right.
    """
    module_name, _, class_name = target.partition(":")
    if not module_name or not class_name:
        raise SeatError(f"bot {target!r} is not like module:Class, for example bot:my_bots:Greedy")
    found = find_object(target, "bot", is_bot)
    if not is_bot(found):
        raise SeatError(
            f"{target} is no bot: derive a class from arena.match.controller.SimpleController and give it"
            " select_action(self, agent, observation, info)"
        )
    bot: type[SimpleController] = found
    return bot


def find_object(
    target: str, what: str = "object", is_alike: Callable[[object], bool] = inspect.isclass
) -> Any:
    """What ``module:name`` names; modules are looked for in the current folder too.

    ``what`` is for messages, which list what in the module ``is_alike``. Errors: :class:`SeatError`,
    :class:`UnknownNameError`.
    """
    module_name, _, name = target.partition(":")
    module = _import(f"{what} {target!r}", module_name)
    found = getattr(module, name, None)
    if found is None:
        alike = [known for known, value in vars(module).items() if is_alike(value)]
        raise UnknownNameError(what, name, alike, f"They are looked for in the module {module_name!r}.")
    return found


def is_bot(value: object) -> bool:
    """A class with what a match calls: ``reset``, which deriving gives, and its own ``select_action``."""
    return (
        isinstance(value, type)
        and all(callable(getattr(value, name, None)) for name in ("reset", "select_action"))
        and value.select_action is not SimpleController.select_action  # type: ignore[attr-defined]
    )


def _import(wanted: str, module_name: str) -> Any:
    folder = str(Path.cwd())
    if folder not in sys.path and "" not in sys.path:
        sys.path.append(folder)  # last: a stray file of the user's never hides a module of ours
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise SeatError(
                f"{wanted}: there is no module {module_name!r}; start Arena in the folder that"
                " holds it, or put that folder on PYTHONPATH"
            ) from error
        raise SeatError(f"{wanted}: its module needs {error.name!r}, which is not installed") from error
    except FAULTS as error:
        raise SeatError(f"{wanted}: importing it raised {type(error).__name__}: {error}") from error


def check_arguments(target: str, bot: type[SimpleController], arguments: Mapping[str, Any]) -> None:
    """The constructor takes ``arguments``. Errors: :class:`OptionError` with what it does take."""
    signature = inspect.signature(bot)
    try:
        signature.bind(**arguments)
    except TypeError as error:
        raise OptionError(f"bot {target!r}: {error}; it takes {signature}") from None
