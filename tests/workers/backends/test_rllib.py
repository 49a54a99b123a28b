"""Checkpoints of stock RLlib, served without Ray: the actions RLlib gives, and no code of theirs is run."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import ArenaError, ControllerError, UnknownNameError
from arena.processes import module_command
from arena.training.model_word import parse_model_word
from arena.wire.messages import Refusal
from arena.wire.spaces import build
from tests.e2e.headless.shell import environment
from tests.stacks import requires_stack
from tests.training_kit.fixtures import MASKED, noted, rllib_checkpoints  # noqa: F401 - a fixture
from tests.workers.backends.kit import batch_of, hello_for, seats_for
from workers.backends.contract import LoadSettings, RefusedError
from workers.backends.load import load

pytestmark = [requires_stack("rllib"), pytest.mark.timeout(300)]  # the first test waits for the training

MASKED_WORD = f"masked,allow={MASKED}"
SHARED = "learner_group/learner/rl_module/shared"
FILTERED = [{"step": "flatten"}, {"step": "normalise", "mean": [0.0], "std": [1.0]}]


@pytest.fixture
def trained(rllib_checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: F811
    """The folder of all checkpoints, as the current one."""
    monkeypatch.chdir(rllib_checkpoints)
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3]))
    return rllib_checkpoints


def loaded(word: str, **more: Any) -> Any:
    return load(parse_model_word(f"rllib:{word}"), LoadSettings(**more))


def spaces_of(file: Any) -> tuple[spaces.Space[Any], spaces.Space[Any]]:
    return build(file.observation), build(file.action)


def answers(backend: Any, agent: str, seen: dict[str, Any], sizes: tuple[int, ...], file: Any) -> list[Any]:
    """One seat a row, except where ``sizes`` is ``(1,)``: then one seat sees all rows in turn."""
    observation, action = spaces_of(file)
    rows = [
        seen["x"][row] if "x" in seen else {key: array[row] for key, array in seen.items()}
        for row in range(len(next(iter(seen.values()))))
    ]
    masks = seen.get("action_mask")
    seats = seats_for(observation, action, *[agent] * max(sizes))
    given: list[Any] = []
    while len(given) < len(rows):
        size = min(sizes[len(given) % len(sizes)], len(rows) - len(given))
        chosen = slice(len(given), len(given) + size)
        legal = None if masks is None else masks[chosen]
        given += list(backend.decide(batch_of(seats[:size], rows[chosen], legal)))
    return given


@pytest.mark.parametrize(
    ("word", "noted_as", "agent", "sizes", "head"),
    [
        (f"{MASKED_WORD}", "masked-player_1", "player_1", (1, 7, 64), {"type": "categorical"}),
        (f"{MASKED_WORD}", "masked-player_2", "player_2", (1, 7, 64), {"type": "categorical"}),
        ("continuous", "continuous-shared", "a", (5, 32), {"type": "gaussian", "bounds": "stretch"}),
        ("recurrent", "recurrent", "a", (1,), {"type": "categorical"}),
        ("dqn", "dqn", "a", (1, 9), {"type": "values"}),
        ("sac", "sac", "a", (1, 9), {"type": "gaussian", "bounds": "stretch"}),
    ],
)
def test_it_plays_as_rllib_does(
    trained: Path, word: str, noted_as: str, agent: str, sizes: tuple[int, ...], head: dict[str, str]
) -> None:
    backend = loaded(word)
    alone = backend.backends[agent] if hasattr(backend, "backends") else backend
    assert alone.file.head == head
    seen, wanted = noted(trained / f"{noted_as}.npz")
    given = answers(backend, agent, dict(seen), sizes, alone.file)
    assert len(given) == len(wanted) == 500
    if head["type"] == "gaussian":
        np.testing.assert_allclose(np.stack(given), wanted, atol=1e-6)
        assert np.stack(given).std() > 1e-4
    else:
        assert given == wanted.tolist()
        assert len(set(given)) > 1


def test_ray_is_never_started_and_nothing_of_the_checkpoint_runs(trained: Path) -> None:
    """In a process of its own, where every import of a module that only loading the pickles needs is seen."""
    code = (
        "import sys\n"
        "from arena.training.model_word import parse_model_word\n"
        "from workers.backends.contract import LoadSettings\n"
        "from workers.backends.load import load\n"
        f"load(parse_model_word('rllib:{trained}/{MASKED_WORD}'), LoadSettings())\n"
        "import ray\n"
        "assert not ray.is_initialized()\n"
        "assert 'ray.rllib.algorithms.ppo' not in sys.modules\n"
        "assert 'pettingzoo' not in sys.modules\n"
    )
    command = [*module_command("x")[:1], "-P", "-c", code]
    done = subprocess.run(command, env=environment(PYTHONPATH=str(Path(__file__).parents[3])), check=False,
                          capture_output=True, text=True, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_sampling_draws_from_each_seats_own_generator(trained: Path) -> None:
    backend = loaded("recurrent", mode="sampled")
    seen, wanted = noted(trained / "recurrent.npz")
    first = answers(backend, "a", dict(seen), (1,), backend.file)
    assert first == answers(backend, "a", dict(seen), (1,), backend.file)
    assert first != wanted.tolist()


def test_what_sac_draws_is_squashed(trained: Path) -> None:
    backend = loaded("sac", mode="sampled")
    assert backend.file.head == {"type": "gaussian", "bounds": "tanh"}
    seen, _ = noted(trained / "sac.npz")
    given = np.stack(answers(backend, "a", dict(seen), (1,), backend.file))
    mean, log_std = (backend.network.forward([seen["x"]], ())[0][name] for name in ("mean", "log_std"))
    noise = np.random.default_rng(0).standard_normal((500, 1)).astype(np.float32)
    np.testing.assert_allclose(given, 2 * np.tanh(mean + np.exp(log_std) * noise), atol=1e-5)


# ---- modules and agents -----------------------------------------------------------------------------------


def test_modules_that_are_called_like_agents_play_them(trained: Path) -> None:
    backend = loaded(MASKED_WORD)
    observation, action = spaces_of(backend.backends["player_1"].file)
    assert isinstance(observation, spaces.Dict)
    (group,) = backend.accept(hello_for(observation, action, "player_1", "player_2"))
    assert group.agents == ("player_1", "player_2")
    seats = seats_for(observation, action, "player_2", "player_1", "player_2")
    board = {"observation": np.ones((3, 3, 2), np.int8), "action_mask": np.ones(9, np.int8)}
    both = list(backend.decide(batch_of(seats, [board] * 3, [board["action_mask"]] * 3)))
    alone = [
        loaded(f"masked#{agent},allow={MASKED}").decide(
            batch_of(seats_for(observation, action, agent), [board], [board["action_mask"]])
        )[0]
        for agent in ("player_2", "player_1")
    ]
    assert both == [*alone, alone[0]]


def test_an_agent_nobody_plays_is_refused(trained: Path) -> None:
    backend = loaded(MASKED_WORD)
    observation, action = spaces_of(backend.backends["player_1"].file)
    with pytest.raises(
        RefusedError, match="no module plays player_3; they play player_1, player_2"
    ) as refused:
        backend.accept(hello_for(observation, action, "player_1", "player_3"))
    assert refused.value.reason is Refusal.AGENTS


def test_one_module_of_several_plays_anyone(trained: Path) -> None:
    backend = loaded(f"masked#player_2,allow={MASKED}")
    observation, action = spaces_of(backend.file)
    assert backend.accept(hello_for(observation, action, "player_1", "x"))
    assert backend.policy.id == "policy:masked#player_2"


def test_a_module_that_is_not_there_is_named_with_those_that_are(trained: Path) -> None:
    with pytest.raises(UnknownNameError, match="player_1"):
        loaded(f"masked#main,allow={MASKED}")


@pytest.fixture
def league(trained: Path, tmp_path: Path) -> Path:
    """A checkpoint whose modules are not called like agents."""
    folder = tmp_path / "league"
    shutil.copytree(trained / "masked", folder)
    modules = folder / "learner_group/learner/rl_module"
    for old, new in (("player_1", "main"), ("player_2", "rival")):
        (modules / old).rename(modules / new)
    arguments = modules / "class_and_ctor_args.pkl"
    with arguments.open("rb") as file:
        content = pickle.load(file)
    specs = content["ctor_args_and_kwargs"][1]["rl_module_specs"]
    content["ctor_args_and_kwargs"][1]["rl_module_specs"] = {
        "main": specs["player_1"],
        "rival": specs["player_2"],
    }
    arguments.write_bytes(pickle.dumps(content))
    return folder


def test_a_map_that_only_a_function_knows_must_be_told(league: Path) -> None:
    with pytest.raises(ControllerError, match=r"holds the modules main, rival, .* name one .*#main"):
        loaded(f"{league},allow={MASKED}")
    beside = league.with_name("league.arena.json")
    beside.write_text(json.dumps({"agents": {"player_1": "main", "player_2": "nobody"}}))
    with pytest.raises(ControllerError, match="must map agents to main, rival"):
        loaded(f"{league},allow={MASKED}")
    beside.write_text(json.dumps({"agents": {"player_1": "rival", "player_2": "main"}, "name": "Lea"}))
    backend = loaded(f"{league},allow={MASKED}")
    assert backend.players == {"player_1": "rival", "player_2": "main"}
    assert backend.policy.name == "Lea"


def test_modules_of_an_older_save_are_passed_over(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "used"
    shutil.copytree(trained / "continuous", folder)
    modules = folder / "learner_group/learner/rl_module"
    shutil.copytree(modules / "shared", modules / "stale")
    assert loaded(str(folder)).policy.id == "policy:used"


@pytest.mark.parametrize("place", ["", "/learner", "/learner/rl_module", "/learner/rl_module/shared"])
def test_any_folder_on_the_way_to_the_module_will_do(trained: Path, place: str) -> None:
    backend = loaded(f"continuous/learner_group{place}")
    assert backend.file.head["bounds"] == "stretch"


def test_a_module_alone_says_what_it_can(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained / f"continuous/{SHARED}", tmp_path / "bare")
    backend = loaded(str(tmp_path / "bare"))
    assert build(backend.file.observation).shape == (18,)
    assert backend.file.head == {"type": "gaussian", "bounds": "stretch"}


# ---- what changed observations ----------------------------------------------------------------------------


def test_connectors_must_be_declared(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(ControllerError, match="behind the connectors FlattenObservations, MeanStdFilter"):
        loaded("filtered")
    (tmp_path / "steps.json").write_text(json.dumps(FILTERED))
    backend = loaded(f"filtered,pipeline={tmp_path / 'steps.json'}")
    seen, wanted = noted(trained / "filtered-shared.npz")
    assert answers(backend, "a", dict(seen), (4,), backend.file) == wanted.tolist()
    assert build(backend.file.observation).dtype == np.float32


# ---- what is not run --------------------------------------------------------------------------------------


def test_a_class_of_ones_own_needs_a_word_that_vouches_for_it(trained: Path) -> None:
    with pytest.raises(ControllerError) as refused:
        loaded("masked")
    assert f"it names {MASKED}" in str(refused.value)
    assert f"write rllib:masked,allow={MASKED}" in str(refused.value)
    with pytest.raises(ControllerError, match="is not like module:Class"):
        loaded("masked,allow=os.system")


def with_arguments(trained: Path, folder: Path, content: bytes) -> Path:
    shutil.copytree(trained / "recurrent", folder)
    (folder / "class_and_ctor_args.pkl").write_bytes(content)
    return folder


class Gadget:
    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> Any:
        import os

        return os.system, (f"touch {self.trace}",)


def test_a_checkpoint_that_would_run_code_is_refused_before_it_does(trained: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    content = {"class": Gadget(trace), "ctor_args_and_kwargs": ((), {"model_config": Gadget(trace)})}
    folder = with_arguments(trained, tmp_path / "a", pickle.dumps(content))
    with pytest.raises(ControllerError, match="names no class"):
        loaded(str(folder))
    honest = trained / "recurrent/class_and_ctor_args.pkl"
    with honest.open("rb") as file:
        content = pickle.load(file)
    content["ctor_args_and_kwargs"][1]["model_config"] = {"fcnet_hiddens": Gadget(trace)}
    folder = with_arguments(trained, tmp_path / "b", pickle.dumps(content))
    with pytest.raises(ControllerError, match="posix:system"):
        loaded(str(folder))
    (tmp_path / "b/module_state.pkl").write_bytes(pickle.dumps(Gadget(trace)))
    shutil.copy(honest, tmp_path / "b")
    with pytest.raises(ControllerError, match="posix:system"):
        loaded(str(folder))
    assert not trace.exists()


@pytest.mark.parametrize(
    ("module", "name", "said"),
    [
        ("subprocess", "Popen", "names subprocess:Popen, which is not RLlib's own"),
        ("ray.rllib.core.columns", "Columns", "neither an RLModule, a catalog nor a configuration"),
        ("ray.rllib.core.rl_module.torch.torch_rl_module", "TorchRLModule.__init__", "not RLlib's own"),
        ("ray.rllib.algorithms.ppo.ppo_catalog", "PPOCatalog", "is not a TorchRLModule"),
        ("ray.rllib.utils.checkpoints", "Checkpointable", "not RLlib's own"),
        ("ray.rllib.core.rl_module.nowhere", "Nothing", "there is no module"),
    ],
)
def test_only_rllibs_own_families_of_classes_are_imported(
    trained: Path, tmp_path: Path, module: str, name: str, said: str
) -> None:
    strings = (pickle.SHORT_BINUNICODE + bytes([len(text)]) + text.encode() for text in (module, name))
    named = b"".join(strings) + pickle.STACK_GLOBAL
    frame = pickle.dumps({"class": 1, "ctor_args_and_kwargs": ((), {})}, 3)
    folder = with_arguments(trained, tmp_path / "c", frame.replace(pickle.BININT1 + b"\x01", named))
    with pytest.raises(ArenaError, match=said):
        loaded(str(folder))


def test_a_class_from_the_training_script_is_explained(trained: Path, tmp_path: Path) -> None:
    from ray import cloudpickle

    made: dict[str, Any] = {"__name__": "__main__"}
    exec("class Net:\n    pass\n", made)
    content = cloudpickle.dumps({"class": made["Net"], "ctor_args_and_kwargs": ((), {})})
    folder = with_arguments(trained, tmp_path / "d", content)
    with pytest.raises(ControllerError, match=r"Net was defined in the training script.*allow=MODULE:Net"):
        loaded(str(folder))


# ---- what is not one --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds no RLModule"),
        ({"policies/default_policy/policy_state.pkl": b""}, "old API stack"),
        ({"class_and_ctor_args.pkl": b"", "module_state.pkl": b""}, "cannot be read as data"),
        ({"class_and_ctor_args.pkl": pickle.dumps([1]), "module_state.pkl": b""}, "not what RLlib writes"),
    ],
)
def test_folders_that_are_no_checkpoint_are_refused(tmp_path: Path, files: Any, said: str) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ControllerError, match=said):
        loaded(str(tmp_path))


def test_weights_that_are_missing_are_named(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained / "continuous", tmp_path / "e")
    path = tmp_path / "e" / SHARED / "module_state.pkl"
    with path.open("rb") as file:
        state = pickle.load(file)
    gone = next(name for name in state if name.startswith("pi"))
    del state[gone]
    path.write_bytes(pickle.dumps(state))
    with pytest.raises(ControllerError, match=f"has no weights for {gone}"):
        loaded(str(tmp_path / "e"))


# ---- exported ---------------------------------------------------------------------------------------------


@requires_stack("onnx")
@pytest.mark.parametrize(
    ("word", "noted_as", "sizes"),
    [
        (f"masked#player_1,allow={MASKED}", "masked-player_1", (1, 7)),
        ("recurrent", "recurrent", (1,)),
        ("sac", "sac", (1, 9)),
    ],
)
def test_an_exported_module_plays_the_same_without_ray(
    trained: Path, tmp_path: Path, word: str, noted_as: str, sizes: tuple[int, ...]
) -> None:
    from workers.backends.rllib_export import export_rllib

    target = tmp_path / "policy.onnx"
    export_rllib(f"rllib:{word}", target)
    backend: Any = load(parse_model_word(str(target)), LoadSettings())
    assert backend.policy.backend == "onnxruntime"
    seen, wanted = noted(trained / f"{noted_as}.npz")
    given = answers(backend, "a", dict(seen), sizes, backend.file)
    np.testing.assert_allclose(np.stack(given), wanted, atol=1e-5)


@requires_stack("onnx")
def test_what_cannot_be_exported_is_said(trained: Path, tmp_path: Path) -> None:
    from workers.backends.rllib_export import export_rllib

    with pytest.raises(ControllerError, match="stands for several modules; name one"):
        export_rllib(f"rllib:{MASKED_WORD}", tmp_path / "x.onnx")
    with pytest.raises(ControllerError, match="cannot be written as ONNX"):
        export_rllib("rllib:dqn", tmp_path / "x.onnx")
