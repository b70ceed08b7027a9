"""Faults of SendEmail on demand, for the tests of what happens then.

    throttle  nothing is accepted: TooManyRequestsException, 429
    error     nothing is accepted: InternalServiceErrorException, 500
    cut       the mail is accepted and the connection is cut before the answer
    reject    nothing is accepted: MessageRejected
"""

import threading
from dataclasses import dataclass

from host.sesv2.errors import SesError

KINDS = ("throttle", "error", "cut", "reject")


@dataclass
class Fault:
    kind: str
    left: int
    """How many more sends it hits."""


_armed: list[Fault] = []
_lock = threading.Lock()


def arm(kind: str, times: int) -> None:
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    if times < 1:
        raise ValueError("next must be at least 1")
    with _lock:
        _armed.append(Fault(kind, times))


def armed() -> list[Fault]:
    with _lock:
        return [Fault(f.kind, f.left) for f in _armed]


def clear() -> None:
    with _lock:
        _armed.clear()


def take() -> str | None:
    """The fault of this send, None for none. Faults are taken in the order in which they were armed."""
    with _lock:
        if not _armed:
            return None
        first = _armed[0]
        first.left -= 1
        if first.left == 0:
            _armed.pop(0)
        return first.kind


def refusal(kind: str | None) -> SesError | None:
    """The error that a fault answers with; None for those that accept the mail."""
    return {
        "throttle": SesError("TooManyRequestsException", "Maximum sending rate exceeded.", 429),
        "error": SesError("InternalServiceErrorException", "Service is temporarily unavailable.", 500),
        "reject": SesError("MessageRejected", "The message was rejected."),
    }.get(kind)
