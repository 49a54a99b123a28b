"""What a server tells the bus: the stream ``server/<ulid>/``, see :mod:`arena.bus.events`."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

from arena import __version__
from arena.bus.events import encode, stream_name
from arena.bus.publisher import Publisher
from arena.bus.recent import Recent
from arena.ids import new_ulid
from workers.desk import Desk
from workers.models import Model, Outcome


class Telemetry:
    """Publishes events of one server; figures only while somebody listens. Nothing here blocks."""

    def __init__(self, endpoint: str, models: Sequence[Model]) -> None:
        """Raises an :class:`arena.errors.ArenaError` where the runtime folder cannot be used."""
        self._began_at = time.monotonic()
        self._history = Recent()
        stream = stream_name("server", new_ulid())
        self._publisher = Publisher(stream, self._history, live=True, linger_s=0.0)
        self._closed = False
        self._emit(
            "open",
            endpoint=endpoint,
            pid=os.getpid(),
            version=__version__,
            models=[_about(model) for model in models],
        )

    @property
    def listening(self) -> bool:
        """Whether anybody subscribes."""
        return self._publisher.listening

    def tell(self, desk: Desk, resident: int | None) -> None:
        """One second's figures."""
        sessions = [session.model for session in desk.sessions.values()]
        self._emit(
            "figures",
            **desk.figures.take(),
            sessions=len(sessions),
            models=[_about(model) | {"sessions": sessions.count(model.name)} for model in desk.models],
            rss_bytes=resident,
        )

    def reloaded(self, outcome: Outcome) -> None:
        """A model was loaded anew, or could not be."""
        model = outcome.model
        self._emit("reload", model=model.name, id=model.policy.id, error=outcome.error)

    def close(self) -> None:
        """End the stream. Safe to call twice."""
        if not self._closed:
            self._closed = True
            self._emit("close", reason="stopped", last=True)
            self._publisher.close()

    def _emit(self, kind: str, **fields: Any) -> None:
        elapsed_s = time.monotonic() - self._began_at
        message = encode(kind, self._history.next_seq, elapsed_s, fields)
        self._history.append(message)
        self._publisher.send(kind, message)


def _about(model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "id": model.policy.id,
        "kind": model.loaded.word.kind,
        "reloads": model.reloads,
        "failures": model.failures,
    }
