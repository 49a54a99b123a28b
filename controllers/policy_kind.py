"""The word ``policy`` in a seating: an address to dial, or a model to serve."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from arena.errors import ControllerError, OptionError, SeatError, WireError
from arena.home import arena_home
from arena.match.controller import Descriptor, Seat
from arena.match.kinds import BuildContext, ControllerSpec, Option, parse_options
from arena.training.contents import fingerprint, identity
from arena.training.describing import describe_model
from arena.training.model_word import (
    KINDS,
    POLICY_FILE_SUFFIX,
    ModelWord,
    parse_model_word,
    require,
)
from arena.training.policy_file import MODES
from arena.wire.endpoints import check_endpoint, stays_here
from arena.wire.keys import check_key, keypair
from arena.wire.seats import Seats
from controllers.dialling import dialling
from controllers.policy import PolicyController
from controllers.shared_server import ServerLease

CLIENT_KEY = "client"
"""The name of our key pair, by which servers on other machines know us."""

_DIALLING = ("model", "unencrypted", "key")
_FILES = (POLICY_FILE_SUFFIX, ".onnx", ".pt")


class PolicyKind:
    """``policy:ADDRESS`` dials a server; ``policy:WORD`` starts one for a model and stops it with the last
    match that seats it.
    """

    name = "policy"
    summary = "a trained policy: from a policy server's address, or a checkpoint in any format"
    options: tuple[Option, ...] = (
        Option("model", "str", "", "which model, where the server at the address has several"),
        Option("mode", "str", "", "deterministic or sampled; empty: as the policy says"),
        Option("key", "str", "", "the server's public key: encrypts what is said"),
        Option("unencrypted", "bool", default=False, help="dial another machine without encryption"),
        Option("device", "str", "", "where PyTorch computes, e.g. cuda:0"),
        Option("threads", "str", "", "threads of numeric libraries; empty: one"),
        Option("follow", "bool", default=False, help="a folder stands for its newest checkpoint"),
    )
    free_options = True
    """Kinds of models have options of their own, and so have a user's classes."""

    def completions(self, tail: str, game_id: str) -> list[str]:
        """``policy:tcp://127.0.0.1:5555`` for the address, ``policy:best.onnx`` for the file."""
        target = tail.partition(",")[0]
        return [f"{self.name}:{tail}"] if "://" in target or target.endswith(_FILES) else []

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """Raise unless the target is an address, or a model that plays here as far as can be told without
        loading it.
        """
        values = parse_options(self, spec)
        if values["mode"] not in {"", *MODES}:
            raise OptionError(f"mode={values['mode']!r} is not one of {', '.join(MODES)}")
        seats = Seats(context.seats)
        if "://" in spec.target:
            _check_address(self, spec, values)
            return
        word = word_of(spec)
        require(word)
        if word.is_code:
            _check_code(word)
        file = describe_model(word)
        misfit = file.misfit(seats.groups) if file else None
        if misfit:
            raise SeatError(
                f"{word.target} was not made for {context.entry.id}: {misfit}; if it was, play with the"
                " options (--env) of its training"
            )

    def build(self, spec: ControllerSpec, context: BuildContext) -> PolicyController:
        """The controller; it dials after its first ``reset``."""
        values = parse_options(self, spec)
        if "://" in spec.target:
            return _dialled(spec.target, values, context)
        return from_word(word_of(spec), context.seats, mode=values["mode"])


def word_of(spec: ControllerSpec) -> ModelWord:
    """The model word in a seat's. Raises an :class:`arena.errors.ArenaError` that says what is wrong."""
    for name in _DIALLING:
        if name in spec.options:
            raise OptionError(f"{name}= goes with a server's address; {spec.text} starts a server of its own")
    if not spec.target:
        raise SeatError(
            f"{spec.text!r} names no policy; write policy:tcp://127.0.0.1:5555, policy:ipc:///folder/name or "
            f"policy:FILE{POLICY_FILE_SUFFIX}"
        )
    options = "".join(f",{key}={value}" for key, value in spec.options.items() if key != "mode")
    try:
        word = parse_model_word(spec.target + options)
    except ControllerError as error:
        raise SeatError(f"{error}; an address is tcp://HOST:PORT or ipc:///folder/name") from error
    if word.is_code:
        return word
    return replace(word, target=str(word.path.absolute()))  # equal words share a server


