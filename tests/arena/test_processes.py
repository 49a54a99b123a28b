"""Our modules are run even where the current folder holds others of the same name."""

import subprocess
from pathlib import Path

from arena.processes import module_command


def test_a_stray_module_in_the_current_folder_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "arena.py").write_text("raise SystemExit('the stray one ran')\n")
    command = module_command("arena", "--version")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("arena 0")
