"""A bad line: sits between one publisher and its subscribers and loses a part of what passes, seeded."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from typing import Self

import zmq

from arena.bus.endpoints import StreamEndpoint, socket_endpoint
from arena.waker import Waker


class LossyLine:
    """Forwards what is said about one stream; :attr:`endpoint` is where to connect instead."""

    def __init__(self, real: StreamEndpoint, *, loss: float, seed: int, name: str = "lossy") -> None:
        self.lost = self.passed = 0
        self._loss, self._random = loss, random.Random(seed)
        self._context = zmq.Context()
        self._back_pub, self._front_pub = self._context.socket(zmq.XSUB), self._context.socket(zmq.XPUB)
        self._back_rep, self._front_rep = self._context.socket(zmq.DEALER), self._context.socket(zmq.ROUTER)
        for socket in (self._back_pub, self._front_pub, self._back_rep, self._front_rep):
            socket.set(zmq.LINGER, 0)
            socket.set(zmq.SNDHWM, 0)
            socket.set(zmq.RCVHWM, 0)
        self._back_pub.connect(real.publish)
        self._back_rep.connect(real.repair)
        self.endpoint = replace(
            real, publish=socket_endpoint(f"{name}.pub.sock"), repair=socket_endpoint(f"{name}.rep.sock")
        )
        self._front_pub.bind(self.endpoint.publish)
        self._front_rep.bind(self.endpoint.repair)
        self._waker, self._stop = Waker(), False
        self._thread = threading.Thread(target=self._run, name="lossy line")
        self._thread.start()

    def _run(self) -> None:
        routes = {
            self._back_pub: (self._front_pub, True),
            self._front_pub: (
                self._back_pub,
                False,
            ),  # subscriptions are TCP's and ipc's own business: never lost
            self._back_rep: (self._front_rep, True),
            self._front_rep: (self._back_rep, True),
        }
        poller = zmq.Poller()
        for socket in routes:
            poller.register(socket, zmq.POLLIN)
        poller.register(self._waker.fileno(), zmq.POLLIN)
        while not self._stop:
            for socket, _ in poller.poll():
                if socket not in routes:
                    self._waker.clear()
                    continue
                target, lossy = routes[socket]
                frames = socket.recv_multipart()
                if lossy and self._random.random() < self._loss:
                    self.lost += 1
                else:
                    self.passed += 1
                    target.send_multipart(frames)

    def close(self) -> None:
        self._stop = True
        self._waker.wake()
        self._thread.join()
        self._context.destroy(linger=0)
        self._waker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
