"""Reads pickles as data: nothing that a pickle names is imported, nothing that it asks for is called.

A pickle is a small program. Here every class or function it names becomes a stand-in, and every call it asks
for is written down in one (:class:`Thing`): what comes out is a tree of plain values and notes.
:class:`Reviver` then makes real values out of a closed list of those notes (arrays, number types, ordered
maps, Gymnasium spaces, and classes that its user vouches for), with code of ours, and refuses all others by
name.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import ControllerError

BYTES_MAX = 1 << 30
"""Of a file, and again of the arrays that are made from it: several may be made from the same bytes."""
OPCODES_MAX = 500_000
"""Steps of the program that a pickle is, some ten a tensor; each may cost a few hundred bytes."""
VALUES_MAX = 500_000
"""Values that are made from what was read. What is named in several places is made in each of them, so that a
few lines could ask for more than any memory holds.
"""
NAMES_MAX = 10_000
"""Different classes and functions that a pickle names; RLlib's name some hundred."""
_DTYPE_KINDS = "biuf"
_CLASS_MAKERS = {"_make_skeleton_class", "_make_skeleton_enum"}
"""Functions of cloudpickle that make a class whose code lies in the pickle."""


class UnsafePickleError(ControllerError):
    """A pickle holds what is not on the list; the message says what and where."""


class Thing:
    """A call that a pickle asked for, written down. Its class stands for what would have been called."""

    named: ClassVar[str] = ""
    """``module:name`` as the pickle has it."""
    by_value: ClassVar[bool] = False
    """A class whose code lies in the pickle itself."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    state: Any
    """What it would have been given after it was made."""
    items: list[tuple[Any, Any]]
    """What would have been put into it by key."""
    elements: list[Any]
    """What would have been appended to it."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Write a call down."""
        if cls.named.startswith("ray.cloudpickle") and cls.named.rpartition(":")[2] in _CLASS_MAKERS:
            return stand_in(*_name_of_class(args), by_value=True)
        self = object.__new__(cls)
        self.args, self.kwargs = args, kwargs
        self.state, self.items, self.elements = None, [], []
        return self

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def __setitem__(self, key: Any, value: Any) -> None:
        self.items.append((key, value))

    def append(self, element: Any) -> None:
        """Write an element down."""
        self.elements.append(element)

    def __call__(self, *args: Any, **kwargs: Any) -> Thing:
        """A call of what a call gave is written down too."""
        again: Thing = stand_in("", f"{type(self).named}()")(*args, **kwargs)
        return again


def _name_of_class(args: Sequence[Any]) -> tuple[str, str]:
    """Module and name among cloudpickle's arguments ``type, name, bases, {"__module__": ...}, ...``."""
    name = args[1] if len(args) > 1 and isinstance(args[1], str) else "?"
    members = args[3] if len(args) > 3 and isinstance(args[3], dict) else {}
    return str(members.get("__module__", "__main__")), name


def stand_in(module: str, name: str, *, by_value: bool = False) -> type[Thing]:
    """The class that stands for ``module:name``."""
    return type("Thing", (Thing,), {"named": f"{module}:{name}", "by_value": by_value})


class _Recorder(pickle.Unpickler):
    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self._known: dict[tuple[str, str], type[Thing]] = {}

    def find_class(self, module: str, name: str, /) -> Any:
        if (module, name) not in self._known:
            if len(self._known) >= NAMES_MAX:
                raise UnsafePickleError(f"it names more than {NAMES_MAX} classes and functions")
            self._known[module, name] = stand_in(module, name)
        return self._known[module, name]

    def persistent_load(self, pid: Any) -> Any:
        raise UnsafePickleError(f"it refers to something outside of it, {str(pid)[:80]!r}")


def read_pickle(path: Path) -> Any:
    """The tree of a pickle file; nothing in it is run.

    Raises :class:`UnsafePickleError` where it is damaged or too large, or cannot be read as data.
    """
    try:
        if path.stat().st_size > BYTES_MAX:
            raise UnsafePickleError(f"{path} has more than {BYTES_MAX >> 30} GiB")
        data = path.read_bytes()
    except OSError as error:
        raise UnsafePickleError(f"cannot read {path}: {error.strerror}") from error
    return parse_pickle(data, str(path))


