"""PNG files with a palette, still and moving, small enough for a repository (PNG, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
import pygame
from numpy.typing import NDArray

COLOURS = 64


def still(image: pygame.Surface) -> bytes:
    """One picture."""
    palette = colours_of([image])
    return _file(
        [(b"PLTE", palette.tobytes()), (b"IDAT", _packed(indices(image, palette)))], image.get_size()
    )


def moving(images: Sequence[pygame.Surface], frames_per_s: int) -> bytes:
    """A clip without end: an animated PNG; each frame stores only what differs from the one before."""
    palette = colours_of(images[:: max(1, len(images) // 12)])
    chunks = [(b"PLTE", palette.tobytes()), (b"acTL", struct.pack(">II", len(images), 0))]
    shown, number = None, 0
    for image in images:
        now = indices(image, palette)
        left, top, part = (0, 0, now) if shown is None else _difference(shown, now)
        height, width = part.shape
        told = struct.pack(">IIIIIHHBB", number, width, height, left, top, 1, frames_per_s, 0, 0)
        chunks.append((b"fcTL", told))
        number += 1
        if shown is None:
            chunks.append((b"IDAT", _packed(part)))
        else:
            chunks.append((b"fdAT", struct.pack(">I", number) + _packed(part)))
            number += 1
        shown = now
    return _file(chunks, images[0].get_size())


def _difference(before: NDArray[np.uint8], now: NDArray[np.uint8]) -> tuple[int, int, NDArray[np.uint8]]:
    """The smallest rectangle that holds every pixel that changed, and its left and top."""
    ys, xs = np.nonzero(before != now)
    if not len(ys):
        return 0, 0, now[:1, :1]
    top, bottom, left, right = ys.min(), ys.max() + 1, xs.min(), xs.max() + 1
    return int(left), int(top), now[top:bottom, left:right]


def _packed(pixels: NDArray[np.uint8]) -> bytes:
    lines = np.zeros((pixels.shape[0], pixels.shape[1] + 1), np.uint8)  # each line begins with filter type 0
    lines[:, 1:] = pixels
    return zlib.compress(lines.tobytes(), 9)


def _file(chunks: Sequence[tuple[bytes, bytes]], size: tuple[int, int]) -> bytes:
    whole = [(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 3, 0, 0, 0)), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in whole
    )


def indices(image: pygame.Surface, palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each pixel's nearest colour, shape ``(height, width)``."""
    pixels = np.swapaxes(pygame.surfarray.array3d(image), 0, 1)
    packed = (pixels.astype(np.uint32) << np.array([16, 8, 0], np.uint32)).sum(axis=2)
    distinct, inverse = np.unique(packed, return_inverse=True)
    colours = np.stack([distinct >> 16, distinct >> 8 & 255, distinct & 255], axis=1).astype(np.int32)
    nearest = np.concatenate(
        [
            ((part[:, None] - palette[None].astype(np.int32)) ** 2).sum(axis=2).argmin(axis=1)
            for part in np.array_split(colours, max(1, len(colours) // 4096))
        ]
    )
    return nearest.astype(np.uint8)[inverse.reshape(packed.shape)]


def colours_of(images: Sequence[pygame.Surface]) -> NDArray[np.uint8]:
    """At most ``COLOURS`` colours: k-means from those far apart and frequent."""
    pixels = np.concatenate([pygame.surfarray.array3d(image).reshape(-1, 3) for image in images])
    distinct, counts = np.unique(pixels, axis=0, return_counts=True)
    points = distinct.astype(np.float32)
    centres = points[[0]]
    distance = np.full(len(points), np.inf, np.float32)
    while len(centres) < min(COLOURS, len(points)):
        distance = np.minimum(distance, ((points - centres[-1]) ** 2).sum(axis=1))
        centres = np.vstack([centres, points[np.argmax(distance * np.sqrt(counts))]])
    for _ in range(12):
        nearest = ((points[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        weights = np.maximum(np.bincount(nearest, counts, len(centres)), 1e-9)
        sums = [np.bincount(nearest, counts * points[:, channel], len(centres)) for channel in range(3)]
        centres = (np.stack(sums, axis=1) / weights[:, None]).astype(np.float32)
    return centres.round().astype(np.uint8)
