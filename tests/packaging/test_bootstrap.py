"""`tools/bootstrap.sh` on machines that lack something: it says what to type, without surprises."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "bootstrap.sh"


@dataclass
class Machine:
    """A path of its own, with no more than the programs that a test puts there."""

    bin: Path

    def has(self, name: str, script: str = "exit 0") -> None:
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / name).chmod(0o755)

    def bootstrap(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # The one thing the script adds to its path is a folder where this machine may have engines.
        script = SCRIPT.read_text().replace("/usr/games", str(self.bin))
        command = ["/bin/sh", "-s", *arguments]
        environment = {"PATH": str(self.bin)}
        return subprocess.run(
            command, input=script, env=environment, capture_output=True, text=True, check=False
        )

    def calls(self) -> list[str]:
        log = self.bin / "calls"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Linux, a plain user, no sudo, no package manager, no Python."""
    found = Machine(tmp_path)
    found.has("id", "echo 1000")
    found.has("uname", "echo Linux")
    return found


def with_apt(machine: Machine, *, uid: int = 0) -> None:
    """Add an apt-get that notes how it was called, and puts what it is asked for on the path."""
    machine.has("id", f"echo {uid}")
    machine.has("env", 'shift; exec "$@"')
    log = machine.bin / "calls"
    there = f"{shutil.which('cp')} {machine.bin}/uname {machine.bin}"
    machine.has(
        "apt-get",
        f"""
        echo "$@" >> {log}
        [ "$1" = install ] || exit 0
        for name; do case $name in
            stockfish|gnugo|xdotool) {there}/$name ;;
            xvfb) {there}/Xvfb ;;
        esac; done
        """,
    )


def test_what_is_there_is_left_alone(machine: Machine) -> None:
    with_apt(machine)
    machine.has("stockfish")
    machine.has("gnugo")
    done = machine.bootstrap("programs", "stockfish", "gnugo")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.calls() == []


def test_root_installs_what_is_missing_and_only_that(machine: Machine) -> None:
    with_apt(machine)
    machine.has("stockfish")
    done = machine.bootstrap("programs", "stockfish", "gnugo", "Xvfb")
    assert done.returncode == 0
    assert machine.calls() == ["update -qq", "install -y -qq --no-install-recommends gnugo xvfb"]
    assert "not here" not in done.stderr


def test_sudo_without_a_password_is_used(machine: Machine) -> None:
    with_apt(machine, uid=1000)
    machine.has("sudo", 'shift; "$@"')
    assert machine.bootstrap("programs", "gnugo").returncode == 0
    assert machine.calls()[-1].endswith("gnugo")


def test_without_rights_it_says_what_to_type_and_goes_on(machine: Machine) -> None:
    with_apt(machine, uid=1000)
    machine.has("sudo", "exit 1")  # it would ask for a password
    done = machine.bootstrap("programs", "stockfish", "Xvfb")
    assert done.returncode == 0
    assert machine.calls() == []
    assert "sudo apt-get install stockfish xvfb" in done.stderr


def test_a_package_manager_that_fails_is_no_end(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("env", 'shift; exec "$@"')
    machine.has("apt-get", "echo no network >&2; exit 100")
    done = machine.bootstrap("programs", "gnugo")
    assert done.returncode == 0
    assert "could not install all of them" in done.stderr
    assert "apt-get install gnugo" in done.stderr


def test_macos_gets_a_homebrew_hint(machine: Machine) -> None:
    machine.has("uname", "echo Darwin")
    done = machine.bootstrap("programs", "stockfish", "gnugo")
    assert done.returncode == 0
    assert "brew install stockfish gnu-go" in done.stderr


def test_no_python_is_a_clear_error(machine: Machine, tmp_path: Path) -> None:
    machine.has("python3", "exit 1")  # too old
    done = machine.bootstrap("venv", str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_python_without_venv_is_a_clear_error(machine: Machine, tmp_path: Path) -> None:
    machine.has("python3", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    done = machine.bootstrap("venv", str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


def test_root_gets_the_missing_venv_of_that_python(machine: Machine, tmp_path: Path) -> None:
    with_apt(machine)
    mark = tmp_path / "calls"
    machine.has(
        "python3",
        f"""
        case "$2" in
            *ensurepip*)
                while read -r line; do case $line in install*) exit 0 ;; esac; done <{mark}
                exit 1 ;;
            *print*) echo 3.12 ;;
        esac
        """,
    )
    mark.write_text("")
    assert machine.bootstrap("venv", str(tmp_path / "venv")).returncode == 0
    assert machine.calls()[-1].endswith("python3.12-venv")


def test_a_shim_that_does_not_run_is_passed_over(machine: Machine, tmp_path: Path) -> None:
    machine.has("python3.11", "echo 'version manager: not selected' >&2; exit 127")
    machine.has("python3", f'exec {sys.executable} "$@"')
    machine.has("dirname")
    done = machine.bootstrap("venv", str(tmp_path / "venv"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "venv" / "bin" / "python").exists()


@pytest.mark.parametrize("arguments", [(), ("venv",), ("bogus", "x")])
def test_misuse_is_refused(machine: Machine, arguments: tuple[str, ...]) -> None:
    assert machine.bootstrap(*arguments).returncode == 1
