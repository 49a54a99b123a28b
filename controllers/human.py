"""People: one controller for keyboard, gamepad and pointer, fed by the window's
:class:`controllers.inputs.InputHub`.

In real time the device is sampled at the slot itself: what is held, and what was pressed since the last slot.
Where the match waits, a press or a choice on the screen makes one decision. A person is never made to forfeit
by a slip: choices that are not legal are refused here and told to the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces

from arena.errors import SeatError
from arena.match.controller import (
    BaseController,
    Decision,
    Descriptor,
    EpisodeStart,
    EpisodeSummary,
    Notice,
    Request,
    Seat,
)
from arena.match.kinds import BuildContext, ControllerSpec, Option, parse_options
from controllers import gamepad, keyboard, pointer
from controllers.bindings import Layout, missing
from controllers.claims import Claim
from controllers.inputs import InputHub, Reader
from controllers.sampling import Mask, Move, Sampler, at_rest, plain_scheme, sampler
from controllers.way import Way

RUMBLE_END = (0.5, 0.5, 250)
"""How a pad shakes when its episode ends: low and high motor (0 to 1), milliseconds."""

_WAYS: Mapping[str, Callable[[str, InputHub, str, str], Way]] = {
    "keyboard": keyboard.find,
    "pad": gamepad.find,
    "pointer": pointer.find,
}


class HumanController(BaseController):
    """One person, in one seat (keyboard, gamepad) or several (pointer)."""

    pauses_when_lost = True

    def __init__(
        self,
        hub: InputHub,
        seats: Sequence[Seat],
        descriptor: Descriptor,
        *,
        realtime: bool,
        claim: Claim | None = None,
        sampler: Sampler | None = None,
        layout: Layout | None = None,
        rest: Mapping[str, Any] | None = None,
    ) -> None:
        self.descriptor = descriptor
        self.sampled = realtime
        self.layout = layout
        """The bindings of the device; ``None`` with a pointer."""
        self._hub, self._claim, self._sampler = hub, claim, sampler
        self._spaces: dict[str, spaces.Space[Any]] = {seat.agent: seat.action_space for seat in seats}
        self._rest = dict(rest or {})
        self._reader: Reader | None = hub.reader(claim) if claim is not None else None
        self._pending: dict[str, Request] = {}
        self._clock: Callable[[], float] = lambda: 0.0
        self._lost = False

    # ---- the match's hooks ---------------------------------------------------------------------------------

    def reset(self, start: EpisodeStart) -> None:
        """Drop what was pressed before; after a takeover, what is held as well."""
        self._clock = start.clock
        self._pending.clear()
        for seat in start.seats:
            self._spaces[seat.agent] = seat.action_space
            self._hub.take_choice(seat.agent)
        if self._reader is not None:
            if start.mid_episode:
                self._reader.clear()
            else:
                self._reader.take()

    def readiness(self) -> str | None:
        """Ready unless the device is unplugged."""
        if self._claim is not None and self._claim.device_id is None:
            return f"{self._claim.device.name} is unplugged; plug it in again"
        return None

    def request(self, batch: Sequence[Request]) -> None:
        """Note who is to move. Where the match waits, earlier presses and choices were not meant for this
        move.
        """
        for row in batch:
            self._pending[row.agent] = row
            if not self.sampled:
                self._hub.take_choice(row.agent)
        if not self.sampled and self._reader is not None:
            self._reader.take()

    def poll(self) -> Sequence[Decision | Notice]:
        """What the person does now, and whether their device came or went."""
        found: list[Decision | Notice] = list(self._device_notices())
        for agent, row in list(self._pending.items()):
            move = self._chosen(agent, row.legal) or self._keyed(row.legal)
            if move is None and self.sampled and self._sampler is None:
                move = Move(self._rest.get(agent))
            if move is None:
                continue
            if not move.legal:
                self._hub.refuse(agent, move.action)
                continue
            del self._pending[agent]
            found.append(Decision(agent, row.request_id, move.action, self._clock()))
        return found

    def cancel(self, request_ids: Sequence[int]) -> None:
        """These moves are not wanted any more."""
        for agent, row in list(self._pending.items()):
            if row.request_id in request_ids:
                del self._pending[agent]

    def on_episode_end(self, agent: str, summary: EpisodeSummary) -> None:
        """Shake the pad."""
        if self._claim is not None and self._claim.device_id is not None:
            self._hub.rumble(self._claim.device_id, *RUMBLE_END)

    def status(self, agent: str) -> Mapping[str, Any]:
        """The device and whether it is there."""
        if self._claim is None:
            return {"device": "pointer", "connected": True}
        return {"device": self._claim.device.name, "connected": self._claim.device_id is not None}

    def close(self) -> None:
        """Give the device back."""
        if self._claim is not None:
            self._hub.claims.release(self._claim)

    # ---- one poll ------------------------------------------------------------------------------------------

    def _device_notices(self) -> Sequence[Notice]:
        if self._claim is None or (self._claim.device_id is None) == self._lost:
            return ()
        self._lost = not self._lost
        name = self._claim.device.name
        if self._reader is not None:
            self._reader.clear()
        if not self._lost:
            self._pending.clear()  # the match asks again
        kind, text = ("lost", f"{name} unplugged") if self._lost else ("restored", f"{name} is back")
        return [Notice(agent, kind, text) for agent in self._spaces]  # type: ignore[arg-type]  # one of the two kinds

    def _chosen(self, agent: str, legal: Mask) -> Move | None:
        """What was picked on the screen, if anything."""
        choice = self._hub.take_choice(agent)
        if choice is None:
            return None
        (action,) = choice
        return Move(action, _is_legal(action, self._spaces[agent], legal))

    def _keyed(self, legal: Mask) -> Move | None:
        """What the keys say: in real time always something, unless the device is gone."""
        if self._sampler is None or self._reader is None or self._lost:
            return None
        if self.sampled:
            return Move(self._sampler.sample(self._reader, legal))
        return self._sampler.pressed(self._reader, legal)


def _is_legal(action: Any, space: spaces.Space[Any], legal: Mask) -> bool:
    if isinstance(space, spaces.Discrete):
        if isinstance(action, bool) or not isinstance(action, int | np.integer):
            return False
        number = int(action)
        inside = int(space.start) <= number < int(space.start) + int(space.n)
        return inside and (legal is None or bool(legal[number - int(space.start)]))
    return bool(space.contains(action))


_MEANT = {"gamepad": "pad0", "mouse": "pointer"}
"""What people call devices -> their words."""


class HumanKind:
    """The word ``human`` of the seating language."""

    name = "human"
    summary = "a person: human, human:keyboard[/wasd], human:pad0, human:pad/<guid>, human:pointer"
    options: tuple[Option, ...] = (
        Option("name", "str", "", "who plays; their own bindings are used, and results count for them"),
    )
    free_options = False

    def completions(self, tail: str, game_id: str) -> list[str]:
        """``human:pad0`` for ``pad0`` or ``gamepad``, and so on."""
        device = tail.partition("/")[0].rstrip("0123456789")
        if device in {"keyboard", "pad", "pointer"}:
            return [f"{self.name}:{tail}"]
        return [f"{self.name}:{_MEANT[device]}"] if device in _MEANT else []

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """Raise unless a person can play these seats in this way, with every action in reach and no shared
        key.
        """
        hub, way = _way(spec, context, self)
        if way.device is not None:
            seat = _only_seat(spec, context)
            hub.claims.check(seat.agent, way.device, _claimed_keys(way, seat, context))
            _check_reach(spec, way, seat, context)
        elif not pointer.fits(context):
            raise SeatError(
                f"{spec.text}: actions of {context.entry.id} cannot be picked from a list; "
                "use human:keyboard, human:keyboard/wasd or human:pad0"
            )

    def build(self, spec: ControllerSpec, context: BuildContext) -> HumanController:
        """Claim the device for the seat; raises as `check` does."""
        self.check(spec, context)
        hub, way = _way(spec, context, self)
        name = parse_options(self, spec)["name"]
        descriptor = Descriptor(
            id=f"person:{name}" if name else "person",
            name=name or "Person",
            policy="person",
            backend=way.backend,
            human=True,
        )
        claim, keys = None, None
        if way.device is not None and way.layout is not None:
            seat = context.seats[0]
            scheme = context.entry.scheme(seat.agent) or plain_scheme(seat.action_space)
            keys = sampler(scheme, way.layout, seat.action_space) if scheme is not None else None
            claim = hub.claims.take(seat.agent, way.device, _claimed_keys(way, seat, context))
        return HumanController(
            hub,
            context.seats,
            descriptor,
            realtime=context.pace == "realtime",
            claim=claim,
            sampler=keys,
            layout=way.layout,
            rest={
                seat.agent: at_rest(context.entry.scheme(seat.agent), seat.action_space)
                for seat in context.seats
            },
        )


KIND = HumanKind()


def _way(spec: ControllerSpec, context: BuildContext, kind: HumanKind) -> tuple[InputHub, Way]:
    hub = context.resources.get("inputs")
    if not isinstance(hub, InputHub):
        raise SeatError(f"{spec.text}: a person needs a window; use `arena play`")
    player = parse_options(kind, spec)["name"]
    target = spec.target or ("pointer" if pointer.natural(context) else "keyboard")
    word = target.partition("/")[0].rstrip("0123456789")
    if word not in _WAYS:
        raise SeatError(
            f"{spec.text}: {target!r} is not a way to play; use human, human:keyboard, human:keyboard/wasd, "
            "human:pad0, human:pad/<guid> or human:pointer"
        )
    try:
        return hub, _WAYS[word](target, hub, player, context.entry.id)
    except SeatError as error:
        raise SeatError(f"{spec.text}: {error}") from error


def _only_seat(spec: ControllerSpec, context: BuildContext) -> Seat:
    if len(context.seats) != 1:
        agents = ", ".join(seat.agent for seat in context.seats)
        raise SeatError(
            f"{spec.text} holds one seat, not {agents}; give each its own device, or use human:pointer"
        )
    return context.seats[0]


def _claimed_keys(way: Way, seat: Seat, context: BuildContext) -> frozenset[str] | None:
    """The keys of a shared keyboard that the seat needs; a pad is one seat's alone."""
    if way.layout is None or way.layout.device != "keyboard":
        return None
    scheme = context.entry.scheme(seat.agent) or plain_scheme(seat.action_space)
    return way.layout.keys(scheme.controls) if scheme is not None else frozenset()


def _check_reach(spec: ControllerSpec, way: Way, seat: Seat, context: BuildContext) -> None:
    if pointer.natural(context) or way.layout is None:
        return
    scheme = context.entry.scheme(seat.agent) or plain_scheme(seat.action_space)
    if scheme is None or sampler(scheme, way.layout, seat.action_space) is None:
        hint = "use human:pointer" if pointer.fits(context) else "seat a policy, a script or random there"
        raise SeatError(f"{spec.text}: keys cannot play {seat.action_space} of {seat.agent}; {hint}")
    lacking = missing(scheme.controls, way.layout)
    if lacking:
        names = ", ".join(f"{control.label} ({control.slot})" for control in lacking)
        raise SeatError(
            f"{spec.text}: the layout {way.layout.name} has no key for {names}; bind them in the settings, "
            "or use another layout, for example human:keyboard"
        )
