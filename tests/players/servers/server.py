"""A server to test against, good or bad: ``python -m tests.players.servers.server ADDRESS --how WORD``.

It prints ``ready`` on a line of its own once it listens.
"""

from __future__ import annotations

import argparse
import ctypes
import sys

from tests.players.servers import answers, lives, manners  # noqa: F401 - they fill the table
from tests.players.servers.fault import FAULTS


def main() -> None:
    """Serve until a signal, or the fault, ends the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--how", choices=sorted(FAULTS), default="good")
    parser.add_argument("--after", type=int, default=0, help="good answers in each session before the fault")
    parser.add_argument("--wants", default="", help="what to be sent besides requests, with commas between")
    if sys.platform == "linux":  # a server that hangs cannot see that the test's process is gone
        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
    words = parser.parse_args()
    wants = tuple(word for word in words.wants.split(",") if word)
    server = FAULTS[words.how](words.address, words.after, wants)
    print("ready", flush=True)
    server.serve()


if __name__ == "__main__":
    main()
