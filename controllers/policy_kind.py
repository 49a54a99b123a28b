"""The word ``policy`` in a seating: an address to dial, or a policy file to serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from arena.errors import OptionError, SeatError, WireError
from arena.match.controller import Descriptor, Seat
from arena.match.kinds import BuildContext, ControllerSpec, Option, parse_options
from arena.wire.endpoints import check_endpoint, stays_here
from arena.wire.policy_file import MODES, fingerprint, read_policy_file
from arena.wire.seats import Seats
from controllers.policy import PolicyController, dialling
from controllers.server_process import ServerProcess

SUFFIX = ".safetensors"


class PolicyKind:
    """``policy:ADDRESS`` dials a server; ``policy:FILE.safetensors`` starts one and stops it with the
    match.
    """

    name = "policy"
    summary = "a trained policy, from a policy server or a .safetensors file"
    options: tuple[Option, ...] = (
        Option("model", "str", "", "which model, where the server has several"),
        Option("mode", "str", "", "deterministic or sampled; empty: as the policy says"),
        Option("unencrypted", "bool", default=False, help="dial another machine without encryption"),
    )
    free_options = False

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """Raise unless the target is an address, or a file made for these spaces."""
        values = parse_options(self, spec)
        if values["mode"] not in {"", *MODES}:
            raise OptionError(f"mode={values['mode']!r} is not one of {', '.join(MODES)}")
        seats = Seats(context.seats)
        if "://" in spec.target:
            _check_address(spec, unencrypted=values["unencrypted"])
            return
        path = Path(spec.target)
        if path.suffix != SUFFIX or not path.is_file():
            problem = "does not exist" if path.suffix == SUFFIX else "is neither an address nor a policy file"
            raise SeatError(
                f"{spec.target!r} {problem}; write policy:tcp://127.0.0.1:5555, policy:ipc:///folder/name or "
                f"policy:FILE{SUFFIX}"
            )
        misfit = read_policy_file(path).misfit(seats.groups)
        if misfit:
            raise SeatError(f"{spec.target} was not made for {context.entry.id}: {misfit}")

    def build(self, spec: ControllerSpec, context: BuildContext) -> PolicyController:
        """The controller; it dials after its first ``reset``."""
        values = parse_options(self, spec)
        options = {name: values[name] for name in ("model", "mode") if values[name]}
        if "://" in spec.target:
            return _dialled(spec.target, context.seats, options)
        return from_file(Path(spec.target), context.seats, options)


def _check_address(spec: ControllerSpec, *, unencrypted: bool) -> None:
    try:
        check_endpoint(spec.target)
    except WireError as error:
        raise SeatError(f"{spec.text}: {error}") from None
    if not unencrypted and not stays_here(spec.target):
        raise SeatError(
            f"{spec.target} is on another machine and nothing sent there is encrypted; add unencrypted=yes "
            "if you trust everyone on that network"
        )


def _dialled(endpoint: str, seats: Sequence[Seat], options: Mapping[str, str]) -> PolicyController:
    model, mode = options.get("model", ""), options.get("mode", "")
    descriptor = Descriptor(
        id=f"policy:{endpoint}" + (f"#{model}" if model else "") + (f",mode={mode}" if mode else ""),
        name=model or endpoint.partition("://")[2],
        description=f"a policy served at {endpoint}",
        backend="zmq",
    )
    return PolicyController(descriptor, seats, dial=dialling(endpoint), options=options)


def from_file(path: Path, seats: Sequence[Seat], options: Mapping[str, str]) -> PolicyController:
    """A controller with a server of its own for a policy file."""
    file = read_policy_file(path)
    mode = options.get("mode") or file.mode
    descriptor = Descriptor(
        id=f"policy:{path.stem}@{fingerprint(path)}" + (f",mode={mode}" if mode != file.mode else ""),
        name=file.name,
        description=file.description or f"a policy from {path.name}",
        policy=file.label,
        backend="zmq",
        deterministic=mode == MODES[0],
    )
    server = ServerProcess([str(path.absolute()), "--mode", mode])
    return PolicyController(descriptor, seats, dial=dialling(server.endpoint), server=server)


KIND = PolicyKind()
