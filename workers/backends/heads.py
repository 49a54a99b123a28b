"""From what a network puts out to actions: one head a family of distributions.

=============== ==================== ====================================================================
type            action space         outputs
=============== ==================== ====================================================================
``categorical`` Discrete,            ``logits``, one an action; of a MultiDiscrete those of all its
                MultiDiscrete        components after each other
``values``      Discrete,            ``values`` (Q), as above; the best is taken, and sampling takes any
                MultiDiscrete        legal one with the probability ``epsilon``
``gaussian``    Box                  ``mean``, and ``log_std`` where it can be sampled
``bernoulli``   MultiBinary          ``logits``, one a bit
``action``      any but Dict, Tuple  ``action``: the network decided by itself
=============== ==================== ====================================================================

An action that is not legal is never taken, whatever the network says of it; where none is, the row abstains.
``bounds`` of a ``gaussian`` says what becomes of its numbers: ``clip`` (the default) cuts them at the bounds;
``stretch`` takes them for -1 to 1, stretches that to the bounds and cuts (RLlib's ``normalize_actions``);
``tanh`` squashes them first (SAC).

Draws come from each seat's own generator, so they are the same whoever else is in the batch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import WireError
from arena.wire.spaces import Plain, build, summary

Array = NDArray[Any]
Outputs = Mapping[str, Array]
Generators = Sequence[np.random.Generator]


def _nan_rows(name: str, output: Array) -> dict[int, str]:
    """Rows with NaN, each with how many."""
    bad = np.isnan(output).reshape(len(output), -1)
    counts = bad.sum(axis=1)
    return {int(row): f"{counts[row]} of {bad.shape[1]} {name} are NaN" for row in np.flatnonzero(counts)}


def is_legal(space: spaces.Space[Any], action: Any, legal: Array) -> bool:
    """Whether a mask of one row allows an action; every action of a Box is allowed."""
    if isinstance(space, spaces.Discrete):
        return _all_legal(np.array([action]) - space.start, np.array([space.n]), legal)
    if isinstance(space, spaces.MultiDiscrete):
        return _all_legal((np.asarray(action) - space.start).ravel(), space.nvec.ravel(), legal)
    if isinstance(space, spaces.MultiBinary):
        return bool(np.less_equal(np.ravel(action), legal != 0).all())
    return True


def _all_legal(choices: Array, sizes: Array, legal: Array) -> bool:
    """Each of ``choices`` counts from 0 within a set of the size of ``sizes``."""
    if (choices < 0).any() or (choices >= sizes).any():
        return False
    return bool(legal[np.cumsum(sizes) - sizes + choices].all())


class Head:
    """Base of heads. ``spec`` is the description's ``head`` without its ``type``."""

    name = ""
    needs: tuple[str, ...] = ()
    """Outputs that the network must give."""
    options: tuple[str, ...] = ()
    """Keys of ``spec`` that it reads."""

    def __init__(self, space: spaces.Space[Any], spec: Mapping[str, Any]) -> None:
        self.space = space

    def check(self, outputs: Outputs, *, sampled: bool) -> None:
        """Raise ``ValueError`` unless outputs such as these are enough and of the right width."""
        for name in self.needs:
            if name not in outputs:
                given = ", ".join(outputs) or "nothing"
                raise ValueError(f"the network gives {given}, but a {self.name} head needs {name!r}")
        self._check_widths(outputs, sampled=sampled)

    def _check_widths(self, outputs: Outputs, *, sampled: bool) -> None:
        raise NotImplementedError

    def faults(self, outputs: Outputs) -> dict[int, str]:
        """Rows that hold no numbers to choose by, each with what was found there."""
        found: dict[int, str] = {}
        for name in self.needs:
            if math.isnan(np.minimum.reduce(outputs[name], axis=None)):  # NaN is less than everything
                found |= _nan_rows(name, outputs[name])
        return found

    def choose(self, outputs: Outputs, legal: Array | None, generators: Generators | None) -> list[Any]:
        """One action a row, ``None`` where none is legal; the best without ``generators``, else drawn."""
        raise NotImplementedError


