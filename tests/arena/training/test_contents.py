"""What belongs to a model: every file, the description beside it and the options that change its play."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.errors import ControllerError
from arena.training.contents import fingerprint, identity, signature
from arena.training.model_word import ModelWord, parse_model_word


def test_fingerprints_follow_contents_and_signatures_follow_writes(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    (folder / "rllib_checkpoint.json").write_text("{}")
    word = parse_model_word(str(folder))
    first, seen = fingerprint(word), signature(word)
    (folder / "more").mkdir()
    (folder / "more" / "state.pkl").write_bytes(b"1")
    assert signature(word) != seen
    second = fingerprint(word)
    (folder / "more" / "state.pkl").rename(folder / "more" / "other.pkl")
    assert len({first, second, fingerprint(word)}) == 3
    assert identity(ModelWord("", "rllib", str(folder), "p0"), second) == f"policy:checkpoint#p0@{second}"
    code = parse_model_word("my_bots:Greedy")
    assert (fingerprint(code), signature(code)) == ("", None)


@pytest.mark.parametrize("kind", ["cleanrl", "rllib"])
def test_the_description_beside_a_model_belongs_to_it(tmp_path: Path, kind: str) -> None:
    model = tmp_path / ("run" if kind == "rllib" else "run.pt")
    if kind == "rllib":
        model.mkdir()
    else:
        model.write_bytes(b"weights")
    word = ModelWord("", kind, str(model))
    bare, seen = fingerprint(word), signature(word)
    beside = tmp_path / f"{model.name}.arena.json"
    beside.write_text('{"mode": "sampled"}')
    described = fingerprint(word)
    assert described != bare
    assert signature(word) != seen
    beside.write_text('{"mode": "deterministic"}')
    assert fingerprint(word) not in {bare, described}
    beside.unlink()
    assert (fingerprint(word), signature(word)) == (bare, seen)


def test_a_description_that_the_word_names_belongs_to_it_wherever_it_lies(tmp_path: Path) -> None:
    model, first, second = tmp_path / "x.pt", tmp_path / "first.json", tmp_path / "second.json"
    model.write_bytes(b"weights")
    first.write_text("[]")
    second.write_text("[]")
    (tmp_path / "x.pt.arena.json").write_text("not read, since another is named")
    words = [ModelWord("", "cleanrl", str(model), options={"pipeline": str(at)}) for at in (first, second)]
    before = fingerprint(words[0])
    assert fingerprint(words[1]) == before
    second.write_text('[{"step": "flatten"}]')
    assert fingerprint(words[1]) != before == fingerprint(words[0])


def test_a_policy_file_describes_itself(tmp_path: Path) -> None:
    word = ModelWord("", "mlp", str(tmp_path / "pia.safetensors"))
    word.path.write_bytes(b"weights")
    before = fingerprint(word), signature(word)
    (tmp_path / "pia.safetensors.arena.json").write_text("[]")
    assert (fingerprint(word), signature(word)) == before


def test_options_that_change_the_play_tell_models_apart(tmp_path: Path) -> None:
    model = tmp_path / "x.pt"
    model.write_bytes(b"weights")
    plain, tanh, elsewhere = (
        ModelWord("", "cleanrl", str(model), options=options)
        for options in ({}, {"activation": "tanh"}, {"threads": "2", "device": "cuda:0"})
    )
    assert fingerprint(plain) == fingerprint(elsewhere) != fingerprint(tanh)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    word = ModelWord("", "cleanrl", str(tmp_path / "gone.pt"))
    with pytest.raises(ControllerError, match=r"cannot read .*gone\.pt: No such file"):
        fingerprint(word)
    with pytest.raises(OSError, match="gone"):
        signature(word)
