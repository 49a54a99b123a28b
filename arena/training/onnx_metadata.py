"""Looks into ONNX files without loading them: their metadata, and what they would reach outside themselves.

An ONNX file is one Protocol Buffers message: fields, each with a number and a wire type, that may come in any
order and number. Only the few that matter here are followed, and a file is written anew by putting one more
field behind the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from arena.errors import ControllerError
from arena.training.policy_file import METADATA_KEY

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_DEPTH_MAX = 32

# Numbers of fields, as onnx.proto has them.
_MODEL = {"graph": 7, "opset_import": 8, "metadata_props": 14, "training_info": 20, "functions": 25}
_TENSOR_EXTERNAL_DATA, _TENSOR_DATA_LOCATION = 13, 14
_INNER: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {},
}
"""Kind of message -> the fields of it that hold messages which may hold tensors."""

OWN_DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "ai.onnx.preview.training", "com.microsoft")
"""Sets of operators that ONNX Runtime itself brings."""


def read_onnx_metadata(path: Path) -> dict[str, str]:
    """``metadata_props`` of the file, the last of equal keys.

    Raises :class:`ControllerError` for a file that is no ONNX file, keeps tensors in other files, or uses
    operators that are not ONNX Runtime's own.
    """
    try:
        data = memoryview(path.read_bytes())
    except OSError as error:
        raise ControllerError(f"cannot read {path}: {error.strerror}") from error
    try:
        found = [_entry(value) for number, value in _fields(data) if number == _MODEL["metadata_props"]]
        outside, foreign = _has_external_data(data, "model", 0), _foreign_domains(data)
    except (ValueError, UnicodeDecodeError) as error:
        raise ControllerError(f"{path} cannot be read as an ONNX file: {error}") from error
    if not any(number == _MODEL["graph"] for number, _ in _fields(data)):
        raise ControllerError(f"{path} cannot be read as an ONNX file: it holds no graph")
    if outside:
        raise ControllerError(
            f"{path} keeps tensors in other files, which are not read; save it as one file: "
            "torch.onnx.export(..., external_data=False), onnx.save without save_as_external_data"
        )
    if foreign:
        raise ControllerError(
            f"{path} uses operators of {', '.join(foreign)}, which ONNX Runtime does not bring; export it "
            "with standard operators"
        )
    return dict(found)


def write_onnx_metadata(path: Path, text: str) -> None:
    """Put the description ``text`` into the file, in place of one that may be there."""
    data = memoryview(path.read_bytes())
    kept = [
        whole
        for number, value, whole in _spans(data)
        if number != _MODEL["metadata_props"] or _entry(value)[0] != METADATA_KEY
    ]
    entry = _field(1, METADATA_KEY.encode()) + _field(2, text.encode())
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(b"".join(kept) + _field(_MODEL["metadata_props"], entry))
    fresh.replace(path)


def _has_external_data(data: memoryview, kind: str, depth: int) -> bool:
    if depth > _DEPTH_MAX:
        raise ValueError(f"its graphs lie more than {_DEPTH_MAX} deep")
    inner = _INNER[kind]
    if kind == "tensor":
        return any(
            number == _TENSOR_EXTERNAL_DATA or (number == _TENSOR_DATA_LOCATION and value == 1)
            for number, value in _fields(data)
        )
    return any(
        _has_external_data(_message(value), inner[number], depth + 1)
        for number, value in _fields(data)
        if number in inner
    )


def _foreign_domains(data: memoryview) -> list[str]:
    """Domains of operators that are neither the runtime's nor defined in the file."""
    used, defined = set(), set(OWN_DOMAINS)
    for number, value in _fields(data):
        if number == _MODEL["opset_import"]:
            used |= {_text(inner) for field, inner in _fields(_message(value)) if field == 1}
        elif number == _MODEL["functions"]:
            defined |= {_text(inner) for field, inner in _fields(_message(value)) if field == 10}
    return sorted(used - defined)


def _entry(value: memoryview | int) -> tuple[str, str]:
    fields = dict(_fields(_message(value)))
    return _text(fields.get(1, memoryview(b""))), _text(fields.get(2, memoryview(b"")))


def _message(value: memoryview | int) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number stands where a message should")  # noqa: TRY004 - the file's fault
    return value


def _text(value: memoryview | int) -> str:
    return bytes(_message(value)).decode()


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Number and value of each field; raises ``ValueError`` where the message ends too early."""
    return ((number, value) for number, value, _ in _spans(data))


def _spans(data: memoryview) -> Iterator[tuple[int, memoryview | int, memoryview]]:
    """Number, value and all bytes of each field."""
    at = 0
    while at < len(data):
        began = at
        key, at = _varint(data, at)
        wire = key & 7
        if wire == _VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value, data[began:at]
            continue
        if wire == _BYTES:
            length, at = _varint(data, at)
        elif wire in {_FIXED64, _FIXED32}:
            length = 8 if wire == _FIXED64 else 4
        else:
            raise ValueError(f"a field has the wire type {wire}")
        if length > len(data) - at:
            raise ValueError("it ends in the middle of a field")
        at += length
        yield key >> 3, data[at - length : at], data[began:at]


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("it ends in the middle of a number")


def _field(number: int, value: bytes) -> bytes:
    return _packed(number << 3 | _BYTES) + _packed(len(value)) + value


def _packed(value: int) -> bytes:
    packed = bytearray()
    while value > 0x7F:
        packed.append(value & 0x7F | 0x80)
        value >>= 7
    packed.append(value)
    return bytes(packed)