class Categorical(Head):
    """Logits over one or several finite sets."""

    name, needs = "categorical", ("logits",)

    def __init__(self, space: spaces.Space[Any], spec: Mapping[str, Any]) -> None:
        super().__init__(space, spec)
        if isinstance(space, spaces.Discrete):
            self._sizes, self._start = [int(space.n)], int(space.start)
        elif isinstance(space, spaces.MultiDiscrete):
            self._sizes, self._starts = space.nvec.ravel().tolist(), space.start.ravel()
        else:
            raise TypeError(f"a {self.name} head needs a Discrete or MultiDiscrete action space")
        self._ends = np.cumsum(self._sizes).tolist()
        self._single = isinstance(space, spaces.Discrete)

    def _check_widths(self, outputs: Outputs, *, sampled: bool) -> None:
        width = outputs[self.needs[0]][0].size
        if width != self._ends[-1]:
            raise ValueError(f"the last layer gives {width} numbers, the action space needs {self._ends[-1]}")

    def choose(self, outputs: Outputs, legal: Array | None, generators: Generators | None) -> list[Any]:
        """The largest legal logit of each set, or a draw from the softmax of the legal ones."""
        logits = outputs[self.needs[0]]
        logits = logits.reshape(len(logits), -1)
        if legal is not None:
            if legal.shape != logits.shape:
                raise WireError(f"masks of shape {legal.shape} for {logits.shape[1]} actions")
            logits = np.where(legal != 0, logits, -np.inf)
        if generators is not None:
            logits = self._stirred(logits, legal, generators)
        if self._single:
            best = logits.argmax(axis=1)
            if legal is None or legal[np.arange(len(best)), best].all():
                return list((best + self._start).tolist())
            return [_legal(choice, row, self._start) for choice, row in zip(best, legal, strict=True)]
        return self._compound(logits, legal)

    def _compound(self, logits: Array, legal: Array | None) -> list[Any]:
        parts = np.split(logits, self._ends[:-1], axis=1)
        chosen = np.stack([part.argmax(axis=1) for part in parts], axis=1)
        if legal is not None:  # where a network says minus infinity to all that is legal, the first of it
            masks = np.split(legal != 0, self._ends[:-1], axis=1)
            for column, mask in enumerate(masks):
                taken = mask[np.arange(len(mask)), chosen[:, column]]
                chosen[:, column] = np.where(taken, chosen[:, column], mask.argmax(axis=1))
        actions: list[Any] = list((chosen + self._starts).reshape(-1, *self.space.shape or ()))
        return actions if legal is None else self._legal(actions, legal)

    def _stirred(self, logits: Array, legal: Array | None, generators: Generators) -> Array:
        # Gumbel-max: the argmax of logits plus Gumbel noise is a draw from their softmax.
        return logits + np.array([rng.gumbel(size=logits.shape[1]) for rng in generators], np.float32)

    def _legal(self, actions: list[Any], legal: Array) -> list[Any]:
        """``None`` for rows in which some component has nothing that is legal."""
        parts = np.split(legal, self._ends[:-1], axis=1)
        hopeful = np.logical_and.reduce([part.any(axis=1) for part in parts])
        return [action if hope else None for action, hope in zip(actions, hopeful, strict=True)]


def _legal(choice: np.integer[Any], legal: Array, start: int) -> int | None:
    """The action of a choice. Where a network says minus infinity to all that is legal, the first of it."""
    if legal[choice]:
        return int(choice) + start
    return int(legal.argmax()) + start if legal.any() else None


class Values(Categorical):
    """What each action is worth."""

    name, needs, options = "values", ("values",), ("epsilon",)

    def __init__(self, space: spaces.Space[Any], spec: Mapping[str, Any]) -> None:
        super().__init__(space, spec)
        self._epsilon = float(spec.get("epsilon", 0.0))
        if not 0 <= self._epsilon <= 1:
            raise ValueError(f"epsilon {self._epsilon} of the head is not from 0 to 1")

    def _stirred(self, logits: Array, legal: Array | None, generators: Generators) -> Array:
        """Rows that explore get random numbers instead, over what is legal."""
        stirred = logits.copy()
        for row, rng in enumerate(generators):
            if rng.random() < self._epsilon:
                stirred[row] = rng.random(logits.shape[1])
                if legal is not None:
                    stirred[row, legal[row] == 0] = -np.inf
        return stirred


class Gaussian(Head):
    """Independent normal distributions."""

    name, needs, options = "gaussian", ("mean",), ("bounds",)

    def __init__(self, space: spaces.Space[Any], spec: Mapping[str, Any]) -> None:
        super().__init__(space, spec)
        if not isinstance(space, spaces.Box):
            raise TypeError(f"a {self.name} head needs a Box action space")
        self._box = space
        self._bounds = spec.get("bounds", "clip")
        if self._bounds not in {"clip", "stretch", "tanh"}:
            raise ValueError(f"bounds {self._bounds!r} of the head is not one of clip, stretch, tanh")
        if self._bounds != "clip" and not space.is_bounded():
            raise ValueError(f"bounds {self._bounds!r} of the head needs an action space with finite bounds")
        self._dtype = np.dtype(space.dtype)
        self._low = np.asarray(space.low, np.float32 if self._dtype == np.float32 else np.float64)
        self._high = np.asarray(space.high, self._low.dtype)

    def _check_widths(self, outputs: Outputs, *, sampled: bool) -> None:
        width, wanted = outputs["mean"][0].size, int(np.prod(self._box.shape))
        if width != wanted:
            raise ValueError(f"the last layer gives {width} numbers, the action space needs {wanted}")
        if sampled and "log_std" not in outputs:
            raise ValueError("it has no log_std, so its actions cannot be sampled")
        if "log_std" in outputs and outputs["log_std"][0].size != wanted:
            raise ValueError(f"log_std has {outputs['log_std'][0].size} numbers for {wanted} means")

    def faults(self, outputs: Outputs) -> dict[int, str]:
        """As for every head, and of the spread."""
        found = super().faults(outputs)
        return found | _nan_rows("log_std", outputs["log_std"]) if "log_std" in outputs else found

    def choose(self, outputs: Outputs, legal: Array | None, generators: Generators | None) -> list[Any]:
        """The means, or draws, within the bounds and in the type of the action space."""
        numbers = outputs["mean"].reshape(len(outputs["mean"]), -1)
        if generators is not None:
            noise = np.array([rng.standard_normal(numbers.shape[1]) for rng in generators], numbers.dtype)
            numbers = numbers + np.exp(outputs["log_std"].reshape(len(noise), -1)) * noise
        shaped = numbers.reshape(-1, *self._box.shape)
        if self._bounds == "tanh":
            shaped = np.tanh(shaped)
        if self._bounds != "clip":
            shaped = self._low + (shaped + 1) * (self._high - self._low) / 2
        bounded = np.clip(shaped, self._low, self._high)
        if self._dtype.kind in "iu":
            bounded = np.rint(bounded)
        return list(bounded.astype(self._dtype, copy=False))


