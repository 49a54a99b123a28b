"""Text: caching, shortening, wrapping, and digits of one width."""

import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.ui.text import BODY, CAPTION, ELLIPSIS, NUMBER, TITLE, TextBook

WHITE = (255, 255, 255)


@pytest.fixture(scope="module")
def book():
    return TextBook()


def test_text_is_rendered_once(book):
    first = book.render("Ada", BODY, WHITE)
    renders = book.renders
    assert book.render("Ada", BODY, WHITE) is first
    assert book.renders == renders
    assert book.render("Ada", BODY, (1, 2, 3)) is not first


def test_the_oldest_text_is_forgotten_first():
    book = TextBook(limit=2)
    kept = book.render("kept", BODY, WHITE)
    book.render("goes", BODY, WHITE)
    assert book.render("kept", BODY, WHITE) is kept
    book.render("new", BODY, WHITE)
    assert book.render("kept", BODY, WHITE) is kept
    before = book.renders
    book.render("goes", BODY, WHITE)
    assert book.renders == before + 1


def test_what_fits_is_not_shortened(book):
    width = book.width("Stockfish", BODY)
    assert book.shorten("Stockfish", BODY, width) == "Stockfish"
    assert book.shorten("Stockfish", BODY, width - 1).endswith(ELLIPSIS)


@given(text=st.text(max_size=60), width=st.integers(0, 400))
@settings(max_examples=80, deadline=None)
def test_shortened_text_fits_and_is_as_long_as_possible(book, text, width):
    shown = book.shorten(text, BODY, width)
    assert shown == "" or book.width(shown, BODY) <= width
    if shown.endswith(ELLIPSIS) and shown != text:
        kept = len(shown) - 1
        # One character more (spaces before the ellipsis are dropped) must not fit.
        longer = text[: kept + 1].rstrip() + ELLIPSIS
        assert book.width(longer, BODY) > width or longer == shown or text[kept : kept + 1].isspace()


@given(
    text=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=120),
    width=st.integers(30, 300),
)
@settings(max_examples=60, deadline=None)
def test_wrapping_loses_no_word_and_fits(book, text, width):
    lines = book.wrap(text, CAPTION, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(book.width(line, CAPTION) <= width or len(line) == 1 for line in lines)


def test_wrapping_breaks_at_spaces_and_keeps_paragraphs(book):
    width = book.width("one two", BODY) + 1
    assert book.wrap("one two three\nfour", BODY, width) == ("one two", "three", "four")


def test_too_many_lines_end_in_an_ellipsis(book):
    width = book.width("one two", BODY) + 1
    lines = book.wrap("one two three four five six", BODY, width, max_lines=2)
    assert len(lines) == 2
    assert lines[-1].startswith("three")
    assert lines[-1].endswith(ELLIPSIS)
    assert book.width(lines[-1], BODY) <= width


def test_all_digits_are_equally_wide_in_the_number_face(book):
    assert len({book.width(digit * 10, NUMBER) for digit in "0123456789"}) == 1
    assert len({book.width(digit * 10, BODY) for digit in "0123456789"}) > 1


def test_text_grows_with_the_display_scale(book):
    large = TextBook(2.0)
    assert large.line_height(BODY) == 2 * book.line_height(BODY)
    ratio = large.width("A longer line of text", TITLE) / book.width("A longer line of text", TITLE)
    assert ratio == pytest.approx(2, rel=0.03)


def test_a_nul_in_a_name_is_left_out(book):
    assert book.render("a\x00b", BODY, WHITE).get_size() == book.render("ab", BODY, WHITE).get_size()


@pytest.mark.parametrize(("align", "edge"), [("left", "left"), ("right", "right"), ("center", "centerx")])
def test_a_line_stands_where_it_is_aligned(book, align, edge):
    surface = pygame.Surface((200, 40))
    rect = pygame.Rect(10, 5, 150, 30)
    area = book.draw(surface, "Text", rect, BODY, WHITE, align)
    assert abs(getattr(area, edge) - getattr(rect, edge)) <= 1
    assert abs(area.centery - rect.centery) <= 1
    assert surface.get_bounding_rect().size != (0, 0)


def test_people_of_many_scripts_have_glyphs(book):
    missing = book.render("\ue000", BODY, WHITE)
    for letter in "ßŁőЖЯΩπ→−…":
        image = book.render(letter, BODY, WHITE)
        assert pygame.image.tobytes(image, "RGBA") != pygame.image.tobytes(missing, "RGBA"), letter
