"""`arena serve`: serve a policy or a bot to seats over ZeroMQ."""

from __future__ import annotations

import argparse
import os


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to serve and where."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(
            name, "1"
        )  # before NumPy is loaded: one that spins on all cores starves the match
    from workers.policy_server import add_arguments as add_server_arguments

    add_server_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    from workers.policy_server import PolicyServer, load_backend, serve

    backend = load_backend(args)
    server = PolicyServer(backend, args.bind, open_network=args.open_to_network_unencrypted)

    def announce(endpoint: str) -> None:
        print(f"{backend.policy.name} ({backend.policy.label}) is served at {endpoint}")
        print(f"seat it with policy:{endpoint} - Ctrl-C stops", flush=True)

    serve(server, announce)
    print(f"{server.desk.decided} decisions in {server.desk.batches} batches")
    return 0
