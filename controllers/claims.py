"""Who plays with what: each seat's claim on a device, kept through unplugging and never moved in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arena.errors import SeatError

if TYPE_CHECKING:
    from controllers.inputs import Device, InputHub


@dataclass(slots=True, eq=False)
class Claim:
    """One seat's right to a device, or to some keys of it."""

    agent: str
    device: Device
    """The device as last seen."""
    keys: frozenset[str] | None
    """The keys it uses; ``None``: the device is its alone."""
    device_id: str | None
    """The device's id, ``None`` while it is unplugged."""

    def overlap(self, device_id: str, keys: frozenset[str] | None) -> frozenset[str] | None:
        """The keys that both would use; ``None`` stands for the whole device, the empty set for no
        conflict.
        """
        if self.device_id != device_id:
            return frozenset()
        if self.keys is None or keys is None:
            return None
        return self.keys & keys


class Claims:
    """The claims of one window's seats."""

    def __init__(self, hub: InputHub) -> None:
        self._hub = hub
        self._claims: list[Claim] = []

    def __iter__(self) -> Iterator[Claim]:
        return iter(tuple(self._claims))

    def check(self, agent: str, device: Device, keys: frozenset[str] | None) -> None:
        """Raise :class:`SeatError` if another seat already uses the device, or one of these keys."""
        for other in self._claims:
            if other.agent == agent:
                continue
            shared = other.overlap(device.id, keys)
            if shared is None:
                raise SeatError(
                    f"{device.name} cannot play for {agent}: it plays for {other.agent} already; "
                    f"free now: {self._free()}"
                )
            if shared:
                raise SeatError(
                    f"{agent} and {other.agent} would share the keys {', '.join(sorted(shared))} of one "
                    "keyboard; give them layouts without common keys, for example human:keyboard/wasd and "
                    "human:keyboard/arrows"
                )

    def take(self, agent: str, device: Device, keys: frozenset[str] | None) -> Claim:
        """Claim a device, or some keys of it, for ``agent``; raises as `check` does. Release it when done."""
        self.check(agent, device, keys)
        claim = Claim(agent, device, keys, device.id)
        self._claims.append(claim)
        return claim

    def release(self, claim: Claim) -> None:
        """Give a claim back; a second time does nothing."""
        if claim in self._claims:
            self._claims.remove(claim)

    @property
    def lost(self) -> tuple[Claim, ...]:
        """The claims whose device is unplugged."""
        return tuple(claim for claim in self._claims if claim.device_id is None)

    def assign(self, agent: str, device_id: str) -> None:
        """Have ``agent`` go on with another pad, because a person asked for it.

        Raises :class:`SeatError` if the seat has no claim, or the device is unknown or taken.
        """
        device = self._hub.device(device_id)
        claim = next((claim for claim in self._claims if claim.agent == agent), None)
        if device is None or claim is None or device.kind != claim.device.kind:
            raise SeatError(f"{agent} cannot go on with {device_id!r}; free now: {self._free()}")
        self.check(agent, device, claim.keys)
        claim.device, claim.device_id = device, device.id

    def device_added(self, device: Device) -> None:
        """Give the device to the seat that has waited longest for one of its model, if any does."""
        for claim in self.lost:
            if claim.device.kind == device.kind and _model(claim.device) == _model(device):
                claim.device, claim.device_id = device, device.id
                return

    def device_removed(self, device_id: str) -> None:
        """Note that a device is gone; its seat keeps the claim."""
        for claim in self._claims:
            if claim.device_id == device_id:
                claim.device_id = None

    def _free(self) -> str:
        taken = {claim.device_id for claim in self._claims}
        pads = enumerate(self._hub.pads)
        names = [f"pad{index} ({pad.name})" for index, pad in pads if pad.id not in taken]
        return ", ".join([*names, "the keyboard's unused keys"])


def _model(device: Device) -> str:
    return device.guid or device.name
