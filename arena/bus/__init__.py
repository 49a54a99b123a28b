"""Typed events and the ZeroMQ bus that carries them."""