def parse_pickle(data: bytes, source: str) -> Any:
    """The tree of a pickle; ``source`` is for messages. Errors: as :func:`read_pickle`."""
    try:
        _check_memo(data)
        return _Recorder(data).load()
    except UnsafePickleError as error:
        raise UnsafePickleError(f"{source}: {error}") from None
    except Exception as error:
        raise UnsafePickleError(
            f"{source} cannot be read as data: {type(error).__name__}: {str(error)[:200]}"
        ) from error


def _check_memo(data: bytes) -> None:
    """A few bytes can ask for gigabytes: the memo is as large as the greatest number in it."""
    for count, (opcode, argument, _position) in enumerate(pickletools.genops(data)):
        if opcode.name in {"PUT", "BINPUT", "LONG_BINPUT"} and isinstance(argument, int) and argument > count:
            raise UnsafePickleError(f"it asks for a memo of {argument} entries")
        if count > OPCODES_MAX:
            raise UnsafePickleError(f"it has more than {OPCODES_MAX} steps")


def name_of(tree: Any) -> str:
    """``module:name`` where ``tree`` is a class or function, or a call of one; else empty."""
    if isinstance(tree, type) and issubclass(tree, Thing):
        return tree.named
    return type(tree).named if isinstance(tree, Thing) else ""


Trusted = Callable[[type[Thing]], type]
"""Gives the real class for a named one, or raises :class:`UnsafePickleError`."""


