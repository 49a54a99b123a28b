"""Settings survive: what is saved is loaded, and what is broken costs only itself."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from arena.errors import HomeError, OptionError, UnknownNameError
from scenes.settings_store import Settings, SettingsStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_everything_is_standard(path: Path) -> None:
    store = SettingsStore(path)
    assert store.settings == Settings()
    assert store.notices == []
    assert not path.exists()


def test_what_is_changed_is_there_next_time(path: Path) -> None:
    store = SettingsStore(path)
    store.change(scale=1.5, volume=0, fps="120", muted=True)
    store.remember_name("Ada")
    store.remember_name("Bob")
    store.remember_name("Ada")
    store.bindings.rebind("keyboard/wasd", "primary", ["f"], player="Ada")
    store.save()
    again = SettingsStore(path)
    assert again.settings == Settings(scale=1.5, volume=0.0, fps="120", muted=True, names=("Ada", "Bob"))
    assert again.bindings == store.bindings
    assert again.notices == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scale": 3}, r"scale = 3 is not a number from 1 to 2"),
        ({"scale": True}, "is not a number"),
        ({"volume": float("nan")}, "is not a number from 0 to 1"),
        ({"width": 10}, "is not a whole number from 960 to 7680"),
        ({"muted": 1}, "is not true or false"),
        ({"fps": "144"}, 'is not one of "60", "120", "screen"'),
        ({"fps": []}, "is not one of"),
        ({"names": ("a=b",)}, "is not a list of names"),
        ({"names": "Ada"}, "is not a list of names"),
    ],
)
def test_values_that_make_no_sense_are_refused(path: Path, changes: dict[str, Any], message: str) -> None:
    store = SettingsStore(path)
    with pytest.raises(OptionError, match=message):
        store.change(**changes)
    assert store.settings == Settings()
    with pytest.raises(UnknownNameError, match="unknown setting 'volum'; did you mean 'volume'"):
        store.change(volum=1)


def test_a_bad_value_costs_that_value_and_unknown_ones_are_kept(path: Path) -> None:
    path.write_text(
        'later = 1979-05-27\naudio = 7\n[display]\nscale = 9.0\nfps = "120"\nglow = "new"\n'
        '[[bindings]]\nlayout = "x"\n'
    )
    store = SettingsStore(path)
    assert store.settings == Settings(fps="120")
    assert len(store.notices) == 2
    assert store.notices[0] == "settings.toml: scale = 9.0 is not a number from 1 to 2; 1.0 is used"
    assert "unknown layout 'x'" in store.notices[1]
    store.change(muted=True)
    written = tomllib.loads(path.read_text())
    assert written["display"]["glow"] == "new"
    assert str(written["later"]) == "1979-05-27"
    assert SettingsStore(path).settings == Settings(fps="120", muted=True)


@pytest.mark.parametrize("content", [b"[display", b"\xff\xfe", b"a = \x00"])
def test_a_file_that_cannot_be_read_is_kept_aside(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    store = SettingsStore(path)
    assert store.settings == Settings()
    assert "it is kept as settings.toml.damaged" in store.notices[0]
    assert path.with_name("settings.toml.damaged").read_bytes() == content
    store.change(muted=True)
    assert SettingsStore(path).settings.muted


def test_a_folder_that_is_gone_is_said(path: Path, tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "gone" / "settings.toml")
    with pytest.raises(HomeError, match=r"settings cannot be saved to .*make room or check the folder"):
        store.change(muted=True)
