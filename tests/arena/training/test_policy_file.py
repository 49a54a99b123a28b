"""Policy files: written by a trainer, read by whoever wants to know, refused where they do not add up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import ControllerError, UnknownNameError
from arena.training.describing import describe_model
from arena.training.model_word import parse_model_word
from arena.training.onnx_metadata import write_onnx_metadata
from arena.training.policy_file import (
    METADATA_KEY,
    describe_policy,
    read_beside,
    read_policy_file,
    read_tensors,
    save,
)
from arena.wire.messages import Group
from arena.wire.spaces import describe
from tests.wire_kit import BOARD
from tests.wire_kit import save_policy as save_old

BOX = spaces.Box(-1, 1, (4,), np.float32)
FOUR: spaces.Discrete[Any] = spaces.Discrete(4)
LINEAR = [{"layer": "linear", "of": "a"}]
TENSORS = {"a.weight": np.eye(4, dtype=np.float32), "a.bias": np.zeros(4, np.float32)}
SPEC = {"format": 1, "observation": describe(BOX), "action": describe(FOUR)}


def written(path: Path, **more: Any) -> Path:
    save(path, TENSORS, observation=BOX, action=FOUR, network=LINEAR, **more)
    return path


def test_what_a_trainer_writes_is_read_again(tmp_path):
    path = written(
        tmp_path / "pia.safetensors",
        name="Pia",
        label="PPO",
        game="CartPole",
        mode="sampled",
        pipeline=[{"step": "normalise", "mean": [0, 0, 0, 0], "std": 2.0}],
    )
    file = read_policy_file(path)
    assert (file.name, file.label, file.game, file.mode) == ("Pia", "PPO", "CartPole", "sampled")
    assert file.misfit([Group(("a",), describe(BOX), describe(FOUR))]) is None
    assert "discrete(5) in the game" in str(
        file.misfit([Group(("a",), describe(BOX), describe(spaces.Discrete(5)))])
    )
    np.testing.assert_array_equal(read_tensors(path)["a.weight"], np.eye(4))
    assert read_policy_file(written(tmp_path / "nameless.safetensors")).name == "nameless"


def test_a_file_is_replaced_at_once_or_not_at_all(tmp_path):
    path = written(tmp_path / "p.safetensors", name="first")
    before = path.read_bytes()
    for broken in ({"pipeline": [{"step": "blur"}]}, {"mode": "wild"}, {"colour": "red"}, {"label": {1, 2}}):
        with pytest.raises(ControllerError):
            written(path, **broken)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["p.safetensors"]
    written(path, name="second")
    assert read_policy_file(path).name == "second"


def test_a_space_that_cannot_cross_the_wire_cannot_be_saved(tmp_path):
    with pytest.raises(ControllerError, match="cannot hold this space"):
        save(tmp_path / "p.safetensors", TENSORS, observation=spaces.Text(4), action=FOUR, network=LINEAR)


def test_one_file_may_hold_several_policies(tmp_path):
    path = tmp_path / "p.safetensors"
    modules = {"cat": {"name": "Cat"}, "mouse": {"name": "Mouse", "mode": "sampled"}}
    written(path, modules=modules, label="shared")
    cat, mouse = read_policy_file(path, "cat"), read_policy_file(path, "mouse")
    assert (cat.name, cat.mode, cat.label) == ("Cat", "deterministic", "shared")
    assert (mouse.name, mouse.mode, mouse.label) == ("Mouse", "sampled", "shared")
    with pytest.raises(ControllerError, match="it holds cat, mouse; say which: FILE#cat"):
        read_policy_file(path)
    with pytest.raises(UnknownNameError, match="unknown module 'mice'"):
        read_policy_file(path, "mice")
    with pytest.raises(ControllerError, match="there is no #cat"):
        read_policy_file(written(tmp_path / "single.safetensors"), "cat")


def test_files_of_before_are_read_in_todays_words(tmp_path):
    save_old(tmp_path / "old.safetensors", BOARD, spaces.Discrete(9))
    file = read_policy_file(tmp_path / "old.safetensors")
    assert [step["step"] for step in file.pipeline] == ["select", "flatten", "normalise"]
    kinds = [layer["layer"] for layer in file.spec["network"]["layers"]]
    assert kinds == ["linear", "tanh", "linear", "relu", "linear"]
    assert file.spec["network"]["constants"] == {"log_std": "log_std"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "not a JSON object"),
        ("{", "Expecting property name"),
        ("[" * 100_000, "recursion"),
        ("{}", "'format' is missing"),
        ('{"format": 9}', "its format is 9, known is 1"),
        ('{"format": 1, "colour": 1}', "unknown key 'colour'; known: format, name"),
        ('{"format": 1, "observation": {"type": "text"}}', "type 'text'"),
        ('{"format": 1}', "'observation' is missing"),
        (json.dumps(SPEC | {"mode": "wild"}), "mode 'wild' is not one of deterministic, sampled"),
        (json.dumps(SPEC | {"head": []}), "head is not a JSON object"),
        (json.dumps(SPEC | {"pipeline": {}}), "pipeline is not a list"),
        (json.dumps(SPEC | {"modules": []}), "modules is not a map"),
    ],
)
def test_a_malformed_description_is_refused(text, words):
    with pytest.raises(ControllerError, match=words):
        describe_policy(Path("p.bin"), {METADATA_KEY: text})


def test_other_formats_are_described_by_a_file_beside_them(tmp_path):
    model = tmp_path / "ppo.cleanrl_model"
    assert read_beside(model).observation is None
    beside = tmp_path / "ppo.cleanrl_model.arena.json"
    beside.write_text('[{"step": "flatten"}]')
    assert read_beside(model).pipeline == ({"step": "flatten"},)
    beside.write_text(json.dumps(SPEC | {"name": "Quin"}))
    assert read_beside(model).name == "Quin"
    assert read_beside(model).action == describe(FOUR)
    (tmp_path / "other.json").write_text('{"name": "Otto"}')
    assert read_beside(model, str(tmp_path / "other.json")).name == "Otto"
    for content in ("3", "{", ""):
        beside.write_text(content)
        with pytest.raises(ControllerError, match=r"ppo\.cleanrl_model\.arena\.json"):
            read_beside(model)
    with pytest.raises(ControllerError, match="cannot be read as JSON"):
        read_beside(model, str(tmp_path / "missing.json"))


def test_models_are_described_before_anything_is_loaded(tmp_path):
    file = describe_model(parse_model_word(str(written(tmp_path / "p.safetensors", name="Pia"))))
    assert file is not None
    assert file.name == "Pia"
    onnx = tmp_path / "p.onnx"
    onnx.write_bytes(b"\x3a\x00")  # an empty graph
    word = parse_model_word(str(onnx))
    assert describe_model(word) is None
    write_onnx_metadata(onnx, json.dumps(SPEC | {"name": "Otto"}))
    described = describe_model(word)
    assert described is not None
    assert described.name == "Otto"
    (tmp_path / "c.pt").touch()
    assert describe_model(parse_model_word(str(tmp_path / "c.pt"))) is None


def test_a_module_of_a_model_that_nothing_describes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ControllerError, match="holds one policy, there is no #red"):
        read_beside(tmp_path / "ppo.pt", module="red")
