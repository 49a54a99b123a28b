"""A model that a server serves: the backend that decides now, and how a newer one takes its place.

Whoever trains writes a newer checkpoint over the old one; a thread notices, waits until the file is whole and
loads it beside the old one. Sessions take it up with their next episode. What cannot be loaded, or does not
fit the games that are being played, changes nothing but a sentence.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from arena.errors import ArenaError, ControllerError
from arena.match.controller import FAULTS
from arena.training.contents import fingerprint, identity, signature
from arena.training.model_word import ModelWord, current
from arena.wire.messages import Hello, Policy
from workers.backends.contract import Backend, LoadSettings
from workers.backends.load import load

LOOK_EVERY_S = 1.0
_WITNESSES_MAX = 16
_TRIES = 3

_log = logging.getLogger(__name__)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A backend and what it was made of."""

    backend: Backend
    word: ModelWord
    """What was loaded: of a folder that is followed, which checkpoint."""
    fingerprint: str = ""
    signature: Any = None

    @property
    def policy(self) -> Policy:
        """Who decides, as sessions are told: known by contents, not by path."""
        policy = self.backend.policy
        if self.fingerprint:
            policy = replace(policy, id=identity(self.word, self.fingerprint))
        return replace(policy, name=self.word.name) if self.word.name else policy


def load_model(
    word: ModelWord, settings: LoadSettings, progress: Progress = lambda _step: None, *, expected: str = ""
) -> Loaded:
    """Load what ``word`` stands for.

    ``expected`` is the fingerprint it must have, if any. Raises an :class:`ArenaError`, or whatever a user's
    own code raises.
    """
    for _ in range(_TRIES):
        now = current(word)
        try:
            seen, contents = signature(now), fingerprint(now)
            if expected and contents != expected:
                raise ControllerError(
                    f"{now.target} is not what it was when it was seated: contents {contents}, not {expected}"
                )
            backend = load(now, settings, progress)
            if signature(now) == seen:
                return Loaded(backend, now, contents, seen)
        except OSError as error:
            raise ControllerError(f"cannot read {now.target}: {error.strerror or error}") from error
    raise ControllerError(f"{word.target} was changed again and again while it was read")


class Model:
    """One of a server's models. For the server's thread alone, but for :attr:`word` and :attr:`settings`."""

    def __init__(
        self,
        loaded: Loaded,
        *,
        word: ModelWord | None = None,
        settings: LoadSettings | None = None,
        pinned: bool = False,
    ) -> None:
        """``word`` and ``settings`` are what to load again. ``pinned``: a newer one is told of but not
        taken.
        """
        self.word, self.settings, self.pinned = word or loaded.word, settings or LoadSettings(), pinned
        self.name = loaded.policy.name
        self.loaded = loaded
        self.reloads = self.failures = 0
        self._witnesses: deque[Hello] = deque(maxlen=_WITNESSES_MAX)

    @classmethod
    def of(cls, backend: Backend) -> Model:
        """A model that stays as it is."""
        return cls(Loaded(backend, ModelWord(backend.policy.name, "simple", "")))

    @property
    def backend(self) -> Backend:
        """What decides for sessions that begin now."""
        return self.loaded.backend

    @property
    def policy(self) -> Policy:
        """Who decides."""
        return self.loaded.policy

    def answers_to(self, name: str) -> bool:
        """Whether a client that asks for ``name`` means this model."""
        return name in {self.name, self.policy.name, self.policy.id, str(self.word)}

    def remember(self, hello: Hello) -> None:
        """A session of this model began: what comes later must play its game, too."""
        known = {(other.game, repr(other.groups)) for other in self._witnesses}
        if (hello.game, repr(hello.groups)) not in known:
            self._witnesses.append(hello)

    def take(self, outcome: Outcome, live: Iterable[Hello]) -> str:
        """Put what was loaded in the old one's place; gives the sentence for people.

        ``live`` are the hellos of its sessions. On failure the old one stays, and ``outcome.error`` is set.
        """
        if outcome.loaded is not None:
            outcome.error = self._objection(outcome.loaded, [*live, *self._witnesses])
        if outcome.loaded is None or outcome.error:
            self.failures += 1
            return f"{self.name} was not reloaded, the policy that was there goes on: {outcome.error}"
        if outcome.loaded.fingerprint == self.loaded.fingerprint:
            return ""
        if self.pinned:
            return (
                f"{self.word.target} has changed; the match goes on with what it was seated with "
                "(follow=yes takes newer ones)"
            )
        self.loaded = outcome.loaded
        self.reloads += 1
        return f"{self.name} has a newer policy, {self.policy.id}, from the next episode on"

    @staticmethod
    def _objection(loaded: Loaded, hellos: Sequence[Hello]) -> str:
        """Why it cannot play what its predecessor plays; empty if it can."""
        try:
            for hello in hellos:
                loaded.backend.accept(hello)
        except ArenaError as error:
            return str(error)
        except FAULTS as error:
            return f"it raised {type(error).__name__}: {error}"
        return ""


@dataclass(slots=True)
class Outcome:
    """How an attempt to reload ended."""

    model: Model
    loaded: Loaded | None = None
    error: str = ""


class Watch:
    """Notices that a model's files have changed and are whole: equal in two looks in a row."""

    def __init__(self, word: ModelWord, seen: Any) -> None:
        self._word, self._taken = word, seen
        self._candidate: Any = None

    def look(self) -> bool:
        """Whether there is something newer to load, told once."""
        try:
            seen = signature(current(self._word))
        except (OSError, ArenaError):  # being replaced just now
            self._candidate = None
            return False
        if seen == self._taken:
            self._candidate = None
            return False
        if seen != self._candidate:
            self._candidate = seen
            return False
        self._taken, self._candidate = seen, None
        return True


class Reloader:
    """A thread that looks after the files of some models, and loads what is newer.

    :attr:`outcomes` are for the server's thread; ``on_outcome`` is called, in the reloader's thread, when
    there is one more.
    """

    def __init__(self, models: Sequence[Model], on_outcome: Callable[[], None]) -> None:
        self.outcomes: deque[Outcome] = deque()
        self._models = [(model, Watch(model.word, model.loaded.signature)) for model in models]
        self._on_outcome = on_outcome
        self._hurry = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look, once a second."""
        self._thread = threading.Thread(target=self._run, name="reload", daemon=True)
        self._thread.start()

    def hurry(self) -> None:
        """Load every model anew, now."""
        self._hurry.set()

    def close(self) -> None:
        """Look no more. What is being loaded is left to itself."""
        self._closing = True
        self._hurry.set()
        if self._thread is not None:
            self._thread.join(timeout=LOOK_EVERY_S)

    def step(self, *, force: bool = False) -> None:
        """Look once, and load what changed, or with ``force`` everything."""
        for model, watch in self._models:
            if model.word.is_code:
                continue
            changed = watch.look()
            if (changed or force) and not self._closing:
                self.outcomes.append(attempt(model))
                self._on_outcome()

    def _run(self) -> None:
        while not self._closing:
            force = self._hurry.wait(LOOK_EVERY_S)
            self._hurry.clear()
            if not self._closing:
                self.step(force=force)


def attempt(model: Model) -> Outcome:
    """Load ``model`` anew; never raises."""
    try:
        return Outcome(model, load_model(model.word, model.settings))
    except ArenaError as error:
        return Outcome(model, error=str(error))
    except FAULTS as error:
        _log.debug("%s cannot be reloaded", model.name, exc_info=True)
        return Outcome(model, error=f"{type(error).__name__}: {error}")
