"""The control endpoints of SES: mails that were accepted, events on demand, the account's settings, faults."""

import base64
from dataclasses import asdict, fields

from rolo import Request, Response, Router

from host import control
from host.sesv2 import event, faults, publishing, state, suppression
from host.sesv2.mime import Headers

ABOUT = {
    "Delivery": lambda to, body: event.delivery(to),
    "Bounce": lambda to, body: event.bounce(to),
    "Complaint": lambda to, body: event.complaint(to),
    "Reject": lambda to, body: {"reason": "Bad content"},
    "Open": lambda to, body: event.opened(),
    "Click": lambda to, body: event.clicked(body.get("link", "")),
    "DeliveryDelay": lambda to, body: event.delayed(to),
    "Rendering Failure": lambda to, body: {"errorMessage": "Attribute is not present", "templateName": ""},
    "Subscription": lambda to, body: {"timestamp": event.stamp(state.now()), "source": "UnsubscribeHeader"},
    "Send": lambda to, body: {},
}


def routes(router: Router) -> None:
    router.add("/_senda/ses/messages", list_messages, methods=["GET"])
    router.add("/_senda/ses/messages", clear_messages, methods=["DELETE"])
    router.add("/_senda/ses/messages/<id>/raw", raw, methods=["GET"])
    router.add("/_senda/ses/messages/<id>/events", make_event, methods=["POST"])
    router.add("/_senda/ses/account", get_settings, methods=["GET"])
    router.add("/_senda/ses/account", put_settings, methods=["PUT"])
    router.add("/_senda/ses/identities/<name>/verify", verify, methods=["POST"])
    router.add("/_senda/ses/faults", get_faults, methods=["GET"])
    router.add("/_senda/ses/faults", arm_fault, methods=["POST"])
    router.add("/_senda/ses/faults", clear_faults, methods=["DELETE"])


def list_messages(request: Request) -> Response:
    """All mails in the order in which they were accepted; ?to=ADDRESS and ?id=ID choose."""
    to, id = request.args.get("to"), request.args.get("id")
    chosen = [
        message
        for account in state.accounts()
        for message in account.messages.values()
        if id in (None, message.id) and (to is None or to.lower() in [a.lower() for a in message.addresses])
    ]
    return control.answer({"messages": [described(m) for m in sorted(chosen, key=lambda m: m.at)]})


def described(message: state.Message) -> dict:
    return {
        "id": message.id,
        "at": event.stamp(message.at),
        "source": message.source,
        "destination": message.recipients,
        "configurationSet": message.configuration_set,
        "tags": message.tags,
        "caller": message.caller,
        "headers": Headers(message.raw).all(),
        "raw": base64.b64encode(message.raw).decode(),
        "events": message.events,
    }


def clear_messages(request: Request) -> Response:
    from localstack.services.ses.provider import EMAILS

    for account in state.accounts():
        with account.lock:
            account.messages.clear()
    EMAILS.clear()
    return control.answer({})


def raw(request: Request, id: str) -> Response:
    found = state.find_message(id)
    if not found:
        return control.answer({"error": f"there is no message {id}"}, 404)
    return Response(found[1].raw, content_type="message/rfc822")


def make_event(request: Request, id: str) -> Response:
    """An event for a mail. `type` as in eventType; `detail` is laid over what SES would tell; `to` chooses recipients."""
    body, found = control.body(request), state.find_message(id)
    if not found:
        return control.answer({"error": f"there is no message {id}"}, 404)
    kind = body.get("type")
    if kind not in ABOUT:
        return control.answer({"error": f"type must be one of {', '.join(ABOUT)}"}, 400)
    account, message = found
    to = body.get("to") or message.addresses
    about = ABOUT[kind](to, body) | body.get("detail", {})
    learn(account, message, kind, about, to)
    publishing.publish(account, message, kind, about)
    return control.answer({"type": kind, "about": about})


def learn(account: state.Account, message: state.Message, kind: str, about: dict, to: list[str]) -> None:
    """Puts the addresses of hard bounces and complaints on the suppression list, where its reasons say so."""
    hard = kind == "Bounce" and about["bounceType"] == "Permanent" and about["bounceSubType"] in ("General", "NoEmail")
    reason = "BOUNCE" if hard else "COMPLAINT" if kind == "Complaint" and about.get("complaintFeedbackType") != "not-spam" else None
    chosen = account.configuration_sets.get(message.configuration_set or "")
    if reason and reason in suppression.reasons(account, chosen):
        for address in to:
            suppression.put(account, address, reason)


def settings_of(request: Request) -> state.Settings:
    account = request.args.get("account", "000000000000")
    return state.account(account, request.args.get("region", "us-east-1")).settings


def get_settings(request: Request) -> Response:
    return control.answer(asdict(settings_of(request)))


def put_settings(request: Request) -> Response:
    """Changes what is named; the names are those of GetAccount, and Verification: created, manual or all."""
    changes, settings = control.body(request), settings_of(request)
    if unknown := set(changes) - {f.name for f in fields(settings)}:
        return control.answer({"error": f"unknown settings: {', '.join(sorted(unknown))}"}, 400)
    for name, value in changes.items():
        setattr(settings, name, value)
    return control.answer(asdict(settings))


def verify(request: Request, name: str) -> Response:
    found = [a.identities[name.lower()] for a in state.accounts() if name.lower() in a.identities]
    for identity in found:
        identity.verified = control.body(request).get("verified", True)
    return control.answer({"verified": bool(found)}, 200 if found else 404)


def get_faults(request: Request) -> Response:
    return control.answer({"faults": [asdict(f) for f in faults.armed()]})


def arm_fault(request: Request) -> Response:
    body = control.body(request)
    try:
        faults.arm(body.get("kind", ""), int(body.get("next", 1)))
    except ValueError as wrong:
        return control.answer({"error": str(wrong)}, 400)
    return get_faults(request)


def clear_faults(request: Request) -> Response:
    faults.clear()
    return get_faults(request)
