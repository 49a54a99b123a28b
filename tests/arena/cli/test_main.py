"""The frame of the command line: what is run, how it fails, and how fast it starts."""

import argparse
import errno
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from arena import __version__
from arena.cli import main as cli
from arena.errors import ArenaError
from arena.home import home_path
from arena.match.rules import Rules

Run = Callable[[argparse.Namespace], int]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Run], None]:
    """Make `run` the work of a command named `probe`."""

    def install(run: Run, name: str = "probe") -> None:
        module = ModuleType("probe_module")
        module.add_arguments = lambda parser: parser.add_argument("--times", type=int, default=1)  # type: ignore[attr-defined]
        module.run = run  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "probe_module", module)
        monkeypatch.setitem(cli.COMMANDS, name, cli.Command("probe_module", "probes"))

    return install


def noting(notes: list[Any], note: Callable[[argparse.Namespace], Any]) -> Run:
    """A command that appends what `note` makes of its arguments, and succeeds."""

    def run(args: argparse.Namespace) -> int:
        notes.append(note(args))
        return 0

    return run


def failing(error: BaseException) -> Run:
    def run(args: argparse.Namespace) -> int:
        raise error

    return run


def test_runs_the_command_with_its_arguments_and_returns_its_code(command) -> None:
    command(lambda args: args.times + 40)
    assert cli.main(["probe", "--times", "2"]) == 42


@pytest.mark.parametrize("where", ["before", "after"])
def test_home_is_told_to_the_command_and_its_children(command, tmp_path: Path, where: str) -> None:
    seen: list[Any] = []
    command(noting(seen, lambda args: (args.home, home_path(args.home), os.environ["ARENA_HOME"])))
    option = ["--home", str(tmp_path / "x")]
    assert cli.main([*option, "probe"] if where == "before" else ["probe", *option]) == 0
    assert seen == [(tmp_path / "x", tmp_path / "x", str(tmp_path / "x"))]


def test_the_later_home_wins(command, tmp_path: Path) -> None:
    seen: list[Any] = []
    command(noting(seen, lambda args: args.home))
    cli.main([f"--home={tmp_path / 'a'}", "probe", "--home", str(tmp_path / "b")])
    assert seen == [tmp_path / "b"]


@pytest.mark.parametrize(("display", "expected"), [(True, "play"), (False, "demo")])
def test_without_a_command_the_window_opens_or_the_demo_plays(
    command, monkeypatch, display: bool, expected: str
) -> None:
    ran: list[Any] = []
    command(noting(ran, lambda args: expected), name=expected)
    monkeypatch.setattr(cli, "has_display", lambda: display)
    assert cli.main([]) == 0
    assert ran == [expected]


def test_unknown_command_says_what_was_meant(capsys) -> None:
    assert cli.main(["mtach", "tictactoe"]) == 2
    error = capsys.readouterr().err
    assert "did you mean 'match'" in error
    assert "doctor" in error
    assert "Traceback" not in error


@pytest.mark.parametrize("argv", [["--bogus"], ["probe", "--bogus"], ["probe", "--times", "x"], ["--home"]])
def test_wrong_options_are_usage_errors(command, capsys, argv: list[str]) -> None:
    command(lambda args: 0)
    with pytest.raises(SystemExit) as stop:
        cli.main(argv)
    assert stop.value.code == 2
    assert "usage: arena" in capsys.readouterr().err


def test_an_arena_error_is_a_sentence_and_its_exit_code(command, capsys) -> None:
    command(failing(ArenaError("no such thing; there are: a, b")))
    assert cli.main(["probe"]) == 2
    assert capsys.readouterr().err == "arena: no such thing; there are: a, b\n"


def test_arena_debug_shows_the_traceback(command, monkeypatch) -> None:
    monkeypatch.setenv("ARENA_DEBUG", "1")
    command(failing(ArenaError("no such thing")))
    with pytest.raises(ArenaError, match="no such thing"):
        cli.main(["probe"])


def test_a_bug_is_not_hidden(command) -> None:
    command(failing(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        cli.main(["probe"])


def test_a_full_disk_is_a_sentence(command, capsys) -> None:
    command(failing(OSError(errno.ENOSPC, "No space left on device", "x.arena")))
    assert cli.main(["probe"]) == 1
    error = capsys.readouterr().err
    assert "No space left on device: 'x.arena'" in error
    assert "--home" in error


def test_ctrl_c_is_one_line(command, capsys) -> None:
    command(failing(KeyboardInterrupt()))
    assert cli.main(["probe"]) == 130
    assert capsys.readouterr().err == "arena: interrupted\n"


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_reader_that_left_is_no_error(option: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "arena", option]
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False, env=buffered)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_broken_pipe_while_the_command_writes(tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text(
        "import sys, types\n"
        "from arena.cli import main as cli\n"
        "def run(args):\n"
        "    while True: print('line')\n"
        "module = types.ModuleType('endless'); module.add_arguments = lambda parser: None; module.run = run\n"
        "sys.modules['endless'] = module; cli.COMMANDS['endless'] = cli.Command('endless', '')\n"
        "sys.exit(cli.main(['endless']))\n"
    )
    command = f"{sys.executable} {script} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["line", "141"]
    assert done.stderr == ""


def test_version_and_help(capsys) -> None:
    for argv in (["--version"], ["--help"]):
        with pytest.raises(SystemExit) as stop:
            cli.main(argv)
        assert stop.value.code == 0
    out = capsys.readouterr().out
    assert f"arena {__version__}" in out
    for name, row in cli.COMMANDS.items():
        assert f"  {name} " in out
        assert row.help in out


def test_help_imports_only_the_standard_library_and_ourselves() -> None:
    code = """
import sys
from arena.cli.main import main
try:
    main(['--help'])
finally:
    print(*sys.modules, file=sys.stderr)
"""
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    roots = {name.partition(".")[0] for name in done.stderr.split()}
    assert roots - sys.stdlib_module_names - {"__main__"} == {"arena"}
    assert len(done.stderr.split()) < 200


ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_is_there_and_explains_itself(name: str, capsys) -> None:
    assert find_spec(cli.COMMANDS[name].module) is not None
    with pytest.raises(SystemExit) as stop:
        cli.main([name, "--help"])
    assert stop.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: arena {name} ")
    assert "--home" in out


@pytest.mark.parametrize(("command", "pace"), [("match", "(fast)"), ("host", "(the game's own)")])
def test_help_of_a_match_tells_the_commands_own_pace(
    command: str, pace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    told = " ".join(capsys.readouterr().out.partition("--pace PACE ")[2].partition("--hz")[0].split())
    assert told.endswith(pace)


def test_what_help_calls_the_defaults_of_rules_are_their_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["match", "--help"])
    told, rules = " ".join(capsys.readouterr().out.split()), Rules()
    assert f"N in steps ({rules.on_late})" in told
    assert f"or drop it ({rules.late_answer})" in told
    assert f"to get ready ({rules.ready_timeout_s:g})" in told
