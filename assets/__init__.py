"""Files the program ships with: fonts, icons, sounds, policies, bindings and their licences.

They are read through `importlib.resources`, so an installed wheel finds them wherever it lies.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = ["asset_path", "read_bytes"]


def asset_path(name: str) -> Path:
    """Give the path of the asset `name`, for example `"fonts/Inter-Regular.ttf"`.

    Raises FileNotFoundError, naming what its folder holds, if there is no such file.
    """
    root = Path(str(files(__name__)))
    path = root.joinpath(*name.split("/"))
    if not path.is_file():
        held = sorted(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else []
        raise FileNotFoundError(f"no asset {name!r}; its folder holds: {', '.join(held) or 'nothing'}")
    return path


def read_bytes(name: str) -> bytes:
    """Read the asset `name` whole; raises FileNotFoundError as `asset_path` does."""
    return asset_path(name).read_bytes()
