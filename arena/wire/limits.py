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

PICTURE_WINDOW_BYTES = 8 * 1024 * 1024
"""What a decompressor may keep besides the picture itself (Zstandard's window)."""

PLAIN_DEPTH = 16
"""Lists and maps inside each other, where a field holds free data: position, snapshot, table."""

PLAIN_ITEMS = 32 * 1024
"""Values in such a field, counted through all its lists and maps."""

REQUEST_ID = 2**63 - 1
"""The largest request id, seed or counter."""

LIST_ITEMS = 4096
"""Entries of one list in a header."""

MAP_ITEMS = 1024
"""Entries of one map in a header."""

# --- peers and rates: what one end puts up with; not part of the protocol ----------------------------------

PEERS = 256
"""Guests of one host, seated or waiting."""

STRANGERS = 64
"""Connections to a host that have not joined yet."""

SESSIONS = 256
"""Matches of one server at a time."""

BROKEN_IN_ROW = 3
"""Broken messages in a row after which a peer is given up."""

BROKEN_TOLD = 10
"""Broken messages of one episode that are told one by one; all are counted."""

REMARKS_TOLD = 20
"""Remarks of one episode that are passed on; all are counted."""

HELLOS = 5
"""Hellos in a row without getting ready."""

MESSAGES_PER_S = 300.0
"""Messages a second from one peer, on the average, beyond the answers it was asked for. A person's inputs at
60 ticks a second, with pings, are a quarter of it."""

MESSAGES_BURST = 400.0
"""How many may come at once after a silence: six seconds of a person's inputs. To read them takes 20 ms."""

BYTES_PER_S = 16.0 * 1024 * 1024
BYTES_BURST = 128.0 * 1024 * 1024
"""The same for bytes. One message of the greatest size is still a burst."""

ANSWER_MESSAGES = 4.0
ANSWER_BYTES = 16.0 * 1024
"""What one request adds to the allowance: an answer, however split, with room for another."""
