"""Matches that people set up: those saved under a name and the latest, in ``lobby.toml`` of the home."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from arena import toml
from arena.errors import ArenaError, HomeError, OptionError
from scenes.screens.lobby_draft import Draft

FILE = "lobby.toml"
RECENT_KEPT = 8
NAME_LENGTH = 40
_HEADING = """Matches that were set up in Arena's lobby. The arena writes this file."""


class Presets:
    """Read once; written at every change. A damaged entry costs that entry alone."""

    def __init__(self, root: Path) -> None:
        self.path = root / FILE
        self.notice = ""
        """What was wrong with the file, if anything."""
        self.named: dict[str, Draft] = {}
        self.recent: list[Draft] = []
        """The newest first."""
        self._read()

    def save(self, name: str, draft: Draft) -> None:
        """Keep ``draft`` under ``name``; raises :class:`OptionError` for a name that cannot be one."""
        name = name.strip()
        if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
            raise OptionError(f"name {name!r} is not 1 to {NAME_LENGTH} letters long; choose another")
        self.named[name] = draft.copy()
        self._write()

    def delete(self, name: str) -> None:
        """Forget a saved match."""
        if self.named.pop(name, None) is not None:
            self._write()

    def remember(self, draft: Draft) -> None:
        """Put ``draft`` first among the recent ones; one that equals it, the seed aside, goes."""
        data = _unseeded(draft)
        others = [other for other in self.recent if _unseeded(other) != data]
        self.recent = [draft.copy(), *others][:RECENT_KEPT]
        self._write()

    def last(self, game: str) -> Draft | None:
        """The latest draft of a game."""
        return next((draft for draft in self.recent if draft.game == game), None)

    def _read(self) -> None:
        try:
            data = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self.notice = f"{self.path.name} cannot be read ({error}); saved matches are not offered"
            return
        for table in _tables(data.get("preset")):
            draft = self._draft(table)
            if draft is not None and isinstance(table.get("name"), str):
                self.named[table["name"]] = draft
        drafts = map(self._draft, _tables(data.get("recent")))
        self.recent = [draft for draft in drafts if draft is not None][:RECENT_KEPT]

    def _draft(self, table: dict[str, Any]) -> Draft | None:
        try:
            return Draft.from_data(table)
        except ArenaError as error:
            self.notice = f"{self.path.name}: {error}"
            return None

    def _write(self) -> None:
        data = {
            "preset": [{"name": name, **draft.to_data()} for name, draft in self.named.items()],
            "recent": [draft.to_data() for draft in self.recent],
        }
        try:
            toml.save(self.path, {key: tables for key, tables in data.items() if tables}, _HEADING)
        except OSError as error:
            raise HomeError(
                f"{self.path} cannot be saved: {error.strerror or error}; make room or check the folder"
            ) from error


def _tables(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _unseeded(draft: Draft) -> dict[str, Any]:
    return {key: value for key, value in draft.to_data().items() if key != "seed"}