def _check_address(kind: PolicyKind, spec: ControllerSpec, values: Mapping[str, Any]) -> None:
    known = (*_DIALLING, "mode")
    for key in spec.options:
        if key not in known:
            raise OptionError(f"{key}= is not for an address; with {spec.target} go {', '.join(known)}")
    try:
        check_endpoint(spec.target)
    except WireError as error:
        raise SeatError(f"{spec.text}: {error}") from None
    if values["key"]:
        check_key(values["key"], "key=")
        if not spec.target.startswith("tcp://"):
            raise OptionError(f"key= encrypts tcp:// addresses; {spec.target} stays on this machine")
    elif not values["unencrypted"] and not stays_here(spec.target):
        raise SeatError(
            f"{spec.target} is on another machine: add key=... as its server printed it; or unencrypted=yes, "
            "if it has none and you trust everyone on that network"
        )


def _check_code(word: ModelWord) -> None:
    """There is such a module; its own code is run by the server only."""
    top, places = word.target.partition(":")[0].partition(".")[0], [*sys.path, str(Path.cwd())]
    if ":" not in word.target or not top.isidentifier() or PathFinder.find_spec(top, places) is None:
        raise SeatError(f"{word} names no module that can be found; write for example policy:my_bots:Greedy")


def _dialled(endpoint: str, values: Mapping[str, Any], context: BuildContext) -> PolicyController:
    options = {name: values[name] for name in ("model", "mode") if values[name]}
    model, mode, key = options.get("model", ""), options.get("mode", ""), values["key"]
    descriptor = Descriptor(
        id=f"policy:{endpoint}" + (f"#{model}" if model else "") + (f",mode={mode}" if mode else ""),
        name=model or endpoint.partition("://")[2],
        description=f"a policy served at {endpoint}",
        backend="zmq",
    )
    own = keypair(arena_home(context.home), CLIENT_KEY) if key else None
    return PolicyController(
        descriptor, context.seats, dial=dialling(endpoint, key, own), options=options, learns_name=True
    )


def from_word(word: ModelWord, seats: Sequence[Seat], *, mode: str = "") -> PolicyController:
    """A controller with a server of its own for a model, shared with all seats of the same word.

    What is rated are the contents: a checkpoint that changes while it plays is not taken, and one that
    changed before its server was started again is refused. With ``follow`` it is the place that is rated,
    whatever lies there.
    """
    contents = "" if word.follows else fingerprint(word)
    arguments = ["--model-json", word.to_json(), "--telemetry", "--pinned", "--expected", contents]
    if mode:
        arguments += ["--mode", mode]
    server = ServerLease(arguments)
    return PolicyController(
        _descriptor(word, contents, mode),
        seats,
        dial=dialling(server.endpoint),
        server=server,
        learns_name=not word.name and describe_model(word) is None,
    )


def _descriptor(word: ModelWord, contents: str, mode: str) -> Descriptor:
    """What can be said before the server speaks."""
    file = describe_model(word)
    usual = file.mode if file else ""
    ending = f",mode={mode}" if mode and mode != usual else ""
    known_as = identity(word, contents) if contents else f"policy:{word}"
    return Descriptor(
        id=known_as + ending,
        name=word.name or (file.name if file else word.module or word.path.stem),
        description=(file.description if file else "") or f"{KINDS[word.kind].summary}: {word.path.name}",
        policy=file.label if file else word.kind,
        backend="zmq",
        deterministic=(mode or usual) == MODES[0],
    )


KIND = PolicyKind()
