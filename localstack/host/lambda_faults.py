"""Kills a function at a chosen moment of one of its AWS calls: the test of "dies between SES and DynamoDB".

    arrived    the call reached AWS and was not carried out
    accepted   the call was carried out and not answered
    answered   the call was answered; the function dies at its next call, which is not carried out

The killed process is the execution environment that made the call, known by its session token.
"""

import threading
from dataclasses import dataclass

from host import calls, lambda_runtime_api

MOMENTS = ("arrived", "accepted", "answered")


@dataclass
class Kill:
    function: str
    service: str
    operation: str
    moment: str
    left: int
    """How many more calls of this kind it hits."""


_armed: list[Kill] = []
_doomed: set[str] = set()
"""Environments whose call was answered and that die at their next one."""
_lock = threading.Lock()


def install() -> None:
    from localstack.aws.handlers import run_custom_response_handlers, serve_custom_service_request_handlers

    serve_custom_service_request_handlers.append(on_arrival)
    run_custom_response_handlers.append(on_answer)


def arm(function: str, call: str, moment: str, times: int) -> None:
    """`call` is SERVICE.Operation, as the meter names them: sesv2.SendEmail."""
    service, _, operation = call.partition(".")
    if not function or not operation:
        raise ValueError("function and call (SERVICE.Operation) must be given")
    if moment not in MOMENTS:
        raise ValueError(f"moment must be one of {', '.join(MOMENTS)}")
    with _lock:
        _armed.append(Kill(function, service, operation, moment, times))


def armed() -> list[Kill]:
    with _lock:
        return list(_armed)


def clear() -> None:
    with _lock:
        _armed.clear()
        _doomed.clear()


def environment_of(context):
    """The execution environment that made a call, None when no function did."""
    token = calls.session(context.request.headers)
    if not token:
        return None
    for environment in list(lambda_runtime_api.ENVIRONMENTS.values()):
        if environment.environment.get("AWS_SESSION_TOKEN") == token:
            return environment
    return None


def on_arrival(chain, context, _) -> None:
    if context.is_internal_call or not (environment := environment_of(context)):
        return
    with _lock:
        doomed = environment.id in _doomed
        _doomed.discard(environment.id)
    if doomed or take(environment, context, "arrived"):
        die(chain, environment)


def on_answer(chain, context, response) -> None:
    if not context.operation or context.is_internal_call or not (environment := environment_of(context)):
        return
    if take(environment, context, "accepted"):
        environment.kill()
    elif response.status_code < 300 and take(environment, context, "answered"):
        with _lock:
            _doomed.add(environment.id)


def take(environment, context, moment: str) -> bool:
    """Whether a kill of this moment is armed for the call; it is then used up."""
    with _lock:
        for kill in _armed:
            if (kill.function, kill.service, kill.operation, kill.moment) == (
                environment.function,
                context.service.service_name,
                context.operation.name,
                moment,
            ):
                kill.left -= 1
                if kill.left <= 0:
                    _armed.remove(kill)
                return True
    return False


def die(chain, environment) -> None:
    """Kills the process and leaves its call undone."""
    environment.kill()
    chain.respond(503, {"message": "the caller was killed"})
    chain.terminate()


def kill_now(function: str) -> int:
    """Kills the processes of a function that have an event in hand; returns how many."""
    running = [e for e in list(lambda_runtime_api.ENVIRONMENTS.values()) if e.function == function and e.current]
    for environment in running:
        environment.kill()
    return len(running)
