"""The home and the runtime folder: made, found again, and refused where they are not ours."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from arena.errors import HomeError
from arena.home import IPC_PATH_MAX, SCHEMA, arena_home, home_path, ipc_endpoint, runtime_dir


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_home_has_its_folders_and_is_closed_to_others(tmp_path: Path) -> None:
    home = arena_home(tmp_path / "deep" / "home")
    assert home.root == tmp_path / "deep" / "home"
    assert mode_of(home.root) == 0o700
    for folder in (home.records_dir, home.runs_dir, home.videos_dir, home.keys_dir, home.logs_dir):
        assert folder.is_dir()
        assert folder.parent == home.root
        assert mode_of(folder) == 0o700
    assert {home.db_path.parent, home.settings_path.parent} == {home.root}
    assert sorted(entry.name for entry in home.root.iterdir()) == [
        "home.toml",
        "keys",
        "logs",
        "records",
        "runs",
        "videos",
    ]


def test_opening_it_again_keeps_what_is_there(tmp_path: Path) -> None:
    home = arena_home(tmp_path / "home")
    home.settings_path.write_text("x = 1\n")
    stamp = (home.root / "home.toml").read_text()
    assert arena_home(tmp_path / "home") == home
    assert home.settings_path.read_text() == "x = 1\n"
    assert (home.root / "home.toml").read_text() == stamp


def test_an_open_home_is_closed(tmp_path: Path) -> None:
    home = arena_home(tmp_path / "home")
    home.root.chmod(0o755)
    arena_home(tmp_path / "home")
    assert mode_of(home.root) == 0o700


def test_explicit_wins_over_environment_wins_over_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "env"))
    assert home_path(tmp_path / "explicit") == tmp_path / "explicit"
    assert home_path() == tmp_path / "env"
    monkeypatch.delenv("ARENA_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home_path().is_relative_to(tmp_path)
    assert home_path().name == "arena"


def test_a_relative_home_does_not_depend_on_where_we_go_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert home_path(Path("here")) == tmp_path / "here"


def test_a_folder_of_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("precious")
    tmp_path.chmod(0o755)
    with pytest.raises(HomeError, match=r"not an Arena home and not empty \(it holds thesis.tex\)"):
        arena_home(tmp_path)
    assert mode_of(tmp_path) == 0o755
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_newer_home_is_refused_with_a_sentence(tmp_path: Path) -> None:
    home = arena_home(tmp_path / "home")
    (home.root / "home.toml").write_text(f"schema = {SCHEMA + 1}\n")
    with pytest.raises(HomeError, match=rf"newer Arena \(schema {SCHEMA + 1}\).*Update Arena"):
        arena_home(home.root)


@pytest.mark.parametrize(
    "text", ["", "schema = ", "schema = 'one'\n", "schema = true\n", "schema = 0\n", "\x00"]
)
def test_a_damaged_stamp_is_refused(tmp_path: Path, text: str) -> None:
    home = arena_home(tmp_path / "home")
    (home.root / "home.toml").write_text(text)
    with pytest.raises(HomeError, match=r"home\.toml"):
        arena_home(home.root)


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeError, match=r"cannot use .*home.*--home"):
        arena_home(tmp_path / "home")


def test_two_processes_may_make_the_same_home_at_once(tmp_path: Path) -> None:
    code = "from pathlib import Path; from arena.home import arena_home; arena_home(Path(r'{}'))"
    command = [sys.executable, "-c", code.format(tmp_path / "home")]
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(subprocess.run, command, capture_output=True, check=False) for _ in range(4)]
    results = [run.result() for run in runs]
    assert [result.returncode for result in results] == [0, 0, 0, 0], [result.stderr for result in results]
    assert not [entry.name for entry in (tmp_path / "home").iterdir() if entry.name.startswith(".")]


def test_runtime_folder_lies_in_the_session_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert runtime_dir() == tmp_path / "arena"
    assert mode_of(tmp_path / "arena") == 0o700


def test_runtime_folder_without_a_session_names_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert runtime_dir() == tmp_path / f"arena-{os.getuid()}"


def test_runtime_folder_that_is_a_link_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "arena").symlink_to(tmp_path / "theirs")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(HomeError, match="is not a folder"):
        runtime_dir()


def test_runtime_folder_of_someone_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "arena").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    owner = os.getuid()
    monkeypatch.setattr("os.getuid", lambda: owner + 1)
    with pytest.raises(HomeError, match=f"belongs to user {owner}, not to you"):
        runtime_dir()


def test_ipc_paths_end_at_the_kernels_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import zmq

    room = IPC_PATH_MAX - len(str(runtime_dir())) - 1
    with zmq.Context() as context, context.socket(zmq.PULL) as pull:
        pull.bind(ipc_endpoint("x" * room))  # the kernel agrees with the constant
    with pytest.raises(HomeError, match=rf"{IPC_PATH_MAX + 1} bytes, at most {IPC_PATH_MAX}"):
        ipc_endpoint("x" * (room + 1))
