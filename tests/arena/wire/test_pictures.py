from __future__ import annotations

import contextlib

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from arena.errors import WireError
from arena.wire import limits
from arena.wire.codec import decode, encode
from arena.wire.messages import Picture, View
from arena.wire.pictures import check_picture, compress, pixels


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
@settings(deadline=None)
def test_a_picture_comes_back_pixel_by_pixel(frame):
    view = View("M1", 0, 3, picture=compress(frame), table={"scores": {"a": 1}})
    again = decode([bytes(part) for part in encode(view)])
    assert isinstance(again, View)
    assert again.picture is not None
    assert np.array_equal(pixels(again.picture), frame)
    assert again.table == {"scores": {"a": 1}}


def test_a_view_into_a_larger_surface_is_compressed_too():
    frame = np.arange(6 * 8 * 3, dtype=np.uint8).reshape(6, 8, 3)
    assert np.array_equal(pixels(compress(frame[::2, 1:5])), frame[::2, 1:5])
    assert np.array_equal(pixels(compress(frame.transpose(1, 0, 2))), frame.transpose(1, 0, 2))


def test_plain_pixels_are_taken_as_they_are():
    frame = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    assert np.array_equal(pixels(Picture((2, 2), "raw", frame.tobytes())), frame)


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((2, 2, 4), np.uint8),
        np.zeros((2, 2, 3), np.float32),
        np.zeros((0, 2, 3), np.uint8),
        np.zeros((1, limits.PICTURE_SIDE + 1, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(frame):
    with pytest.raises(WireError, match="a picture"):
        compress(frame)


def bomb():
    """A quarter of a gigabyte of nothing in a few kilobytes that claims to be a small picture."""
    return zstandard.ZstdCompressor(level=1).compress(bytes(2**28))


def unmeasured():
    packer = zstandard.ZstdCompressor(level=1, write_content_size=False)
    return packer.compress(bytes(12))


@pytest.mark.parametrize(
    ("encoding", "data", "words"),
    [
        ("zstd", bomb(), "claims 268435456 bytes"),
        ("zstd", unmeasured(), "does not say how long it is"),
        ("zstd", b"", "no Zstandard frame"),
        ("zstd", b"rubbish that is long enough", "no Zstandard frame"),
        ("raw", bytes(11), "claims 11 bytes"),
        ("raw", bytes(13), "claims 13 bytes"),
    ],
)
def test_a_length_that_is_not_the_sizes_is_refused_before_anything_is_unpacked(encoding, data, words):
    with pytest.raises(WireError, match=words):
        check_picture(Picture((2, 2), encoding, data))
    with pytest.raises(WireError, match=words):
        decode([bytes(part) for part in encode(View("M", 0, 0, picture=Picture((2, 2), encoding, data)))])


def test_a_frame_that_lies_about_its_length_or_breaks_off_is_refused():
    good = zstandard.ZstdCompressor(level=1).compress(bytes(range(12)))
    for data in (good[:-1], good[:6]):
        with pytest.raises(WireError, match=r"cannot be decompressed|no Zstandard"):
            pixels(Picture((2, 2), "zstd", data))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_mutated_picture_is_a_picture_or_a_wire_error(data):
    raw = bytearray(compress(np.arange(300, dtype=np.uint8).reshape(10, 10, 3)).data)
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):
        assert pixels(Picture((10, 10), "zstd", bytes(raw))).shape == (10, 10, 3)
