"""Who of the seats sits at this screen, whose choice is awaited here, and what may be shown now.

Where seats hide from each other and two people share the screen, nothing that is one person's is shown before
that person has said to be alone with it (the curtain). Games played at once show what any of them sees.
"""

from __future__ import annotations

from gymnasium import spaces

from arena.games.contract import Viewer
from arena.match.match import Match, Phase
from controllers.inputs import InputHub


class People:
    """The people at one screen. Asked anew each time, since seats change hands."""

    def __init__(self, match: Match, hub: InputHub) -> None:
        self._match, self._hub = match, hub
        self._revealed: str | None = None
        self._episode = -1

    @property
    def agents(self) -> tuple[str, ...]:
        """The seats that people hold."""
        return tuple(agent for agent, seat in self._match.seats.items() if seat.holder.human)

    @property
    def hides(self) -> bool:
        """Whether seats hide from each other in this game."""
        return self._match.entry.information == "hidden"

    @property
    def at_once(self) -> bool:
        """Whether all play at once against the clock: people at one screen share what they see, and who only
        watches sees what any seat sees.
        """
        entry = self._match.entry
        return entry.pace == "realtime" and entry.paradigm == "simultaneous"

    @property
    def active(self) -> str | None:
        """The person whose choice is awaited; of several, the first that has not chosen."""
        for agent in self._match.due:
            seat = self._match.seats[agent]
            if seat.holder.human and seat.outstanding is not None and seat.forfeit is None:
                return agent
        return None

    def keyed(self, agent: str) -> bool:
        """Whether the seat has keys or a pad of its own that mean actions."""
        return any(claim.agent == agent for claim in self._hub.claims) and self.has_controls(agent)

    def has_controls(self, agent: str) -> bool:
        """Whether keys can stand for the actions of the seat."""
        if self._match.entry.scheme(agent) is not None:
            return True
        if self._match.entry.pointer:
            return False
        space = self._match.seats[agent].action_space
        return not isinstance(space, spaces.Discrete) or int(space.n) <= 10

    @property
    def curtain_for(self) -> str | None:
        """The person who must take the screen over before anything more is shown."""
        if self._episode != self._match.episode:
            self._episode, self._revealed = self._match.episode, None
        active = self.active
        if active is None or not self.hides or len(self.agents) < 2 or active == self._revealed:
            return None
        if self.at_once:
            return None  # nobody waits for a turn, so there is no moment to hand the screen over
        if self._match.entry.paradigm == "simultaneous" and self.keyed(active):
            return None  # everybody presses keys of their own at once; nothing of a choice is ever shown
        return active

    def lift(self, agent: str) -> None:
        """``agent`` has the screen now."""
        self._revealed = agent

    @property
    def viewer(self) -> Viewer:
        """Who looks: what `Host.snapshot` is asked for."""
        if not self.hides or self._match.phase is Phase.FINISHED:
            return "all"
        agents = self.agents
        if len(agents) == 1:
            return agents
        if self.at_once:
            return agents or tuple(self._match.seats)
        if len(agents) < 2 or self._match.phase is not Phase.PLAYING or self.curtain_for is not None:
            return ()
        return (self._revealed,) if self._revealed in agents else ()
