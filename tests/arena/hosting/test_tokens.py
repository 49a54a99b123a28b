from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import OptionError
from arena.hosting import tokens
from arena.hosting.tokens import TokenBook, TokenError, read_token
from arena.wire.keys import KeyPair


def test_a_token_opens_its_place_once() -> None:
    book = TokenBook()
    first, second = book.issue("t1.white", 0.0), book.issue("queue", 0.0)
    assert book.redeem(second, 1.0) == "queue"
    assert book.redeem(first, 2.0) == "t1.white"
    with pytest.raises(TokenError, match="used already"):
        book.redeem(first, 3.0)
    assert [listed.state for listed in book.listed(3.0)] == ["used", "used"]


def test_a_token_expires_to_the_second() -> None:
    book = TokenBook()
    early, late = book.issue("queue", 10.0, 60.0), book.issue("queue", 10.0, 60.0)
    assert book.redeem(early, 69.9) == "queue"
    with pytest.raises(TokenError, match="expired"):
        book.redeem(late, 70.0)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("inf"), float("nan")])
def test_no_token_is_good_for_never_or_for_ever(seconds: float) -> None:
    with pytest.raises(OptionError, match="not for ever"):
        TokenBook().issue("queue", 0.0, seconds)


def test_what_is_wrong_with_a_token_is_told_only_to_who_knows_its_secret() -> None:
    book = TokenBook()
    used = book.issue("queue", 0.0)
    book.redeem(used, 0.0)
    guess = used.partition("-")[0] + "-" + tokens.new_secret()
    never = "77-" + tokens.new_secret()
    told = set()
    for wrong in (guess, never, "", "nonsense", used[:-1], used.upper()):
        with pytest.raises(TokenError) as caught:
            book.redeem(wrong, 0.0)
        told.add(str(caught.value))
    assert told == {"this host gave out no such token"}


def test_a_guess_uses_nothing_up() -> None:
    book = TokenBook()
    token = book.issue("queue", 0.0)
    number, _, secret = token.partition("-")
    with pytest.raises(TokenError):
        book.redeem(f"{number}-{secret[:-1]}{'0' if secret[-1] != '0' else '1'}", 0.0)
    assert book.redeem(token, 0.0) == "queue"


def test_unused_tokens_of_a_place_can_be_revoked() -> None:
    book = TokenBook()
    used, open_one, other = (book.issue(place, 0.0) for place in ("t1.white", "t1.white", "t1.black"))
    book.redeem(used, 0.0)
    assert book.revoke("t1.white") == 1
    with pytest.raises(TokenError, match="revoked"):
        book.redeem(open_one, 0.0)
    assert book.redeem(other, 0.0) == "t1.black"


def test_a_pasted_token_says_to_whom_to_talk() -> None:
    key = KeyPair.generate().public
    token = TokenBook(key).issue("queue", 0.0)
    pasted = read_token(f"  {token}\n")
    assert pasted.key == key
    assert f"{pasted.spoken}.{key}" == token
    assert read_token(pasted.spoken).key == ""


@pytest.mark.parametrize(
    "text", ["", "7", "7-abc", "x-" + "a" * 26, "7-" + "a" * 26 + ".short", "-" + "a" * 26]
)
def test_what_is_no_token_is_refused_before_anything_is_dialled(text: str) -> None:
    with pytest.raises(OptionError):
        read_token(text)


def test_the_host_takes_the_whole_text_too() -> None:
    book = TokenBook(KeyPair.generate().public)
    assert book.redeem(book.issue("queue", 0.0), 0.0) == "queue"


def test_no_secret_is_kept() -> None:
    book = TokenBook()
    secret = book.issue("queue", 0.0).partition("-")[2]
    assert secret not in repr(vars(book))
    assert len(secret) == 26


def test_full_books_forget_what_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "TOKENS_MAX", 3)
    book = TokenBook()
    first = book.issue("queue", 0.0)
    book.issue("queue", 0.0)
    book.issue("queue", 0.0)
    with pytest.raises(OptionError, match="gives out no more"):
        book.issue("queue", 0.0)
    book.redeem(first, 0.0)
    assert book.redeem(book.issue("queue", 0.0), 0.0) == "queue"
    with pytest.raises(TokenError, match="no such token"):
        book.redeem(first, 0.0)


@given(st.text(max_size=600))
def test_no_text_breaks_the_book(text: str) -> None:
    book = TokenBook()
    book.issue("queue", 0.0)
    with pytest.raises(TokenError):
        book.redeem(text, 0.0)
