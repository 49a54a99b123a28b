"""`arena serve`: what it imports where it is started."""

import subprocess
from pathlib import Path

from arena.processes import module_command


def test_a_stray_module_in_the_current_folder_hides_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "controllers.py").write_text("raise SystemExit('the stray one ran')\n")
    command = module_command("arena", "serve", "missing:Bot")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there is no module 'missing'" in done.stderr


def test_a_bot_is_looked_for_in_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "near.py").write_text("class Other: ...\n")
    command = module_command("arena", "serve", "near:Bot")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "unknown bot 'Bot'; known: " in done.stderr
    assert "They are looked for in the module 'near'." in done.stderr
