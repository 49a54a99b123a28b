// SPDX-License-Identifier: MIT
//
// A policy server for Arena in Node.js: node server.js tcp://127.0.0.1:5555
//
// It plays any game, badly but legally: a checksum of the observation picks one of the legal actions, so equal
// observations get equal answers. Written from docs/protocol.md alone.
"use strict";

const { decode, encode } = require("@msgpack/msgpack");
const zmq = require("zeromq");

const VERSION = 1;
const LIMITS = { maxArrayLength: 4096, maxMapLength: 1024, maxExtLength: 0 };
const HEADER_BYTES = 128 * 1024;
const FRAMES = 128;
const DEPTH = 8;

// How each dtype is written: bytes of one number, and a writer for Buffers. float16 has none in Node.js.
const WRITERS = {
  bool: [1, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at)],
  int8: [1, (buffer, value, at) => buffer.writeInt8(value, at)],
  int16: [2, (buffer, value, at) => buffer.writeInt16LE(value, at)],
  int32: [4, (buffer, value, at) => buffer.writeInt32LE(value, at)],
  int64: [8, (buffer, value, at) => buffer.writeBigInt64LE(BigInt(value), at)],
  uint8: [1, (buffer, value, at) => buffer.writeUInt8(value, at)],
  uint16: [2, (buffer, value, at) => buffer.writeUInt16LE(value, at)],
  uint32: [4, (buffer, value, at) => buffer.writeUInt32LE(value, at)],
  uint64: [8, (buffer, value, at) => buffer.writeBigUInt64LE(BigInt(value), at)],
  float32: [4, (buffer, value, at) => buffer.writeFloatLE(value, at)],
  float64: [8, (buffer, value, at) => buffer.writeDoubleLE(value, at)],
};
const READERS = {
  int8: (buffer, at) => buffer.readInt8(at),
  int16: (buffer, at) => buffer.readInt16LE(at * 2),
  int32: (buffer, at) => buffer.readInt32LE(at * 4),
  int64: (buffer, at) => Number(buffer.readBigInt64LE(at * 8)),
  uint8: (buffer, at) => buffer.readUInt8(at),
  uint16: (buffer, at) => buffer.readUInt16LE(at * 2),
  uint32: (buffer, at) => buffer.readUInt32LE(at * 4),
  uint64: (buffer, at) => Number(buffer.readBigUInt64LE(at * 8)),
  float32: (buffer, at) => buffer.readFloatLE(at * 4),
  float64: (buffer, at) => buffer.readDoubleLE(at * 8),
};

class Refusal extends Error {
  constructor(reason, message) {
    super(message);
    this.reason = reason;
  }
}

const product = (shape) => shape.reduce((size, length) => size * length, 1);

// Every component's bound of a Box: one number for all, or base64 of the raw array.
function bounds(value, dtype, size) {
  if (typeof value === "number" || typeof value === "bigint") return Array(size).fill(Number(value));
  if (value === "inf") return Array(size).fill(Infinity);
  if (value === "-inf") return Array(size).fill(-Infinity);
  const raw = Buffer.from(value, "base64");
  return Array.from({ length: size }, (_, at) => READERS[dtype](raw, at));
}

// The leaves of an action space, each with what is needed to choose and to write a value of it.
function leaves(space, path = []) {
  if (path.length > DEPTH) throw new Refusal("malformed", `a space has more than ${DEPTH} levels`);
  switch (space.type) {
    case "dict":
      return Object.keys(space.spaces)
        .sort()
        .flatMap((key) => leaves(space.spaces[key], [...path, key]));
    case "tuple":
      return space.spaces.flatMap((part, index) => leaves(part, [...path, index]));
    case "discrete":
      return [{ path, dtype: "int64", shape: [], space }];
    case "multi_discrete":
      return [{ path, dtype: "int64", shape: space.shape, space }];
    case "multi_binary":
      return [{ path, dtype: "int8", shape: space.shape, space }];
    case "box": {
      if (!(space.dtype in WRITERS)) throw new Refusal("spaces", `I cannot write ${space.dtype}`);
      const size = product(space.shape);
      const low = bounds(space.low, space.dtype, size).map((bound) => Math.max(bound, -1e6));
      const high = bounds(space.high, space.dtype, size).map((bound) => Math.min(bound, 1e6));
      return [{ path, dtype: space.dtype, shape: space.shape, space, low, high }];
    }
    default:
      throw new Refusal("spaces", `I do not know spaces of type ${JSON.stringify(space.type)}`);
  }
}

// A legal value of a leaf, picked by the checksum `mark`, as a flat list.
function choose(leaf, mark, legal) {
  const { space, shape } = leaf;
  switch (space.type) {
    case "discrete": {
      const actions = Array.from({ length: Number(space.n) }, (_, action) => action);
      const allowed = legal ? actions.filter((action) => legal[action]) : actions;
      return [Number(space.start) + (allowed.length ? allowed[mark % allowed.length] : 0)];
    }
    case "multi_discrete":
      return space.nvec.map((count, at) => Number(space.start[at]) + (mark % Number(count)));
    case "multi_binary":
      return Array.from({ length: product(shape) }, (_, at) => (mark >>> at % 32) & 1);
    default:
      return leaf.low.map((low, at) => {
        const value = low + ((leaf.high[at] - low) * (mark % 1000)) / 1000;
        return leaf.dtype.startsWith("float") ? value : Math.floor(value);
      });
  }
}

