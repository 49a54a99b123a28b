"""The published list of checks is the one in the code."""

from __future__ import annotations

from pathlib import Path

from arena.cli import main
from arena.wire.checks.table import PARTS

PAGE = Path(__file__).parents[4] / "docs" / "conformance.md"


def test_the_page_is_the_table(capsys):
    assert main.main(["check-server", "--list"]) == 0
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8"), (
        "write it anew with `arena check-server --list > docs/conformance.md`"
    )


def test_every_check_has_a_name_of_its_own_and_needs_earlier_ones():
    for _, checks in PARTS:
        seen: set[str] = set()
        for check in checks:
            assert check.id not in seen
            assert seen >= set(check.needs)
            assert not check.expects.endswith(".")
            assert not check.remedy.endswith(".")
            seen.add(check.id)
