"""Model words: which policy, how it is loaded and under which name, in one word a person can type.

``[NAME=][KIND:]TARGET[#MODULE][,key=value...]``, for example ``runs/pia.safetensors``,
``red=rllib:runs/checkpoint_000010#p0``, ``ppo.cleanrl_model,net=my_nets:Agent,mode=sampled`` or
``my_bots:Greedy,depth=3``. ``arena serve`` and the seats ``policy:WORD`` read the same words.

Nothing here loads a model: kinds are told apart by names, and by the first bytes of a file where those do not
suffice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from arena.errors import ControllerError, MissingPartError, OptionError, UnknownNameError
from arena.training.layers import needs_torch

_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_OBJECT = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_HEADER_BYTES_MAX = 1 << 20
_SEATS = frozenset({"bot", "gtp", "guest", "human", "policy", "random", "script", "stockfish", "uci"})
"""Kinds of seats, which people write where a model belongs."""
_LITERALS: Mapping[str, Any] = {"true": True, "false": False, "none": None}


@dataclass(frozen=True, slots=True)
class ModelKind:
    """One way of loading policies."""

    name: str
    summary: str
    suffixes: tuple[str, ...] = ()
    """Of files that are this kind by their name."""
    packages: tuple[str, ...] = ()
    """What it imports beside Arena's own dependencies."""
    extra: str = ""
    """The extra of our distribution that installs them."""
    options: tuple[str, ...] = ()
    """Keys it takes beside :data:`COMMON`."""
    is_code: bool = False
    """The target is ``module:name``, a person's own code; every option goes to it."""


KINDS: Mapping[str, ModelKind] = {
    kind.name: kind
    for kind in (
        ModelKind("mlp", "a small network in a policy file, computed with NumPy"),
        ModelKind("torch", "a policy file, computed with PyTorch", packages=("torch",), extra="torch"),
        ModelKind(
            "onnx",
            "an .onnx file",
            suffixes=(".onnx",),
            packages=("onnxruntime",),
            extra="onnx",
            options=("pipeline",),
        ),
        ModelKind(
            "rllib",
            "a checkpoint folder of Ray RLlib",
            packages=("torch", "ray.rllib"),
            extra="rllib",
            options=("allow", "pipeline"),
        ),
        ModelKind(
            "cleanrl",
            "weights saved by a CleanRL script",
            suffixes=(".cleanrl_model", ".pt", ".pth"),
            packages=("torch",),
            extra="torch",
            options=("net", "pipeline", "activation"),
        ),
        ModelKind("callable", "a function of your own that decides for a batch", is_code=True),
        ModelKind("simple", "a bot: a class of your own with select_action", is_code=True),
    )
}
"""Every kind by name."""

COMMON = ("mode", "device", "threads", "follow")
"""Options that every kind takes; they are the server's business."""

POLICY_FILE_SUFFIX = ".safetensors"
SIDE_CAR_SUFFIX = ".arena.json"
"""Behind a model's name: the description that lies beside it."""


