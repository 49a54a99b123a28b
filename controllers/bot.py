"""The kind ``bot``: a simple controller of your own, ``bot:module:Class`` with its constructor's
arguments.
"""

from __future__ import annotations

from typing import Any

from arena.match.controller import Controller, Descriptor
from arena.match.kinds import BuildContext, ControllerSpec, Option
from controllers.simple import check_arguments, load, seat_simple

_WORDS: dict[str, Any] = {"true": True, "false": False, "none": None}


class BotKind:
    """``bot:my_bots:Greedy,depth=3``; ``my_bots:Greedy`` is short for it."""

    name = "bot"
    summary = "a Python class of your own: bot:MODULE:CLASS, options go to its constructor"
    options: tuple[Option, ...] = ()
    free_options = True

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """The module can be imported, the class is a bot, and its constructor takes the options."""
        check_arguments(spec.target, load(spec.target), arguments_of(spec))

    def build(self, spec: ControllerSpec, context: BuildContext) -> Controller:
        """Inline or in a child process, as :func:`controllers.simple.seat_simple` decides."""
        bot = load(spec.target)
        shown = [f"{key}={value}" for key, value in sorted(spec.options.items())]
        name = getattr(bot, "name", "") or bot.__name__
        descriptor = Descriptor(
            id=f"bot:{','.join([spec.target, *shown])}",
            name=f"{name} ({', '.join(shown)})" if shown else name,
            description=(bot.__doc__ or "").strip().partition("\n")[0],
            policy=spec.target,
            backend="bot",
            deterministic=bool(getattr(bot, "deterministic", False)),
        )
        return seat_simple(spec.target, arguments_of(spec), descriptor, context)


def arguments_of(spec: ControllerSpec) -> dict[str, Any]:
    """Options as Python would read them: numbers, true, false, none, else text."""
    return {key: _read(text) for key, text in spec.options.items()}


def _read(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


KIND = BotKind()
