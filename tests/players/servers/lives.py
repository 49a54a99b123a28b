"""Servers that are slow, hang, never get ready, die, leave, or are not there at all."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time

import zmq

from tests.players.servers.fault import HEADER, Fault, how
from tests.players.servers.plain import Message, PlainServer, Session

SLOW_S = 0.25
LATE_S = 0.02
LATE_READY_S = 2.5


@how("slow")
class Slow(Fault):
    """Thinks for a quarter of a second, always."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        time.sleep(SLOW_S)
        return honest


@how("late20")
class Late20(Fault):
    """Is steadily 20 ms late."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        time.sleep(LATE_S)
        return honest


@how("stuck")
class Stuck(Fault):
    """Never answers an act again, while all else goes on."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        return []


@how("hang")
class Hang(Fault):
    """Sleeps for ever with the interpreter's lock in its hand; sockets stay open, heartbeats are answered."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        ctypes.PyDLL(None).pause()
        return []


@how("busy")
class Busy(Fault):
    """Computes for ever and takes a whole core."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        while True:
            pass


@how("late_ready")
class LateReady(PlainServer):
    """Needs two and a half seconds to get ready for an episode."""

    def on_reset(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        time.sleep(LATE_READY_S)
        return super().on_reset(peer, header, frames)


@how("never_ready")
class NeverReady(PlainServer):
    """Greets and never gets ready for an episode."""

    def on_reset(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        super().on_reset(peer, header, frames)
        return []


@how("mute")
class Mute(PlainServer):
    """Never answers a hello."""

    def on_hello(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return []


@how("exit")
class Exit(Fault):
    """Ends with exit code 3."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        sys.exit(3)


@how("killed")
class Killed(Fault):
    """Is killed from one moment to the next."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        os.kill(os.getpid(), signal.SIGKILL)
        return []


@how("restarting")
class Restarting(Fault):
    """Starts anew after ``after`` answers, and again after as many more; it forgets everything."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        self.router.close(linger=0)
        zmq.Context.instance().term()
        os.execv(sys.executable, sys.orig_argv)


@how("bye_mid_match")
class ByeMidMatch(Fault):
    """Says bye to an act."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        text = "I have another appointment"
        return [({"v": 1, "kind": "bye", "match": header["match"], "message": text}, [])]


@how("crash_message")
class CrashMessage(Fault):
    """Says that its policy raised."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        return [self.refusal(header["match"], "crash", "ZeroDivisionError: division by zero")]


@how("refuses")
class Refuses(PlainServer):
    """Knows no game at all."""

    def on_hello(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return [self.refusal(header["match"], "game", f"I do not play {header['game']}")]


@how("half_open")
class HalfOpen(PlainServer):
    """Accepts connections and says nothing, not even a ZeroMQ greeting."""

    def __init__(self, address: str, after: int = 0, wants: tuple[str, ...] = ()) -> None:
        self.address = address
        scheme, _, place = address.partition("://")
        if scheme == "ipc":
            self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.listener.bind(place)
        else:
            name, _, port = place.rpartition(":")
            self.listener = socket.create_server((name, int(port)))
        self.listener.listen()

    def serve(self) -> None:
        accepted = []
        while True:
            accepted.append(self.listener.accept())


@how("deaf")
class Deaf(Fault):
    """Stops reading; what is sent to it piles up."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        while True:
            signal.pause()
