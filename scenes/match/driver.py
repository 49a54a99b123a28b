"""Drives one match inside the window's loop: ticks it when it has work, holds it while a menu is open.

The match itself knows slots and rules; here is only what a screen adds: a moment's rest between two moves of
machines so that eyes can follow, a first picture and a countdown before real time begins, and the list of
moves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from arena.match.match import Match, Phase
from arena.session import Session
from scenes.loop import Latency, drive

REPLY_GAP_S = 0.3
"""A machine's answer waits until a person's move has been seen to arrive."""
WATCH_GAP_S = 0.6
"""Between two moves of machines, at speed 1."""
COUNT_FROM, COUNT_S = 3, 0.6
"""The countdown before people play in real time, and seconds a number."""
_RATE_WINDOW_S = 2.0
_PICTURE, _COUNTDOWN = "first picture", "countdown"
"""What a match stands still for at its start, without anybody's wish."""


@dataclass(frozen=True, slots=True)
class Move:
    """What one seat did in one step."""

    tick: int
    agent: str
    label: str


class Driver:
    """One running match. Time comes in from the app's clock, in seconds."""

    def __init__(self, session: Session, clock: Callable[[], float]) -> None:
        self.session = session
        self.match: Match = session.match
        self.moves: list[Move] = []
        """Of the running episode, oldest first; empty where the game names no moves, and in real time."""
        self.stepped_at = 0.0
        self.jitter = Latency()
        """How long after its slot each step began."""
        self.count_down = True
        self.get_ready: Callable[[], bool] = lambda: True
        """Does a part of what must be done between the first picture and the first slot of an episode in real
        time; true once nothing is left.
        """
        self._clock = clock
        self._holds: set[str] = set()
        self._not_before = 0.0
        self._more = False
        self._counted_s = 0.0
        self._counted_at: float | None = None
        self._steps: deque[float] = deque()

    def start(self) -> None:
        """Begin the first episode."""
        self.session.start()
        self._episode_began(self._clock())

    # ---- standing still -----------------------------------------------------------------------------------

    def hold(self, why: str, now: float) -> None:
        """Pause the match for as long as anything holds it."""
        self._holds.add(why)
        self.match.pause(now, why)

    def release(self, why: str, now: float) -> None:
        """One reason less; people in real time get a countdown before the match goes on."""
        if why not in self._holds:
            return
        self._holds.discard(why)
        if self._holds or not self.match.paused:
            return
        if why != _COUNTDOWN and self._wants_countdown():
            self._begin_countdown(now)
        else:
            self.match.resume(now)

    def held(self, why: str) -> bool:
        """Whether the match stands still for this reason."""
        return why in self._holds

    def adopt_pause(self) -> str | None:
        """Why the match paused by itself (a device was lost), once; it is held from then on."""
        if not self.match.paused or self._holds:
            return None
        self._holds.add("device")
        return self.match.paused_by or "paused"

    @property
    def paused(self) -> bool:
        """Whether the match stands still because somebody wants it to, or has to see to something."""
        return self.match.paused and not self._holds & {_PICTURE, _COUNTDOWN}

    @property
    def getting_ready(self) -> bool:
        """Whether real time has yet to begin: pictures are wanted until it does."""
        return _PICTURE in self._holds and self.match.phase is Phase.PLAYING

    @property
    def countdown(self) -> int | None:
        """The number that is shown, or ``None``."""
        if _COUNTDOWN not in self._holds or self.match.phase is not Phase.PLAYING:
            return None
        return max(1, COUNT_FROM - int(self._counted_s / COUNT_S))

    def _wants_countdown(self) -> bool:
        people = any(seat.holder.human for seat in self.match.seats.values())
        return self.count_down and people and self.match.pacer.realtime

    def _begin_countdown(self, now: float) -> None:
        self._counted_s, self._counted_at = 0.0, None
        self.hold(_COUNTDOWN, now)

    def _count(self, now: float) -> bool:
        """Move the countdown on; true if another number is due."""
        if self._holds != {_COUNTDOWN} or self.match.phase is not Phase.PLAYING:
            self._counted_at = None
            return False
        before = self.countdown
        if self._counted_at is not None:
            self._counted_s += now - self._counted_at
        self._counted_at = now
        if self._counted_s >= COUNT_FROM * COUNT_S:
            self.release(_COUNTDOWN, now)
        return self.countdown != before

    # ---- driving ------------------------------------------------------------------------------------------

    def update(self, now: float) -> bool:
        """Do what is due; true if the picture has changed."""
        self.session.check_record(now)
        counted = self._count(now)
        version = self.match.log.version
        changed, self._more = drive(self, self._clock)
        self._trim()
        return counted or changed or self.match.log.version != version

    def tick(self, now: float) -> bool:
        """One tick of the match, noted; see :class:`scenes.loop.Ticking`."""
        match = self.match
        if now < self._not_before and not match.paused:
            return False
        episode, before, slot = match.episode, match.tick_number, match.pacer.next_slot
        opening = match.phase is Phase.OPENING
        did = match.tick(now)
        if opening and match.phase is Phase.PLAYING:
            self._not_before = now + self._gap_s()  # the first position is there to be seen, too
        if match.episode != episode:
            self._episode_began(now)
        elif match.tick_number > before:
            self._note_step(now, slot)
        return did

    def next_wakeup(self, now: float) -> float | None:
        """When there is work at the latest; ``None``: only a wake-up or a command brings some."""
        if self._more:
            return now
        wakeup = self.match.next_wakeup(now)
        if now < self._not_before:
            return self._not_before
        return wakeup

    def _episode_began(self, now: float) -> None:
        self.moves.clear()
        self._steps.clear()
        self._not_before = 0.0
        if self.match.pacer.realtime:
            self.hold(_PICTURE, now)
        if self._wants_countdown():
            self._begin_countdown(now)

    def shown(self, now: float) -> None:
        """The display shows the match as it is. Real time begins after the first picture of an episode, whose
        still parts are painted only then, and after all that :attr:`get_ready` does: several slots would pass
        meanwhile.
        """
        if self.getting_ready and self.get_ready():
            self.release(_PICTURE, self._clock())

    def _note_step(self, now: float, slot: float) -> None:
        match = self.match
        self.stepped_at = now
        self._steps.append(now)
        if match.pacer.realtime:
            self.jitter.add(max(0.0, now - slot))
            return  # nobody reads pushes as moves, and a list of all of them is longer with every slot
        labels = match.last_labels
        self.moves += [
            Move(match.tick_number, agent, labels[agent]) for agent in match.seats if agent in labels
        ]
        self._not_before = now + self._gap_s()

    def _gap_s(self) -> float:
        match = self.match
        if match.pacer.realtime or match.rules.pace == "fast" or not match.due:
            return 0.0
        if any(match.seats[agent].holder.human for agent in match.due):
            return 0.0
        people = any(seat.holder.human for seat in match.seats.values())
        return REPLY_GAP_S if people else WATCH_GAP_S / match.pacer.speed

    def _trim(self) -> None:
        """Forget moves that were taken back."""
        while self.moves and self.moves[-1].tick > self.match.tick_number:
            self.moves.pop()

    def rate_hz(self, now: float) -> float:
        """Steps a second over the last two seconds."""
        while self._steps and self._steps[0] < now - _RATE_WINDOW_S:
            self._steps.popleft()
        if len(self._steps) < 2:
            return 0.0
        return (len(self._steps) - 1) / max(1e-9, self._steps[-1] - self._steps[0])
