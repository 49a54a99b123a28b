"""``arena match``: play a match without a window, at full speed, and print how it ended."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from arena.cli.setup import add_match_arguments, setup_from
from arena.cli.text import clean

if TYPE_CHECKING:
    from arena.home import Home
    from arena.match.match import Match
    from arena.match.outcome import EpisodeOutcome
    from arena.match.runner import Sleeper
    from arena.session import MatchSetup, Session

PROGRESS_EVERY_S = 0.1

INTERMIXED = True
"""Options may stand between the seats."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = (
        "Play a match without a window and print how it ended; without --pace at full speed. The exit code "
        "is 0 when every game came to a result, else 1."
    )
    add_match_arguments(parser, game_required=True, pace="fast")
    parser.add_argument("--no-record", action="store_true", help="keep no record and no result")
    parser.add_argument("--json", action="store_true", help="print the outcomes as JSON")


def run(args: argparse.Namespace) -> int:
    """Play; 0 when every episode came to a result and the record is whole, else 1."""
    from arena.home import arena_home

    setup = cast("MatchSetup", setup_from(args, pace="fast"))
    home = None if args.no_record else arena_home(args.home)
    session = play(setup, home, progress=not args.json and sys.stderr.isatty())
    outcomes = session.match.outcomes
    if args.json:
        print(json.dumps(report(session), indent=2))
    else:
        print_report(session)
    if session.record_fault is not None:
        print(f"arena: {session.record_fault}", file=sys.stderr)
        return 1
    return 1 if any(outcome.void for outcome in outcomes) else 0


def play(
    setup: MatchSetup, home: Home | None, *, progress: bool, at_end: Callable[[Session], None] | None = None
) -> Session:
    """Play a whole match headless and close it; Ctrl-C ends it cleanly, with what was played on record.

    ``at_end`` is called while the final position is still there.
    """
    from arena.cli.interruption import Interruption
    from arena.match.runner import run as drive
    from arena.session import Stage, open_session
    from arena.waker import Waker

    waker = Waker()
    try:
        with (
            Interruption(waker) as ctrl_c,
            open_session(setup, Stage(time.perf_counter, waker.wake), home) as session,
        ):
            ctrl_c.defer()
            session.start()
            bar = ProgressBar(session.match) if progress else None

            def on_progress(match: Match) -> None:
                ctrl_c.check()
                session.check_record(time.perf_counter())
                if bar is not None:
                    bar.show(match)

            sleeper = ctrl_c if bar is None else Watched(ctrl_c, bar, session.match)
            try:
                drive(session.match, time.perf_counter, sleeper, on_progress)
            except KeyboardInterrupt:
                session.match.abort(time.perf_counter(), "interrupted from the keyboard")
                raise
            finally:
                if bar is not None:
                    bar.clear()
            if at_end is not None:
                at_end(session)
        return session
    finally:
        waker.close()


class ProgressBar:
    """One line on standard error that says how far a match is, or whom it waits for."""

    def __init__(self, match: Match) -> None:
        self._total = match.plan.episodes
        self._shown_at = 0.0
        self._shown = ""

    def show(self, match: Match) -> None:
        """Redraw, ten times a second at most."""
        now = time.perf_counter()
        if now - self._shown_at < PROGRESS_EVERY_S:
            return
        self._shown_at = now
        self._write(self._waiting(match) or self._progress(match))

    def _progress(self, match: Match) -> str:
        done = len(match.outcomes)
        width = 24
        filled = width * done // self._total
        bar = "█" * filled + "░" * (width - filled)
        return f"{bar} episode {min(done + 1, self._total)} of {self._total}, tick {match.tick_number}"

    @staticmethod
    def _waiting(match: Match) -> str:
        waiting = match.waiting_for()
        return f"waiting for {'; '.join(waiting)}" if waiting else ""

    def _write(self, line: str) -> None:
        """Put ``line`` where the one before stood, cut to the width of the terminal."""
        room = shutil.get_terminal_size().columns - 1
        line = clean(line)
        line = line if len(line) <= room else line[: room - 1] + "\N{HORIZONTAL ELLIPSIS}"
        sys.stderr.write("\r" + line.ljust(min(room, len(self._shown))))
        sys.stderr.flush()
        self._shown = line

    def clear(self) -> None:
        """Leave an empty line behind."""
        self._write("")
        sys.stderr.write("\r")
        sys.stderr.flush()