@dataclass(frozen=True, slots=True)
class ModelWord:
    """A parsed word. ``kind`` is never empty."""

    name: str
    """What the server calls it; empty: what the model calls itself."""
    kind: str
    target: str
    """A path, or ``module:name`` for code."""
    module: str = ""
    """Which one of several in one checkpoint."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """As they were written; those of code as Python would read them."""

    @property
    def path(self) -> Path:
        """The target as a path."""
        return Path(self.target).expanduser()

    @property
    def description_path(self) -> Path | None:
        """Where a description may lie: as written (``pipeline=``), else beside it.

        ``None`` for kinds that are described in the file itself or not at all.
        """
        if "pipeline" not in KINDS[self.kind].options:
            return None
        written = str(self.options.get("pipeline", ""))
        return Path(written).expanduser() if written else beside(self.path)

    @property
    def is_code(self) -> bool:
        """Whether the target is code of the user's, not a file."""
        return KINDS[self.kind].is_code

    @property
    def follows(self) -> bool:
        """Whether it stands for the newest checkpoint, now and later."""
        return not self.is_code and is_yes(self.options.get("follow", "no"), "follow")

    @property
    def own_options(self) -> dict[str, Any]:
        """The options of its kind, without :data:`COMMON`."""
        return {key: value for key, value in self.options.items() if self.is_code or key not in COMMON}

    def __str__(self) -> str:
        name = f"{self.name}=" if self.name else ""
        module = f"#{self.module}" if self.module else ""
        options = "".join(f",{key}={value}" for key, value in sorted(self.options.items()))
        return f"{name}{self.kind}:{self.target}{module}{options}"

    def to_json(self) -> str:
        """For another process, whatever the options hold."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> ModelWord:
        """What :meth:`to_json` gave. Raises :class:`OptionError`."""
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError) as error:
            raise OptionError(f"{text!r} is not a model word as JSON: {error}") from None


def parse_model_word(text: str) -> ModelWord:
    """Parse a word; its kind is inferred from what lies at the target where the word does not say it.

    Raises:
        ControllerError: there is no such file, or its kind cannot be told.
        OptionError: an option is malformed, or is none of this kind's.
    """
    head, *parts = text.strip().split(",")
    name, equals, rest = head.partition("=")
    if not (equals and _NAME.fullmatch(name)):
        name, rest = "", head
    written, colon, after = rest.partition(":")
    kind = written if colon and written in KINDS else ""
    target, hash_sign, module = (after if kind else rest).rpartition("#")
    if not hash_sign:
        target, module = module, ""
    if not target:
        raise ControllerError(f"model {text!r} names no file; {_examples()}")
    word = ModelWord(name, kind or "mlp", target, module, _parse_options(text, parts))
    if not kind:
        word = replace(word, kind=infer_kind(word))
    if word.is_code:
        return replace(word, options={key: _read(value) for key, value in word.options.items()})
    check_options(word)
    return word


def check_options(word: ModelWord) -> None:
    """Raise :class:`OptionError` or :class:`UnknownNameError` for an option that its kind does not take."""
    if word.is_code:
        return
    known = (*KINDS[word.kind].options, *COMMON)
    for key in word.options:
        if key not in known:
            raise UnknownNameError(f"option of {word.kind} models", key, known)
    is_yes(word.options.get("follow", "no"), "follow")


def _parse_options(text: str, parts: list[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in filter(None, parts):
        key, equals, value = part.partition("=")
        if not equals or not _NAME.fullmatch(key.strip()):
            raise OptionError(f"{part!r} in model {text!r} is not key=value; paths cannot hold a comma")
        options[key.strip()] = value.strip()
    return options


def _read(text: str) -> Any:
    """As Python would read it: a number, true, false, none, else text."""
    if text.lower() in _LITERALS:
        return _LITERALS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def is_yes(value: Any, key: str) -> bool:
    """A yes-or-no option's value. Raises :class:`OptionError` where it is neither."""
    text = str(value).lower()
    if text not in {"yes", "no", "true", "false", "1", "0", "on", "off"}:
        raise OptionError(f"{key}={value!r} is not yes or no")
    return text in {"yes", "true", "1", "on"}


def beside(path: Path) -> Path:
    """The path of the description beside a model; of a folder it is beside that which a link leads to."""
    path = path.resolve() if path.is_dir() else path
    return path.with_name(path.name + SIDE_CAR_SUFFIX)


# ---- which kind -------------------------------------------------------------------------------------------


def infer_kind(word: ModelWord) -> str:
    """The kind of the file, folder or object that ``word`` names. Raises :class:`ControllerError`."""
    try:
        path = word.path
        is_there = path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # no user of that name; no path at all
        raise ControllerError(f"{word.target!r} is no path: {error}") from None
    if not is_there:
        if _OBJECT.fullmatch(word.target) and not _is_seat(word.target):
            return "simple" if word.target.rpartition(":")[2][0].isupper() else "callable"
        raise ControllerError(_absent(word.target))
    if path.is_dir() and not is_rllib_checkpoint(path):
        if not word.follows:
            raise ControllerError(
                f"{path} is a folder but no RLlib checkpoint; name one of its checkpoints, or add follow=yes "
                "(--follow) for whichever is the newest"
            )
        path = newest(path)
    return _kind_of(path)


def _is_seat(target: str) -> bool:
    """Whether ``KIND:TARGET`` of a seat looks like code; a module called like a kind is the user's own."""
    module = target.partition(":")[0]
    is_ours = module in _SEATS and not Path(f"{module}.py").exists() and not Path(module).is_dir()
    return is_ours and not _is_installed(module)


