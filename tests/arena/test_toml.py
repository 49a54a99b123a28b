"""What is written is what is read."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arena import toml

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
plain = (
    text
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.datetimes(min_value=dt.datetime(1970, 1, 1))  # noqa: DTZ001 - a local date-time is a TOML type of its own
    | st.dates()
)
tables = st.recursive(
    st.dictionaries(text, plain, max_size=4),
    lambda inner: st.dictionaries(text, plain | inner | st.lists(inner | plain, max_size=3), max_size=4),
    max_leaves=12,
)


@given(tables)
@example({"0\n": ""})
def test_what_is_written_is_read_back(data: dict[str, Any]) -> None:
    assert tomllib.loads(toml.dumps(data)) == data


def test_it_reads_well() -> None:
    changes = [{"player": "B C", "slots": {"up": ["w"]}}]
    data = {"display": {"scale": 1.5, "names": ["Ada"]}, "bindings": changes}
    assert toml.dumps(data) == (
        '[display]\nscale = 1.5\nnames = ["Ada"]\n\n'
        '[[bindings]]\nplayer = "B C"\n\n[bindings.slots]\nup = ["w"]\n'
    )


def test_what_toml_cannot_hold_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    toml.save(path, {"a": 1}, "made\nby a test")
    assert path.read_text() == "# made\n# by a test\na = 1\n"
    with pytest.raises(TypeError, match="TOML cannot hold None"):
        toml.save(path, {"a": None})
    assert tomllib.loads(path.read_text()) == {"a": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.toml"]
    assert path.stat().st_mode & 0o777 == 0o600
