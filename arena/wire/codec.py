"""Messages to frames and back: one MessagePack header, then one raw frame an array.

Decoding trusts nothing: sizes, nesting, types and the agreement of header and frames are checked before
anything is made of them, and whatever is wrong is a :class:`WireError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgpack

from arena.errors import WireError
from arena.wire import limits
from arena.wire.arrays import Frame
from arena.wire.blocks import plain_blocks, read_blocks
from arena.wire.fields import Fields
from arena.wire.messages import (
    ARRAY_FIELDS,
    VERSION,
    Act,
    Action,
    Block,
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
    Picture,
    Ping,
    Policy,
    Pong,
    Ready,
    Refusal,
    Refused,
    Remark,
    Reset,
    Result,
    View,
)
from arena.wire.spaces import check as check_space


class VersionError(WireError):
    """The message is of a protocol version that we do not speak."""


def encode(message: Message) -> list[Frame]:
    """The frames of ``message``. Raises :class:`WireError` where it is over a limit or holds what is not
    plain data.
    """
    header: dict[str, Any] = {"v": VERSION, "kind": message.kind, "match": message.match}
    header |= _ENCODERS[message.kind](message)
    frames: list[Frame] = [b""]
    if isinstance(message, Act | Action | Result | Observe | Input):
        header["blocks"], header["arrays"] = plain_blocks(message.blocks, frames)
    elif isinstance(message, View) and message.picture is not None:
        frames.append(message.picture.data)
    try:
        packed: bytes = msgpack.packb(header)
    except (TypeError, ValueError, OverflowError) as error:
        raise WireError(f"a {message.kind} message holds what MessagePack cannot: {error}") from None
    if len(packed) > limits.HEADER_BYTES or len(frames) > limits.PARTS:
        raise WireError(
            f"a {message.kind} message has a header of {len(packed)} bytes and {len(frames) - 1} arrays; "
            f"at most {limits.HEADER_BYTES} and {limits.ARRAYS} are allowed"
        )
    frames[0] = packed
    return frames


def decode(frames: Sequence[Any]) -> Message:
    """The message in ``frames`` (bytes-like). Arrays are read-only views of the frames.

    Raises :class:`VersionError` for another protocol version, else :class:`WireError` naming what is wrong.
    """
    header = _header(frames)
    if header.data.get("v") != VERSION:
        raise VersionError(
            f"the message is of protocol version {header.data.get('v')!r}; this end speaks {VERSION}"
        )
    kind = header.text("kind")
    header.where = f"a {kind} message"
    if kind in _BLOCK_DECODERS:
        columns, decoder = _BLOCK_DECODERS[kind]
        return decoder(header, read_blocks(header, frames, columns, ARRAY_FIELDS[kind]))
    if kind == "view":
        return _decode_view(header, frames)
    if kind not in _DECODERS:
        known = ", ".join([*_DECODERS, *_BLOCK_DECODERS, "view"])
        raise WireError(f"unknown kind of message {kind!r}; known: {known}")
    if len(frames) > 1:
        raise WireError(f"a {kind} message comes with {len(frames) - 1} arrays; it has none")
    return _DECODERS[kind](header)


def match_of(frames: Sequence[Any]) -> str:
    """The match a message claims to belong to, as far as that can be read; else empty."""
    try:
        return _header(frames).text("match")
    except WireError:
        return ""


def _header(frames: Sequence[Any]) -> Fields:
    if not 1 <= len(frames) <= limits.PARTS:
        raise WireError(
            f"a message has {len(frames)} frames; allowed are a header and up to {limits.ARRAYS} arrays"
        )
    if len(frames[0]) > limits.HEADER_BYTES:
        raise WireError(f"a header has {len(frames[0])} bytes, at most {limits.HEADER_BYTES} are allowed")
    if sum(map(len, frames)) > limits.MESSAGE_BYTES:
        raise WireError(f"a message has more than {limits.MESSAGE_BYTES} bytes")
    try:
        data = msgpack.unpackb(
            frames[0],
            max_array_len=limits.LIST_ITEMS,
            max_map_len=limits.MAP_ITEMS,
            max_ext_len=0,
            ext_hook=_no_extension,
        )
    except WireError:
        raise
    except (ValueError, TypeError, OverflowError, msgpack.UnpackException) as error:
        raise WireError(
            f"a header is not MessagePack within the limits: {str(error) or type(error).__name__}"
        ) from None
    return Fields(data, "a message")


def _no_extension(code: int, _data: bytes) -> Any:
    raise WireError(f"a header holds MessagePack extension type {code}; none are allowed")


# --- encoders: what each kind adds to the header ----------------------------------------------------------


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
        header["position"] = message.position
    return header


def _encode_action(message: Action) -> dict[str, Any]:
    return {"abstain": message.abstain} if message.abstain else {}


def _encode_result(message: Result | Observe) -> dict[str, Any]:
    return {"episode": message.episode, "tick": message.tick}


def _encode_end(message: End) -> dict[str, Any]:
    return {
        "episode": message.episode,
        "reason": message.reason,
        "ticks": message.ticks,
        "ranks": dict(message.ranks),
        "returns": dict(message.returns),
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
        "snapshot": message.snapshot,
        "table": dict(message.table),
    }
    if message.picture is not None:
        header["picture"] = {"size": message.picture.size, "encoding": message.picture.encoding}
    return header


def _encode_input(message: Input) -> dict[str, Any]:
    return {"episode": message.episode, "number": message.number}


def _encode_command(message: Command) -> dict[str, Any]:
    return {"agent": message.agent, "command": message.command}


def _plain_groups(groups: Sequence[Group]) -> list[dict[str, Any]]:
    return [{"agents": g.agents, "observation": g.observation, "action": g.action} for g in groups]


# --- decoders ----------------------------------------------------------------------------------------------


def _decode_hello(header: Fields) -> Hello:
    return Hello(
        match=header.text("match"),
        game=header.text("game"),
        paradigm=header.text("paradigm"),
        groups=_groups(header),
        versions=header.integers("versions"),
        options=header.table("options", str, "text"),
        client=header.text("client", default=""),
    )


def _decode_ready(header: Fields) -> Ready:
    policy = Fields(header.data.get("policy", {}), "'policy' of a ready message")
    return Ready(
        match=header.text("match"),
        episode=header.integer("episode") if "episode" in header.data else None,
        version=header.integer("version", default=VERSION),
        policy=Policy(
            id=policy.text("id", default=""),
            name=policy.text("name", default=""),
            description=policy.text("description", limits.TEXT_CHARS, default=""),
            label=policy.text("label", default=""),
            backend=policy.text("backend", default=""),
            deterministic=policy.flag("deterministic", default=False),
        ),
        wants=header.texts("wants", default=[]),
        groups=_groups(header) if "groups" in header.data else (),
    )


def _decode_refused(header: Fields) -> Refused:
    reason = header.text("reason")
    try:
        known = Refusal(reason)
    except ValueError:
        known = Refusal.UNSUPPORTED  # a code of a later revision: the sentence still tells
    return Refused(header.text("match"), known, header.text("message", limits.TEXT_CHARS, default=reason))


def _decode_reset(header: Fields) -> Reset:
    return Reset(
        match=header.text("match"),
        episode=header.integer("episode"),
        seeds=header.table("seeds", int, "whole numbers"),
        mid_episode=header.flag("mid_episode", default=False),
    )


def _decode_end(header: Fields) -> End:
    return End(
        match=header.text("match"),
        episode=header.integer("episode"),
        reason=header.text("reason", limits.TEXT_CHARS),
        ticks=header.integer("ticks"),
        ranks=header.table("ranks", int, "whole numbers"),
        returns=header.table("returns", (int, float), "numbers"),
    )


def _decode_bye(header: Fields) -> Bye:
    return Bye(
        match=header.text("match"),
        agents=header.texts("agents", default=[]),
        message=header.text("message", limits.TEXT_CHARS, default=""),
    )


def _decode_act(header: Fields, blocks: tuple[Block, ...]) -> Act:
    clocks = header.table("clocks", list, "[seconds left, seconds added]")
    if not all(
        len(pair) == 2 and all(type(part) in {int, float} for part in pair) for pair in clocks.values()
    ):
        raise WireError("'clocks' of an act message must hold [seconds left, seconds added]")
    return Act(
        match=header.text("match"),
        episode=header.integer("episode"),
        tick=header.integer("tick"),
        blocks=blocks,
        budget_s=header.seconds("budget_s"),
        clocks={agent: (float(left), float(added)) for agent, (left, added) in clocks.items()},
        position=header.data.get("position"),
    )


def _decode_action(header: Fields, blocks: tuple[Block, ...]) -> Action:
    return Action(header.text("match"), blocks, header.integers("abstain", default=[]))


def _decode_result(header: Fields, blocks: tuple[Block, ...]) -> Result:
    return Result(header.text("match"), header.integer("episode"), header.integer("tick"), blocks)


def _decode_observe(header: Fields, blocks: tuple[Block, ...]) -> Observe:
    return Observe(header.text("match"), header.integer("episode"), header.integer("tick"), blocks)


def _decode_join(header: Fields) -> Join:
    return Join(
        match=header.text("match", default=""),
        token=header.text("token", limits.TOKEN_CHARS, default=""),
        resume=header.text("resume", limits.TOKEN_CHARS, default=""),
        name=header.text("name", default=""),
        role=header.text("role", default="bot"),
        versions=header.integers("versions"),
        client=header.text("client", default=""),
    )


def _decode_joined(header: Fields) -> Joined:
    return Joined(
        match=header.text("match", default=""),
        resume=header.text("resume", limits.TOKEN_CHARS),
        name=header.text("name", default=""),
        place=header.text("place", limits.TEXT_CHARS, default=""),
        games=header.texts("games", default=[]),
        version=header.integer("version", default=VERSION),
    )


def _decode_ping(header: Fields) -> Ping:
    return Ping(header.integer("number"), header.text("match", default=""))


def _decode_pong(header: Fields) -> Pong:
    return Pong(header.integer("number"), header.text("match", default=""))


def _decode_remark(header: Fields) -> Remark:
    return Remark(
        header.text("match", default=""),
        header.text("message", limits.TEXT_CHARS),
        header.text("level", default="info"),
    )


def _decode_command(header: Fields) -> Command:
    return Command(header.text("match"), header.text("agent"), header.text("command"))


def _decode_view(header: Fields, frames: Sequence[Any]) -> View:
    table = header.data.get("table", {})
    if not isinstance(table, dict):
        raise WireError("'table' of a view message must be a map")
    picture = None
    if "picture" in header.data:
        picture = _picture(Fields(header.data["picture"], "'picture' of a view message"), frames)
    elif len(frames) > 1:
        raise WireError(f"a view message without 'picture' comes with {len(frames) - 1} frames; it has none")
    return View(
        match=header.text("match"),
        episode=header.integer("episode"),
        tick=header.integer("tick"),
        snapshot=header.data.get("snapshot"),
        picture=picture,
        table=table,
    )


def _picture(fields: Fields, frames: Sequence[Any]) -> Picture:
    size = fields.integers("size")
    if len(size) != 2 or not all(0 < side <= limits.PICTURE_SIDE for side in size):
        raise WireError(f"{fields.where} must have a size of two numbers from 1 to {limits.PICTURE_SIDE}")
    if len(frames) != 2:
        raise WireError(f"a view message with a picture comes with {len(frames) - 1} frames; it has one")
    encoding = fields.text("encoding")
    if encoding not in {"zstd", "raw"}:
        raise WireError(f"a picture is encoded as {encoding!r}; known are zstd and raw")
    return Picture((size[0], size[1]), encoding, frames[1])


def _decode_input(header: Fields, blocks: tuple[Block, ...]) -> Input:
    return Input(header.text("match"), header.integer("episode"), header.integer("number"), blocks)


def _groups(header: Fields) -> tuple[Group, ...]:
    groups = []
    for number, data in enumerate(header.rows("groups")):
        group = Fields(data, f"group {number} of {header.where}")
        for name in ("observation", "action"):
            check_space(group.data.get(name))
        groups.append(Group(group.texts("agents"), group.data["observation"], group.data["action"]))
    agents = [agent for group in groups for agent in group.agents]
    if not agents or len(set(agents)) < len(agents) or len(agents) > limits.SEATS:
        raise WireError(f"the groups of {header.where} must name 1 to {limits.SEATS} agents, each once")
    return tuple(groups)


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

_DECODERS: Mapping[str, Callable[[Fields], Message]] = {
    "hello": _decode_hello,
    "ready": _decode_ready,
    "refused": _decode_refused,
    "reset": _decode_reset,
    "end": _decode_end,
    "bye": _decode_bye,
    "join": _decode_join,
    "joined": _decode_joined,
    "ping": _decode_ping,
    "pong": _decode_pong,
    "remark": _decode_remark,
    "command": _decode_command,
}

_BLOCK_DECODERS: Mapping[str, tuple[tuple[str, ...], Callable[[Fields, tuple[Block, ...]], Message]]] = {
    "act": (("agents", "ids"), _decode_act),
    "action": (("ids",), _decode_action),
    "result": (("agents", "sources"), _decode_result),
    "observe": (("agents", "sources"), _decode_observe),
    "input": (("agents",), _decode_input),
}
"""Kinds with arrays: the columns that their blocks must have, and how to read the rest."""
