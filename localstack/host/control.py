"""The control endpoints, /_senda/…, by which tests look at the emulator and make things go wrong.

Nothing of it exists on AWS. README.md lists them with examples.
"""

import json

from rolo import Request, Response, Router


def install() -> None:
    from localstack.services.edge import ROUTER

    routes(ROUTER)


def routes(router: Router) -> None:
    router.add("/_senda/ready", lambda request: answer({"ready": True}), methods=["GET"])


def answer(body, status: int = 200) -> Response:
    return Response(json.dumps(body, default=str), status=status, content_type="application/json")


def body(request: Request) -> dict:
    """The JSON object of a request; an empty one without a body."""
    data = request.get_data()
    return json.loads(data) if data else {}
