"""Lets LocalStack 4.13.1, which is written for Python 3.13, run with Python 3.11."""

import hashlib
import sys
import threading
import uuid


def patch() -> None:
    if sys.version_info < (3, 13):
        import_with_lock_class()
    if sys.version_info < (3, 12):
        uuid.uuid5 = uuid5


def import_with_lock_class() -> None:
    """localstack/packages/api.py annotates `threading.Lock | None`; before 3.13 Lock is a function and the `|` fails.

    While that one module is imported, Lock is a class that makes ordinary locks.
    """
    make = threading.Lock
    threading.Lock = type("Lock", (), {"__new__": lambda cls: make()})
    try:
        import localstack.packages.api  # noqa: F401
    finally:
        threading.Lock = make


def uuid5(namespace: uuid.UUID, name: str | bytes) -> uuid.UUID:
    """uuid.uuid5 that takes bytes too, as from 3.12 on; keys of KMS are named by it."""
    data = name.encode() if isinstance(name, str) else name
    return uuid.UUID(bytes=hashlib.sha1(namespace.bytes + data).digest()[:16], version=5)
