"""Messages to frames and back; what the rest of Arena imports of it."""

from __future__ import annotations

from arena.wire.decoding import UnknownKindError, VersionError, decode, match_of
from arena.wire.encoding import encode

__all__ = ["UnknownKindError", "VersionError", "decode", "encode", "match_of"]
