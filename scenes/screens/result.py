"""The result of a match: who won and why, how everybody played, the final position, what to do next."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from arena.processes import module_command
from scenes.match import looks, report
from scenes.match.board import BoardPane, Scene
from scenes.match.playing import BOARD_VIEWS
from scenes.match.report import Report
from scenes.match.score_card import ScoreCard
from scenes.screen import UiScreen
from scenes.screens import words
from scenes.screens.job import Job
from scenes.ui import Button, HintBar, Label, ScrollView, layout
from scenes.ui.scrolling import Scroller
from scenes.ui.text import BODY, CAPTION, TextStyle
from scenes.views.frame import as_surface

if TYPE_CHECKING:
    from scenes.app import App

MARGIN, SIDE, GAP = 16, 420, 12
PICTURE_SIDE = 1080
_HEADLINE, _LONG_HEADLINE = TextStyle("bold", 34), TextStyle("bold", 24)


class ResultScreen(UiScreen):
    """Takes the place of the match screen. ``closing`` frees the session of the match in the background."""

    title = "Result"

    def __init__(self, app: App, match: Report, closing: Job[None]) -> None:
        super().__init__(app)
        self.report, self.closing = match, closing
        self._verifying: Job[str] | None = None
        outcome = match.outcomes[-1] if match.outcomes else None
        title = "Match stopped"
        reason = "Nothing was played to its end."
        if outcome is not None:
            title = report.headline(outcome, match.entry, match.names, match.people)
            reason = report.reason(outcome, match.names)
        self.headline = Label(title, _HEADLINE, wrap=True)
        self.reason = Label(reason, BODY, colour="muted", wrap=True)
        self.facts = Label(self._facts(), CAPTION, colour="faint")
        self.cards = [self._card(tally) for tally in report.tallies(match.outcomes)]
        self.board = BoardPane(match.entry.view, _nothing)
        self.scores = ScrollView(self._stack, *self.cards, padding=0)
        self.record = Label("No record was kept", CAPTION, colour="muted", icon="database")
        self.rematch = Button("Rematch", self._rematch, icon="rotate-ccw", kind="primary")
        self.swap = Button("Swap seats", self._swap, icon="arrow-left-right")
        self.save = Button("Save picture", self._save_picture, icon="camera")
        self.history = Button("History", self._open_history, icon="history")
        self.again = Button("Change setup", self.back, icon="sliders-horizontal")
        self.home = Button("Home", self._go_home, icon="house")
        self.buttons = [self.rematch, self.swap, self.save, self.history, self.again, self.home]
        self.hints = HintBar(self.ui.hints, lambda: self.ui.device)

    def build(self) -> None:
        """Add everything, and begin to verify the record once it is closed."""
        match = self.report
        if len(match.seating) < 2:
            self.swap.enabled, self.swap.disabled_reason = False, "There is one seat only"
        self.ui.add(
            self.board,
            self.headline,
            self.reason,
            self.facts,
            self.scores,
            self.record,
        )
        self.ui.add(*self.buttons, self.hints)
        scene = Scene(match.snapshot, frozenset(), match.bottom, match.names, animate=False)
        self.board.show(scene, moved=False)
        self.board.frame = match.frame
        self.board.waiting_text = "Nothing to show"
        self.ui.focus_first(self.rematch)
        if match.record is not None:
            self.record.text = "The record is being closed"
            self._verifying = Job(lambda: self._verify(match.record), self.app.waker.wake)

    def _facts(self) -> str:
        match = self.report
        parts = [match.entry.title]
        if match.outcomes:
            last = match.outcomes[-1]
            parts += [
                words.counted(last.ticks, "tick"),
                words.length(sum(outcome.duration_s for outcome in match.outcomes)),
            ]
            missed = sum(outcome.missed_slots for outcome in match.outcomes)
            parts += [f"{words.counted(missed, 'slot')} missed"] if missed else []
        return " · ".join([*parts, f"seed {match.seed}"])

    def _card(self, tally: report.Tally) -> ScoreCard:
        match = self.report
        colour = looks.seat_colour(match.entry, match.agents, tally.agent, self.app.theme.palette)
        best = bool(match.outcomes) and tally.agent in match.outcomes[-1].winners
        side = words.side(match.entry, tally.agent) or words.agent_name(tally.agent)
        name, clock = match.names[tally.agent], match.clocks.get(tally.agent)
        episodes = len(match.outcomes)
        points = len(match.outcomes) > 1 or match.entry.view in BOARD_VIEWS | {"go"}
        return ScoreCard(
            tally, name, side, colour, clock_s=clock, episodes=episodes, points=points, best=best
        )

    # ---- the record ---------------------------------------------------------------------------------------

    def _verify(self, record: Path | None) -> str:
        """In a thread: wait for the record to be closed, then have another process play it again."""
        self.closing.close()
        command = module_command("arena", "record", "verify", str(record))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()

    def update(self, now: float) -> bool:
        """Say how the record stands once that is known."""
        job = self._verifying
        if job is None:
            return False
        if not job.done:
            if self.closing.done:
                self.record.text = "Record kept; it is being played again to verify it"
            return False
        self._verifying = None
        problem = job.result()
        record = self.report.record
        if problem:
            self.record.text, self.record.colour = f"Record not verified: {problem}", "warn"
            self.record.icon = "triangle-alert"
        else:
            self.record.text, self.record.colour = f"Record verified: {record.name if record else ''}", "good"
            self.record.icon = "circle-check"
        return True

    def leave(self) -> None:
        """The session is closed before the app goes on."""
        self.closing.close()
        if self._verifying is not None:
            self._verifying.close()

    # ---- what next ----------------------------------------------------------------------------------------

    def _rematch(self) -> None:
        from scenes.screens.match import MatchScreen

        self.app.replace(MatchScreen(self.app, self.report.setup, self.closing))

    def _swap(self) -> None:
        from scenes.screens.match import MatchScreen

        self.app.replace(MatchScreen(self.app, self.report.swapped(), self.closing))

    def _save_picture(self) -> None:
        match = self.report
        picture = None if match.frame is None else as_surface(match.frame)
        if self.board.view is not None and match.snapshot is not None:
            size = (PICTURE_SIDE, PICTURE_SIDE)
            picture = self.board.view.draw(match.snapshot, size, 1.0, self.board.style())
        path = self.app.window.photograph(self.app.home.root / "screenshots", picture)
        self.say(f"Picture saved as {path.name} in {path.parent}", "good")

    def _open_history(self) -> None:
        from scenes.screens.history import HistoryScreen

        self.app.push(HistoryScreen(self.app))

    def _go_home(self) -> None:
        self.app.home_screen()

    # ---- layout -------------------------------------------------------------------------------------------

    def layout(self, rect: pygame.Rect) -> None:
        """The final position left, everything else right."""
        px = self.ui.theme.px
        inner = layout.inset(rect, px(MARGIN), px(MARGIN))
        side_width = min(px(SIDE), inner.width // 2)
        side = pygame.Rect(inner.right - side_width, inner.y, side_width, inner.height)
        self.board.place(pygame.Rect(inner.x, inner.y, side.x - px(MARGIN) - inner.x, inner.height))
        hints = pygame.Rect(side.x, side.bottom - px(28), side.width, px(28))
        self.hints.place(hints)
        row, gap = px(44), px(10)
        rows = layout.grid(side, len(self.buttons), 2, row, gap)
        height = 3 * row + 2 * gap
        top = hints.y - px(GAP) - height
        for button, cell in zip(self.buttons, rows, strict=True):
            button.place(cell.move(0, top - side.y))
        self.record.place(pygame.Rect(side.x, top - px(34), side.width, px(24)))
        fits = self.ui.theme.text.width(self.headline.text, _HEADLINE) <= side.width
        self.headline.style = _HEADLINE if fits else _LONG_HEADLINE
        lines = self.headline.height_for(side.width)
        self.headline.place(pygame.Rect(side.x, side.y + px(8), side.width, max(px(44), lines)))
        lines = self.reason.height_for(side.width)
        self.reason.place(pygame.Rect(side.x, self.headline.rect.bottom + px(4), side.width, lines))
        facts = pygame.Rect(side.x, self.reason.rect.bottom + px(2), side.width, px(22))
        self.facts.place(facts)
        bar = px(Scroller.BAR)  # the cards end where the buttons do, the scroll bar lies beyond
        scores = pygame.Rect(side.x, facts.bottom + px(GAP), side.width + bar, 0)
        scores.height = self.record.rect.y - px(GAP) - scores.y
        self.scores.place(scores)

    def _stack(self, rect: pygame.Rect) -> None:
        px = self.ui.theme.px
        for card, area in zip(
            self.cards, layout.stack(rect, px(ScoreCard.HEIGHT), len(self.cards), px(8)), strict=True
        ):
            card.place(area)


def _nothing(_action: int) -> None:
    """The game is over: a click on its board means nothing."""
