"""Pickles are read as data: whatever one asks for is written down, and refused by name, and never done."""

from __future__ import annotations

import builtins
import collections
import contextlib
import functools
import operator
import os
import pickle
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given
from hypothesis import strategies as st

from workers.backends import safe_pickle
from workers.backends.safe_pickle import Reviver, Thing, UnsafePickleError, name_of, parse_pickle, read_pickle


def nobody(tree: type[Thing]) -> type:
    raise UnsafePickleError(f"nobody vouched for {tree.named}")


def revived(data: bytes) -> Any:
    return Reviver(nobody)(parse_pickle(data, "test"))


# ---- attacks ----------------------------------------------------------------------------------------------


class Call:
    """Pickles as a call of ``function``."""

    def __init__(self, function: Any, *args: Any) -> None:
        self.call = function, args

    def __reduce__(self) -> Any:
        return self.call


class StatefulCall(Call):
    """The same, by ``__setstate__`` of what the call gives."""

    def __reduce__(self) -> Any:
        return (*self.call, {"x": 1})


def attacks(trace: Path) -> dict[str, bytes]:
    """Each would leave ``trace`` behind if it were loaded."""
    touch = f"touch {trace}"
    python = f"import pathlib; pathlib.Path({str(trace)!r}).touch()"
    nested = Call(getattr, Call(__import__, "os"), "system")
    given = {
        "os.system": Call(os.system, touch),
        "subprocess": Call(subprocess.check_call, ["touch", str(trace)]),
        "eval": Call(builtins.eval, f"__import__('os').system({touch!r})"),
        "exec": Call(builtins.exec, python),
        "getattr in getattr": Call(Call(getattr, nested, "__call__"), touch),
        "partial": Call(functools.partial(os.system, touch)),
        "methodcaller": Call(operator.methodcaller("system", touch), os),
        "map": Call(list, Call(map, os.system, [touch])),
        "state": StatefulCall(os.system, touch),
        "in a container": {"weights": [np.zeros(2), (Call(os.system, touch),)]},
        "as a key": {Call(os.system, touch): 1},
    }
    made = {name: _dumped(value) for name, value in given.items()}
    opcodes = pickle.GLOBAL + b"os\nsystem\n" + pickle.MARK + pickle.UNICODE + touch.encode() + b"\n"
    made["protocol 0"] = opcodes + pickle.TUPLE + pickle.REDUCE + pickle.STOP
    inst = pickle.MARK + pickle.UNICODE + touch.encode() + b"\n" + pickle.INST + b"os\nsystem\n"
    made["INST"] = inst + pickle.STOP
    obj = pickle.MARK + pickle.GLOBAL + b"os\nsystem\n" + pickle.UNICODE + touch.encode() + b"\n" + pickle.OBJ
    made["OBJ"] = obj + pickle.STOP
    made["dotted name"] = pickle.dumps(None, 4)[:-2] + _global("posixpath", "os.system") + _called(touch)
    return made


def _dumped(value: Any) -> bytes:
    """With calls of calls, and modules as data, as no honest pickler writes them."""

    class Pickler(pickle._Pickler):  # the one in C takes no callables made by calls
        def reducer_override(self, obj: Any) -> Any:
            if isinstance(obj, types.ModuleType):
                return __import__, (obj.__name__,)
            return NotImplemented

        def save_reduce(self: Any, func: Any, args: Any, state: Any = None, *more: Any, **named: Any) -> None:
            self.save(func)
            self.save(tuple(args))
            self.write(pickle.REDUCE)
            if state is not None:
                self.save(state)
                self.write(pickle.BUILD)

    import io

    stream = io.BytesIO()
    Pickler(stream, 4).dump(value)
    return stream.getvalue()


def _global(module: str, name: str) -> bytes:
    strings = (pickle.SHORT_BINUNICODE + bytes([len(text)]) + text.encode() for text in (module, name))
    return b"".join(strings) + pickle.STACK_GLOBAL


def _called(argument: str) -> bytes:
    text = pickle.BINUNICODE + len(argument).to_bytes(4, "little") + argument.encode()
    return text + pickle.TUPLE1 + pickle.REDUCE + pickle.STOP


NAMES = sorted(attacks(Path("x")))


@pytest.mark.parametrize("name", NAMES)
def test_an_attack_is_refused_and_not_run(name: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    data = attacks(trace)[name]
    with pytest.raises(UnsafePickleError):
        revived(data)
    assert not trace.exists()


@pytest.mark.parametrize("name", ["os.system", "eval", "protocol 0", "INST", "OBJ", "in a container"])
def test_the_same_attacks_work_where_they_are_loaded(name: str, tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    trace = tmp_path / "trace"
    data = tmp_path / "data.pkl"
    data.write_bytes(attacks(trace)[name])
    command = f"import pickle; pickle.load(open({str(data)!r}, 'rb'))"
    subprocess.run([sys.executable, "-c", command], check=False, capture_output=True, timeout=60)
    assert trace.exists()


def test_nothing_that_is_named_is_imported() -> None:
    data = pickle.dumps(None, 4)[:-2] + _global("antigravity", "fly") + pickle.STOP
    tree = parse_pickle(data, "test")
    assert name_of(tree) == "antigravity:fly"
    assert "antigravity" not in sys.modules


def test_an_answer_names_what_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "state.pkl"
    path.write_bytes(pickle.dumps({"weights": collections.Counter("ab")}))
    with pytest.raises(UnsafePickleError, match="nobody vouched for collections:Counter"):
        Reviver(nobody)(read_pickle(path))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "cannot be read as data"),
        (pickle.dumps([1, 2, 3])[:-2], "cannot be read as data"),
        (b"\x80\x04" + pickle.BINPERSID + pickle.STOP, "cannot be read as data"),
        (pickle.UNICODE + b"x\n" + pickle.BINPERSID + pickle.STOP, "outside of it"),
        (
            pickle.NONE + pickle.LONG_BINPUT + b"\xff\xff\xff\x7f" + pickle.STOP,
            "a memo of 2147483647 entries",
        ),
        (b"not a pickle at all", "cannot be read as data"),
    ],
)
def test_a_damaged_or_greedy_pickle_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UnsafePickleError, match=said):
        revived(data)


