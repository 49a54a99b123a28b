"""A bad line: a TCP proxy that delays, stalls, and is cut or frozen by command.

``python -m tests.players.proxy HOST:PORT [--delay-ms 50] [--jitter-ms 20] [--stall-share 0.02] [--stall-ms
400]`` prints the port it listens on; ``cut SECONDS`` on standard input drops every connection and refuses new
ones for so long, ``freeze SECONDS`` lets nothing through while all stays connected. Delays are one way.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK = 65536
ROOT = Path(__file__).parents[2]


class Line:
    """Both directions of every connection, in order, each chunk late by its own measure."""

    def __init__(self, target: tuple[str, int], args: argparse.Namespace) -> None:
        self._target, self._args = target, args
        self._random = random.Random(args.seed)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()

    async def listen(self) -> int:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self._port

    async def cut(self, seconds: float) -> None:
        """Drop everybody, and nobody gets in for a while."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(seconds)
        await self.listen()

    async def freeze(self, seconds: float) -> None:
        """Nothing gets through for a while."""
        self._open.clear()
        await asyncio.sleep(seconds)
        self._open.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        ways = [
            asyncio.create_task(self._carry(reader, back)),
            asyncio.create_task(self._carry(there, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (writer, back):
            self._writers.discard(end)
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one way on; what comes while a chunk is under way is not held up by its delay."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                await self._open.wait()
                writer.write(data)
                await writer.drain()

        task = asyncio.create_task(deliver())
        try:
            with contextlib.suppress(OSError):
                while data := await reader.read(CHUNK):
                    queue.put_nowait((loop.time() + self._delay_s(), data))
        finally:
            task.cancel()

    def _delay_s(self) -> float:
        args = self._args
        late = args.delay_ms + self._random.uniform(-args.jitter_ms, args.jitter_ms)
        if self._random.random() < args.stall_share:
            late += args.stall_ms
        return late / 1000


async def serve(args: argparse.Namespace) -> None:
    host, _, port = args.target.rpartition(":")
    line = Line((host, int(port)), args)
    print(await line.listen(), flush=True)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    jobs = set()
    while order := await orders.readline():
        verb, seconds = order.decode().split()
        job = asyncio.create_task(line.cut(float(seconds)) if verb == "cut" else line.freeze(float(seconds)))
        jobs.add(job)
        job.add_done_callback(jobs.discard)


class Proxy:
    """The process from outside."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout is not None
        self.address = f"tcp://127.0.0.1:{process.stdout.readline().strip()}"

    def _order(self, words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()

    def cut(self, seconds: float) -> None:
        self._order(f"cut {seconds}")

    def freeze(self, seconds: float) -> None:
        self._order(f"freeze {seconds}")


@contextmanager
def proxy(endpoint: str, *options: str) -> Iterator[Proxy]:
    """A bad line to ``tcp://HOST:PORT``. It ends with its standard input, hence with its parent."""
    command = [sys.executable, "-P", "-m", "tests.players.proxy", endpoint.removeprefix("tcp://"), *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Proxy(process)
        finally:
            process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("--delay-ms", type=float, default=50.0)
    parser.add_argument("--jitter-ms", type=float, default=20.0)
    parser.add_argument("--stall-share", type=float, default=0.02)
    parser.add_argument("--stall-ms", type=float, default=400.0)
    parser.add_argument("--seed", type=int, default=1)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
