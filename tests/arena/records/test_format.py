"""Record files: what is written comes back, and what is broken ends the record instead of inventing one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arena.errors import RecordError
from arena.ids import new_ulid
from arena.records import writer as writer_module
from arena.records.format import BlockCodec, pack_preamble, payload_hash
from arena.records.reader import RecordReader, is_being_written
from arena.records.record import Record, Status, find_record
from arena.records.writer import RecordWriter

STREAM = "match/01ARZ3NDEKTSV4RRFFQ69G5FAV/"


def file_of(blocks: list[list[bytes]]) -> bytes:
    codec, first, parts = BlockCodec(), 0, [pack_preamble(STREAM)]
    for block in blocks:
        parts.append(codec.pack(first, block))
        first += len(block)
    return b"".join(parts)


def read(path: Path) -> tuple[list[bytes], bool]:
    with RecordReader(path) as reader:
        return list(reader.messages()), reader.damage is not None


blocks_of_messages = st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=5), max_size=5)
same_folder = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@same_folder
@given(blocks=blocks_of_messages)
def test_what_is_written_comes_back(tmp_path: Path, blocks: list[list[bytes]]) -> None:
    path = tmp_path / "x.arena"
    path.write_bytes(file_of(blocks))
    messages = [message for block in blocks for message in block]
    assert read(path) == (messages, False)
    with RecordReader(path) as reader:
        assert reader.stream == STREAM
        assert reader.next_seq == len(messages)
        for first in range(len(messages) + 1):
            assert list(reader.messages(first)) == messages[first:]


@same_folder
@given(blocks=blocks_of_messages, data=st.data())
def test_cut_off_anywhere_it_is_readable_to_its_last_whole_block(
    tmp_path: Path, blocks: list[list[bytes]], data: st.DataObject
) -> None:
    whole = file_of(blocks)
    size = data.draw(st.integers(0, len(whole)))
    path = tmp_path / "x.arena"
    path.write_bytes(whole[:size])
    expected, end = [], len(pack_preamble(STREAM))
    if size < end:
        with pytest.raises(RecordError):
            read(path)
        return
    for count in range(len(blocks) + 1):
        if len(file_of(blocks[:count])) <= size:
            expected, end = (
                [message for block in blocks[:count] for message in block],
                len(file_of(blocks[:count])),
            )
    assert read(path) == (expected, size != end)


@same_folder
@given(blocks=blocks_of_messages, data=st.data())
def test_a_flipped_bit_ends_the_record_and_never_changes_it(
    tmp_path: Path, blocks: list[list[bytes]], data: st.DataObject
) -> None:
    whole = bytearray(file_of(blocks))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "x.arena"
    path.write_bytes(whole)
    messages = [message for block in blocks for message in block]
    try:
        found, damaged = read(path)
    except RecordError:
        return
    assert found == messages[: len(found)]
    assert damaged
    assert len(found) < len(messages)


@same_folder
@given(junk=st.binary(max_size=200), behind=st.booleans())
def test_junk_is_never_a_record(tmp_path: Path, junk: bytes, behind: bool) -> None:
    path = tmp_path / "x.arena"
    path.write_bytes(pack_preamble(STREAM) + junk if behind else junk)
    if behind:
        assert read(path) == ([], bool(junk))
    else:
        with pytest.raises(RecordError):
            read(path)


def test_a_block_that_lies_about_its_size_is_damage(tmp_path: Path) -> None:
    import zlib

    from arena.records.format import HEADER_BYTES

    block = bytearray(BlockCodec().pack(0, [b"x" * 1000]))
    for field, value in ((24, 10), (24, 2**31)):  # bytes before compression
        forged = bytearray(block)
        forged[field : field + 4] = value.to_bytes(4, "little")
        forged[HEADER_BYTES - 4 : HEADER_BYTES] = zlib.crc32(forged[: HEADER_BYTES - 4]).to_bytes(4, "little")
        path = tmp_path / "x.arena"
        path.write_bytes(pack_preamble(STREAM) + forged)
        assert read(path) == ([], True)


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    import zlib

    head = bytearray(pack_preamble(STREAM))
    head[8:10] = (99).to_bytes(2, "little")
    head[-4:] = zlib.crc32(head[:-4]).to_bytes(4, "little")
    path = tmp_path / "x.arena"
    path.write_bytes(head)
    with pytest.raises(RecordError, match="schema 99"):
        RecordReader(path)


def test_equal_messages_have_an_equal_hash_however_they_are_cut() -> None:
    assert payload_hash([b"ab", b"c"]) == payload_hash(iter([b"ab", b"c"]))
    assert payload_hash([b"ab", b"c"]) != payload_hash([b"a", b"bc"])


def test_the_writer_writes_all_and_says_who_is_writing(tmp_path: Path) -> None:
    path = tmp_path / "x.arena"
    writer = RecordWriter.create(path, STREAM)
    messages = [f"message {number}".encode() for number in range(10_000)]
    assert [writer.append(message) for message in messages] == list(range(10_000))
    assert is_being_written(path)
    with pytest.raises(RecordError, match="another process"):
        RecordWriter.resume(path)
    writer.close()
    writer.close()
    assert not is_being_written(path)
    assert read(path) == (messages, False)


def test_a_closing_message_is_in_the_file_soon_without_more(tmp_path: Path) -> None:
    path = tmp_path / "x.arena"
    writer = RecordWriter.create(path, STREAM)
    writer.append(b"first", closes=True)
    assert writer.flush()
    assert read(path) == ([b"first"], False)
    writer.close()


def test_it_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "x.arena"
    path.write_bytes(b"precious")
    with pytest.raises(RecordError, match="exists"):
        RecordWriter.create(path, STREAM)
    assert path.read_bytes() == b"precious"


def test_resuming_cuts_off_what_is_torn_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "x.arena"
    whole = file_of([[b"a", b"b"], [b"c"]])
    path.write_bytes(whole[:-1])
    writer = RecordWriter.resume(path)
    assert (writer.stream, writer.next_seq) == (STREAM, 2)
    writer.append(b"C")
    writer.append(b"d")
    writer.close()
    assert read(path) == ([b"a", b"b", b"C", b"d"], False)


def test_unwritten_and_written_together_are_all(tmp_path: Path) -> None:
    path = tmp_path / "x.arena"
    writer = RecordWriter.create(path, STREAM)
    messages = [b"%d" % number for number in range(1000)]
    for message in messages:
        writer.append(message)
        start, tail = writer.unwritten(0, 5000)
        with RecordReader(path) as reader:
            written = list(reader.messages())
        # read in this order, the file can only have grown into the tail
        assert len(written) >= start
        assert written[:start] + tail == messages[: start + len(tail)]
        assert start + len(tail) == writer.next_seq
    writer.close()


def test_a_full_disk_ends_the_record_once_and_leaves_it_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.arena"
    writer = RecordWriter.create(path, STREAM)
    writer.append(b"before", closes=True)
    assert writer.flush()
    room = 20
    real_write = os.write

    def full(fd: int, data: memoryview) -> int:
        nonlocal room
        if room == 0:
            raise OSError(28, "No space left on device")
        taken = real_write(fd, data[:room])
        room -= taken
        return taken

    monkeypatch.setattr(os, "write", full)
    writer.append(b"lost", closes=True)
    assert not writer.flush()
    monkeypatch.undo()
    assert writer.fault is not None
    assert "No space left" in str(writer.fault)
    assert "at message 1" in str(writer.fault)
    assert writer.append(b"after") == 2  # the match goes on
    assert writer.unwritten(0, 10)[1] == []
    writer.close()
    assert read(path) == ([b"before"], False)


def test_a_place_that_cannot_be_written_is_said_at_once() -> None:
    with pytest.raises(RecordError, match="cannot write"):
        RecordWriter.create(Path("/proc/nowhere/x.arena"), STREAM)


def test_a_disk_that_does_not_answer_bounds_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    monkeypatch.setattr(writer_module, "BACKLOG_MAX", 10_000)
    stuck, entered = threading.Event(), threading.Event()
    real_write = os.write

    def slow(fd: int, data: memoryview) -> int:
        entered.set()
        stuck.wait(30)
        return real_write(fd, data)

    writer = RecordWriter.create(tmp_path / "x.arena", STREAM)
    monkeypatch.setattr(os, "write", slow)
    writer.append(b"x", closes=True)
    assert entered.wait(10)
    for _ in range(2000):
        writer.append(b"x" * 100)
    assert writer.fault is not None
    assert "does not keep up" in str(writer.fault)
    stuck.set()
    writer.close()


KILLED = textwrap.dedent("""
    import os, sys, itertools
    from pathlib import Path
    from arena.records.writer import RecordWriter
    writer = RecordWriter.create(Path(sys.argv[1]), sys.argv[2])
    for number in itertools.count():
        writer.append(b"message %d" % number)
        if number % 1000 == 999:
            writer.flush()
            print(number + 1, flush=True)
