"""One match of the history in detail: seats, episodes, record, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pygame

from scenes.screens import words
from scenes.screens.home import known_game, outcome
from scenes.ui import Button, Column, ProgressBar, Table, Widget
from scenes.ui.label import draw_badge
from scenes.ui.text import BODY, BODY_STRONG, CAPTION, MONO, NUMBER, TITLE
from scenes.ui.widget import Action

if TYPE_CHECKING:
    from arena.league.queries import SeatLine
    from scenes.screens.history_facts import Details
    from scenes.screens.verification import Verdict

STATUS = {
    "finished": ("Finished", "good"),
    "aborted": ("Stopped", "muted"),
    "unfinished": ("Unfinished", "warn"),
}
MOST_SEATS = 4
PAD = 20
LOW, LEAST = 160, 420
"""Heights at scale 1: of the pane where there is little room, and from which it tells everything."""
Outcome = Mapping[str, Any]


class DetailsPane(Widget):
    """A panel; `show` fills it, `report` tells of a verification."""

    def __init__(self, again: Action, verify: Action, copy: Action) -> None:
        super().__init__()
        self.details: Details | None = None
        self.compact = False
        """Too low for more than the result and the buttons."""
        self.again = Button("Play again", again, icon="repeat", kind="primary")
        self.check = Button("Verify", verify, icon="shield")
        self.copy = Button("", copy, icon="copy", tooltip="Copy the path of the record")
        self.progress = ProgressBar("Playing the record again\N{HORIZONTAL ELLIPSIS}", None)
        self.verdict: Verdict | None = None
        self.episodes: Table[Outcome] = Table(_columns(), sort=0, row_height=30)
        self._names: dict[str, str] = {}
        self._controls: list[Widget] = [self.episodes, self.progress, self.again, self.check, self.copy]
        self.show(None)

    def children(self) -> Sequence[Widget]:
        """Episodes and buttons."""
        return self._controls

    def show(self, details: Details | None) -> None:
        """Show a match, or nothing."""
        self.details, self.verdict = details, None
        for control in self._controls:
            control.visible = details is not None
        self.progress.visible = False
        self.episodes.visible = details is not None and not self.compact
        if details is None:
            return
        names = {seat.agent: seat.name for seat in details.line.seats}
        self.episodes.set_rows([{**one, "winner": winner(one, names)} for one in details.outcomes])
        self.episodes.empty_text = "No episode was played to its end"
        self.again.enabled = details.setup is not None
        self.check.enabled = details.setup is not None
        self.again.disabled_reason = self.check.disabled_reason = details.problem

    def report(self, running: bool, verdict: Verdict | None) -> bool:  # noqa: FBT001 - a state, not a switch
        """Show how the verification goes; true if that changed the picture."""
        before = self.progress.visible, self.verdict
        self.progress.visible = running and verdict is None and self.details is not None
        self.verdict = verdict
        self.check.enabled = self.details is not None and self.details.setup is not None and not running
        return before != (self.progress.visible, self.verdict)

    def place(self, rect: pygame.Rect) -> None:
        """Buttons at the foot, episodes in what the words leave."""
        super().place(rect)
        px = self.theme.px
        self.compact = rect.height < px(LEAST)
        self.episodes.visible = self.details is not None and not self.compact
        inner = rect.inflate(-2 * px(PAD), -2 * px(PAD))
        foot = pygame.Rect(inner.x, inner.bottom - px(44), inner.width, px(44))
        x, right = foot.x, foot.right
        for button in (self.check, self.copy):
            width = button.width_wanted()
            right -= width
            button.place(pygame.Rect(right, foot.y, width, foot.height))
            right -= px(8)
        self.again.place(pygame.Rect(x, foot.y, max(px(110), right - x), foot.height))
        note = pygame.Rect(inner.x, foot.y - px(46), inner.width, px(36))
        if self.compact:  # beside the result
            note = pygame.Rect(inner.centerx, inner.y + px(34), inner.width // 2, px(36))
        self.progress.place(note)
        top = inner.y + self._words_height()
        room = max(0, note.y - top - px(4))
        self.episodes.place(pygame.Rect(inner.x - px(8), top, inner.width + px(16), room))

    def _words_height(self) -> int:
        px = self.theme.px
        seats = min(len(self.details.line.seats), MOST_SEATS + 1) if self.details is not None else 0
        return px(40) + px(26) + px(12) + seats * px(28) + px(10) + 3 * px(24) + px(12)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the panel, the words and the controls."""
        theme, palette = self.theme, self.theme.palette
        px = theme.px
        theme.paint.panel(surface, self.rect, palette.surface, px(16), palette.line, px(1))
        area = self.rect.inflate(-2 * px(PAD), -2 * px(PAD))
        if self.details is None:
            theme.text.draw(surface, "Choose a match", area, BODY, palette.faint, "center")
            return
        y = self._draw_head(surface, area, self.details)
        if not self.compact:
            y = self._draw_seats(surface, pygame.Rect(area.x, y, area.width, 0), self.details)
            self._draw_facts(surface, pygame.Rect(area.x, y + px(10), area.width, 0), self.details)
        for control in self._controls:
            if control.visible:
                control.draw(surface)
        if self.verdict is not None:
            self._draw_verdict(surface, self.progress.rect, self.verdict)

    def _draw_head(self, surface: pygame.Surface, area: pygame.Rect, details: Details) -> int:
        theme, palette = self.theme, self.theme.palette
        px, line = theme.px, details.line
        entry = known_game(line.game)
        text, colour = STATUS.get(line.status, (line.status.capitalize(), "muted"))
        badge = pygame.Rect(area.right - px(96), area.y + px(9), px(96), px(22))
        title = pygame.Rect(area.x, area.y, area.width - px(108), px(40))
        name = entry.title if entry is not None else line.game
        theme.text.draw(surface, name, title, TITLE, palette.text)
        draw_badge(surface, self, badge, text, colour)
        below = pygame.Rect(area.x, title.bottom, area.width, px(26))
        theme.text.draw(surface, f"{outcome(line)}, {words.ago(line.started)}", below, BODY, palette.muted)
        return below.bottom + px(12)

    def _draw_seats(self, surface: pygame.Surface, area: pygame.Rect, details: Details) -> int:
        theme, palette = self.theme, self.theme.palette
        px, y, seats = theme.px, area.y, details.line.seats
        for number, seat in enumerate(seats[:MOST_SEATS]):
            row = pygame.Rect(area.x, y, area.width, px(28))
            theme.paint.disc(surface, (row.x + px(7), row.centery), px(5), palette.seat(number))
            figures = pygame.Rect(row.right - px(120), row.y, px(120), row.height)
            name = pygame.Rect(row.x + px(22), row.y, row.width - px(150), row.height)
            theme.text.draw(surface, seat.name, name, BODY_STRONG, palette.text)
            theme.text.draw(surface, result(seat), figures, NUMBER, palette.muted, "right")
            y = row.bottom
        if len(seats) > MOST_SEATS:
            row = pygame.Rect(area.x + px(22), y, area.width, px(28))
            theme.text.draw(surface, f"and {len(seats) - MOST_SEATS} more", row, BODY, palette.muted)
            y = row.bottom
        return y

    def _draw_facts(self, surface: pygame.Surface, area: pygame.Rect, details: Details) -> None:
        theme, palette = self.theme, self.theme.palette
        px, y = theme.px, area.y
        rated = "rated" if details.line.rated else "casual"
        for label, text in (("Seed", details.seed), ("Kind", rated), ("Record", details.path.name)):
            theme.text.draw(surface, label, pygame.Rect(area.x, y, px(64), px(24)), CAPTION, palette.faint)
            value = pygame.Rect(area.x + px(64), y, area.width - px(64), px(24))
            theme.text.draw(surface, text, value, MONO, palette.muted)
            y += px(24)

    def _draw_verdict(self, surface: pygame.Surface, area: pygame.Rect, verdict: Verdict) -> None:
        theme, palette = self.theme, self.theme.palette
        colour = palette.good if verdict.good else palette.bad
        icon = "circle-check" if verdict.good else "circle-alert"
        theme.paint.icon(surface, icon, (area.x + theme.px(9), area.centery), 18, colour)
        text = pygame.Rect(area.x + theme.px(28), area.y, area.width - theme.px(28), area.height)
        theme.text.draw_lines(surface, verdict.text, text, CAPTION, colour)


def _columns() -> list[Column[Outcome]]:
    return [
        Column("#", lambda one: one["episode"], 26, lambda one: str(one["episode"] + 1)),
        Column("Ended by", lambda one: words.reason(one["reason"]), 1.0),
        Column("Winner", lambda one: one["winner"], 1.0, strong=True),
        Column("Ticks", lambda one: one["ticks"], 48, numeric=True),
    ]


def winner(one: Outcome, names: Mapping[str, str]) -> str:
    """Who won an episode: names, the score of a team that works together, or nobody."""
    if one.get("void"):
        return "void"
    ranks = {seat["rank"] for seat in one["seats"]}
    if len(ranks) < 2:
        return "\N{EN DASH}"
    best = [names.get(seat["agent"], seat["agent"]) for seat in one["seats"] if seat["rank"] == 1]
    return ", ".join(dict.fromkeys(best))


def result(seat: SeatLine) -> str:
    """Wins, draws and losses, or the score where nobody is ranked."""
    if seat.wins or seat.draws or seat.losses:
        figures = ((seat.wins, "won"), (seat.draws, "drawn"), (seat.losses, "lost"))
        return ", ".join(f"{count} {word}" for count, word in figures if count)
    return f"{seat.score:g}"
