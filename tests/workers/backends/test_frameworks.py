"""One policy in NumPy, in PyTorch and in ONNX Runtime: the same decisions, and the same refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import ControllerError
from arena.training.model_word import parse_model_word
from arena.training.onnx_metadata import read_onnx_metadata, write_onnx_metadata
from arena.training.policy_file import METADATA_KEY, save
from tests.stacks import requires_stack
from tests.workers.backends.kit import (
    FIVE,
    PICTURE,
    VECTOR,
    batch_of,
    hello_for,
    random_tensors,
    seats_for,
    vector_policy,
    vectors,
)
from workers.backends.contract import LoadSettings, RefusedError
from workers.backends.load import load
from workers.backends.mlp import MlpBackend

TORCH, ONNX = requires_stack("torch"), requires_stack("torch", "onnx")
PUSH = spaces.Box(-1, 1, (2,), np.float32)
STEPS = [
    {"step": "normalise", "mean": "mean", "var": "var", "clip": 2.0},
    {"step": "stack", "n": 3, "axis": 0},
]
SETTINGS = LoadSettings()


def loaded(word: str, **more: Any) -> Any:
    return load(parse_model_word(word), LoadSettings(**more))


def exported(path: Path) -> Path:
    from workers.backends.onnx_export import export_onnx

    target = path.with_suffix(".onnx")
    export_onnx(path, target)
    return target


def played(backend: Any, observation: Any, action: Any, rows: list[Any], sizes: tuple[int, ...]) -> list[Any]:
    """Answers to requests in batches of changing size, of as many seats as the largest needs."""
    seats, answers, rows = seats_for(observation, action, *map(str, range(max(sizes)))), [], list(rows)
    while len(rows) >= max(sizes):
        for size in sizes:
            batch, rows = rows[:size], rows[size:]
            if len(batch) == size:
                answers += backend.decide(batch_of(seats[:size], batch))
    return answers


# ---- equality ---------------------------------------------------------------------------------------------


@ONNX
@pytest.mark.parametrize("mode", ["deterministic", "sampled"])
def test_three_frameworks_make_the_same_choices(tmp_path, mode):
    path = tmp_path / "p.safetensors"
    statistics = {"mean": np.linspace(-1, 1, 18)[:6].astype(np.float32), "var": np.full(6, 4, np.float32)}
    tensors = random_tensors(a__weight=(8, 18), a__bias=(8,), n__weight=(8,), n__bias=(8,), c__weight=(5, 8))
    layers: list[dict[str, Any]] = [
        {"layer": "linear", "of": "a"},
        {"layer": "layernorm", "of": "n"},
        {"layer": "silu"},
        {"layer": "residual", "layers": [{"layer": "elu", "alpha": 0.5}, {"layer": "leaky_relu"}]},
        {"layer": "linear", "of": "c"},
        {"layer": "sigmoid"},
    ]
    save(
        path, tensors | statistics, observation=VECTOR, action=FIVE, network=layers, pipeline=STEPS, mode=mode
    )
    rows = vectors(1200)
    answers = [
        played(loaded(word), VECTOR, FIVE, rows, (1, 2, 7, 32))
        for word in (f"mlp:{path}", f"torch:{path}", str(exported(path)))
    ]
    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0]) > 1000
    assert len(set(answers[0])) == 5


@ONNX
def test_three_frameworks_push_equally_hard(tmp_path):
    path = tmp_path / "p.safetensors"
    tensors = random_tensors(a__weight=(8, 6), a__bias=(8,), mu__weight=(2, 8), mu__bias=(2,), log_std=(1, 2))
    network = {
        "layers": [{"layer": "linear", "of": "a"}, {"layer": "tanh"}],
        "outputs": {"mean": [{"layer": "linear", "of": "mu"}]},
        "constants": {"log_std": "log_std"},
    }
    save(path, tensors, observation=VECTOR, action=PUSH, network=network, mode="sampled")
    rows = vectors(100)
    one, two, three = (
        played(loaded(word), VECTOR, PUSH, rows, (1, 5))
        for word in (f"mlp:{path}", f"torch:{path}", str(exported(path)))
    )
    np.testing.assert_allclose(one, two, atol=1e-6)
    np.testing.assert_allclose(one, three, atol=1e-6)
    hidden = np.tanh(np.array(rows) @ tensors["a.weight"].T + tensors["a.bias"])
    means = np.clip(hidden @ tensors["mu.weight"].T + tensors["mu.bias"], -1, 1)
    best = played(loaded(f"torch:{path}", mode="deterministic"), VECTOR, PUSH, rows, (1, 5))
    np.testing.assert_allclose(best, means[: len(best)], atol=1e-6)


@ONNX
def test_convolutions_and_branches_equal_plain_pytorch(tmp_path):
    import torch
    from torch import nn

    torch.manual_seed(3)
    eye = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(48, 7)
    )
    ear, top = nn.Sequential(nn.Linear(6, 4), nn.GELU()), nn.Linear(11, 5)
    space = spaces.Dict({"ear": VECTOR, "eye": PICTURE})
    whole = nn.ModuleDict({"eye": eye, "ear": ear, "top": top})
    layers: list[dict[str, Any]] = [
        {
            "layer": "branches",
            "branches": [
                {
                    "input": 0,
                    "layers": [
                        {"layer": "conv2d", "of": "eye.0", "stride": 2, "padding": [1, 1]},
                        {"layer": "relu"},
                        {"layer": "max_pool2d", "kernel": 2},
                        {"layer": "flatten"},
                        {"layer": "linear", "of": "eye.4"},
                    ],
                },
                {"input": 1, "layers": [{"layer": "linear", "of": "ear.0"}, {"layer": "gelu"}]},
            ],
        },
        {"layer": "linear", "of": "top"},
    ]
    path = tmp_path / "p.safetensors"
    pipeline = [
        {"step": "select", "leaves": ["eye", "ear"]},
        {"step": "transpose", "axes": [2, 0, 1], "on": ["eye"]},
        {"step": "scale", "divide": 255, "on": ["eye"]},
    ]
    save(path, whole.state_dict(), observation=space, action=FIVE, network=layers, pipeline=pipeline)
    space.seed(1)
    rows = [space.sample() for _ in range(120)]
    with torch.inference_mode():
        pictures = torch.from_numpy(np.array([row["eye"] for row in rows])).permute(0, 3, 1, 2) / 255.0
        sounds = torch.from_numpy(np.array([row["ear"] for row in rows]))
        expected = top(torch.cat([eye(pictures), ear(sounds)], dim=1)).argmax(dim=1) + 2
    assert parse_model_word(str(path)).kind == "torch"
    for word in (str(path), str(exported(path))):
        assert played(loaded(word), space, FIVE, rows, (1, 3)) == expected.tolist()
    assert len(set(expected.tolist())) > 1


@ONNX
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_recurrent_seats_of_mixed_matches_equal_a_loop_of_their_own(tmp_path, kind):
    import torch
    from torch import nn

    torch.manual_seed(5)
    cell = {"lstm": nn.LSTM, "gru": nn.GRU}[kind](6, 9, num_layers=2)
    top = nn.Linear(9, 5)
    with torch.no_grad():
        for weight in cell.parameters():
            weight.mul_(3)
    path = tmp_path / "p.safetensors"
    layers: list[dict[str, Any]] = [{"layer": kind, "of": "cell"}, {"layer": "linear", "of": "top"}]
    tensors = nn.ModuleDict({"cell": cell, "top": top}).state_dict()
    save(path, tensors, observation=VECTOR, action=FIVE, network=layers)
    values = np.random.default_rng(0).uniform(-5, 5, (3, 60, 6)).astype(np.float32)
    with torch.inference_mode():
        expected = [
            (top(cell(torch.from_numpy(rows)[:, None])[0][:, 0]).argmax(dim=1) + 2).tolist()
            for rows in values
        ]
    for word in (str(path), str(exported(path))):
        backend, rng = loaded(word), np.random.default_rng(1)
        seats = [seats_for(VECTOR, FIVE, "a")[0] for _ in range(3)]
        answers: list[list[int]] = [[], [], []]
        while any(len(given) < 60 for given in answers):
            due = [n for n in range(3) if len(answers[n]) < 60 and rng.random() < 0.6]
            if due:
                rows = [values[n][len(answers[n])] for n in due]
                for n, action in zip(
                    due, backend.decide(batch_of([seats[n] for n in due], rows)), strict=True
                ):
                    answers[n].append(action)
        assert answers == expected
    assert len(set(expected[0])) > 1


@TORCH
def test_embeddings_and_pooling_equal_pytorch(tmp_path):
    import torch
    from torch import nn

    torch.manual_seed(3)
    table, top = nn.Embedding(7, 3), nn.Linear(6, 5)
    space = spaces.MultiDiscrete([7, 7])
    layers: list[dict[str, Any]] = [
        {"layer": "embedding", "of": "table"},
        {"layer": "flatten"},
        {"layer": "linear", "of": "top"},
    ]
    path = tmp_path / "p.safetensors"
    tensors = nn.ModuleDict({"table": table, "top": top}).state_dict()
    save(path, tensors, observation=space, action=FIVE, network=layers)
    rows = [np.array([a, b]) for a in range(7) for b in range(7)]
    with torch.inference_mode():
        expected = top(table(torch.tensor(np.array(rows))).flatten(1)).argmax(dim=1) + 2
    assert played(loaded(str(path)), space, FIVE, rows, (1,)) == expected.tolist()


# ---- torch ------------------------------------------------------------------------------------------------


@TORCH
def test_a_device_that_is_not_here_is_refused(tmp_path):
    path = tmp_path / "p.safetensors"
    vector_policy(path)
    for device in ("cuda:77", "abacus"):
        with pytest.raises(ControllerError, match=f"device '{device}' cannot be used"):
            loaded(f"torch:{path}", device=device)


@TORCH
@pytest.mark.filterwarnings("error")
def test_read_only_observations_give_no_warning(tmp_path):
    path = tmp_path / "p.safetensors"
    vector_policy(path)
    batch = batch_of(seats_for(VECTOR, FIVE, "a"), vectors(1))
    for array in batch.arrays:
        array.data.flags.writeable = False
    assert loaded(f"torch:{path}").decide(batch) == MlpBackend(path).decide(batch)


# ---- onnx -------------------------------------------------------------------------------------------------


def graph(
    path: Path, inputs: dict[str, list[Any]], outputs: dict[str, list[Any]], nodes: list[Any], **more: Any
) -> Path:
    """Write an ONNX file by hand: names and shapes of what goes in and out, all float."""
    from onnx import TensorProto, helper

    def infos(shapes: dict[str, list[Any]]) -> list[Any]:
        return [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()
        ]

    made = helper.make_graph(nodes, "g", infos(inputs), infos(outputs), more.get("initializer", []))
    imports = [helper.make_opsetid(domain, version) for domain, version in more.get("domains", [("", 17)])]
    model = helper.make_model(made, opset_imports=imports, ir_version=9)
    path.write_bytes(model.SerializeToString())
    return path


def node(kind: str, inputs: list[str], outputs: list[str], **attributes: Any) -> Any:
    from onnx import helper

    return helper.make_node(kind, inputs, outputs, **attributes)


@ONNX
def test_a_plain_onnx_file_is_understood_where_there_is_no_doubt(tmp_path):
    space = spaces.Dict(
        {"observation": spaces.Box(0, 9, (5, 1), np.int8), "action_mask": spaces.MultiBinary(5)}
    )
    path = graph(tmp_path / "p.onnx", {"x": ["B", 5]}, {"y": ["B", 5]}, [node("Neg", ["x"], ["y"])])
    backend = loaded(str(path))
    backend.accept(hello_for(space, FIVE))
    row = {"observation": np.array([[3], [1], [0], [4], [2]], np.int8), "action_mask": np.ones(5, np.int8)}
    batch = batch_of(seats_for(space, FIVE, "a"), [row], [[1, 1, 0, 1, 1]])
    assert backend.decide(batch) == [3]


@ONNX
def test_inputs_named_like_leaves_are_found(tmp_path):
    space = spaces.Dict({"a": VECTOR, "b": spaces.Box(-1, 1, (6,), np.float32), "c": PICTURE})
    nodes = [node("Sub", ["a", "b"], ["mean"])]
    path = graph(tmp_path / "p.onnx", {"b": ["B", 6], "a": ["B", 6]}, {"mean": ["B", 6]}, nodes)
    backend, action = loaded(str(path)), spaces.Box(-9, 9, (6,), np.float32)
    row = {"a": vectors(1)[0], "b": np.full(6, 0.5, np.float32), "c": np.zeros(PICTURE.shape, np.uint8)}
    (answer,) = backend.decide(batch_of(seats_for(space, action, "a"), [row]))
    np.testing.assert_allclose(answer, row["a"] - 0.5, rtol=1e-6)


@ONNX
def test_a_file_made_for_one_row_answers_for_many(tmp_path):
    path = graph(tmp_path / "p.onnx", {"x": [1, 6]}, {"logits": [1, 6]}, [node("Neg", ["x"], ["logits"])])
    rows = vectors(9)
    answers = loaded(str(path)).decide(batch_of(seats_for(VECTOR, spaces.Discrete(6), *"abcdefghi"), rows))
    assert answers == [int(row.argmin()) for row in rows]


@ONNX
def test_a_network_that_ends_in_an_action_is_taken_at_its_word(tmp_path):
    from onnx import TensorProto, helper, load_model, save_model

    nodes = [node("ArgMax", ["x"], ["choice"], axis=1, keepdims=0)]
    path = graph(tmp_path / "p.onnx", {"x": ["B", 6]}, {"choice": ["B"]}, nodes)
    model = load_model(path)
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info("choice", TensorProto.INT64, ["B"]))
    save_model(model, path)
    rows = vectors(5)
    answers = loaded(str(path)).decide(batch_of(seats_for(VECTOR, spaces.Discrete(6), *"abcde"), rows))
    assert answers == [int(row.argmax()) for row in rows]


@ONNX
def test_a_json_file_beside_it_says_what_is_what(tmp_path):
    two = {"q": ["B", 6], "v": ["B", 6]}
    nodes = [node("Neg", ["x"], ["q"]), node("Abs", ["x"], ["v"])]
    path = graph(tmp_path / "p.onnx", {"x": ["B", 6]}, two, nodes)
    with pytest.raises(ControllerError, match="its outputs are q, v, and it does not say which is what"):
        loaded(str(path))
    spec = {"name": "Quin", "outputs": {"values": "q"}, "pipeline": [{"step": "scale", "times": -1}]}
    Path(f"{path}.arena.json").write_text(json.dumps(spec | {"head": {"type": "values"}}))
    backend, (row,) = loaded(str(path)), vectors(1)
    assert backend.policy.name == "Quin"
    batch = batch_of(seats_for(VECTOR, spaces.Discrete(6), "a"), [row])
    assert backend.decide(batch) == [int(row.argmax())]
    (tmp_path / "other.json").write_text(
        json.dumps(spec | {"outputs": {"values": "v"}, "head": {"type": "values"}})
    )
    other = loaded(f"{path},pipeline={tmp_path / 'other.json'}")
    assert other.decide(batch) == [int(abs(row).argmax())]


@ONNX
def test_unclear_inputs_are_refused_by_name(tmp_path):
    path = graph(
        tmp_path / "p.onnx", {"x": ["B", 6], "h": ["B", 6]}, {"y": ["B", 6]}, [node("Sub", ["x", "h"], ["y"])]
    )
    with pytest.raises(RefusedError, match="its inputs are x, h, the observation has one array"):
        loaded(str(path)).accept(hello_for(VECTOR, spaces.Discrete(6)))
    narrow = graph(tmp_path / "n.onnx", {"x": ["B", 7]}, {"y": ["B", 7]}, [node("Neg", ["x"], ["y"])])
    with pytest.raises(RefusedError, match=r"n\.onnx is not a policy this Arena can serve"):
        loaded(str(narrow)).accept(hello_for(VECTOR, spaces.Discrete(7)))


@ONNX
def test_tensors_in_other_files_and_foreign_operators_are_refused(tmp_path):
    import onnx
    from onnx import numpy_helper

    weight = numpy_helper.from_array(np.ones((6, 5), np.float32), "w")
    nodes = [node("MatMul", ["x", "w"], ["y"])]
    path = graph(tmp_path / "p.onnx", {"x": ["B", 6]}, {"y": ["B", 5]}, nodes, initializer=[weight])
    outside = tmp_path / "outside.onnx"
    onnx.save_model(
        onnx.load_model(path), outside, save_as_external_data=True, location="w.bin", size_threshold=0
    )
    with pytest.raises(ControllerError, match="keeps tensors in other files"):
        loaded(str(outside))
    foreign = graph(
        tmp_path / "f.onnx",
        {"x": ["B", 6]},
        {"y": ["B", 6]},
        [node("Own", ["x"], ["y"], domain="my.ops")],
        domains=[("", 17), ("my.ops", 1)],
    )
    with pytest.raises(ControllerError, match=r"operators of my\.ops"):
        loaded(str(foreign))
    assert read_onnx_metadata(path) == {}


@ONNX
def test_a_description_can_be_written_into_a_file_and_anew(tmp_path):
    import onnx

    path = graph(tmp_path / "p.onnx", {"x": ["B", 6]}, {"y": ["B", 6]}, [node("Neg", ["x"], ["y"])])
    for text in ('{"a": 1}', '{"b": "ü' + "x" * 300 + '"}'):
        write_onnx_metadata(path, text)
        assert read_onnx_metadata(path) == {METADATA_KEY: text}
    model = onnx.load_model(path)
    onnx.checker.check_model(model)
    assert model.metadata_props[-1].value == text


@ONNX
@pytest.mark.parametrize("content", [b"", b"nothing of the sort", b"\xff" * 40, b"\x3a\x7f\x01", b"\x08"])
def test_files_that_are_none_are_refused(tmp_path, content):
    path = tmp_path / "p.onnx"
    path.write_bytes(content)
    with pytest.raises(ControllerError, match="cannot be read as an ONNX file"):
        loaded(str(path))
