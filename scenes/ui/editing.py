"""Editing one line of text: cursor, selection, words. No drawing, no events."""

from __future__ import annotations

import re


class Line:
    """A line of at most `limit` characters. The cursor is at `at`; text from there to `mark` is selected."""

    def __init__(self, text: str = "", limit: int = 200) -> None:
        if limit < 1:
            raise ValueError(f"limit {limit} must be at least 1 character")
        self.limit = limit
        self.text = text[:limit]
        self.at = self.mark = len(self.text)

    @property
    def span(self) -> tuple[int, int]:
        """Where the selection begins and ends."""
        return min(self.at, self.mark), max(self.at, self.mark)

    @property
    def selected(self) -> str:
        """The selected text."""
        first, last = self.span
        return self.text[first:last]

    def move(self, to: int, *, select: bool = False) -> None:
        """Put the cursor at `to`; with `select` the mark stays, so that text is selected."""
        self.at = max(0, min(to, len(self.text)))
        if not select:
            self.mark = self.at

    def step(self, by: int, *, select: bool = False, word: bool = False) -> None:
        """Move one character or word; without `select`, a selection collapses to that side."""
        first, last = self.span
        if first != last and not select and not word:
            self.move(first if by < 0 else last)
            return
        self.move(self.word_edge(by) if word else self.at + by, select=select)

    def word_edge(self, by: int) -> int:
        """Give the place where the word before (-1) or after (1) the cursor begins or ends."""
        if by < 0:
            starts = [
                match.start() for match in re.finditer(r"\w+|[^\w\s]+", self.text) if match.start() < self.at
            ]
            return starts[-1] if starts else 0
        ends = [match.end() for match in re.finditer(r"\w+|[^\w\s]+", self.text) if match.end() > self.at]
        return ends[0] if ends else len(self.text)

    def select_all(self) -> None:
        """Select the whole line."""
        self.mark, self.at = 0, len(self.text)

    def insert(self, text: str) -> bool:
        """Put `text` in place of the selection, without control characters, cut to the limit; True if it
        changed.
        """
        clean = "".join(c for c in re.sub(r"[\r\n\t]+", " ", text) if c.isprintable())
        first, last = self.span
        room = self.limit - (len(self.text) - (last - first))
        clean = clean[:room]
        if not clean and first == last:
            return False
        self.text = self.text[:first] + clean + self.text[last:]
        self.move(first + len(clean))
        return True

    def delete(self, by: int, *, word: bool = False) -> bool:
        """Delete the selection, or the character or word before (-1) or after (1) the cursor; True if it
        changed.
        """
        if self.at == self.mark:
            self.step(by, select=True, word=word)
        first, last = self.span
        self.text = self.text[:first] + self.text[last:]
        self.move(first)
        return first != last
