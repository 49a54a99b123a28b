"""Files in memory that two processes map: each has a random name, is its owner's alone, and is unlinked as
soon as both have it open, so that nothing survives either of them.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

_MEMORY = Path("/dev/shm")  # noqa: S108 - the file has a random name, mode 0600, and is unlinked at once


def reserve(size: int) -> tuple[int, Path]:
    """A new file of ``size`` bytes, in memory if there is room for it there."""
    for folder in (_MEMORY, Path(tempfile.gettempdir())):
        if not os.access(folder, os.W_OK):
            continue
        descriptor, name = tempfile.mkstemp(prefix="arena-", dir=folder)
        try:
            _allocate(descriptor, size)
        except OSError:  # a container's 64 MB of shared memory are used up
            os.close(descriptor)
            Path(name).unlink()
            continue
        return descriptor, Path(name)
    raise OSError(
        f"no room for {size} bytes of shared memory, neither in memory nor in {tempfile.gettempdir()}"
    )


def _allocate(descriptor: int, size: int) -> None:
    """Reserve, where the system can: writing to a mapped file that has no room left kills the process."""
    allocate: Any = getattr(os, "posix_fallocate", None)
    if allocate is not None:
        allocate(descriptor, 0, size)
    else:
        os.ftruncate(descriptor, size)
