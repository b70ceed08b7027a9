"""Lets LocalStack 4.13.1 be imported by Python 3.11.

localstack/packages/api.py annotates `threading.Lock | None`; before Python 3.13 `threading.Lock` is a function and the
`|` fails. While that one module is imported, Lock is a class that makes ordinary locks.
"""

import sys
import threading


def patch() -> None:
    if sys.version_info >= (3, 13):
        return
    make = threading.Lock
    threading.Lock = type("Lock", (), {"__new__": lambda cls: make()})
    try:
        import localstack.packages.api  # noqa: F401
    finally:
        threading.Lock = make
