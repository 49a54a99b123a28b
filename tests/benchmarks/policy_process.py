"""Processes to measure: ``python -m tests.benchmarks.policy_process WHAT ADDRESS``.

``echo`` is the reference: a bare ROUTER that sends back what came. ``constant`` is Arena's server around a
policy that always does the same, ``file`` around a policy file. Each writes the address that it is bound to
and ends with its standard input.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import zmq

from arena.wire.keys import KeyPair
from workers import policy_server
from workers.backends.contract import Backend, Batch
from workers.backends.mlp import MlpBackend
from workers.lifeline import hold_lifeline


class Constant(Backend):
    """Action 3 for everybody: what remains is the way there and back."""

    def decide(self, batch: Batch) -> Sequence[Any]:
        """The same action a row."""
        return [3] * len(batch)


def say(address: str) -> None:
    """Whoever started us waits for the address."""
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


def echo(address: str) -> None:
    """Send back every message, for ever."""
    socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.ROUTER)
    socket.bind(address)
    say(socket.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0"))
    while True:
        socket.send_multipart(socket.recv_multipart())


def main() -> None:
    """Serve at the address until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("echo", "constant", "file"))
    parser.add_argument("address")
    parser.add_argument("--file", type=Path, help="a policy file")
    parser.add_argument("--keys", default="", help="PUBLIC:SECRET: encrypt")
    parser.add_argument("--one-by-one", action="store_true", help="decide after every message")
    args = parser.parse_args()
    hold_lifeline()
    if args.what == "echo":
        echo(args.address)
    if args.one_by_one:
        policy_server._DRAIN = 1
    keys = KeyPair(*args.keys.split(":")) if args.keys else None
    served = Constant() if args.what == "constant" else MlpBackend(args.file)
    server = policy_server.PolicyServer(served, args.address, keys=keys)
    say(server.endpoint)
    server.run()


if __name__ == "__main__":
    main()
