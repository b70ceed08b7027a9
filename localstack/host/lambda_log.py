"""What functions did: each invocation with duration, memory and log, kept in memory for tests and the cost meter."""

import threading
from collections import deque
from dataclasses import dataclass

KEPT = 20_000
"""Invocations that are kept; the oldest go first."""


@dataclass
class Invocation:
    function: str
    version: str
    request: str
    environment: str
    begun: float
    """Seconds since 1970."""
    milliseconds: float
    """Time between handing the event over and the answer: what Lambda bills, without the start of the process."""
    memory: int
    """Configured memory, MB."""
    peak: int
    """Memory used at most by the process so far, MB; 0 when the process is gone or the machine does not tell."""
    cold: bool
    failed: bool
    output: str

    def text(self) -> str:
        """The log as Lambda writes it."""
        return (
            f"START RequestId: {self.request} Version: {self.version}\n{self.output}END RequestId: {self.request}\n"
            f"REPORT RequestId: {self.request}\tDuration: {self.milliseconds:.2f} ms\t"
            f"Billed Duration: {int(self.milliseconds) + 1} ms\tMemory Size: {self.memory} MB\t"
            f"Max Memory Used: {self.peak or self.memory} MB\t\n"
        )


_kept: deque[Invocation] = deque(maxlen=KEPT)
_lock = threading.Lock()


def keep(record: Invocation) -> None:
    with _lock:
        _kept.append(record)


def invocations(function: str | None = None) -> list[Invocation]:
    with _lock:
        return [record for record in _kept if function in (None, record.function)]


def clear() -> None:
    with _lock:
        _kept.clear()
