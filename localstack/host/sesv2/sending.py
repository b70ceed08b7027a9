"""SendEmail: what is refused, what is kept, and what happens to it then."""

import re
import uuid
from email.message import EmailMessage
from email.utils import parseaddr

from localstack.aws.api import handler

from host import calls
from host.sesv2 import configuration_sets, errors, faults, identities, publishing, simulator, state
from host.sesv2.mime import Headers

TAG = re.compile(r"[A-Za-z0-9_.@-]{1,256}")
SIZE = 40 * 1024 * 1024
"""Bytes of a message at most (SES v2)."""
RECIPIENTS = 50


class Sending:
    """SendEmail, a part of service.SesV2."""

    @handler("SendEmail", expand=False)
    def send_email(self, context, request):
        fault = faults.take()
        if refusal := faults.refusal(fault):
            raise refusal
        account = state.of(context)
        message = composed(account, request, calls.app(context.request.headers))
        chosen = configuration_set(account, message)
        check(account, chosen, message)
        with account.lock:
            account.messages[message.id] = message
        show(context, message, request)
        publishing.publish(account, message, "Send", {})
        for address in message.addresses:
            for kind, about in simulator.fate(account, chosen, message, address):
                publishing.publish(account, message, kind, about)
        if fault == "cut":
            calls.cut(context)
        return {"MessageId": message.id}


def composed(account: state.Account, request: dict, caller: str) -> state.Message:
    """The message of a request, given raw or in parts."""
    content = request["Content"]
    raw = bytes(content["Raw"]["Data"]) if content.get("Raw") else simple(request)
    if len(raw) > SIZE:
        raise errors.bad_request(f"Message length is more than {SIZE} bytes long: '{len(raw)}'.")
    headers = Headers(raw)
    recipients = {kind: list(some) for kind, some in (request.get("Destination") or {}).items() if some}
    at = state.now()
    return state.Message(
        id=f"0100{int(at.timestamp() * 1000):012x}-{uuid.uuid4()}-000000",
        raw=raw,
        source=parseaddr(request.get("FromEmailAddress") or "")[1] or headers.sender(),
        recipients={k: [parseaddr(a)[1] or a for a in some] for k, some in recipients.items()} or headers.recipients(),
        configuration_set=request.get("ConfigurationSetName"),
        tags={tag["Name"]: tag["Value"] for tag in request.get("EmailTags") or []},
        at=at,
        caller=caller,
    )


def simple(request: dict) -> bytes:
    """The MIME text that SES would make of Content.Simple."""
    part = request["Content"].get("Simple")
    if not part:
        raise errors.bad_request("This emulator sends Content.Raw and Content.Simple, no templates.")
    mail = EmailMessage()
    mail["From"] = request.get("FromEmailAddress") or ""
    for name, key in {"To": "ToAddresses", "Cc": "CcAddresses"}.items():
        if some := (request.get("Destination") or {}).get(key):
            mail[name] = ", ".join(some)
    if replies := request.get("ReplyToAddresses"):
        mail["Reply-To"] = ", ".join(replies)
    mail["Subject"] = part["Subject"]["Data"]
    for header in part.get("Headers") or []:
        mail[header["Name"]] = header["Value"]
    body = part["Body"]
    mail.set_content((body.get("Text") or {}).get("Data") or "")
    if html := (body.get("Html") or {}).get("Data"):
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def configuration_set(account: state.Account, message: state.Message) -> state.ConfigurationSet | None:
    """The set that the mail names, else the default one of its identity."""
    identity = identities.sender(account, message.source)
    if identity:
        message.identity = identity.name
        message.configuration_set = message.configuration_set or identity.configuration_set
    return configuration_sets.named(account, message.configuration_set) if message.configuration_set else None


def check(account: state.Account, chosen: state.ConfigurationSet | None, message: state.Message) -> None:
    """Refuses what SES refuses before it takes a mail."""
    if not message.source:
        raise errors.bad_request("Missing required header 'From'.")
    if not message.addresses:
        raise errors.bad_request("There are no recipients.")
    if len(message.addresses) > RECIPIENTS:
        raise errors.bad_request(f"Recipient count exceeds {RECIPIENTS}.")
    for address in message.addresses:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or not address.isascii():
            raise errors.bad_request("Missing final '@domain'")
    for name, value in message.tags.items():
        if not TAG.fullmatch(name) or not TAG.fullmatch(value):
            raise errors.bad_request(f"Invalid tag name or value: <{name}>: letters, digits, _, -, . and @ only, 1 to 256.")
    if not account.settings.SendingEnabled:
        raise errors.SesError("SendingPausedException", "Sending is paused for the account.")
    if chosen and not (chosen.options.get("SendingOptions") or {}).get("SendingEnabled", True):
        raise errors.SesError("SendingPausedException", f"Sending is paused for configuration set <{chosen.name}>.")
    failed = [] if message.identity else [message.source]
    if not account.settings.ProductionAccessEnabled:  # the sandbox: recipients must be verified too
        failed += [
            a for a in message.addresses if not a.lower().endswith("@" + simulator.DOMAIN) and not identities.sender(account, a)
        ]
    if failed:
        raise errors.rejected(
            "Email address is not verified. The following identities failed the check in region "
            f"{account.region.upper()}: {', '.join(failed)}"
        )


def show(context, message: state.Message, request: dict) -> None:
    """Puts the mail where LocalStack shows the mails of SES v1: GET /_aws/ses."""
    from localstack.services.ses.models import SentEmail
    from localstack.services.ses.provider import save_for_retrospection

    mail = SentEmail(
        Id=message.id,
        Region=context.region,
        Destination=message.recipients,
        Source=message.source,
        RawData=message.raw.decode(errors="replace"),
        Subject=Headers(message.raw).get("Subject") or "",
    )
    for name in ("EmailTags", "ConfigurationSetName"):
        if request.get(name):
            mail[name] = request[name]
    save_for_retrospection(mail)