class Watched:
    """A sleeper that shows what a match waits for before it sleeps: while nothing is done, too."""

    def __init__(self, sleeper: Sleeper, bar: ProgressBar, match: Match) -> None:
        self._sleeper, self._bar, self._match = sleeper, bar, match

    def wait(self, timeout_s: float | None) -> bool:
        """Sleep as the sleeper does."""
        self._bar.show(self._match)
        return self._sleeper.wait(timeout_s)


def report(session: Session) -> dict[str, Any]:
    """What ``--json`` prints."""
    match = session.match
    return {
        "match": match.plan.match_id,
        "game": match.entry.id,
        "seed": match.plan.seed,
        "seating": dict(match.plan.seating),
        "record": str(session.record_path) if session.record_path else None,
        "faults": {agent: dict(seat.faults) for agent, seat in match.seats.items() if seat.faults},
        "episodes": [outcome.to_dict() for outcome in match.outcomes],
    }


def print_report(session: Session) -> None:
    """The outcome table, a summary a seat, and where the record is."""
    match = session.match
    names = {agent: descriptor.name for agent, descriptor in match.descriptors().items()}
    print(f"{match.entry.title} · seed {match.plan.seed} · {match.plan.match_id}")
    rows = [_row(outcome, list(match.seats)) for outcome in match.outcomes[-50:]]
    print_table([["episode", "ended by", "ticks", "seconds", *match.seats], *rows])
    if len(match.outcomes) > 50:
        print(f"(the last 50 of {len(match.outcomes)} episodes)")
    print()
    summary = [["seat", "player", "won", "drawn", "lost", "mean score", "late", "illegal", "forfeits"]]
    summary += [[agent, names[agent], *_tally(match.outcomes, agent)] for agent in match.seats]
    print_table(summary)
    details = {outcome.detail for outcome in match.outcomes}
    for seat in match.seats.values():
        for status, message in seat.faults.items():
            if message not in details:
                print(f"first {status}: {clean(message)}")
    for outcome in match.outcomes[-50:]:
        if outcome.detail:
            print(f"episode {outcome.episode + 1}: {clean(outcome.detail)}")
        if outcome.missed_slots:
            slow = f", {outcome.env_slow} of them by a busy environment" if outcome.env_slow else ""
            print(f"episode {outcome.episode + 1}: missed slots: {outcome.missed_slots}{slow}")
    if session.record_path:
        print(f"record: {session.record_path}")


def _row(outcome: EpisodeOutcome, agents: Sequence[str]) -> list[str]:
    head = [str(outcome.episode + 1), str(outcome.reason), str(outcome.ticks), f"{outcome.duration_s:.2f}"]
    return head + [_cell(outcome, agent) for agent in agents]


def _cell(outcome: EpisodeOutcome, agent: str) -> str:
    seat = next(seat for seat in outcome.seats if seat.agent == agent)
    rank = f"#{seat.rank} " if seat.rank else ""
    return f"{rank}{seat.score:g}" + (f" ({seat.forfeited})" if seat.forfeited else "")


def _tally(outcomes: Sequence[EpisodeOutcome], agent: str) -> list[str]:
    won = drawn = lost = 0
    seats = []
    for outcome in outcomes:
        seat = next(seat for seat in outcome.seats if seat.agent == agent)
        seats.append(seat)
        ranks = {other.rank for other in outcome.seats}
        if seat.rank and len(outcome.seats) > 1:
            drawn += len(ranks) == 1
            won += len(ranks) > 1 and seat.rank == 1
            lost += len(ranks) > 1 and seat.rank != 1
    mean = sum(seat.score for seat in seats) / len(seats) if seats else 0.0
    late, illegal = sum(seat.late for seat in seats), sum(seat.illegal for seat in seats)
    forfeits = sum(seat.forfeited is not None for seat in seats)
    return [str(won), str(drawn), str(lost), f"{mean:.3g}", str(late), str(illegal), str(forfeits)]


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns padded to their widest cell, without what terminals obey."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    for row in cleaned:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
