"""Messages to frames: one MessagePack header, then one raw frame an array or picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from arena.errors import WireError
from arena.wire import limits
from arena.wire.arrays import Frame
from arena.wire.blocks import plain_blocks
from arena.wire.fields import plain_problem
from arena.wire.messages import (
    VERSION,
    Act,
    Action,
    Bye,
    Command,
    End,
    Group,
    Hello,
    Input,
    Join,
    Joined,
    Message,
    Observe,
    Ping,
    Pong,
    Ready,
    Refused,
    Remark,
    Reset,
    Result,
    View,
)
from arena.wire.packing import pack

_WITH_BLOCKS = (Act, Action, Result, Observe, Input)


def encode(message: Message) -> list[Frame]:
    """The frames of ``message``. Raises :class:`WireError` where it is over a limit or holds what is not
    plain data.
    """
    kind = message.kind
    header: dict[str, Any] = {"v": VERSION, "kind": kind, "match": message.match}
    header |= _ENCODERS[kind](message)
    frames: list[Frame] = [b""]
    if isinstance(message, _WITH_BLOCKS):
        header["blocks"], header["arrays"] = plain_blocks(message.blocks, frames)
    elif isinstance(message, View) and message.picture is not None:
        frames.append(message.picture.data)
    try:
        packed = pack(header)
    except (TypeError, ValueError, OverflowError) as error:
        raise WireError(f"a {message.kind} message holds what MessagePack cannot: {error}") from None
    if len(packed) > limits.HEADER_BYTES or len(frames) > limits.PARTS:
        raise WireError(
            f"a {message.kind} message has a header of {len(packed)} bytes and {len(frames) - 1} arrays; "
            f"at most {limits.HEADER_BYTES} and {limits.ARRAYS} are allowed"
        )
    frames[0] = packed
    return frames


def _encode_hello(message: Hello) -> dict[str, Any]:
    return {
        "versions": message.versions,
        "game": message.game,
        "paradigm": message.paradigm,
        "groups": _plain_groups(message.groups),
        "options": dict(message.options),
        "client": message.client,
    }


def _encode_ready(message: Ready) -> dict[str, Any]:
    header: dict[str, Any] = {
        "version": message.version,
        "policy": asdict(message.policy),
        "wants": message.wants,
    }
    if message.episode is not None:
        header["episode"] = message.episode
    if message.groups:
        header["groups"] = _plain_groups(message.groups)
    return header


def _encode_refused(message: Refused) -> dict[str, Any]:
    return {"reason": str(message.reason), "message": message.message[: limits.TEXT_CHARS]}


def _encode_reset(message: Reset) -> dict[str, Any]:
    return {"episode": message.episode, "seeds": dict(message.seeds), "mid_episode": message.mid_episode}


def _encode_act(message: Act) -> dict[str, Any]:
    header: dict[str, Any] = {"episode": message.episode, "tick": message.tick}
    if message.budget_s is not None:
        header["budget_s"] = message.budget_s
    if message.clocks:
        header["clocks"] = dict(message.clocks)
    if message.position is not None:
        header["position"] = _plain(message.position, "position of an act message")
    return header


def _encode_action(message: Action) -> dict[str, Any]:
    return {"abstain": message.abstain} if message.abstain else {}


def _encode_result(message: Result | Observe) -> dict[str, Any]:
    return {"episode": message.episode, "tick": message.tick}


def _encode_end(message: End) -> dict[str, Any]:
    wrong = {"late": message.late, "illegal": message.illegal, "clipped": message.clipped}
    return {
        "episode": message.episode,
        "reason": message.reason,
        "ticks": message.ticks,
        "ranks": dict(message.ranks),
        "returns": dict(message.returns),
        **{name: dict(counts) for name, counts in wrong.items() if counts},
    }


def _encode_bye(message: Bye) -> dict[str, Any]:
    return {"agents": message.agents, "message": message.message[: limits.TEXT_CHARS]}


def _encode_join(message: Join) -> dict[str, Any]:
    return {
        "token": message.token,
        "resume": message.resume,
        "name": message.name,
        "role": message.role,
        "versions": message.versions,
        "client": message.client,
    }


def _encode_joined(message: Joined) -> dict[str, Any]:
    return {
        "resume": message.resume,
        "name": message.name,
        "place": message.place,
        "games": message.games,
        "version": message.version,
    }


def _encode_ping(message: Ping | Pong) -> dict[str, Any]:
    return {"number": message.number}


def _encode_remark(message: Remark) -> dict[str, Any]:
    return {"message": message.message[: limits.TEXT_CHARS], "level": message.level}


def _encode_view(message: View) -> dict[str, Any]:
    header: dict[str, Any] = {
        "episode": message.episode,
        "tick": message.tick,
        "snapshot": _plain(message.snapshot, "snapshot of a view message"),
        "table": _plain(dict(message.table), "table of a view message"),
    }
    if message.picture is not None:
        header["picture"] = {"size": message.picture.size, "encoding": message.picture.encoding}
    return header


def _encode_input(message: Input) -> dict[str, Any]:
    return {"episode": message.episode, "number": message.number}


def _encode_command(message: Command) -> dict[str, Any]:
    return {"agent": message.agent, "command": message.command}


def _plain(value: Any, where: str) -> Any:
    problem = plain_problem(value)
    if problem is not None:
        raise WireError(f"the {where} {problem}")
    return value


def _plain_groups(groups: Sequence[Group]) -> list[dict[str, Any]]:
    return [{"agents": g.agents, "observation": g.observation, "action": g.action} for g in groups]


_ENCODERS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "hello": _encode_hello,
    "ready": _encode_ready,
    "refused": _encode_refused,
    "reset": _encode_reset,
    "act": _encode_act,
    "action": _encode_action,
    "result": _encode_result,
    "observe": _encode_result,
    "end": _encode_end,
    "bye": _encode_bye,
    "join": _encode_join,
    "joined": _encode_joined,
    "ping": _encode_ping,
    "pong": _encode_ping,
    "remark": _encode_remark,
    "view": _encode_view,
    "input": _encode_input,
    "command": _encode_command,
}