def _absent(target: str) -> str:
    """What to say of a target that is neither there nor code; it may be a seat's word."""
    inner = target.removeprefix("policy:")
    if inner.partition(":")[0] in _SEATS - {"policy"}:
        target = inner  # leaving policy: out would not make a model of it
    seat, _, rest = target.partition(":")
    if "://" in target:
        return f"{target!r} is a server's address, no model; {_examples()}"
    if seat in {"policy", "bot"} and rest:
        return f"{target!r} is how a seat is written; leave the {seat}: out here: {rest}"
    if seat in _SEATS:
        return (
            f"{target!r} is no model but a seat's word: it belongs on the match's or the host's command "
            f"line, as AGENT={target}; {_examples()}"
        )
    return f"{target!r} does not exist; {_examples()}"


def _kind_of(path: Path) -> str:
    if path.is_dir():
        return "rllib"
    if path.suffix == POLICY_FILE_SUFFIX:
        return _kind_of_policy_file(path)
    for kind in KINDS.values():
        if path.suffix in kind.suffixes:
            return kind.name
    raise ControllerError(f"{path} is no kind of model that Arena knows by its name; {_examples()}")


def _kind_of_policy_file(path: Path) -> str:
    """By its layers: what is plain needs NumPy only, which also says what is wrong with a malformed file."""
    try:
        spec = json.loads(safetensors_metadata(path).get("arena.policy", "{}"))
    except (ValueError, RecursionError):
        return "mlp"
    return "torch" if needs_torch(spec) else "mlp"


def safetensors_metadata(path: Path) -> Mapping[str, str]:
    """The metadata of a safetensors file: a little-endian length of eight bytes, then a JSON header.

    Raises :class:`ControllerError` where it is none.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > _HEADER_BYTES_MAX:
                raise ValueError(f"its header claims {length} bytes")  # noqa: TRY301 - told with the others
            found = json.loads(file.read(length)).get("__metadata__", {})
    except OSError as error:
        raise ControllerError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, AttributeError) as error:
        raise ControllerError(f"{path} cannot be read as a safetensors file: {error}") from None
    return found if isinstance(found, dict) else {}


def is_rllib_checkpoint(path: Path) -> bool:
    """Whether a folder looks like one: an Algorithm's, a Learner's or an RLModule's."""
    marks = ("rllib_checkpoint.json", "class_and_ctor_args.pkl", "algorithm_state.pkl")
    return path.is_dir() and any((path / mark).is_file() for mark in marks)


def newest(folder: Path) -> Path:
    """The checkpoint in ``folder`` that was written last. Raises :class:`ControllerError` for none."""
    suffixes = {suffix for kind in KINDS.values() for suffix in kind.suffixes} | {POLICY_FILE_SUFFIX}
    try:
        found = [
            path
            for path in folder.iterdir()
            if not path.name.startswith(".") and (path.suffix in suffixes or is_rllib_checkpoint(path))
        ]
        if found:
            return max(found, key=lambda path: (path.stat().st_mtime_ns, path.name))
    except OSError as error:
        raise ControllerError(f"cannot read {folder}: {error.strerror}") from error
    raise ControllerError(f"{folder} holds no checkpoint; {_examples()}")


def _examples() -> str:
    return (
        "a model is a .safetensors, .onnx, .cleanrl_model or .pt file, an RLlib checkpoint folder, or "
        f"MODULE:CLASS; write KIND: before it where its name does not tell ({', '.join(KINDS)})"
    )


# ---- what stands there ------------------------------------------------------------------------------------


def current(word: ModelWord) -> ModelWord:
    """``word`` with what it stands for now: of a folder that is followed, the newest checkpoint."""
    if word.is_code or not word.follows or not word.path.is_dir() or is_rllib_checkpoint(word.path):
        return word
    path = newest(word.path)
    return replace(word, target=str(path), kind=_kind_of(path))


def require(word: ModelWord) -> None:
    """Raise :class:`MissingPartError` unless the packages of the word's kind are installed; imports none."""
    kind = KINDS[word.kind]
    lacking = sorted({name.partition(".")[0] for name in kind.packages if not _is_installed(name)})
    if lacking:
        raise MissingPartError(
            f"{word.target} needs {', '.join(lacking)}, which is not installed: "
            f"pip install 'arena-seats[{kind.extra}]'"
        )


def _is_installed(package: str) -> bool:
    return find_spec(package.partition(".")[0]) is not None
