"""Bots that behave, and bots that do what no bot should; each runs in a process of its own."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path

import numpy as np

from arena.match.controller import SimpleController


def first_legal(info):
    return int(np.flatnonzero(info["action_mask"])[0]) if "action_mask" in info else 0


class First(SimpleController):
    """Takes the first legal action."""

    deterministic = True

    def select_action(self, agent, observation, info):
        return first_legal(info)


class Noted(SimpleController):
    """Answers what it was told, so that a test can see it."""

    def __init__(self, answer=0):
        self.answer = answer

    def reset(self, agents, seed):
        self.agents, self.seed = agents, seed

    def select_action(self, agent, observation, info):
        observation["observation"][:] = 1  # a bot may write to what it was given
        if "position" in info:
            return len(info["position"]["moves"])
        return self.answer + (self.seed % 2)


class Sleeper(SimpleController):
    """Sleeps before every answer."""

    def __init__(self, seconds=5.0):
        self.seconds = seconds

    def select_action(self, agent, observation, info):
        time.sleep(self.seconds)
        return first_legal(info)


class Burner(Sleeper):
    """Keeps the interpreter busy before every answer."""

    def select_action(self, agent, observation, info):
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            sum(range(1000))
        return first_legal(info)


class GilHolder(Sleeper):
    """Sits in C before every answer and lets no other thread of its process run."""

    def select_action(self, agent, observation, info):
        ctypes.PyDLL(None).usleep(int(self.seconds * 1e6))  # PyDLL, unlike CDLL, keeps the GIL
        return first_legal(info)


class Raises(SimpleController):
    """Raises at its first decision."""

    def select_action(self, agent, observation, info):
        raise ValueError("no idea")


class RaisesAtReset(First):
    """Raises before its first decision."""

    def reset(self, agents, seed):
        raise RuntimeError("not today")


class Dies(First):
    """Ends its process at its second decision; only once, if it is given a file to remember that in."""

    def __init__(self, memory=""):
        self.memory, self.decisions = memory, 0

    def select_action(self, agent, observation, info):
        self.decisions += 1
        if self.decisions == 2 and not Path(self.memory).is_file():
            if self.memory:
                Path(self.memory).touch()
            print("these are my last words", file=sys.stderr, flush=True)
            os._exit(7)
        return first_legal(info)


class DiesAtStart(SimpleController):
    """Ends its process before it has bound anything."""


if os.environ.get("ARENA_TEST_DIES_AT_START"):
    os._exit(9)


class Odd(SimpleController):
    """Answers what is no action."""

    def __init__(self, answer):
        self.answer = answer

    def select_action(self, agent, observation, info):
        odd = {"float": 1.5, "text": "e4", "none": None, "array": np.zeros(3), "object": object()}
        return odd[self.answer]


class Chatty(First):
    """Prints more than any pipe holds."""

    def select_action(self, agent, observation, info):
        print("x" * 1_000_000)
        return first_legal(info)
