"""Pictures: through the ring unharmed, and from surfaces as `rgb_array` would have them."""

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest

from arena.games import catalog, shared_memory
from arena.games.contract import Frame
from arena.games.frames import FrameReader, FrameWriter
from arena.games.local_host import LocalHost
from arena.games.rendering import Camera
from tests.arena.games.playing import play


def pair(height: int, width: int) -> tuple[FrameWriter, FrameReader]:
    writer = FrameWriter(height, width)
    return writer, FrameReader(writer.path, height, width)


def rgb(frame: Frame | None) -> np.ndarray[Any, Any]:
    assert frame is not None
    assert (frame.pixels[..., 3] == 255).all()
    return frame.pixels[..., 2::-1] if frame.order == "BGRA" else frame.pixels[..., :3]


def test_the_newest_frame_comes_out_as_it_went_in() -> None:
    writer, reader = pair(4, 6)
    assert reader.newest(0) is None
    picture = np.random.default_rng(1).integers(0, 255, (4, 6, 3), np.uint8)
    assert writer.write_rgb(np.zeros((4, 6, 3), np.uint8)) == 1
    assert writer.write_rgb(picture) == 2
    frame = reader.newest(1)
    assert frame is not None
    assert frame.number == 2
    assert np.array_equal(rgb(frame), picture)
    assert reader.newest(2) is None
    kept = frame.pixels.copy()
    for _ in range(5):
        writer.write_rgb(255 - picture)
    assert np.array_equal(frame.pixels, kept)
    reader.close()
    writer.close()


def test_words_of_a_surface_keep_their_order_and_become_opaque() -> None:
    writer, reader = pair(1, 2)
    writer.write_words(np.array([[0x00112233, 0x80445566]], np.uint32), "BGRA")
    frame = reader.newest(0)
    assert frame is not None
    assert rgb(frame).tolist() == [[[0x11, 0x22, 0x33], [0x44, 0x55, 0x66]]]
    reader.close()
    writer.close()


def test_the_file_is_gone_as_soon_as_it_is_open_on_both_sides() -> None:
    writer, reader = pair(2, 2)
    assert not writer.path.exists()
    reader.close()
    writer.close()
    unread = FrameWriter(2, 2)
    assert unread.path.exists()
    unread.close()
    assert not unread.path.exists()


def test_no_torn_frame_is_handed_out() -> None:
    writer, reader = pair(200, 300)
    stop = threading.Event()

    def write() -> None:
        value = 0
        while not stop.is_set():
            value = (value + 1) % 256
            writer.write_words(np.full((200, 300), value, np.uint32), "BGRA")

    thread = threading.Thread(target=write)
    thread.start()
    seen, shown = 0, 0
    while seen < 200:
        frame = reader.newest(shown)
        if frame is None:
            continue
        seen, shown = seen + 1, frame.number
        assert len(np.unique(frame.pixels[..., 0])) == 1
    stop.set()
    thread.join()
    reader.close()
    writer.close()


def test_a_frame_under_the_pen_is_not_read() -> None:
    writer, reader = pair(2, 2)
    writer.write_rgb(np.zeros((2, 2, 3), np.uint8))
    writer._head[2 + 2 * 1] += np.uint64(1)
    assert reader.newest(0) is None
    writer._head[2 + 2 * 1] += np.uint64(1)
    assert reader.newest(0) is not None
    reader.close()
    writer.close()


def test_without_room_in_memory_the_ring_goes_to_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    allocate = shared_memory._allocate

    def full(descriptor: int, size: int) -> None:
        if "/dev/shm" in Path(f"/proc/self/fd/{descriptor}").readlink().as_posix():
            raise OSError(28, "no space")
        allocate(descriptor, size)

    monkeypatch.setattr(shared_memory, "_allocate", full)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    writer = FrameWriter(2, 2)
    assert writer.path.parent == tmp_path
    writer.close()
    monkeypatch.setattr(shared_memory, "_MEMORY", tmp_path)
    monkeypatch.setattr(shared_memory, "_allocate", lambda *_: (_ for _ in ()).throw(OSError(28, "no space")))
    with pytest.raises(OSError, match="no room for"):
        FrameWriter(2, 2)
    assert list(tmp_path.iterdir()) == []


DRAWN = (
    "kaz",
    "cooperative_pong",
    "pistonball",
    "pursuit",
    "simple_tag",
    "simple_reference",
    "CartPole",
    "LunarLander",
    "Taxi",
)


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_from_the_surface_are_those_of_rgb_array(name: str) -> None:
    entry = catalog.get(name)
    with closing(LocalHost(entry, catalog.resolve_options(entry, {}))) as host:
        camera = Camera(host.env.render)
        for ticks in (1, 4):
            play(host, ticks=ticks)
            with host.guard:
                picture = shoot(camera)
                assert camera._direct
                assert np.array_equal(picture, host.env.render())
        camera.close()


def shoot(camera: Camera) -> np.ndarray[Any, Any]:
    ring = camera.shoot()
    assert ring is not None
    slot = int(ring._head[0]) % 3
    pixels = ring._slots[slot].view(np.uint8).reshape(ring.height, ring.width, 4)
    return pixels[..., 2::-1] if ring._head[3 + 2 * slot] == 0 else pixels[..., :3]


def drawing(finish: Callable[[np.ndarray[Any, Any]], Any]) -> Callable[[], Any]:
    surface = pygame.Surface((6, 4))
    number = iter(range(100))

    def render() -> Any:
        surface.fill((10, 20, next(number)))
        surface.set_at((1, 0), (200, 0, 0))
        return finish(np.transpose(np.array(pygame.surfarray.pixels3d(surface)), (1, 0, 2)))

    return render


@pytest.mark.parametrize(
    "finish",
    [
        lambda picture: picture[::-1],
        lambda picture: picture[:, 1:],
        lambda picture: np.repeat(picture, 2, axis=0),
        lambda picture: np.full((4, 6, 3), picture[0, 0, 2], np.uint8),
    ],
    ids=["turned", "cropped", "scaled", "unrelated"],
)
def test_pictures_that_are_not_the_surface_are_left_as_they_are(finish: Callable[[Any], Any]) -> None:
    camera, plain = Camera(drawing(finish)), drawing(finish)
    for _ in range(3):
        assert np.array_equal(shoot(camera), plain())
    assert camera._direct is False
    camera.close()


def test_an_environment_that_changes_its_ways_is_followed() -> None:
    """First the surface as it is, later turned: the picture of that moment may be missed, none is wrong."""
    turned = False

    def finish(picture: np.ndarray[Any, Any]) -> Any:
        return np.concatenate([picture, picture]) if turned else picture

    camera = Camera(drawing(finish))
    assert shoot(camera).shape == (4, 6, 3)
    assert shoot(camera).shape == (4, 6, 3)
    turned = True
    assert shoot(camera).shape == (8, 6, 3)
    camera.close()


def test_surfarray_is_itself_again_even_after_an_error() -> None:
    original = pygame.surfarray.pixels3d

    def render() -> Any:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the one raised above
        Camera(render).shoot()
    assert pygame.surfarray.pixels3d is original


def test_nothing_rendered_is_no_picture() -> None:
    assert Camera(lambda: None).shoot() is None
    assert Camera(lambda: "text").shoot() is None
