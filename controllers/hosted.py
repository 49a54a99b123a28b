"""Runs a simple controller in a child process, so that a slow or crashing bot costs nobody a frame.

The child serves the bot over the same protocol as any policy server, on a private socket; here it is an
ordinary :class:`controllers.policy.PolicyController`. A child that dies is restarted once an episode, then
its seats forfeit with the last lines it printed. It ends with the match, and with this process however that
ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.errors import OptionError
from arena.match.controller import Descriptor
from arena.match.kinds import BuildContext
from arena.training.model_word import ModelWord
from controllers.dialling import dialling
from controllers.policy import PolicyController
from controllers.server_process import ServerProcess


def hosted(
    target: str, kwargs: Mapping[str, Any], context: BuildContext, *, descriptor: Descriptor | None = None
) -> PolicyController:
    """The controller for ``target`` (``module:Class``), one child for all seats of ``context``.

    The child looks for modules where this process does, in its working folder. ``kwargs`` go to the
    constructor and must be plain data. Raises :class:`OptionError` where they are not,
    :class:`arena.errors.SeatError` where the game's spaces cannot cross the wire. The bot's ``info`` holds
    ``action_mask`` and ``position`` where the game has them.
    """
    try:
        word = ModelWord("", "simple", target, options=dict(kwargs)).to_json()
    except (TypeError, ValueError) as error:
        raise OptionError(f"options of {target} must be text, numbers, lists or maps: {error}") from None
    options = "".join(f",{key}={value}" for key, value in sorted(kwargs.items()))
    described = descriptor or Descriptor(
        id=f"bot:{target}{options}",
        name=target.rpartition(":")[2],
        description=f"the bot {target} in a process of its own",
        policy=target,
        backend="hosted",
    )
    title = "the script" if described.backend == "script" else "the bot"
    server = ServerProcess(["--model-json", word], title)
    controller = PolicyController(described, context.seats, dial=dialling(server.endpoint), server=server)
    controller.peer = title
    return controller
