"""Frames to messages.

Trusts nothing: sizes, nesting, types and the agreement of header and frames are checked before anything is
made of them, and whatever is wrong is a :class:`WireError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgpack

from arena.errors import WireError
from arena.wire import limits
from arena.wire.blocks import read_blocks
from arena.wire.fields import Fields
from arena.wire.messages import (
    ARRAY_FIELDS,
    COMMANDS,
    LEVELS,
    ROLES,
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
from arena.wire.pictures import ENCODINGS, check_picture
from arena.wire.repeats import Repeats
from arena.wire.spaces import check as check_space


class VersionError(WireError):
    """The message is of a protocol version that we do not speak."""


class UnknownKindError(WireError):
    """The message is well-formed, but of a kind from after our time: it may be passed over."""


def decode(frames: Sequence[Any]) -> Message:
    """The message in ``frames`` (bytes-like). Arrays are read-only views of the frames.

    Raises :class:`VersionError` for another protocol version, :class:`UnknownKindError` for a kind that is
    not known, else :class:`WireError` naming what is wrong.
    """
    header = _header(frames)
    if header.data.get("v") != VERSION:
        raise VersionError(
            f"the message is of protocol version {header.data.get('v')!r}; this end speaks {VERSION}"
        )
    kind = header.text("kind")
    known = _repeats.recall(kind, header.data, frames)
    return known if known is not None else _decode(kind, header.data, frames)


_repeats = Repeats()


def _decode(kind: str, data: dict[Any, Any], frames: Sequence[Any]) -> Message:
    header = Fields(data, f"a {kind} message")
    if kind in _BLOCK_DECODERS:
        columns, decoder = _BLOCK_DECODERS[kind]
        message = decoder(header, read_blocks(header, frames, columns, ARRAY_FIELDS[kind]))
        if isinstance(message, Act | Action):
            _repeats.learn(data, message)
        return message
    if kind == "view":
        return _decode_view(header, frames)
    if kind not in _DECODERS:
        known = ", ".join([*_DECODERS, *_BLOCK_DECODERS, "view"])
        raise UnknownKindError(f"unknown kind of message {kind!r}; known: {known}")
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


def _decode_hello(header: Fields) -> Hello:
    return Hello(
        match=header.text("match"),
        game=header.text("game"),
        paradigm=header.text("paradigm"),
        groups=_groups(header),
        versions=header.integers("versions"),
        options=header.table("options", str, "text"),
        client=header.sentence("client", default=""),
    )


def _decode_ready(header: Fields) -> Ready:
    policy = Fields(header.data.get("policy", {}), "'policy' of a ready message")
    return Ready(
        match=header.text("match"),
        episode=header.integer("episode") if "episode" in header.data else None,
        version=header.integer("version", default=VERSION),
        policy=Policy(
            id=policy.sentence("id", default=""),
            name=policy.sentence("name", default=""),
            description=policy.sentence("description", limits.TEXT_CHARS, default=""),
            label=policy.sentence("label", default=""),
            backend=policy.sentence("backend", default=""),
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
    return Refused(header.text("match"), known, header.sentence("message", limits.TEXT_CHARS, default=reason))


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
        reason=header.sentence("reason", limits.TEXT_CHARS),
        ticks=header.integer("ticks"),
        ranks=header.table("ranks", int, "whole numbers"),
        returns=header.table("returns", (int, float), "numbers"),
        late=header.table("late", int, "whole numbers"),
        illegal=header.table("illegal", int, "whole numbers"),
        clipped=header.table("clipped", int, "whole numbers"),
    )


def _decode_bye(header: Fields) -> Bye:
    return Bye(
        match=header.text("match"),
        agents=header.texts("agents", default=[]),
        message=header.sentence("message", limits.TEXT_CHARS, default=""),
    )


def _decode_act(header: Fields, blocks: tuple[Block, ...]) -> Act:
    clocks = header.table("clocks", list, "[seconds left, seconds added]")
    if clocks and not all(
        len(pair) == 2 and all(type(part) in {int, float} for part in pair) for pair in clocks.values()
    ):
        raise WireError("'clocks' of an act message must hold [seconds left, seconds added]")
    return Act(
        match=header.text("match"),
        episode=header.integer("episode"),
        tick=header.integer("tick"),
        blocks=blocks,
        budget_s=header.seconds("budget_s"),
        clocks={agent: (float(left), float(added)) for agent, (left, added) in clocks.items()}
        if clocks
        else clocks,
        position=header.plain("position"),
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
        name=header.sentence("name", default=""),
        role=header.word("role", ROLES, default="bot"),
        versions=header.integers("versions"),
        client=header.sentence("client", default=""),
    )


def _decode_joined(header: Fields) -> Joined:
    return Joined(
        match=header.text("match", default=""),
        resume=header.text("resume", limits.TOKEN_CHARS),
        name=header.sentence("name", default=""),
        place=header.sentence("place", limits.TEXT_CHARS, default=""),
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
        header.sentence("message", limits.TEXT_CHARS),
        header.word("level", LEVELS, default="info"),
    )


def _decode_command(header: Fields) -> Command:
    return Command(header.text("match"), header.text("agent"), header.word("command", COMMANDS))


def _decode_view(header: Fields, frames: Sequence[Any]) -> View:
    table = header.plain("table") or {}
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
        snapshot=header.plain("snapshot"),
        picture=picture,
        table=table,
    )


def _picture(fields: Fields, frames: Sequence[Any]) -> Picture:
    size = fields.integers("size")
    if len(size) != 2 or not all(0 < side <= limits.PICTURE_SIDE for side in size):
        raise WireError(f"{fields.where} must have a size of two numbers from 1 to {limits.PICTURE_SIDE}")
    if len(frames) != 2:
        raise WireError(f"a view message with a picture comes with {len(frames) - 1} frames; it has one")
    picture = Picture((size[0], size[1]), fields.word("encoding", ENCODINGS), frames[1])
    check_picture(picture)
    return picture


def _decode_input(header: Fields, blocks: tuple[Block, ...]) -> Input:
    return Input(header.text("match"), header.integer("episode"), header.integer("number"), blocks)


def _groups(header: Fields) -> tuple[Group, ...]:
    groups = []
    for number, data in enumerate(header.rows("groups")):
        group = header.inner(data, "group", number)
        for name in ("observation", "action"):
            check_space(group.data.get(name))
        groups.append(Group(group.texts("agents"), group.data["observation"], group.data["action"]))
    agents = [agent for group in groups for agent in group.agents]
    if not agents or len(set(agents)) < len(agents) or len(agents) > limits.SEATS:
        raise WireError(f"the groups of {header.where} must name 1 to {limits.SEATS} agents, each once")
    return tuple(groups)


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
