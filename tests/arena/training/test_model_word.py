"""Model words: what people type, what is told apart, what is refused and how."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import ArenaError, ControllerError, MissingPartError, OptionError, UnknownNameError
from arena.training import model_word
from arena.training.model_word import (
    KINDS,
    ModelKind,
    ModelWord,
    current,
    newest,
    parse_model_word,
    require,
)
from tests.wire_kit import BOARD, save_policy


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("onnx:a/b.bin", ModelWord("", "onnx", "a/b.bin")),
        ("red=rllib:runs/c#p0", ModelWord("red", "rllib", "runs/c", "p0")),
        (
            "cleanrl:x.pt,net=my_nets:Agent,mode=sampled",
            ModelWord("", "cleanrl", "x.pt", "", {"net": "my_nets:Agent", "mode": "sampled"}),
        ),
        ("my_bots:Greedy,depth=3", ModelWord("", "simple", "my_bots:Greedy", "", {"depth": 3})),
        ("a.b:decide", ModelWord("", "callable", "a.b:decide")),
        (
            "bots:B,x=1.5,y=yes,z=none,w=True",
            ModelWord("", "simple", "bots:B", "", {"x": 1.5, "y": "yes", "z": None, "w": True}),
        ),
    ],
)
def test_words_are_read(text: str, word: ModelWord) -> None:
    assert parse_model_word(text) == word
    assert ModelWord.from_json(word.to_json()) == word


def test_a_path_with_an_equals_sign_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run=3").mkdir()
    (tmp_path / "run=3" / "p.onnx").touch()
    assert parse_model_word("./run=3/p.onnx").path == Path("run=3/p.onnx")
    (tmp_path / "p.onnx").touch()
    assert parse_model_word("run=p.onnx").name == "run"


def test_kinds_are_told_by_what_lies_there(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_policy(tmp_path / "plain.safetensors", BOARD, spaces.Discrete(9))
    for name, layer in (("deep", "conv2d"), ("flat", "linear")):
        spec = json.dumps({"modules": {"a": {"network": {"layers": [{"layer": layer}]}}}})
        save_file({"w": np.zeros(1)}, tmp_path / f"{name}.safetensors", metadata={"arena.policy": spec})
    for name in ("a.onnx", "b.cleanrl_model", "c.pt", "d.pth"):
        (tmp_path / name).touch()
    (tmp_path / "checkpoint").mkdir()
    (tmp_path / "checkpoint" / "rllib_checkpoint.json").write_text("{}")
    found = {path.name: parse_model_word(str(path)).kind for path in tmp_path.iterdir()}
    assert found == {
        "plain.safetensors": "mlp",
        "deep.safetensors": "torch",
        "flat.safetensors": "mlp",
        "a.onnx": "onnx",
        "b.cleanrl_model": "cleanrl",
        "c.pt": "cleanrl",
        "d.pth": "cleanrl",
        "checkpoint": "rllib",
    }


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", ControllerError, "names no file"),
        ("red=", ControllerError, "names no file"),
        ("nowhere.safetensors", ControllerError, "does not exist"),
        ("policy:pia.safetensors", ControllerError, "leave the policy: out here: pia.safetensors"),
        ("red=policy:mlp:a.safetensors", ControllerError, "leave the policy: out here: mlp:a.safetensors"),
        ("bot:my_bots:Greedy", ControllerError, "leave the bot: out here: my_bots:Greedy"),
        ("policy:tcp://127.0.0.1:5555", ControllerError, "a server's address, no model"),
        ("random", ControllerError, "a seat's word: .* as AGENT=random;"),
        ("script:chess/club", ControllerError, "a seat's word: .* as AGENT=script:chess/club;"),
        ("policy:script:club", ControllerError, "a seat's word: .* as AGENT=script:club;"),
        ("script:club", ControllerError, "a seat's word: .* as AGENT=script:club;"),
        ("onnx:a.onnx,net=x:Y", UnknownNameError, "option of onnx models 'net'"),
        ("onnx:a.onnx,rest", OptionError, "not key=value; paths cannot hold a comma"),
        ("onnx:a.onnx,follow=perhaps", OptionError, "follow='perhaps' is not yes or no"),
        ("pyproject.toml", ControllerError, "no kind of model that Arena knows"),
        ("tests", ControllerError, "a folder but no RLlib checkpoint"),
        ("tests,follow=yes", ControllerError, "holds no checkpoint"),
    ],
)
def test_what_is_wrong_is_said(text: str, error: type[ArenaError], said: str) -> None:
    with pytest.raises(error, match=said):
        parse_model_word(text)


def test_a_module_of_ones_own_may_be_called_like_a_kind_of_seat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policy.py").touch()
    monkeypatch.chdir(tmp_path)
    assert parse_model_word("policy:Greedy") == ModelWord("", "simple", "policy:Greedy")
    with pytest.raises(ControllerError, match="leave the bot: out here: Greedy"):
        parse_model_word("bot:Greedy")


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 64, b"\x02" + bytes(7) + b"[]", b"\x04" + bytes(7) + b"{{{{"]
)
def test_a_file_that_is_no_safetensors_is_refused_without_reading_on(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.safetensors").write_bytes(content)
    with pytest.raises(ControllerError, match="cannot be read as a safetensors file"):
        parse_model_word(str(tmp_path / "p.safetensors"))


@given(st.text(max_size=40))
def test_any_text_is_a_word_or_an_error_of_ours(text: str) -> None:
    try:
        word = parse_model_word(text)
    except ArenaError:
        return
    assert word.kind in KINDS
    assert word.target


def test_the_newest_checkpoint_of_a_folder_is_followed(tmp_path: Path) -> None:
    for age, name in enumerate(("c.onnx", "b.safetensors", "a.onnx")):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    (tmp_path / "notes.txt").write_text("newer, but no model")
    (tmp_path / ".a.onnx.part").write_text("half written")
    assert newest(tmp_path).name == "c.onnx"
    word = parse_model_word(f"{tmp_path},follow=yes")
    assert (word.kind, word.target) == ("onnx", str(tmp_path))
    assert current(word).target == str(tmp_path / "c.onnx")
    os.utime(tmp_path / "a.onnx", (2000, 2000))
    assert current(word).target == str(tmp_path / "a.onnx")
    fixed = parse_model_word(str(tmp_path / "c.onnx"))
    assert current(fixed) is fixed


def test_a_missing_package_is_named_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = ModelKind("onnx", "", packages=("nowhere_to_be_found.sub",), extra="onnx")
    monkeypatch.setattr(model_word, "KINDS", {**KINDS, "onnx": absent})
    with pytest.raises(MissingPartError, match=r"nowhere_to_be_found.*pip install 'arena-seats\[onnx\]'"):
        require(ModelWord("", "onnx", "x.onnx"))
    require(ModelWord("", "mlp", "x.safetensors"))


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"kind": "mlp", "evil": 1})])
def test_a_word_as_data_is_checked(text: str) -> None:
    with pytest.raises(OptionError, match="not a model word as JSON"):
        ModelWord.from_json(text)


def test_reading_words_loads_nothing_heavy() -> None:
    script = (
        "import sys; from arena.training.model_word import parse_model_word; parse_model_word('a:B');"
        "assert not {'numpy', 'torch', 'ray', 'onnxruntime', 'zmq'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