""")


@pytest.mark.parametrize("acknowledged", [1, 3, 10])
def test_killed_it_is_readable_to_what_was_flushed_and_beyond(tmp_path: Path, acknowledged: int) -> None:
    path = tmp_path / "x.arena"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path), STREAM], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        flushed = 0
        for _ in range(acknowledged):
            flushed = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    assert not is_being_written(path)
    messages, _ = read(path)
    assert len(messages) >= flushed
    assert messages == [b"message %d" % number for number in range(len(messages))]
    writer = RecordWriter.resume(path)
    assert writer.next_seq == len(messages)
    writer.append(b"more")
    writer.close()
    assert read(path) == ([*messages, b"more"], False)


def test_a_record_is_found_by_path_id_or_part_of_it(tmp_path: Path) -> None:
    ids = [new_ulid(), new_ulid()]
    for match_id in ids:
        RecordWriter.create(tmp_path / f"{match_id}.arena", f"match/{match_id}/").close()
    for match_id in ids:
        path = tmp_path / f"{match_id}.arena"
        assert find_record(str(path), tmp_path) == path
        assert find_record(match_id, tmp_path) == path
        assert find_record(match_id[-8:].lower(), tmp_path) == path
    with pytest.raises(RecordError, match="2 records"):
        find_record(ids[0][:5], tmp_path)
    with pytest.raises(RecordError.__base__, match=r"unknown record 'zzz'"):  # type: ignore[arg-type]
        find_record("zzz", tmp_path)


def test_a_file_without_a_whole_first_block_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / "x.arena"
    path.write_bytes(file_of([[b"\x80"]])[:-1])
    with Record(path) as record:
        assert record.status is Status.UNFINISHED
        with pytest.raises(RecordError, match="no header"):
            _ = record.header


def test_a_block_of_things_that_are_no_events_is_an_error_in_words(tmp_path: Path) -> None:
    path = tmp_path / "x.arena"
    for junk in (b"", b"\xc1", b"\x80", b"\x93\x01\x02", b"\xa4text"):
        path.write_bytes(file_of([[junk]]))
        with Record(path) as record, pytest.raises(RecordError):
            list(record.events())
