"""One tick of a space in as few calls as possible.

:meth:`pymunk.Space.step` also looks after callbacks, and after what they add and remove. Our worlds have
none, and for a handful of discs that care takes longer than the step. So Chipmunk is called here as pymunk
itself calls it; a test holds the outcome against that of pymunk's own functions, to the last bit.
"""

from __future__ import annotations

import numpy as np
import pymunk
from numpy.typing import NDArray
from pymunk import batch
from pymunk._chipmunk_cffi import ffi, lib

FIELDS = (
    batch.BodyFields.POSITION
    | batch.BodyFields.ANGLE
    | batch.BodyFields.VELOCITY
    | batch.BodyFields.ANGULAR_VELOCITY
)
COLUMNS = 6
"""Numbers of one body: ``x, y, angle, vx, vy, spin``."""

_NO_TIME_S = 1e-290
"""A step of this length moves nothing by even the last bit."""


class Ticker:
    """Moves a space on from what stands in :attr:`table`, and writes there what became of it."""

    table: NDArray[np.float64]
    """Shape ``(bodies, 6)``: the dynamic bodies in the order in which they were added, and where there are
    walls one more row, of the body they hang on.
    """

    def __init__(self, space: pymunk.Space, substeps: int, substep_s: float) -> None:
        """Nothing may be added to ``space``, nor removed, from now on."""
        now = batch.Buffer()
        batch.get_space_bodies(space, FIELDS, now)
        bodies = np.frombuffer(now.float_buf()).reshape(-1, COLUMNS)
        # pymunk moves an array that is about to be full to new memory; this one always has a row to spare.
        room = np.zeros((len(bodies) + 1, COLUMNS))
        self.table = room[:-1]
        self.table[:] = bodies
        self._owner = space  # its bodies live as long as it does
        self._space, self._substep_s = space._space, substep_s  # noqa: SLF001 - see the module
        self._substeps = range(substeps)
        self._numbers = lib.pmFloatArrayNew(0)
        self._memory = ffi.from_buffer("cpFloat[]", room)
        self._numbers.arr, self._numbers.max = self._memory, room.size
        self._batch = ffi.new("pmBatchedData *")
        self._batch.fields, self._batch.floatArray = FIELDS.value, self._numbers
        self._read = ffi.addressof(lib, "pmSpaceBodyGetIteratorFuncBatched")
        self._write = ffi.addressof(lib, "pmSpaceBodySetIteratorFuncBatched")

    def tick(self) -> None:
        """Write the table into the space, run the sub-steps, read it back."""
        space, step, substep_s = self._space, lib.cpSpaceStep, self._substep_s
        # A step in which no contact may last drops those of the step before and solves none, and uses up the
        # speeds by which bodies that overlapped were to be moved apart. That is also why the setting cannot
        # be 0 for good: nothing would ever collide.
        lib.cpSpaceSetCollisionPersistence(space, 0)
        step(space, _NO_TIME_S)
        lib.cpSpaceSetCollisionPersistence(space, 1)
        self._numbers.num = 0
        lib.cpSpaceEachBody(space, self._write, self._batch)
        for _ in self._substeps:
            step(space, substep_s)
        self._numbers.num = 0
        lib.cpSpaceEachBody(space, self._read, self._batch)
