"""Drawn images on the wire: RGB, three bytes a pixel, row by row, compressed with Zstandard or plain.

How large a picture becomes is known from its size before anything is decompressed, and nothing that claims
another length, or none, is decompressed at all.
"""

from __future__ import annotations

import numpy as np
import zstandard
from numpy.typing import NDArray

from arena.errors import WireError
from arena.wire import limits
from arena.wire.messages import Picture

ENCODINGS = ("zstd", "raw")
LEVEL = 1
"""Of Zstandard: a drawn board shrinks to a fiftieth in about a millisecond; higher ones take longer."""


def compress(frame: NDArray[np.uint8], level: int = LEVEL) -> Picture:
    """The picture of ``frame``, uint8 of shape (height, width, 3).

    Raises :class:`WireError` for another type or shape, or a side that is none or too long.
    """
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
        raise WireError(
            f"a picture is uint8 of shape (height, width, 3), not {frame.dtype} of shape {frame.shape}"
        )
    height, width = frame.shape[:2]
    if not all(0 < side <= limits.PICTURE_SIDE for side in (height, width)):
        raise WireError(
            f"a picture has {width} x {height} pixels; each side may have 1 to {limits.PICTURE_SIDE}"
        )
    data = zstandard.ZstdCompressor(level=level).compress(np.ascontiguousarray(frame).data)
    return Picture((width, height), "zstd", data)


def check_picture(picture: Picture) -> None:
    """Raise :class:`WireError` unless the picture's data claim to be as long as its size says."""
    width, height = picture.size
    size = width * height * 3
    if picture.encoding == "raw":
        held = len(picture.data)
    else:
        try:
            held = zstandard.frame_content_size(picture.data)
        except zstandard.ZstdError as error:
            raise WireError(f"a picture is no Zstandard frame: {error}") from None
    if held != size:
        claim = f"claims {held} bytes" if held >= 0 else "does not say how long it is"
        raise WireError(f"a picture of {width} x {height} pixels has {size} bytes, but its frame {claim}")


def pixels(picture: Picture) -> NDArray[np.uint8]:
    """The pixels, uint8 of shape (height, width, 3), perhaps read-only.

    Raises :class:`WireError` for data that do not decompress to what they claim.
    """
    check_picture(picture)
    width, height = picture.size
    data = picture.data
    if picture.encoding != "raw":
        decompressor = zstandard.ZstdDecompressor(max_window_size=limits.PICTURE_WINDOW_BYTES)
        try:
            data = decompressor.decompress(data, max_output_size=width * height * 3)
        except zstandard.ZstdError as error:
            raise WireError(f"a picture cannot be decompressed: {error}") from None
    flat = np.frombuffer(data, np.uint8)
    if flat.size != width * height * 3:
        raise WireError(f"a picture of {width} x {height} pixels became {flat.size} bytes")
    return flat.reshape(height, width, 3)
