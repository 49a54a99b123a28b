"""Models that change under a running server: noticed, loaded, taken between episodes, or refused."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import ControllerError, MissingPartError, OptionError
from arena.training.contents import signature
from arena.training.model_word import ModelWord, parse_model_word
from arena.wire.arrays import NamedArray
from arena.wire.codec import decode, encode
from arena.wire.messages import Act, Block, Group, Hello, Ready, Refusal, Refused, Remark, Reset
from arena.wire.spaces import describe
from tests.wire_kit import BOARD, board, save_policy
from workers import models
from workers.backends.contract import Backend, LoadSettings
from workers.backends.load import load as load_backend
from workers.desk import Desk
from workers.models import Model, Outcome, Reloader, Watch, attempt, load_model

DISCRETE: spaces.Discrete = spaces.Discrete(9)
GROUP = Group(("a",), describe(BOARD), describe(DISCRETE))
SETTINGS = LoadSettings()


def policy(path: Path, best: int, **more: Any) -> None:
    """Write a policy that always prefers the action ``best``; atomically, as trainers should."""
    from safetensors.numpy import load_file, save_file

    draft = path.with_name(f".{path.name}.draft")
    save_policy(draft, BOARD, DISCRETE, **more)
    from safetensors import safe_open

    with safe_open(draft, framework="np") as file:
        metadata = file.metadata()
    tensors = load_file(draft)
    tensors["2.weight"] = np.zeros_like(tensors["2.weight"])
    tensors["2.bias"] = np.eye(9, dtype=np.float32)[best]
    save_file(tensors, draft, metadata=metadata)
    draft.replace(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    policy(tmp_path / "pia.safetensors", best=2)
    return tmp_path / "pia.safetensors"


def served(path: Path, **more: Any) -> Model:
    word = parse_model_word(str(path))
    return Model(load_model(word, SETTINGS), word=word, settings=SETTINGS, **more)


def greet(desk: Desk, peer: str = "p", match: str = "M", **options: str) -> list[Any]:
    hello = Hello(match, "g", "sequential", (GROUP,), options=options)
    return [decode(frames) for _, frames in desk.handle(peer, encode(hello))]


def reset(desk: Desk, episode: int = 0, peer: str = "p", match: str = "M") -> Any:
    ((_, frames),) = desk.handle(peer, encode(Reset(match, episode, {"a": 1})))
    return decode(frames)


def ask(desk: Desk, peer: str = "p", match: str = "M") -> int:
    seen = board()
    arrays = {
        "observation": tuple(
            NamedArray((name,), np.asarray(seen[name])[None]) for name in ("action_mask", "observation")
        )
    }
    assert desk.handle(peer, encode(Act(match, 0, 0, (Block(0, ("a",), (1,), arrays=arrays),)))) == []
    ((_, frames),) = desk.flush()
    message: Any = decode(frames)
    return int(message.blocks[0].arrays["action"][0].data[0])


# ---- taking a newer one -----------------------------------------------------------------------------------


def test_a_newer_policy_is_taken_with_the_next_episode_and_told(path: Path) -> None:
    model = served(path)
    desk = Desk(model)
    greet(desk)
    first = reset(desk).policy.id
    policy(path, best=5)
    ((to, frames),) = desk.adopt(attempt(model))
    remark: Any = decode(frames)
    assert (to, remark.match, remark.level) == ("p", "M", "info")
    assert "a newer policy" in remark.message
    assert ask(desk) == 2, "the episode ends with what it began with"
    ready = reset(desk, 1)
    assert ask(desk) == 5
    assert ready.policy.id != first
    assert ready.policy.id == model.policy.id
    assert (model.reloads, model.failures) == (1, 0)
    greet(desk, match="N")
    reset(desk, match="N")
    assert ask(desk, match="N") == 5


def test_state_of_the_old_policy_is_not_given_to_the_new_one(path: Path) -> None:
    class Keeper(Backend):
        ended = 0

        def begin(self, session: Any) -> None:
            assert session.memory is None
            session.memory = self

        def end(self, session: Any) -> None:
            assert session.memory is self
            self.ended += 1

    old, new = Keeper(), Keeper()
    model = Model.of(old)
    desk = Desk(model)
    greet(desk)
    reset(desk)
    word = ModelWord("", "mlp", "x")
    desk.adopt(Outcome(model, models.Loaded(new, word, "other contents")))
    assert isinstance(reset(desk, 1), Ready)
    assert (old.ended, new.ended) == (1, 0)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(b"\x08" + bytes(7) + b"rubbish!"), "cannot be read"),
        (lambda path: path.write_bytes(path.read_bytes()[:-200]), "pia.safetensors"),
        (lambda path: path.unlink(), "does not exist|cannot read"),
        (
            lambda path: save_policy(path, spaces.Box(-1, 1, (4,)), spaces.Discrete(2)),
            "does not fit",
        ),
    ],
    ids=["corrupt", "cut short", "gone", "other spaces"],
)
def test_what_cannot_be_taken_leaves_the_old_policy_deciding(path: Path, spoil: Any, said: str) -> None:
    import re

    model = served(path)
    desk = Desk(model)
    for peer in ("p", "q"):
        greet(desk, peer)
        reset(desk, peer=peer)
    before = model.policy
    spoil(path)
    replies = desk.adopt(attempt(model))
    assert [to for to, _ in replies] == ["p", "q"]
    remark: Any = decode(replies[0][1])
    assert isinstance(remark, Remark)
    assert remark.level == "warning"
    assert remark.message.startswith("Pia was not reloaded, the policy that was there goes on: ")
    assert re.search(said, remark.message)
    for peer in ("p", "q"):
        reset(desk, 1, peer)
        assert ask(desk, peer) == 2
    assert (model.policy, model.reloads, model.failures) == (before, 0, 1)


@pytest.mark.parametrize("fault", [MemoryError("no room"), SystemExit("my code"), ZeroDivisionError("oops")])
def test_whatever_loading_raises_is_a_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    model = served(path)

    def load(*_: Any) -> Backend:
        raise fault

    monkeypatch.setattr(models, "load", load)
    outcome = attempt(model)
    assert outcome.error == f"{type(fault).__name__}: {fault}"
    assert Desk(model).adopt(outcome) == []
    assert model.failures == 1


def test_a_game_that_was_played_before_must_still_be_played(path: Path) -> None:
    model = served(path)
    desk = Desk(model)
    greet(desk)
    desk.forget("p")
    save_policy(path, spaces.Box(-1, 1, (4,)), spaces.Discrete(2))
    desk.adopt(attempt(model))
    assert model.failures == 1
    assert isinstance(greet(desk)[0], Ready)


def test_equal_contents_are_no_news(path: Path) -> None:
    model = served(path)
    desk = Desk(model)
    greet(desk)
    os.utime(path, (1, 1))
    assert desk.adopt(attempt(model)) == []
    assert (model.reloads, model.failures) == (0, 0)


def test_a_seats_own_server_keeps_to_what_was_seated_and_says_so(path: Path) -> None:
    model = served(path, pinned=True)
    desk = Desk(model)
    greet(desk)
    policy(path, best=5)
    ((_, frames),) = desk.adopt(attempt(model))
    remark: Any = decode(frames)
    assert "goes on with what it was seated with (follow=yes takes newer ones)" in remark.message
    reset(desk, 1)
    assert ask(desk) == 2


def test_a_new_description_beside_a_model_is_something_newer(tmp_path: Path) -> None:
    (tmp_path / "x.pt").write_bytes(b"weights")
    word = parse_model_word(str(tmp_path / "x.pt"))
    watch = Watch(word, signature(word))
    (tmp_path / "x.pt.arena.json").write_text("[]")
    assert [watch.look() for _ in range(3)] == [False, True, False]


def test_contents_that_are_not_what_was_seated_are_refused(path: Path) -> None:
    word = parse_model_word(str(path))
    loaded = load_model(word, SETTINGS)
    load_model(word, SETTINGS, expected=loaded.fingerprint)
    policy(path, best=5)
    with pytest.raises(ControllerError, match="not what it was when it was seated"):
        load_model(word, SETTINGS, expected=loaded.fingerprint)


def test_a_file_that_changes_while_it_is_read_is_read_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[ModelWord] = []

    def slow(word: ModelWord, settings: LoadSettings, progress: Any) -> Backend:
        backend = load_backend(word, settings, progress)
        calls.append(word)
        if len(calls) < 2:
            policy(path, best=7)
        return backend

    monkeypatch.setattr(models, "load", slow)
    desk = Desk(served(path))
    greet(desk)
    reset(desk)
    assert (ask(desk), len(calls)) == (7, 2)

    def restless(word: ModelWord, settings: LoadSettings, progress: Any) -> Backend:
        path.write_bytes(path.read_bytes() + b"x")
        return Backend()

    monkeypatch.setattr(models, "load", restless)
    with pytest.raises(ControllerError, match="changed again and again"):
        load_model(parse_model_word(str(path)), SETTINGS)


# ---- noticing ---------------------------------------------------------------------------------------------


def test_a_file_is_loaded_once_it_stands_still(path: Path) -> None:
    model = served(path)
    watch = Watch(model.word, model.loaded.signature)
    assert not watch.look()
    policy(path, best=3)
    assert not watch.look(), "it may be half written"
    with path.open("ab") as file:
        file.write(b"more")
    assert not watch.look(), "it was"
    assert watch.look()
    assert not watch.look(), "told once"


def test_a_file_that_is_away_for_a_moment_is_no_change(path: Path) -> None:
    model = served(path)
    watch = Watch(model.word, model.loaded.signature)
    path.rename(path.with_suffix(".away"))
    assert not watch.look()
    assert not watch.look()
    path.with_suffix(".away").rename(path)
    assert not watch.look()
    assert not watch.look()


def test_a_folder_is_followed_to_its_newest_checkpoint(tmp_path: Path) -> None:
    policy(tmp_path / "000.safetensors", best=1)
    os.utime(tmp_path / "000.safetensors", (1, 1))
    word = parse_model_word(f"{tmp_path},follow=yes")
    model = Model(load_model(word, SETTINGS), word=word, settings=SETTINGS)
    desk = Desk(model)
    reloader = Reloader([model], lambda: None)
    greet(desk)
    reset(desk)
    assert ask(desk) == 1
    policy(tmp_path / "001.safetensors", best=4)
    reloader.step()
    assert not reloader.outcomes
    reloader.step()
    desk.adopt(reloader.outcomes.popleft())
    reset(desk, 1)
    assert ask(desk) == 4
    assert model.policy.id.startswith("policy:001@")


def test_force_loads_without_a_change_and_code_is_left_alone(path: Path) -> None:
    told: list[int] = []
    model, code = served(path), Model.of(Backend())
    reloader = Reloader([model, code], lambda: told.append(1))
    reloader.step()
    assert not reloader.outcomes
    reloader.step(force=True)
    assert [outcome.model for outcome in reloader.outcomes] == [model]
    assert told == [1]


def test_the_thread_reloads_when_it_is_hurried_and_ends(path: Path) -> None:
    import threading

    done = threading.Event()
    reloader = Reloader([served(path)], done.set)
    reloader.start()
    reloader.hurry()
    assert done.wait(20)
    reloader.close()
    reloader.close()


# ---- several models ---------------------------------------------------------------------------------------


class Says(Backend):
    def __init__(self, name: str, action: int) -> None:
        from arena.wire.messages import Policy

        self.policy, self._action, self.batches = Policy(f"id-{name}", name), action, list[int]()

    def decide(self, batch: Any) -> list[int]:
        self.batches.append(len(batch))
        return [self._action] * len(batch)


def test_a_session_says_which_model_it_wants() -> None:
    one, two = Says("one", 1), Says("two", 2)
    desk = Desk(one, two)
    for match, wanted, action in (("A", "one", 1), ("B", "two", 2), ("C", "id-two", 2)):
        (ready,) = greet(desk, match=match, model=wanted)
        assert isinstance(ready, Ready)
        assert ready.policy.name == ("one", "two")[action - 1]
        reset(desk, match=match)
        assert ask(desk, match=match) == action
    for options, said in (({}, "must say which: model=NAME"), ({"model": "three"}, "not 'three'")):
        (refused,) = greet(desk, match="D", **options)
        assert isinstance(refused, Refused)
        assert refused.reason is Refusal.MODEL
        assert "'one', 'two'" in refused.message
        assert said in refused.message


def test_batches_are_of_one_model_but_of_all_matches() -> None:
    one, two = Says("one", 1), Says("two", 2)
    desk = Desk(one, two)
    for number in range(6):
        match = f"M{number}"
        greet(desk, match=match, model=("one", "two")[number % 2])
        reset(desk, match=match)
    seen = board()
    arrays = {
        "observation": tuple(
            NamedArray((name,), np.asarray(seen[name])[None]) for name in ("action_mask", "observation")
        )
    }
    for number in range(6):
        desk.handle("p", encode(Act(f"M{number}", 0, 0, (Block(0, ("a",), (1,), arrays=arrays),))))
    assert len(desk.flush()) == 6
    assert (one.batches, two.batches) == ([3], [3])
    assert (desk.figures.batches, desk.figures.decided) == (2, 6)


def test_two_models_of_one_name_must_be_named_apart(path: Path) -> None:
    other = path.with_name("other.safetensors")
    shutil.copy(path, other)
    with pytest.raises(OptionError, match="two models are called 'Pia'"):
        Desk(served(path), served(other))
    word = parse_model_word(f"red={other}")
    red = Model(load_model(word, SETTINGS), word=word, settings=SETTINGS)
    desk = Desk(served(path), red)
    assert [model.name for model in desk.models] == ["Pia", "red"]
    (ready,) = greet(desk, model="red")
    assert ready.policy.name == "red"


def test_progress_names_each_slow_step_and_a_missing_package_its_extra(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from arena.training import model_word
    from arena.training.model_word import KINDS, ModelKind

    steps: list[str] = []
    load_model(parse_model_word(str(path)), SETTINGS, steps.append)
    assert steps == ["loading the model"]
    lacking = {**KINDS, "mlp": ModelKind("mlp", "", packages=("no_such_package",), extra="torch")}
    monkeypatch.setattr(model_word, "KINDS", lacking)
    with pytest.raises(MissingPartError, match=r"arena-seats\[torch\]"):
        load_model(parse_model_word(str(path)), SETTINGS)
