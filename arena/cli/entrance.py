"""Who may come in at an address that a command binds: arguments and keys, shared by `serve` and `host`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from arena.errors import OptionError

if TYPE_CHECKING:
    from arena.wire.keys import KeyPair


def add_entrance_arguments(parser: argparse._ActionsContainer, who: str) -> None:
    """Declare ``--allow`` and the words for no encryption; ``who`` comes in (``clients``, ``guests``)."""
    parser.add_argument(
        "--allow",
        action="append",
        metavar="KEY|FILE",
        help=f"let in only {who} with this key, or with one of the keys in this file; may be repeated",
    )
    parser.add_argument(
        "--open-to-network-unencrypted",
        action="store_true",
        help="allow an address that other machines can reach, without encryption",
    )


def own_keys(args: argparse.Namespace, name: str) -> KeyPair | None:
    """Our keys, ``name`` in the home, where what is said can leave this machine or those who come in are to
    be told apart. Raises :class:`OptionError` where that was asked for without encryption.
    """
    from arena.home import arena_home
    from arena.wire.endpoints import stays_here
    from arena.wire.keys import keypair

    if args.open_to_network_unencrypted:
        if args.allow:
            raise OptionError("--allow needs encryption: leave out --open-to-network-unencrypted")
        return None
    if stays_here(args.bind) and not args.allow:
        return None
    return keypair(arena_home(args.home), name)
