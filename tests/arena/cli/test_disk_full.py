"""A disk that fills up in the middle of a match: it ends, says so, and what was written can be read."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

from arena.home import arena_home
from arena.processes import module_command
from arena.records.record import Record
from arena.records.verify import verify

LIMIT_BYTES = 30_000

# A limit on the size of files stands in for a disk without room: the system refuses the write likewise.
LIMITED = textwrap.dedent("""
    import os, resource, sys
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
    os.execv(sys.argv[2], sys.argv[2:])
""")


def test_the_match_ends_and_says_why(tmp_path: Path) -> None:
    match = module_command("arena", "match", "tictactoe", "*=random", "--seed", "4", "--episodes", "100000")
    limited = [sys.executable, "-c", LIMITED, str(LIMIT_BYTES), *match]
    done = subprocess.run(limited, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    assert "ends early" in done.stderr
    assert "make room or choose another folder" in done.stderr
    assert "Traceback" not in done.stderr
    (path,) = arena_home().records_dir.glob("*.arena")
    with Record(path) as record:
        record.check()
        assert record.damage is None
        assert record.message_count > 100
    assert verify(path).ok
