# SPDX-License-Identifier: MIT
"""python server.py tcp://127.0.0.1:5555: a policy server that takes the last legal action."""

import struct, sys, msgpack, zmq

router = zmq.Context.instance().socket(zmq.ROUTER)
router.maxmsgsize = 64 * 2**20
router.bind(sys.argv[1])
spaces = {}  # (peer, match) -> the action space of each group


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
    return {"kind": "action", "blocks": blocks, "arrays": arrays}, out


def answer(key, header, frames):
    kind = header["kind"]
    if kind == "hello":
        spaces[key] = [group["action"] for group in header["groups"]]
        if 1 not in header["versions"]:
            return {"kind": "refused", "reason": "version", "message": "I speak version 1"}, []
        if any(space["type"] != "discrete" for space in spaces[key]):
            return {"kind": "refused", "reason": "spaces", "message": "I play discrete actions only"}, []
        return {"kind": "ready", "policy": {"name": "Last", "deterministic": True}}, []
    if kind in ("reset", "act") and key not in spaces:
        return {"kind": "refused", "reason": "no_session", "message": "say hello first"}, []
    if kind == "reset":
        return {"kind": "ready", "episode": header["episode"]}, []
    if kind == "bye" and not header.get("agents"):
        spaces.pop(key, None)
    return decide(header, frames, spaces[key]) if kind == "act" else (None, [])


while True:
    peer, head, *frames = router.recv_multipart()
    match, arrays = "", []
    try:
        header = msgpack.unpackb(head)
        match = header["match"]
        reply, arrays = answer((peer, match), header, frames)
    except Exception as error:  # whatever is wrong with it, the next one may be sound
        reply = {"kind": "refused", "reason": "malformed", "message": repr(error)}
    if reply:
        router.send_multipart([peer, msgpack.packb({"v": 1, "match": match, **reply}), *arrays])
