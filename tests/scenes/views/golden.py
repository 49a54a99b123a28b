"""Compare a drawing with the picture kept under ``tests/golden``.

Exact where the pictures were made (``tests/golden/made_with.txt`` names platform and pygame-ce); elsewhere
SDL_ttf and scaling may round differently, so that only what an eye would see counts.
``ARENA_UPDATE_GOLDEN=1`` draws anew.
"""

import os
import platform
from pathlib import Path

import numpy as np
import pygame
import pytest

FOLDER = Path(__file__).parents[2] / "golden"
MADE_WITH = FOLDER / "made_with.txt"


def here() -> str:
    return f"{platform.system()} {platform.machine()} pygame-ce {pygame.version.ver}"


def assert_golden(image: pygame.Surface, name: str) -> None:
    path = FOLDER / f"{name}.png"
    if os.environ.get("ARENA_UPDATE_GOLDEN"):
        pygame.image.save(image, path)
        MADE_WITH.write_text(here() + "\n")
        return
    if not path.exists():
        pytest.fail(f"no golden picture {path.name}; look at it and draw it with ARENA_UPDATE_GOLDEN=1")
    kept = pygame.image.load(path)
    assert image.get_size() == kept.get_size()
    drawn, wanted = (pygame.surfarray.array3d(surface).astype(int) for surface in (image, kept))
    apart = np.abs(drawn - wanted).max(axis=2)
    exact = MADE_WITH.read_text().strip() == here()
    allowed = 0 if exact else 0.01
    assert (apart > (0 if exact else 32)).mean() <= allowed, (
        f"{path.name}: {np.count_nonzero(apart)} pixels differ"
    )
