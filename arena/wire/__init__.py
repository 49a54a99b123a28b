"""Bytes between Arena and whatever decides elsewhere: spaces, arrays, messages, limits, links."""
