"""The kind ``script``: built-in opponents of graded strength, ``script:GAME/LEVEL`` or just
``script:LEVEL``.
"""

from __future__ import annotations

from gymnasium.spaces import Discrete

from arena.errors import SeatError
from arena.match.controller import Controller, Descriptor
from arena.match.kinds import BuildContext, ControllerSpec, Option
from controllers.scripts.registry import SCRIPTS, Script, find, scripts_for, version
from controllers.simple import seat_simple


class ScriptKind:
    """``script:chess/club`` and the like."""

    name = "script"
    summary = "a built-in opponent, such as script:chess/club or just script:club"
    options: tuple[Option, ...] = ()
    free_options = False

    def notes(self) -> list[str]:
        """Every script with the games it plays, for `arena controllers show script`."""
        width = max(len(script.id) for script in SCRIPTS)
        return [
            "scripts, weakest first",
            *(f"  script:{script.id:<{width}}  {script.summary} ({script.games})" for script in SCRIPTS),
        ]

    def completions(self, tail: str, game_id: str) -> list[str]:
        """``script:sumo/novice`` for ``novice`` or ``sumo/novice``; of the game that is played, if known."""
        known = scripts_for(game_id) if game_id else SCRIPTS
        return [f"{self.name}:{script.id}" for script in known if f"/{script.id}".endswith(f"/{tail}")]

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """There is such a script and it plays this game."""
        self._find(spec, context)

    def build(self, spec: ControllerSpec, context: BuildContext) -> Controller:
        """Inline or in a child process, as :func:`controllers.simple.seat_simple` decides."""
        script = self._find(spec, context)
        descriptor = Descriptor(
            id=f"script:{script.id}@{version(script)}",
            name=script.id.replace("/", " ").replace("_", " ").capitalize(),
            description=script.summary,
            policy=f"script {version(script)}",
            backend="script",
            deterministic=True,
        )
        arguments = dict(script.arguments)
        if script.both_ways and all(isinstance(seat.action_space, Discrete) for seat in context.seats):
            arguments["discrete"] = True
        return seat_simple(script.target, arguments, descriptor, context, needs_position=script.position)

    @staticmethod
    def _find(spec: ControllerSpec, context: BuildContext) -> Script:
        game_id = context.entry.id
        script = find(spec.target, game_id)
        if script is not None and script.plays(game_id):
            if script.both_ways and any(
                len(seat.observation_space.shape or ()) != 1 for seat in context.seats
            ):
                raise SeatError(f"{spec.text!r} reads figures, not pictures; leave out observations=pixels")
            return script
        fitting = [f"script:{known.id} ({known.summary})" for known in scripts_for(game_id)]
        what = f"{spec.text!r} does not play {game_id}" if script else f"{spec.text!r} names no script"
        if fitting:
            raise SeatError(f"{what}; scripts for this game: {', '.join(fitting)}")
        raise SeatError(f"{what}; there are no scripts for {game_id}, seat random or a bot of your own")


KIND = ScriptKind()
