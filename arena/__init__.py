"""Arena: where people, engines and trained policies sit down at the same game.

This package is the engine: games, matches, wire, bus, records, league and training. It needs no window, no
trainer and no engine binary to be imported.
"""

__version__ = "0.1.0"
