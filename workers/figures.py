"""What a server counts about itself."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from typing import Any

_TIMES_MAX = 4096


class Figures:
    """Counters since the start, and times since they were last taken. For the server's thread."""

    def __init__(self) -> None:
        self.decided = 0
        """Rows decided so far."""
        self.batches = 0
        self._taken = (0, 0)
        self._times_s: deque[float] = deque(maxlen=_TIMES_MAX)

    def batch(self, rows: int, seconds: float) -> None:
        """A batch was decided."""
        self.decided += rows
        self.batches += 1
        self._times_s.append(seconds)

    def take(self) -> dict[str, Any]:
        """What happened since this was last called, and totals; times in milliseconds a batch."""
        rows, batches = self.decided - self._taken[0], self.batches - self._taken[1]
        self._taken = (self.decided, self.batches)
        times = sorted(self._times_s)
        self._times_s.clear()
        found: dict[str, Any] = {
            "decisions": rows,
            "batches": batches,
            "total": self.decided,
            "mean_batch": round(rows / batches, 2) if batches else 0.0,
        }
        if times:
            found["decide_p50_ms"] = round(1000 * times[len(times) // 2], 3)
            found["decide_p99_ms"] = round(1000 * times[int(0.99 * (len(times) - 1))], 3)
        return found


def resident_bytes() -> int | None:
    """Memory of this process that is in RAM; ``None`` where the system does not tell (no /proc)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
