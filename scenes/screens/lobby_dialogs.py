"""Questions of the lobby: who exactly, with which options; under which name to save; which saved match."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from arena.errors import ArenaError
from arena.games.entry import CatalogEntry
from arena.match.kinds import kinds
from arena.match.seating import parse_spec
from scenes.screens import form
from scenes.screens.lobby_draft import Draft, words
from scenes.screens.lobby_presets import NAME_LENGTH
from scenes.screens.lobby_sitters import TARGETS, spoken
from scenes.ui import Answer, Dialog, ListView, ScrollView, TextField, Widget

WIDTH = 600
MOST_HEIGHT = 380
LIST_HEIGHT = 300
_FIELD = form.FIELD + form.GAP


class SeatDialog:
    """The target and the options of one controller, as fields; makes its words again."""

    def __init__(self, kind: str, spec: str, done: Callable[[str], None]) -> None:
        self.kind, self._done = kind, done
        parsed = parse_spec(spec) if spec else None
        self.values: dict[str, str] = dict(parsed.options) if parsed else {}
        title, example = TARGETS.get(kind, ("", ""))
        self.target: TextField | None = None
        if title and kind != "human":
            self.target = TextField(title, parsed.target if parsed else "", placeholder=example)
        self._fixed = parsed.target if parsed else ""
        fields = [] if kind == "*" else self._option_fields()
        self.fields: list[Widget] = [*([self.target] if self.target else []), *fields]
        self.view = ScrollView(lambda rect: form.arrange(self.fields, rect), *self.fields)

    def _option_fields(self) -> list[Widget]:
        return [
            form.field(form.Described.of(option), self.values.get(option.name, ""), self._setter(option.name))
            for option in kinds()[self.kind].options
        ]

    def _setter(self, name: str) -> Callable[[str], None]:
        def change(text: str) -> None:
            self.values[name] = text

        return change

    def spec(self) -> str:
        """The words for what the fields say; raises :class:`ArenaError` where they make none."""
        target = self.target.text.strip() if self.target is not None else self._fixed
        text = target if self.kind == "*" else words(self.kind, target, self.values)
        parse_spec(text)
        return text

    def dialog(self, title: str, text: str, refuse: Callable[[str], None]) -> Dialog:
        """The dialog; ``refuse`` is told why words cannot be taken."""

        def accept() -> None:
            try:
                spec = self.spec()
            except ArenaError as error:
                refuse(str(error))
                return
            self._done(spec)

        height = min(MOST_HEIGHT, len(self.fields) * (_FIELD + 6) + 24)
        dialog = Dialog(
            title,
            text,
            [Answer("Cancel"), Answer("OK", accept, "primary")],
            body=self.view,
            body_height=height,
            width=WIDTH,
        )
        if self.target is not None:
            dialog.first_focus = self.target
        return dialog


def save_dialog(suggestion: str, save: Callable[[str], None]) -> Dialog:
    """Ask for a name."""
    box = TextField("Name", suggestion, limit=NAME_LENGTH)
    box.line.select_all()
    dialog = Dialog(
        "Save this match",
        "Seats, options and rules are kept; the seed too, if it is locked.",
        [Answer("Cancel"), Answer("Save", lambda: save(box.text), "primary", "save")],
        body=box,
        body_height=form.FIELD,
    )
    dialog.first_focus = box
    return dialog


class Saved:
    """One line of the list of saved and recent matches."""

    def __init__(self, draft: Draft, name: str = "") -> None:
        self.draft, self.name = draft, name

    def __str__(self) -> str:
        seats = ", ".join(dict.fromkeys(spoken(spec) for spec in self.draft.seats.values() if spec))
        return f"{self.name} \N{MIDDLE DOT} {seats}" if self.name else f"Recent \N{MIDDLE DOT} {seats}"


def saved_dialog(
    entry: CatalogEntry, lines: Sequence[Saved], use: Callable[[Draft], None], delete: Callable[[str], None]
) -> Dialog:
    """Choose a saved match, or one that was played lately."""
    nothing = f"No match of {entry.title} was saved or played yet"
    items: ListView[Saved] = ListView(list(lines), empty_text=nothing)

    def take() -> None:
        if items.current is not None:
            use(items.current.draft)

    def forget() -> None:
        if items.current is not None and items.current.name:
            delete(items.current.name)

    answers = [Answer("Close")]
    if any(line.name for line in lines):
        answers.append(Answer("Delete", forget, "danger", "trash-2"))
    if lines:
        answers.append(Answer("Use it", take, "primary", "check"))
    dialog = Dialog(
        "Saved and recent matches",
        "",
        answers,
        body=items,
        body_height=LIST_HEIGHT,
        width=WIDTH,
        icon="bookmark",
    )

    def open_row(_index: int) -> None:
        if dialog.host is not None:
            dialog.host.close(dialog)
        take()

    items.on_open = open_row
    if lines:
        dialog.first_focus = items
    return dialog
