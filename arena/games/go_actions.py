"""Between PettingZoo's Go actions and the vertices people and GTP engines use.

Action ``row * size + column`` with row 0 at the top, ``size * size`` is the pass. A vertex is a column letter
without I and a row counted from the bottom (``"D4"``), or ``"pass"`` (GTP version 2, section 2.11).
"""

from __future__ import annotations

from arena.errors import GameError

COLUMNS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
"""Column letters; GTP leaves out I, so 25 is the largest board."""


def action_to_vertex(action: int, size: int) -> str:
    """The vertex of ``action`` on a board of ``size``. Errors: :class:`GameError` out of range."""
    if not 0 <= action <= size * size:
        raise GameError(
            f"go action {action} is not on a {size}x{size} board; allowed: 0 to {size * size} (pass)"
        )
    if action == size * size:
        return "pass"
    row, column = divmod(action, size)
    return f"{COLUMNS[column]}{size - row}"


def vertex_to_action(vertex: str, size: int) -> int:
    """Inverse of :func:`action_to_vertex`; case does not matter. Errors: :class:`GameError`."""
    name = vertex.strip().upper()
    if name == "PASS":
        return size * size
    column = COLUMNS.find(name[:1]) if name else -1
    row = size - int(name[1:]) if name[1:].isascii() and name[1:].isdigit() else -1
    if not (0 <= column < size and 0 <= row < size):
        last = action_to_vertex(size - 1, size)
        raise GameError(f"{vertex!r} is no vertex of a {size}x{size} board; allowed: A1 to {last}, or 'pass'")
    return row * size + column
