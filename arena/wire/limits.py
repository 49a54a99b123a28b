"""How much of anything a message may hold; checked before memory is taken for it.

The limits guard both ends against a peer that is broken or hostile. They are far above what the games of the
catalog need: the largest, pistonball with its twenty pictures, sends 3.3 MB a tick.
"""

from __future__ import annotations

HEADER_BYTES = 128 * 1024
"""The MessagePack header. A header of this size made of nothing but empty lists decodes in about 20 ms."""

ARRAY_BYTES = 64 * 1024 * 1024
"""One raw frame; also what the sockets refuse to receive (``ZMQ_MAXMSGSIZE`` counts per part)."""

MESSAGE_BYTES = 128 * 1024 * 1024
"""All frames of a message together."""

ARRAYS = 128
"""Raw frames of one message."""

PARTS = ARRAYS + 1
"""Frames of one message: the header and its arrays."""

DIMENSIONS = 5
"""Axes of an array, the seat axis included."""

DEPTH = 8
"""Dict and Tuple spaces inside each other, hence components of a path."""

LEAVES = 64
"""Arrays that one space flattens to."""

SPACE_ELEMENTS = 16 * 1024 * 1024
"""Numbers in one value of a space."""

SEATS = 256
"""Agents of one match at one server."""

NAME_CHARS = 128
"""Agent, match and option names, components of a path."""

TEXT_CHARS = 4096
"""Sentences: reasons, descriptions."""

TOKEN_CHARS = 512
"""Seat tokens and resume secrets."""

PICTURE_SIDE = 4096
"""Pixels along one side of a picture."""

REQUEST_ID = 2**63 - 1
"""The largest request id, seed or counter."""

LIST_ITEMS = 4096
"""Entries of one list in a header."""

MAP_ITEMS = 1024
"""Entries of one map in a header."""
