# SPDX-License-Identifier: MIT
"""python bot.py tcp://10.0.0.5:5570 TOKEN: a bot that joins an Arena host and plays till it is sent home."""

import base64, struct, sys, time, msgpack, zmq

token, _, key = sys.argv[2].partition(".")
dealer = zmq.Context.instance().socket(zmq.DEALER)
if key:  # the host's public key: the line is encrypted
    dealer.curve_serverkey = base64.urlsafe_b64decode(key + "=")
    dealer.curve_publickey, dealer.curve_secretkey = zmq.curve_keypair()
dealer.connect(sys.argv[1])
spaces, resume, tries = {}, "", 0


def send(kind, match="", frames=(), **fields):
    dealer.send_multipart([msgpack.packb({"v": 1, "kind": kind, "match": match, **fields}), *frames])


def decide(header, frames, spaces):
    legal = {a["block"]: frame for a, frame in zip(header["arrays"], frames) if a["field"] == "legal"}
    blocks, arrays, out = [], [], []
    for number, block in enumerate(header["blocks"]):
        n, start = spaces[block["group"]]["n"], spaces[block["group"]]["start"]
        mask, rows = legal.get(number), len(block["ids"])
        actions = [start + (mask.rindex(1, n * r, n * r + n) % n if mask else n - 1) for r in range(rows)]
        blocks.append({"group": block["group"], "ids": block["ids"]})
        arrays.append({"block": number, "field": "action", "path": [], "dtype": "int64", "shape": [rows]})
        out.append(struct.pack(f"<{rows}q", *actions))
    send("action", header["match"], out, blocks=blocks, arrays=arrays)


send("join", token=token, name="Last", role="bot", versions=[1])
while True:
    while not dealer.poll(1000):
        send("ping", number=0)  # a sign of life; after a drop it is answered with `refused`
    head, *frames = dealer.recv_multipart()
    header = msgpack.unpackb(head)
    kind, match = header["kind"], header["match"]
    if kind == "joined":
        resume, tries = header["resume"], 0
    elif kind == "hello":
        spaces[match] = [group["action"] for group in header["groups"]]
        discrete = all(space["type"] == "discrete" for space in spaces[match])
        send("ready" if discrete else "refused", match, reason="spaces", message="discrete actions only")
    elif kind == "reset":
        send("ready", match, episode=header["episode"])
    elif kind == "act":
        decide(header, frames, spaces[match])
    elif kind == "ping":
        send("pong", match, number=header["number"])
    elif kind == "refused" and resume and tries < 9:  # the connection was lost: come back to the same seat
        time.sleep(tries / 2)
        tries += 1
        send("join", resume=resume, versions=[1])
    elif kind == "refused" or (kind == "bye" and not match):
        sys.exit(header["message"])
