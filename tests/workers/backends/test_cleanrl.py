"""Weights as CleanRL saves them: every layout plays as its own forward pass, and no file runs code."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import ArenaError, ControllerError, UnknownNameError
from arena.training.model_word import parse_model_word
from arena.wire.messages import Refusal
from arena.wire.spaces import describe
from tests.stacks import requires_stack
from tests.training_kit.fixtures import cleanrl_model, noted  # noqa: F401 - a fixture
from tests.wire_kit import BOARD
from tests.workers.backends.kit import VECTOR, batch_of, hello_for, seats_for
from workers.backends.contract import LoadSettings, RefusedError
from workers.backends.load import load

pytestmark = requires_stack("torch")

KIT = "tests.training_kit.cleanrl_networks"
FIVE: spaces.Discrete[Any] = spaces.Discrete(5)
NINE: spaces.Discrete[Any] = spaces.Discrete(9)
PUSH = spaces.Box(-1, 1, (2,), np.float32)


def pixels(*shape: int) -> spaces.Box:
    return spaces.Box(0, 255, shape, np.uint8)


LAYOUTS: dict[str, tuple[str, spaces.Space[Any], spaces.Space[Any]]] = {
    "Ppo": ("ppo", VECTOR, FIVE),
    "PpoContinuous": ("ppo_continuous", VECTOR, PUSH),
    "PpoAtari": ("ppo_atari", pixels(4, 84, 84), FIVE),
    "PpoPettingzoo": ("ppo_pettingzoo", pixels(84, 84, 6), FIVE),
    "PpoAtariLstm": ("ppo_atari_lstm", pixels(1, 84, 84), FIVE),
    "Dqn": ("dqn", VECTOR, FIVE),
    "DqnAtari": ("dqn_atari", pixels(4, 84, 84), FIVE),
    "C51": ("c51", VECTOR, FIVE),
    "C51Atari": ("c51_atari", pixels(4, 84, 84), FIVE),
    "SacAtari": ("sac_atari", pixels(4, 84, 84), FIVE),
    "Td3": ("td3", VECTOR, PUSH),
    "Sac": ("sac", VECTOR, PUSH),
}


def made(name: str, *given: Any) -> Any:
    import torch

    from tests.training_kit import cleanrl_networks

    torch.manual_seed(3)
    network = getattr(cleanrl_networks, name)(*given)
    network.settle()
    return network.eval()


def save(content: Any, path: Path) -> Path:
    import torch

    torch.save(content, path)
    return path


def loaded(path: Path, words: str = "", **more: Any) -> Any:
    return load(parse_model_word(f"{path}{words}"), LoadSettings(**more))


def rows_of(space: spaces.Space[Any], count: int) -> Any:
    assert isinstance(space, spaces.Box)
    rng = np.random.default_rng(1)
    if space.dtype == np.uint8:
        blocks = rng.integers(0, 256, (count, *(math.ceil(length / 12) for length in space.shape)))
        for axis, length in enumerate(space.shape, start=1):
            blocks = blocks.repeat(12, axis).take(range(length), axis)
        return blocks.astype(np.uint8)
    return rng.uniform(-3, 3, (count, *space.shape)).astype(np.float32)


def native(network: Any, rows: Any) -> Any:
    import torch

    with torch.no_grad():
        return network.native(torch.from_numpy(rows).float()).numpy()


def answers(backend: Any, observation: Any, action: Any, rows: Any, sizes: tuple[int, ...]) -> list[Any]:
    seats, given = seats_for(observation, action, *["a"] * max(sizes)), list[Any]()
    while len(given) < len(rows):
        size = min(sizes[len(given) % len(sizes)], len(rows) - len(given))
        given += backend.decide(batch_of(seats[:size], rows[len(given) : len(given) + size]))
    return given


# ---- layouts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_plays_as_its_own_forward_pass(name: str, tmp_path: Path) -> None:
    layout, observation, action = LAYOUTS[name]
    network = made(name)
    backend = loaded(save(network.state_dict(), tmp_path / "x.cleanrl_model"))
    assert backend.policy.label.startswith(f"CleanRL {layout} ")
    assert backend.accept(hello_for(observation, action)) == ()  # it cannot know the game's spaces
    is_picture = observation.dtype == np.uint8
    rows = rows_of(observation, 24 if is_picture else 500)
    sizes = (1,) if name == "PpoAtariLstm" else (1, 5, 16)
    given, wanted = answers(backend, observation, action, rows, sizes), native(network, rows)
    if action is PUSH:
        np.testing.assert_allclose(np.stack(given), wanted, atol=1e-5)
    else:
        assert given == wanted.tolist()
        assert len(set(given)) > 1


def test_state_of_an_lstm_belongs_to_a_seat(tmp_path: Path) -> None:
    _, observation, action = LAYOUTS["PpoAtariLstm"]
    network = made("PpoAtariLstm")
    backend = loaded(save(network.state_dict(), tmp_path / "x.pt"))
    first, second = rows_of(observation, 24)[:12], rows_of(observation, 24)[12:]
    seats = seats_for(observation, action, "a", "b")
    both = [backend.decide(batch_of(seats, pair)) for pair in zip(first, second, strict=True)]
    assert [pair[0] for pair in both] == native(network, first).tolist()
    assert [pair[1] for pair in both] == native(network, second).tolist()


def test_what_sac_draws_is_squashed_and_stretched(tmp_path: Path) -> None:
    import torch

    network = made("Sac")
    network.action_scale[:], network.action_bias[:] = torch.tensor([2.0, 1.0]), torch.tensor([1.0, 0.0])
    box = spaces.Box(np.array([-1, -1], np.float32), np.array([3, 1], np.float32))
    path = save(network.state_dict(), tmp_path / "x.pth")
    rows = rows_of(VECTOR, 50)
    given = answers(loaded(path, mode="sampled"), VECTOR, box, rows, (1,))
    noise = np.random.default_rng(0).standard_normal((50, 2)).astype(np.float32)
    with torch.no_grad():
        wanted = network.drawn(torch.from_numpy(rows), torch.from_numpy(noise)).numpy()
    np.testing.assert_allclose(np.stack(given), wanted, atol=1e-5)
    np.testing.assert_allclose(
        np.stack(answers(loaded(path), VECTOR, box, rows, (7,))), native(network, rows), atol=1e-5
    )


def test_a_perceptron_of_no_known_script_needs_its_activation(tmp_path: Path) -> None:
    network = made("Ppo")
    renamed = {
        name.replace("actor", "pi.layers"): value
        for name, value in network.actor.state_dict(prefix="actor.").items()
    }
    path = save(renamed, tmp_path / "x.pt")
    with pytest.raises(ControllerError, match=r"perceptron, pi\.layers, .* activation=tanh"):
        loaded(path)
    rows = rows_of(VECTOR, 50)
    given = answers(loaded(path, ",activation=tanh"), VECTOR, FIVE, rows, (5,))
    assert given == native(network, rows).tolist()
    assert given != answers(loaded(path, ",activation=relu"), VECTOR, FIVE, rows, (5,))


@pytest.mark.parametrize(
    "keys",
    [
        {"embed.weight": (3, 3), "head.weight": (3, 3)},
        {"actor.0.weight": (3, 3), "actor.1.weight": (3, 3)},
        {"actor.0.weight": (3, 3), "policy.0.weight": (3, 3)},
        {"network.0.weight": (3, 4, 5, 5), "network.2.weight": (3, 3)},
        {"actor_logstd": (1, 2), "actor_mean.0.weight": (3, 3), "extra": (1,)},
    ],
)
def test_an_unknown_layout_is_refused_with_the_names_of_its_weights(
    keys: dict[str, tuple[int, ...]], tmp_path: Path
) -> None:
    import torch

    path = save({name: torch.zeros(shape) for name, shape in keys.items()}, tmp_path / "x.pt")
    with pytest.raises(ControllerError) as refused:
        loaded(path)
    assert "of no layout that is known" in str(refused.value)
    assert all(name in str(refused.value) for name in keys)
    assert "net=module:Class" in str(refused.value)


# ---- files ------------------------------------------------------------------------------------------------


def test_weights_lie_where_scripts_put_them(tmp_path: Path) -> None:
    network = made("Dqn")
    state = network.state_dict()
    rows = rows_of(VECTOR, 20)
    for number, content in enumerate(
        (
            state,
            {"model_weights": state, "args": {"n_atoms": 51, "seed": 1}},
            (state, made("Ppo").critic.state_dict()),
            {"epoch": 3, "model_state_dict": {f"module.{name}": value for name, value in state.items()}},
            {f"_orig_mod.{name}": value.half() for name, value in state.items()},
        )
    ):
        backend = loaded(save(content, tmp_path / f"{number}.pt"))
        assert backend.policy.label.startswith("CleanRL dqn")
        given = answers(backend, VECTOR, FIVE, rows, (4,))
        assert given == native(network, rows).tolist() or number == 4


class Gadget:
    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.trace}",)


def test_a_file_that_would_run_code_is_refused_before_it_does(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for content in (Gadget(trace), {"actor.0.weight": Gadget(trace)}, made("Dqn")):
        with pytest.raises(ControllerError, match="cannot be read as weights alone"):
            loaded(save(content, tmp_path / "x.cleanrl_model"))
    assert not trace.exists()


@pytest.mark.parametrize(
    ("content", "said"), [({"args": {"lr": 1.0}, "step": 3}, "its keys are args, step"), ([], "it is a list")]
)
def test_a_file_without_weights_says_what_it_holds(content: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(ControllerError, match=said):
        loaded(save(content, tmp_path / "x.pt"))


def test_a_whole_module_is_refused_in_words_of_ours(tmp_path: Path) -> None:
    import torch

    torch.save(torch.nn.Linear(2, 2), tmp_path / "x.pt")
    with pytest.raises(ControllerError) as refused:
        loaded(tmp_path / "x.pt")
    said = str(refused.value)
    assert "it holds a whole module or another object (torch.nn.modules.linear.Linear)" in said
    assert "save module.state_dict() instead" in said
    assert said.isprintable()
    assert "trust" not in said


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.pt").write_bytes(b"nothing of the kind")
    with pytest.raises(ControllerError, match="cannot be read as weights alone"):
        loaded(tmp_path / "x.pt")


# ---- games ------------------------------------------------------------------------------------------------


def test_what_was_trained_in_one_file_plays_the_same_at_a_board(
    cleanrl_model: Path,  # noqa: F811
) -> None:
    """The mask is applied and left out of what the network sees, without a word about it."""
    backend = loaded(cleanrl_model)
    assert backend.accept(hello_for(BOARD, NINE, "player_1", "player_2")) == ()
    seen, wanted = noted(cleanrl_model.with_suffix(".npz"))
    seats = seats_for(BOARD, NINE, *"abcdefghij")
    given: list[Any] = []
    for begin in range(0, 500, 10):
        rows = [{key: array[row] for key, array in seen.items()} for row in range(begin, begin + 10)]
        given += backend.decide(batch_of(seats, rows, seen["action_mask"][begin : begin + 10]))
    assert len(given) == 500
    assert given == wanted.tolist()
    assert len(set(given)) > 3


def test_widths_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    backend = loaded(save(made("Ppo").state_dict(), tmp_path / "x.pt"))
    for observation, action, said in (
        (spaces.Box(-1, 1, (7,)), FIVE, r"weight \(64, 6\) for 7 inputs"),
        (VECTOR, NINE, "gives 5 numbers, the action space needs 9"),
        (VECTOR, PUSH, "categorical head needs a Discrete"),
    ):
        with pytest.raises(RefusedError, match=said) as refused:
            backend.accept(hello_for(observation, action))
        assert refused.value.reason is Refusal.SPACES


def test_a_description_beside_it_says_the_rest(tmp_path: Path) -> None:
    path = save(made("Ppo").state_dict(), tmp_path / "x.cleanrl_model")
    steps = [{"step": "normalise", "mean": [1.0] * 6, "var": [4.0] * 6, "epsilon": 0.0, "clip": 0.5}]
    beside = {
        "name": "Pia",
        "observation": describe(VECTOR),
        "action": describe(FIVE),
        "pipeline": steps,
    }
    path.with_name("x.cleanrl_model.arena.json").write_text(json.dumps(beside))
    backend = loaded(path)
    assert backend.policy.name == "Pia"
    (group,) = backend.accept(hello_for(VECTOR, FIVE))
    assert group.observation == describe(VECTOR)
    with pytest.raises(RefusedError, match="does not fit"):
        backend.accept(hello_for(spaces.Box(-6, 5, (6,), np.float32), FIVE))
    rows = rows_of(VECTOR, 100)
    given = answers(backend, VECTOR, FIVE, rows, (3,))
    assert given == native(made("Ppo"), np.clip((rows - 1) / 2, -0.5, 0.5)).tolist()
    (tmp_path / "steps.json").write_text("[]")
    plain = answers(loaded(path, f",pipeline={tmp_path / 'steps.json'}"), VECTOR, FIVE, rows, (3,))
    assert plain == native(made("Ppo"), rows).tolist() != given


# ---- classes of one's own ---------------------------------------------------------------------------------


def test_a_class_of_ones_own_is_made_with_the_spaces(tmp_path: Path) -> None:
    from types import SimpleNamespace

    envs = SimpleNamespace(single_observation_space=VECTOR, single_action_space=FIVE)
    network = made("Own", envs)
    path = save(network.state_dict(), tmp_path / "x.pt")
    with pytest.raises(ControllerError, match=r"made with the spaces, .* write observation and action"):
        loaded(path, f",net={KIT}:Own")
    beside = {"observation": describe(VECTOR), "action": describe(FIVE)}
    path.with_name("x.pt.arena.json").write_text(json.dumps(beside))
    backend = loaded(path, f",net={KIT}:Own")
    rows = rows_of(VECTOR, 100)
    assert answers(backend, VECTOR, FIVE, rows, (1, 9)) == native(network, rows).tolist()


def test_a_class_of_ones_own_may_give_a_distribution(tmp_path: Path) -> None:
    network = made("OwnPair")
    path = save(network.state_dict(), tmp_path / "x.pt")
    rows = rows_of(VECTOR, 50)
    given = answers(loaded(path, f",net={KIT}:OwnPair"), VECTOR, PUSH, rows, (5,))
    np.testing.assert_allclose(np.stack(given), native(network, rows), atol=1e-5)
    drawn = answers(loaded(path, f",net={KIT}:OwnPair", mode="sampled"), VECTOR, PUSH, rows, (5,))
    assert not np.allclose(np.stack(drawn), np.stack(given))


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (f"{KIT}:Nobody", "Nobody"),
        (f"{KIT}:perceptron", "is not a class that derives from torch.nn.Module"),
        (f"{KIT}:Headless", r"has no forward\(self, x\)"),
        (f"{KIT}:OwnPair", "Missing key"),
        ("no_such_module:Net", "there is no module"),
    ],
)
def test_a_class_that_will_not_do_is_refused(net: str, said: str, tmp_path: Path) -> None:
    path = save(made("Ppo").state_dict(), tmp_path / "x.pt")
    with pytest.raises(ArenaError, match=said):
        loaded(path, f",net={net}")


def test_options_are_checked() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'net'"):
        parse_model_word("cleanrl:x.pt,nett=a:B")
