from __future__ import annotations

import stat

import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st
from zmq.utils import z85

from arena.errors import HomeError, OptionError
from arena.home import Home
from arena.wire.keys import KEY_CHARS, KeyPair, allowed_keys, check_key, key_bytes, key_text, keypair


@pytest.fixture
def home(tmp_path):
    (tmp_path / "keys").mkdir(mode=0o700)
    return Home(tmp_path)


@given(st.binary(min_size=32, max_size=32))
def test_a_key_is_written_one_way_only_and_comes_back(raw):
    text = key_text(raw)
    assert len(text) == KEY_CHARS
    assert key_bytes(text) == raw
    assert not set(text) & set(",=:; #'\"$&/\\")


@pytest.mark.parametrize(
    "change", [lambda k: k[:-1], lambda k: k + "A", lambda k: "," + k[1:], lambda k: k + "\n"]
)
def test_what_is_no_key_is_refused(change):
    key = KeyPair.generate().public
    with pytest.raises(OptionError, match="43 letters"):
        check_key(change(key))


def test_two_spellings_of_one_key_are_not_both_let_in():
    key = key_text(bytes(32))
    assert key.endswith("A")
    with pytest.raises(OptionError):
        check_key(key[:-1] + "B")  # the same 32 bytes to a lenient decoder


def test_an_error_about_a_secret_does_not_tell_it():
    secret = KeyPair.generate().secret + "x"
    with pytest.raises(OptionError) as caught:
        KeyPair.from_secret(secret)
    assert secret[:10] not in str(caught.value)
    assert secret not in repr(KeyPair("p", secret))


def test_a_pair_is_made_once_and_only_its_owner_reads_the_secret(home):
    pair = keypair(home, "server")
    assert keypair(home, "server") == pair
    assert KeyPair.from_secret(pair.secret) == pair
    assert stat.S_IMODE((home.keys_dir / "server.secret").stat().st_mode) == 0o600
    assert (home.keys_dir / "server.public").read_text().strip() == pair.public
    assert sorted(path.name for path in home.keys_dir.iterdir()) == ["server.public", "server.secret"]
    assert keypair(home, "other") != pair


def test_a_public_file_that_does_not_belong_is_written_anew(home):
    pair = keypair(home, "server")
    (home.keys_dir / "server.public").write_text("nonsense")
    keypair(home, "server")
    assert (home.keys_dir / "server.public").read_text().strip() == pair.public


def test_a_secret_that_others_can_read_is_refused(home):
    keypair(home, "server")
    (home.keys_dir / "server.secret").chmod(0o644)
    with pytest.raises(HomeError, match="mode 644"):
        keypair(home, "server")


def test_a_broken_key_file_is_named(home):
    path = home.keys_dir / "server.secret"
    path.touch(mode=0o600)
    with pytest.raises(HomeError, match=r"server\.secret holds no secret key"):
        keypair(home, "server")


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 65])
def test_a_key_cannot_be_named_out_of_its_folder(home, name):
    with pytest.raises(OptionError, match="a key is named"):
        keypair(home, name)


def test_allowed_keys_come_from_words_and_files(tmp_path):
    one, two, three = (KeyPair.generate().public for _ in range(3))
    file = tmp_path / "class.keys"
    file.write_text(f"# the class of 2026\n{one}  Ada\n\n{two} # Ben\n")
    assert allowed_keys([str(file), three]) == {one, two, three}
    file.write_text(f"{one}\nnot-a-key\n")
    with pytest.raises(OptionError, match="line 2 of"):
        allowed_keys([str(file)])
    with pytest.raises(OptionError, match=r"there is no file '.*absent', and as a key it does not do"):
        allowed_keys([str(tmp_path / "absent")])


def test_our_keys_are_zeromqs():
    public, secret = zmq.curve_keypair()
    assert KeyPair.from_secret(key_text(z85.decode(secret))).public == key_text(z85.decode(public))
