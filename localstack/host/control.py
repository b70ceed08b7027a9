"""The control endpoints, /_senda/…, by which tests look at the emulator and make things go wrong.

Nothing of it exists on AWS. README.md lists them with examples. The ones of SES are in sesv2/control.py.
"""

import json
from dataclasses import asdict

from rolo import Request, Response, Router

from host import executions, lambda_faults, lambda_log, meter, scheduler, timers
from host.providers import custom_resource


def install() -> None:
    from localstack.services.edge import ROUTER

    from host.sesv2 import control as ses

    routes(ROUTER)
    ses.routes(ROUTER)


def routes(router: Router) -> None:
    router.add("/_senda/ready", lambda request: answer({"ready": True}), methods=["GET"])
    router.add("/_senda/calls", get_calls, methods=["GET"])
    router.add("/_senda/calls", clear_calls, methods=["DELETE"])
    router.add("/_senda/lambda/invocations", get_invocations, methods=["GET"])
    router.add("/_senda/lambda/invocations", clear_invocations, methods=["DELETE"])
    router.add("/_senda/lambda/logs", get_logs, methods=["GET"])
    router.add("/_senda/lambda/kills", get_kills, methods=["GET"])
    router.add("/_senda/lambda/kills", arm_kill, methods=["POST"])
    router.add("/_senda/lambda/kills", clear_kills, methods=["DELETE"])
    router.add("/_senda/executions", get_executions, methods=["GET"])
    router.add("/_senda/custom-resource/<token>", custom_resource.take_answer, methods=["PUT"])
    router.add("/_senda/executions/time-out", time_out, methods=["POST"])
    router.add("/_senda/schedules/<name>/fire", fire_schedule, methods=["POST"])


def answer(body, status: int = 200) -> Response:
    return Response(json.dumps(body, default=str), status=status, content_type="application/json")


def body(request: Request) -> dict:
    """The JSON object of a request; an empty one without a body."""
    data = request.get_data()
    return json.loads(data) if data else {}


def get_calls(request: Request) -> Response:
    """The meter: ?app= ?service= ?operation= choose, ?after=N gives the later ones, ?internal=true adds LocalStack's own calls."""
    args = request.args
    chosen = meter.list_calls(
        args.get("app"), args.get("service"), args.get("operation"), args.get("internal") == "true", int(args.get("after", 0))
    )
    return answer({"calls": [asdict(call) for call in chosen]})


def clear_calls(request: Request) -> Response:
    meter.clear()
    return answer({})


def get_invocations(request: Request) -> Response:
    """Invocations of functions, ?function= chooses: duration, memory, cold start, log."""
    return answer({"invocations": [asdict(one) for one in lambda_log.invocations(request.args.get("function"))]})


def clear_invocations(request: Request) -> Response:
    lambda_log.clear()
    return answer({})


def get_logs(request: Request) -> Response:
    """What functions wrote, as text, ?function= chooses."""
    text = "".join(one.text() for one in lambda_log.invocations(request.args.get("function")))
    return Response(text, content_type="text/plain; charset=utf-8")


def get_kills(request: Request) -> Response:
    return answer({"kills": [asdict(kill) for kill in lambda_faults.armed()]})


def arm_kill(request: Request) -> Response:
    """{"function", "call": "sesv2.SendEmail", "moment": "answered", "next": 1}; with "function" alone: kills it now."""
    wish = body(request)
    if "call" not in wish:
        return answer({"killed": lambda_faults.kill_now(wish.get("function", ""))})
    try:
        lambda_faults.arm(wish.get("function", ""), wish["call"], wish.get("moment", "answered"), int(wish.get("next", 1)))
    except ValueError as wrong:
        return answer({"error": str(wrong)}, 400)
    return get_kills(request)


def clear_kills(request: Request) -> Response:
    lambda_faults.clear()
    return get_kills(request)


def get_executions(request: Request) -> Response:
    """Executions of Step Functions, ?machine=NAME chooses: status, states entered, retries, transitions, events."""
    return answer({"executions": executions.list_executions(request.args.get("machine"))})


def fire_schedule(request: Request, name: str) -> Response:
    """Fires a schedule at once."""
    return answer({"fired": name}) if scheduler.fire_now(name) else answer({"error": f"there is no schedule {name}"}, 404)


def time_out(request: Request) -> Response:
    """{"token"}: the timer of the task that waits for this token runs out now."""
    return answer({"ended": timers.time_out(body(request).get("token", ""))})