// FNV-1a, 32 bits.
function checksum(bytes, start) {
  let sum = start;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}

class Server {
  constructor() {
    this.sessions = new Map(); // "peer in hex/match" -> leaves of each group's action space
  }

  // The answer to one message: [header, ...frames], or null.
  answer(peer, parts) {
    let header = {};
    try {
      header = this.read(parts);
      const reply = this.handle(`${peer.toString("hex")}/${header.match}`, header, parts.slice(1));
      return reply && [{ v: VERSION, match: header.match, ...reply.header }, ...(reply.frames ?? [])];
    } catch (error) {
      const match = typeof header?.match === "string" ? header.match : "";
      const reason = error instanceof Refusal ? error.reason : "malformed";
      return [{ v: VERSION, kind: "refused", match, reason, message: error.message }];
    }
  }

  read(parts) {
    if (parts.length === 0 || parts.length > FRAMES + 1) throw new Error(`${parts.length} frames are too many`);
    if (parts[0].length > HEADER_BYTES) throw new Error("the header is too long");
    const header = decode(parts[0], { ...LIMITS, useBigInt64: true });
    if (typeof header?.match !== "string" || typeof header.kind !== "string") {
      throw new Error("a header needs the texts match and kind");
    }
    return header;
  }

  handle(key, header, frames) {
    switch (header.kind) {
      case "hello":
        return this.hello(key, header);
      case "reset":
        this.session(key);
        return { header: { kind: "ready", episode: header.episode } };
      case "act":
        return this.act(this.session(key), header, frames);
      case "ping":
        return { header: { kind: "pong", number: header.number } };
      case "bye":
        if (!header.agents?.length) this.sessions.delete(key);
        return null;
      default:
        return null;
    }
  }

  hello(key, header) {
    if (!(header.versions ?? [VERSION]).map(Number).includes(VERSION)) {
      throw new Refusal("version", `I speak version ${VERSION} only`);
    }
    this.sessions.set(
      key,
      header.groups.map((group) => leaves(group.action)),
    );
    const policy = { name: "Node", description: "A checksum picks a legal action", deterministic: true };
    return { header: { kind: "ready", version: VERSION, policy, wants: [] } };
  }

  session(key) {
    const groups = this.sessions.get(key);
    if (!groups) throw new Refusal("no_session", "I do not know this match; say hello first");
    return groups;
  }

  act(groups, header, frames) {
    const arrays = [];
    const out = [];
    const blocks = header.blocks.map((block, number) => {
      const rows = block.ids.length;
      const of = (field) =>
        header.arrays.flatMap((entry, at) =>
          entry.block === number && entry.field === field ? [{ entry, frame: frames[at] }] : [],
        );
      const marks = this.marks(of("observation"), rows);
      const masks = this.masks(of("legal")[0], rows);
      for (const leaf of groups[block.group]) {
        const values = marks.flatMap((mark, row) => choose(leaf, mark, masks[row]));
        const [width, write] = WRITERS[leaf.dtype];
        const frame = Buffer.alloc(values.length * width);
        values.forEach((value, at) => write(frame, value, at * width));
        const { path, dtype, shape } = leaf;
        arrays.push({ block: number, field: "action", path, dtype, shape: [rows, ...shape] });
        out.push(frame);
      }
      return { group: block.group, ids: block.ids };
    });
    return { header: { kind: "action", blocks, arrays }, frames: out };
  }

  marks(observations, rows) {
    const marks = Array(rows).fill(0x811c9dc5);
    for (const { frame } of observations) {
      const width = frame.length / rows;
      for (let row = 0; row < rows; row++) {
        marks[row] = checksum(frame.subarray(row * width, (row + 1) * width), marks[row]);
      }
    }
    return marks;
  }

  masks(legal, rows) {
    if (!legal) return Array(rows).fill(null);
    const read = READERS[legal.entry.dtype];
    const width = legal.entry.shape[1];
    return Array.from({ length: rows }, (_, row) =>
      Array.from({ length: width }, (_, action) => read(legal.frame, row * width + action) !== 0),
    );
  }
}

async function main(address) {
  const router = new zmq.Router({ linger: 0, maxMessageSize: 64 * 1024 * 1024 });
  const server = new Server();
  await router.bind(address);
  console.log("ready");
  for await (const [peer, ...parts] of router) {
    const answer = server.answer(peer, parts);
    if (answer) {
      const [header, ...frames] = answer;
      await router.send([peer, encode(header, { useBigInt64: true }), ...frames]);
    }
  }
}

// Whoever started us holds our input open; when it is gone, so are we.
process.stdin.resume().on("end", () => process.exit(0));
main(process.argv[2]).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