class Reviver:
    """Makes values out of trees, from a closed list."""

    def __init__(self, trusted: Trusted) -> None:
        """``trusted`` is asked for every class that is not on the list."""
        self._trusted = trusted
        self._values_left, self._bytes_left = VALUES_MAX, BYTES_MAX
        self._makers: Mapping[str, Callable[[Thing], Any]] = {
            "collections:OrderedDict": self._mapping,
            "collections:defaultdict": self._mapping,
            "builtins:set": self._set,
            "builtins:frozenset": self._set,
            "builtins:bytearray": _bytearray,
            "numpy:dtype": _dtype,
            **{f"numpy.{core}.numeric:_frombuffer": self._from_buffer for core in ("core", "_core")},
            **{f"numpy.{core}.multiarray:_reconstruct": self._array for core in ("core", "_core")},
            **{f"numpy.{core}.multiarray:scalar": self._scalar for core in ("core", "_core")},
        }

    def __call__(self, tree: Any) -> Any:
        """The value of ``tree``.

        Raises :class:`UnsafePickleError` naming what is not on the list, and for what is too large; all trees
        of one reviver count together.
        """
        self._values_left -= 1
        if self._values_left < 0:
            raise UnsafePickleError(f"it asks for more than {VALUES_MAX} values")
        try:
            return self._value(tree)
        except RecursionError:
            raise UnsafePickleError("its values lie too deep inside each other") from None

    def _value(self, tree: Any) -> Any:
        if isinstance(tree, dict):
            return self._dict(tree.items())
        if isinstance(tree, list):
            return [self(value) for value in tree]
        if isinstance(tree, tuple):
            return tuple(self(value) for value in tree)
        if isinstance(tree, type):
            return self._class(tree)
        if not isinstance(tree, Thing):
            return tree
        name = name_of(tree)
        if name in self._makers:
            return self._try(self._makers[name], tree, name)
        if name.startswith("gymnasium.spaces"):
            return self._try(self._space, tree, name)
        return self._instance(tree)

    def _try(self, maker: Callable[[Thing], Any], thing: Thing, name: str) -> Any:
        try:
            return maker(thing)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, AssertionError) as error:
            raise UnsafePickleError(f"{name} is not stored as {name} would be: {error}") from error

    def _class(self, tree: type[Thing]) -> Any:
        module, _, name = tree.named.partition(":")
        scalar = getattr(np, name, None) if module == "numpy" else None
        if isinstance(scalar, type) and issubclass(scalar, np.number | np.bool_):
            return scalar
        return self._trusted(tree)

    def _instance(self, tree: Thing) -> Any:
        """An instance of a trusted class, as a call of it with its fields: only dataclasses are."""
        found = self._trusted(type(tree))
        fields = getattr(found, "__dataclass_fields__", None)
        if fields is None or tree.args or tree.kwargs or not isinstance(tree.state, dict):
            raise UnsafePickleError(f"it holds an object of {name_of(tree)}, which is not data")
        unknown = sorted(set(tree.state) - set(fields))
        if unknown:
            raise UnsafePickleError(f"{name_of(tree)} has no field {unknown[0]!r}")
        return found(**{key: self(value) for key, value in tree.state.items()})

    def _mapping(self, thing: Thing) -> dict[Any, Any]:
        return self._dict(thing.items)

    def _dict(self, items: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
        try:
            return {self(key): self(value) for key, value in items}
        except TypeError as error:
            raise UnsafePickleError(f"it holds a map with keys that cannot be: {error}") from error

    def _set(self, thing: Thing) -> set[Any]:
        return {self(value) for value in thing.args[0]} if thing.args else set()

    # ---- arrays -------------------------------------------------------------------------------------------

    def _from_buffer(self, thing: Thing) -> NDArray[Any]:
        data, dtype, shape, order = thing.args[:4]
        axes = thing.args[4] if len(thing.args) > 4 else None
        return self._shaped(data, _dtype(dtype), shape, order, axes)

    def _array(self, thing: Thing) -> NDArray[Any]:
        _version, shape, dtype, is_fortran, data = thing.state
        return self._shaped(data, _dtype(dtype), shape, "F" if is_fortran else "C", None)

    def _shaped(self, data: Any, dtype: np.dtype[Any], shape: Any, order: Any, axes: Any) -> NDArray[Any]:
        if not isinstance(data, bytes | bytearray):
            raise TypeError(f"the numbers of an array are {type(data).__name__}")
        self._bytes_left -= len(data)
        if self._bytes_left < 0:
            raise UnsafePickleError(f"its arrays take more than {BYTES_MAX >> 30} GiB")
        return _shaped(data, dtype, shape, order, axes)

    def _scalar(self, thing: Thing) -> Any:
        dtype, data = thing.args
        return np.frombuffer(data, _dtype(dtype), 1)[0]

    # ---- spaces -------------------------------------------------------------------------------------------

    def _space(self, thing: Thing) -> spaces.Space[Any]:
        state = thing.state
        if not isinstance(state, dict):
            raise TypeError("a space has a map of attributes")
        match name_of(thing).rpartition(":")[2]:
            case "Box":
                low, high = self(state["low"]), self(state["high"])
                return spaces.Box(low, high, low.shape, np.dtype(self(state["dtype"])).type)
            case "Discrete":
                return spaces.Discrete(int(self(state["n"])), start=int(self(state["start"])))
            case "MultiDiscrete":
                return spaces.MultiDiscrete(self(state["nvec"]), start=self(state["start"]))
            case "MultiBinary":
                return spaces.MultiBinary(self(state["n"]))
            case "Dict":
                return spaces.Dict(self(state["spaces"]))
            case "Tuple":
                return spaces.Tuple(self(state["spaces"]))
            case other:
                raise TypeError(f"{other} spaces have no fixed shape")


def _dtype(tree: Any) -> np.dtype[Any]:
    """A type of numbers from ``numpy.dtype("f4", False, True)`` and its state, or from a name."""
    code, state = tree, None
    if isinstance(tree, Thing):
        if name_of(tree) != "numpy:dtype":
            raise TypeError(f"{name_of(tree)} is no dtype")
        code, state = tree.args[0], tree.state
    if not isinstance(code, str):
        raise TypeError(f"a dtype of {type(code).__name__}")
    dtype = np.dtype(code)
    if dtype.kind not in _DTYPE_KINDS:
        raise TypeError(f"the dtype {code!r} is none of numbers")
    if state is not None and state[1] in {"<", ">"}:
        dtype = dtype.newbyteorder(state[1])
    return dtype


def _bytearray(thing: Thing) -> bytearray:
    if not all(isinstance(given, bytes | bytearray) for given in thing.args):
        raise TypeError("a number instead of bytes")  # it would be that many zeros
    return bytearray(*thing.args)


def _shaped(data: bytes | bytearray, dtype: np.dtype[Any], shape: Any, order: Any, axes: Any) -> NDArray[Any]:
    sizes = tuple(int(size) for size in shape)
    flat = np.frombuffer(data, dtype)
    if order == "K" and axes is not None:
        return flat.reshape(sizes).transpose([int(axis) for axis in axes]).copy()
    return flat.reshape(sizes, order="F" if order == "F" else "C").copy()
