"""The meter: every AWS call that passes the gateway, with what it costs on AWS. Tests of least privilege read it too.

Calls that LocalStack makes to itself (a state machine that invokes a function, a rule that puts into a queue) are kept
apart with internal = true.
"""

import itertools
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timezone

from host import calls, consumed_capacity, resource_of

KEPT = 200_000
"""Calls that are kept; the oldest go first."""


@dataclass
class Call:
    n: int
    at: str
    app: str
    """Application id of the User-Agent, empty without one."""
    environment: str
    """The execution environment of a Lambda function that called; empty for others."""
    internal: bool
    service: str
    operation: str
    resources: list[str]
    """Names of the tables, queues, buses, machines, buckets or functions that the call is about."""
    parts: list[str]
    """DynamoDB and S3: what it does on which table, index or object; a transaction does several things."""
    bytes_in: int
    bytes_out: int
    status: int
    error: str
    """Code of the error that was answered; empty when it went well."""
    capacity: dict[str, float] | None
    """DynamoDB: consumed read and write units of all its tables and indexes; None for other services."""
    entries: int
    """How many things one call holds: events put, messages sent, items of a batch or a transaction; else 1."""
    milliseconds: float


_kept: deque[Call] = deque(maxlen=KEPT)
_numbers = itertools.count(1)
_lock = threading.Lock()


def install() -> None:
    from localstack.aws.handlers import run_custom_response_handlers, serve_custom_service_request_handlers

    serve_custom_service_request_handlers.append(begin)
    run_custom_response_handlers.append(record)
    consumed_capacity.install()


def begin(_, context, __) -> None:
    context.senda_begun = datetime.now(timezone.utc)


def record(_, context, response) -> None:
    """Keeps a call that has been answered. Requests that are no AWS calls are not kept."""
    if not context.service or not context.operation:
        return
    from host import lambda_faults

    begun = getattr(context, "senda_begun", None) or datetime.now(timezone.utc)
    request = context.service_request or {}
    environment = lambda_faults.environment_of(context)
    call = Call(
        n=next(_numbers),
        at=begun.isoformat(timespec="microseconds"),
        app=calls.app(context.request.headers),
        environment=environment.id if environment else "",
        internal=bool(context.is_internal_call),
        service=context.service.service_name,
        operation=context.operation.name,
        resources=resource_of.names(context.service.service_name, request),
        parts=resource_of.parts(context.service.service_name, context.operation.name, request),
        bytes_in=int(context.request.headers.get("Content-Length") or 0),
        bytes_out=length(response),
        status=response.status_code,
        error=getattr(context.service_exception, "code", "") or "",
        capacity=getattr(context, "senda_capacity", None),
        entries=resource_of.entries(context.operation.name, request),
        milliseconds=(datetime.now(timezone.utc) - begun).total_seconds() * 1000,
    )
    with _lock:
        _kept.append(call)


def length(response) -> int:
    """Bytes of an answer, 0 for one that is streamed."""
    if response.content_length is not None:
        return response.content_length
    return 0 if response.is_streamed else len(response.get_data())


def list_calls(app: str | None, service: str | None, operation: str | None, internal: bool, after: int) -> list[Call]:
    with _lock:
        return [
            call
            for call in _kept
            if call.n > after
            and app in (None, call.app)
            and service in (None, call.service)
            and operation in (None, call.operation)
            and (internal or not call.internal)
        ]


def clear() -> None:
    with _lock:
        _kept.clear()
