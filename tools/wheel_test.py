"""Builds the wheel, installs it alone in a bare environment far from the checkout, and plays a match from it.

Our names at the top level are generic, so the match is played in a folder that holds a stray `workers.py` and
others of the kind: if one of them is run instead of ours, this script fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {"arena", "assets", "controllers", "scenes", "workers"}
CORE_MB_MAX = 500
MATCH = ("match", "tictactoe", "*=random", "--episodes", "2", "--seed", "7", "--json")


def main() -> int:
    """Do it all in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="arena-wheel-") as name:
        place = Path(name)
        wheel = build(place / "dist")
        look_inside(wheel)
        arena = install(wheel, place / "bare")
        weigh(place / "bare")
        play(arena, place)
    print("the wheel plays")
    return 0


def build(folder: Path) -> Path:
    """Build the wheel from a copy of what git tracks, so that nothing left lying about gets into it."""
    source = folder.parent / "source"
    source.mkdir()
    tracked = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(source)], input=tracked, check=True)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(source))
    (wheel,) = folder.glob("*.whl")
    return wheel


def look_inside(wheel: Path) -> None:
    """Check what is shipped: our rooms with their data, and neither tests nor tools."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    shipped = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    expect(shipped == ROOMS, f"the wheel holds {sorted(shipped)}, not {sorted(ROOMS)}")
    expect(not any(name.startswith("assets/tools/") for name in names), "the wheel holds assets/tools")
    for suffix in (".ttf", "py.typed", "METADATA", "LICENSE"):
        expect(any(name.endswith(suffix) for name in names), f"the wheel lacks *{suffix}")
    tracked = subprocess.run(
        ["git", "ls-files", *sorted(ROOMS)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    lost = [name for name in tracked if name not in names and not name.startswith("assets/tools/")]
    expect(not lost, f"tracked, but not in the wheel: {lost}")


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel and the pinned core into an environment of its own; give its command `arena`."""
    venv.create(folder, with_pip=True, symlinks=True)
    python = folder / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    run(str(python), "-m", "pip", "install", "--quiet", "--constraint", str(constraints), str(wheel))
    return folder / "bin" / "arena"


def weigh(environment: Path) -> None:
    """Hold the core to its budget on disk."""
    weight_mb = size_mb(environment)
    print(f"core install: {weight_mb:.0f} MB, goal at most {CORE_MB_MAX} MB")
    expect(weight_mb <= CORE_MB_MAX, "the core is too large")


def size_mb(folder: Path) -> float:
    """What a folder takes on disk, in millions of bytes."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*")) / 1e6


def play(arena: Path, place: Path) -> None:
    """Play among strays, and let the doctor of the installed copy look at itself."""
    strays = place / "strays"
    strays.mkdir()
    for room in ROOMS:
        (strays / f"{room}.py").write_text(f"raise SystemExit('a stray {room}.py was run')\n")
    home = ("--home", str(place / "home"))
    doctor = json.loads(run(str(arena), *home, "doctor", "--quick", "--json", cwd=strays))
    broken = [check for check in doctor["checks"] if check["status"] == "fail"]
    expect(not broken, f"the doctor found {broken}")
    result = json.loads(run(str(arena), *home, *MATCH, cwd=strays))
    print(json.dumps(result, indent=2)[:2000])


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a command without our own environment's paths, and give what it said; fail with its errors."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(command, cwd=cwd, env=kept, stdout=subprocess.PIPE, text=True, check=False)
    expect(done.returncode == 0, f"{' '.join(command)} failed ({done.returncode}):\n{done.stdout}")
    return done.stdout


def expect(held: bool, complaint: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Stop with `complaint` unless `held`."""
    if not held:
        sys.exit(f"wheel test: {complaint}")


if __name__ == "__main__":
    sys.exit(main())
