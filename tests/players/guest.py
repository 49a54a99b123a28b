"""A bot that dials in to a host, plays, and writes down what it is told; plain pyzmq and msgpack.

``python guest.py ADDRESS TOKEN LOG NAME [THINKS_MS]``. The log has a JSON line for each ``joined``,
``reset``, ``end``, ``refused`` and ``bye``. SIGTERM: it says goodbye and leaves. SIGUSR1: it hangs up and
comes back with its secret. Started again with a log that has a secret in it, it comes back to the same place.
"""

from __future__ import annotations

import json
import random
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

import msgpack
import zmq

AGAIN_S = 0.2


class Guest:
    def __init__(self, address: str, token: str, log: str, name: str, thinks_ms: float) -> None:
        self.address, self.token, self.name = address, token, name
        self.thinks_s = thinks_ms / 1000
        self.random = random.Random(name)
        self.resume = ""
        self.starts: dict[tuple[str, int], int] = {}
        path = Path(log)
        if path.exists():
            told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            self.resume = next((item["resume"] for item in reversed(told) if item["kind"] == "joined"), "")
        self.log = path.open("a", encoding="utf-8")
        self.leaving = self.dropping = False
        signal.signal(signal.SIGTERM, self.leave)
        signal.signal(signal.SIGUSR1, self.drop)
        self.dial()

    def leave(self, *_: Any) -> None:
        self.leaving = True

    def drop(self, *_: Any) -> None:
        self.dropping = True

    def dial(self) -> None:
        self.socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.set(zmq.LINGER, 500)
        self.socket.connect(self.address)
        self.join()

    def join(self) -> None:
        how: dict[str, Any] = {"resume": self.resume} if self.resume else {"token": self.token}
        self.send("join", name=self.name, role="bot", versions=[1], **how)

    def send(
        self, kind: str, match: str = "", parts: tuple[bytes, ...] | list[bytes] = (), **more: Any
    ) -> None:
        self.socket.send_multipart([msgpack.packb({"v": 1, "kind": kind, "match": match, **more}), *parts])

    def note(self, kind: str, **what: Any) -> None:
        self.log.write(json.dumps({"kind": kind, **what}) + "\n")
        self.log.flush()

    def run(self) -> None:
        while True:
            if self.leaving:
                self.send("bye", message="told to leave")
                self.note("left")
                zmq.Context.instance().destroy(linger=500)
                return
            if self.dropping:
                self.dropping = False
                self.socket.close(linger=0)
                self.dial()
            if not self.socket.poll(100):
                continue
            head, *frames = self.socket.recv_multipart()
            if self.take(msgpack.unpackb(head), frames):
                return

    def take(self, header: dict[str, Any], frames: list[bytes]) -> bool:
        """Answer one message; whether it was the last."""
        kind, match = header["kind"], header["match"]
        if kind == "joined":
            self.resume = header["resume"]
            self.note("joined", resume=self.resume, name=header["name"])
        elif kind == "hello":
            self.send("ready", match)
        elif kind == "reset":
            self.note("reset", match=match)
            self.send("ready", match, episode=header["episode"])
        elif kind == "act":
            self.decide(header, frames)
        elif kind == "ping":
            self.send("pong", match, number=header["number"])
        elif kind == "end":
            self.note(
                "end", match=match, episode=header["episode"], ranks=header["ranks"], reason=header["reason"]
            )
        elif kind == "refused" and not match:
            if header["reason"] == "busy" or (self.resume and header["reason"] != "token"):
                time.sleep(AGAIN_S)
                self.join()
            else:
                self.note("refused", reason=header["reason"])
                return True
        elif kind == "bye" and not match:
            self.note("bye", message=header["message"])
            return True
        return False

    def decide(self, header: dict[str, Any], frames: list[bytes]) -> None:
        time.sleep(self.thinks_s * self.random.random())
        blocks, arrays, out = [], [], []
        for number, block in enumerate(header["blocks"]):
            rows = len(block["ids"])
            mask = next(
                frame
                for array, frame in zip(header["arrays"], frames, strict=True)
                if array["field"] == "legal" and array["block"] == number
            )
            width = len(mask) // rows
            actions = [
                self.random.choice([n for n in range(width) if mask[row * width + n]]) for row in range(rows)
            ]
            blocks.append({"group": block["group"], "ids": block["ids"]})
            arrays.append({"block": number, "field": "action", "path": [], "dtype": "int64", "shape": [rows]})
            out.append(struct.pack(f"<{rows}q", *actions))
        self.send("action", header["match"], out, blocks=blocks, arrays=arrays)


if __name__ == "__main__":
    address, token, log, name, *thinks = sys.argv[1:]
    Guest(address, token, log, name, float(thinks[0]) if thinks else 0.0).run()