def test_steps_names_and_values_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_pickle, "OPCODES_MAX", 1000)
    monkeypatch.setattr(safe_pickle, "NAMES_MAX", 3)
    monkeypatch.setattr(safe_pickle, "VALUES_MAX", 1000)
    revived(pickle.dumps(list(range(900))))
    with pytest.raises(UnsafePickleError, match="it has more than 1000 steps"):
        revived(pickle.dumps(list(range(1100))))
    named = [b"c" + b"module\nname%d\n0" % number for number in (1, 2, 3, 1, 2, 3)]
    assert revived(b"".join(named) + b"N.") is None
    with pytest.raises(UnsafePickleError, match="it names more than 3 classes and functions"):
        revived(b"".join(named) + b"cmodule\nname4\n0N.")
    laughing: list[Any] = ["ha"]
    for _ in range(40):
        laughing = [laughing] * 10
    with pytest.raises(UnsafePickleError, match="it asks for more than 1000 values"):
        revived(pickle.dumps(laughing))


def test_one_array_named_in_many_places_is_as_many_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    array = np.arange(6, dtype=np.float32)
    monkeypatch.setattr(safe_pickle, "BYTES_MAX", 4 * array.nbytes)
    assert len(revived(pickle.dumps([array] * 4))) == 4
    with pytest.raises(UnsafePickleError, match="its arrays take more than"):
        revived(pickle.dumps([array] * 5))


def test_a_number_of_zeros_is_not_made() -> None:
    with pytest.raises(UnsafePickleError, match="a number instead of bytes"):
        revived(pickle.dumps(Call(bytearray, 1 << 40)))


def test_what_lies_too_deep_and_what_cannot_be_a_key_is_refused() -> None:
    with pytest.raises(UnsafePickleError, match="too deep inside each other"):
        revived(b"(l" * 20_000 + b"a" * 19_999 + b".")
    with pytest.raises(UnsafePickleError, match="keys that cannot be"):
        revived(b"\x80\x02}cbuiltins\nset\n)RNs.")


@given(st.binary(max_size=200))
def test_noise_is_data_or_refused(data: bytes) -> None:
    with contextlib.suppress(UnsafePickleError):
        revived(data)


@given(st.data())
def test_a_changed_byte_is_data_or_refused(data: st.DataObject) -> None:
    honest = pickle.dumps({"w": np.arange(6, dtype=np.float32), "s": spaces.Discrete(3)}, 5)
    changed = bytearray(honest)
    changed[data.draw(st.integers(0, len(honest) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnsafePickleError):
        revived(bytes(changed))


# ---- what is let through ----------------------------------------------------------------------------------

VALUES: dict[str, Any] = {
    "plain": {"a": [1, 2.5, None, True, "x", b"y", (1, {2})]},
    "ordered map": collections.OrderedDict([("b", 1), ("a", 2)]),
    "number types": [np.float32, np.int64],
    "scalars": [np.float64(2.5), np.int8(-3), np.bool_(True)],
}
ARRAYS: dict[str, Any] = {
    "matrix": np.arange(12, dtype=np.float32).reshape(3, 4),
    "columns first": np.asfortranarray(np.arange(12).reshape(3, 4)),
    "no axes": np.array(3, np.int16),
    "empty": np.zeros((0, 3)),
    "truths": np.array([True, False]),
    "big-endian": np.arange(4, dtype=">i4"),
    "turned round": np.arange(24).reshape(2, 3, 4).transpose(1, 0, 2).copy(order="K"),
}


@pytest.mark.parametrize("protocol", [4, 5])
@pytest.mark.parametrize("name", VALUES)
def test_values_come_back(name: str, protocol: int) -> None:
    assert revived(pickle.dumps(VALUES[name], protocol)) == VALUES[name]


@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_come_back(name: str, protocol: int) -> None:
    back = revived(pickle.dumps(ARRAYS[name], protocol))
    np.testing.assert_array_equal(back, ARRAYS[name])
    assert back.dtype == ARRAYS[name].dtype
    assert back.flags.writeable


def test_arrays_of_objects_do_not() -> None:
    with pytest.raises(UnsafePickleError, match="none of numbers"):
        revived(pickle.dumps(np.array([None, {}], object)))


@pytest.mark.parametrize(
    "space",
    [
        spaces.Box(-1, np.inf, (2, 3), np.float32),
        spaces.Discrete(4, start=-2),
        spaces.MultiDiscrete([2, 3]),
        spaces.MultiBinary((2, 2)),
        spaces.Dict(b=spaces.Discrete(2), a=spaces.Tuple((spaces.Box(0, 1), spaces.Discrete(3)))),
    ],
    ids=str,
)
def test_spaces_come_back_with_no_random_state(space: spaces.Space[Any]) -> None:
    space.seed(3)
    back = revived(pickle.dumps(space))
    assert back == space
    assert back._np_random is None
