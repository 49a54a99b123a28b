"""One match: the controller contract, seating, clocks, scoring and the match itself.

Nothing here reads a clock, draws or starts a thread; time comes in as an argument.
"""
