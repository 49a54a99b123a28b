"""Bytes: the MessagePack codec, array frames, limits and the seat protocol."""
