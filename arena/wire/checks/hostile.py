"""Checks of what must not hurt: messages that nobody can read, or that are far too large."""

from __future__ import annotations

import msgpack

from arena.wire import limits
from arena.wire.checks.bench import Bench
from arena.wire.checks.check import Failed
from arena.wire.checks.dialogue import Dialogue, read, shown
from arena.wire.messages import VERSION, Refusal, Refused

_GARBAGE: tuple[list[bytes], ...] = (
    [b""],
    [b"\x00"],
    [b"GET / HTTP/1.1\r\n\r\n"],
    [bytes(range(256))],
    [msgpack.packb([1, 2, 3])],
    [msgpack.packb({"v": VERSION})],
    [msgpack.packb({"v": VERSION, "kind": "hello", "match": 7})],
    [msgpack.packb({"v": VERSION, "kind": "act", "match": "check", "blocks": []})[:-4]],
    [b"\x91" * 50_000],
    [b"\xdd\x00\x01\x80\x00" + b"\x90" * (96 * 1024)],
    [msgpack.packb({"v": VERSION, "kind": "act", "match": "check"}), b"\xff" * 100],
)
"""No message: no MessagePack, no map, not whole, nested too deeply, lists without end."""


def garbage(bench: Bench) -> str:
    """What cannot be read does no harm."""
    dialogue = bench.dialogue()
    dialogue.begin()
    for frames in _GARBAGE:
        dialogue.peer.send(frames)
    _drain(dialogue)
    if not bench.alive():
        raise Failed("it answers no greeting any more")
    return f"{len(_GARBAGE)} messages that are none"


def _drain(dialogue: Dialogue) -> None:
    """Take what comes in answer, which may be anything."""
    while dialogue.peer.receive(0.2) is not None:
        pass


def malformed(bench: Bench) -> str:
    """A message without what it must have is refused as malformed, and the next one is answered."""
    dialogue = bench.dialogue()
    dialogue.begin()
    broken = {
        "v": VERSION,
        "kind": "act",
        "match": dialogue.match,
        "episode": "one",
        "blocks": 7,
        "arrays": 7,
    }
    dialogue.peer.send([msgpack.packb(broken)])
    refusal = _refusal(dialogue)
    if refusal.reason is not Refusal.MALFORMED:
        raise Failed(shown(refusal))
    another = bench.dialogue()
    another.begin()
    another.ask(another.act(bench.cast.batches[0]))
    another.bye()
    return ""


def _refusal(dialogue: Dialogue) -> Refused:
    found = dialogue.peer.receive(dialogue.patience_s)
    if found is None:
        raise Failed("silence")
    message = read(found[0])
    if not isinstance(message, Refused):
        raise Failed(shown(message))
    return message


def unknown(bench: Bench) -> str:
    """Fields and kinds of a later revision are passed over."""
    dialogue = bench.dialogue()
    dialogue.greet(x_later={"revision": [1, 2]})
    dialogue.reset()
    dialogue.peer.send([msgpack.packb({"v": VERSION, "kind": "x_later", "match": dialogue.match, "n": 1})])
    dialogue.ask(dialogue.act(bench.cast.batches[0]), x_later=None)
    dialogue.bye()
    return ""


def oversize(bench: Bench) -> str:
    """A part above the limit, and a message of very many parts: others can still be served."""
    header = msgpack.packb({"v": VERSION, "kind": "act", "match": "check", "blocks": [], "arrays": []})
    for frames in ([header, bytes(limits.ARRAY_BYTES + 1)], [header, *[b"x"] * (limits.PARTS * 4)]):
        dialogue = bench.dialogue(peer=bench.renew())
        dialogue.peer.send(frames)
        try:
            dialogue.peer.receive(0.25)  # refused, cut off or passed over: all may be
        except Failed:
            continue
    if not bench.alive():
        raise Failed("it answers no greeting any more")
    return f"a part of {limits.ARRAY_BYTES + 1} bytes, and {limits.PARTS * 4} parts"
