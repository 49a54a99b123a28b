"""Streams that nobody records: late listeners get what is kept, and recorders leave them alone."""

from __future__ import annotations

import time
from pathlib import Path

from arena.bus.events import decode, encode
from arena.bus.publisher import Publisher
from arena.bus.recent import Recent
from arena.bus.recorder import Recorder
from arena.bus.tail import Tail
from arena.records.format import BlockCodec


def event(seq: int) -> bytes:
    return encode("figures", seq, 0.0, {"total": seq})


def test_what_is_kept_can_be_asked_for_and_what_is_not_is_lost() -> None:
    recent, codec = Recent(kept=10), BlockCodec()
    assert (recent.next_seq, recent.blocks(0)) == (0, [])
    for seq in range(25):
        recent.append(event(seq))
    assert recent.next_seq == 25
    (block,) = recent.blocks(20) or []
    first, messages = codec.unpack_whole(block)
    assert (first, [decode(message)["seq"] for message in messages]) == (20, list(range(20, 25)))
    assert len(codec.unpack_whole((recent.blocks(15) or [b""])[0])[1]) == 10
    assert recent.blocks(14) is None
    assert recent.blocks(25) == []


def test_a_late_listener_hears_all_and_a_recorder_writes_nothing(tmp_path: Path) -> None:
    recent = Recent()
    publisher = Publisher("server/01TEST/", recent, live=True, linger_s=0.0)
    try:
        for seq in range(5):
            recent.append(event(seq))
            publisher.send("figures", event(seq))
        with Tail("server/", from_start=True) as tail, Recorder(tmp_path / "records") as recorder:
            heard: list[int] = []
            give_up = time.monotonic() + 20
            while len(heard) < 5:
                assert time.monotonic() < give_up, heard
                recorder.run_once(0.0)
                heard += [found["seq"] for _, found in tail.poll(0.1)]
            assert heard == list(range(5))
            assert recorder.recordings == {}
        assert list((tmp_path / "records").iterdir()) == []
    finally:
        publisher.close()