class Bernoulli(Head):
    """Independent bits."""

    name, needs = "bernoulli", ("logits",)

    def __init__(self, space: spaces.Space[Any], spec: Mapping[str, Any]) -> None:
        super().__init__(space, spec)
        if not isinstance(space, spaces.MultiBinary):
            raise TypeError(f"a {self.name} head needs a MultiBinary action space")

    def _check_widths(self, outputs: Outputs, *, sampled: bool) -> None:
        width, wanted = outputs["logits"][0].size, int(np.prod(self.space.shape or ()))
        if width != wanted:
            raise ValueError(f"the last layer gives {width} numbers, the action space needs {wanted}")

    def choose(self, outputs: Outputs, legal: Array | None, generators: Generators | None) -> list[Any]:
        """Bits whose odds are better than even, or drawn ones; bits that are not legal stay 0."""
        logits = outputs["logits"].reshape(len(outputs["logits"]), -1)
        if generators is not None:
            logits = logits + np.array([rng.logistic(size=logits.shape[1]) for rng in generators])
        bits = logits > 0
        if legal is not None:
            if legal.shape != bits.shape:
                raise WireError(f"masks of shape {legal.shape} for {bits.shape[1]} bits")
            bits &= legal != 0
        return list(bits.astype(np.int8).reshape(-1, *self.space.shape or ()))


class Decided(Head):
    """The network names the action. A mask can only turn an illegal one down: its row abstains."""

    name, needs = "action", ("action",)

    def __init__(self, space: spaces.Space[Any], spec: Mapping[str, Any]) -> None:
        super().__init__(space, spec)
        if not isinstance(space, spaces.Discrete | spaces.MultiDiscrete | spaces.MultiBinary | spaces.Box):
            raise TypeError(f"an {self.name} head cannot fill the action space {type(space).__name__}")

    def _check_widths(self, outputs: Outputs, *, sampled: bool) -> None:
        width, wanted = outputs["action"][0].size, int(np.prod(self.space.shape or ()))
        if width != wanted:
            raise ValueError(f"the network gives {width} numbers, the action space needs {wanted}")
        if sampled:
            raise ValueError("its network gives finished actions, which cannot be sampled")

    def choose(self, outputs: Outputs, legal: Array | None, generators: Generators | None) -> list[Any]:
        """What the network says, in the type of the action space."""
        given, dtype = outputs["action"].reshape(-1, *self.space.shape or ()), np.dtype(self.space.dtype)
        if dtype.kind in "iu" and given.dtype.kind == "f":
            given = np.rint(given)
        actions = given.astype(dtype, copy=False)
        found: list[Any] = actions.tolist() if isinstance(self.space, spaces.Discrete) else list(actions)
        if legal is None:
            return found
        return [
            action if is_legal(self.space, action, mask) else None
            for action, mask in zip(found, legal, strict=True)
        ]


HEADS: Mapping[str, type[Head]] = {
    head.name: head for head in (Categorical, Values, Gaussian, Bernoulli, Decided)
}

_USUAL = {
    "discrete": "categorical",
    "multi_discrete": "categorical",
    "box": "gaussian",
    "multi_binary": "bernoulli",
}


def head_for(action: Plain, spec: Mapping[str, Any] | None = None) -> Head:
    """The head that ``spec`` describes; without a ``type`` the usual one of the action space.

    Raises ``ValueError`` or ``TypeError`` for one that is unknown or does not fit the space.
    """
    spec = dict(spec or {})
    usual = _USUAL.get(action["type"])
    if usual is None:
        raise TypeError(f"its action space is {summary(action)}; policies can fill {', '.join(_USUAL)}")
    name = spec.pop("type", usual)
    if name not in HEADS:
        raise ValueError(f"its head {name!r} is not one of {', '.join(HEADS)}")
    unknown = sorted(set(spec) - set(HEADS[name].options))
    if unknown:
        allowed = ", ".join(HEADS[name].options) or "none"
        raise ValueError(f"a {name} head has no option {unknown[0]!r}; known: {allowed}")
    return HEADS[name](build(action), spec)
