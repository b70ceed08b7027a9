"""The events of a mail in the form in which SES publishes them to EventBridge.

Source: SES developer guide, "Examples of event data" and "Monitoring SES events using Amazon EventBridge".
"""

import uuid
from datetime import datetime

from host.sesv2 import state
from host.sesv2.mime import Headers

DETAIL_TYPES = {
    "Send": "Email Sent",
    "Delivery": "Email Delivered",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Reject": "Email Rejected",
    "Open": "Email Opened",
    "Click": "Email Clicked",
    "Rendering Failure": "Email Rendering Failed",
    "DeliveryDelay": "Email Delivery Delayed",
    "Subscription": "Email Subscribed",
}
MATCHING = {
    "Send": "SEND",
    "Delivery": "DELIVERY",
    "Bounce": "BOUNCE",
    "Complaint": "COMPLAINT",
    "Reject": "REJECT",
    "Open": "OPEN",
    "Click": "CLICK",
    "Rendering Failure": "RENDERING_FAILURE",
    "DeliveryDelay": "DELIVERY_DELAY",
    "Subscription": "SUBSCRIPTION",
}
"""The name of a type among the MatchingEventTypes of an event destination."""

MEMBER = {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}
"""The member of the detail that tells about the type, where it is not the type in small letters."""

ON_LIST = (
    "Amazon SES did not send the message to this address because it is on the suppression list for your account. "
    "For more information about removing addresses from the suppression list, see the Amazon SES Developer Guide."
)
ON_GLOBAL_LIST = "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address."
USER_UNKNOWN = "smtp; 550 5.1.1 user unknown"


def detail(kind: str, about: dict, account: state.Account, message: state.Message) -> dict:
    """The detail of an event of a type; `about` tells what happened."""
    return {"eventType": kind, MEMBER.get(kind, kind.lower()): about, "mail": mail(account, message)}


def mail(account: state.Account, message: state.Message) -> dict:
    headers = Headers(message.raw)
    domain = message.source.split("@")[-1]
    tags = {name: [value] for name, value in message.tags.items()}
    tags |= {
        "ses:operation": ["SendEmail"],
        "ses:source-ip": ["127.0.0.1"],
        "ses:from-domain": [domain],
        "ses:caller-identity": [message.caller or "test"],
    }
    if message.configuration_set:
        tags["ses:configuration-set"] = [message.configuration_set]
    return {
        "timestamp": stamp(message.at),
        "source": message.source,
        "sourceArn": account.arn("identity", message.identity or domain),
        "sendingAccountId": account.id,
        "messageId": message.id,
        "destination": message.addresses,
        "headersTruncated": headers.truncated,
        "headers": headers.all(),
        "commonHeaders": {**headers.common(), "messageId": message.id},
        "tags": tags,
    }


def bounce(addresses: list[str], kind: str = "Permanent", subtype: str = "General", diagnostic: str = USER_UNKNOWN) -> dict:
    status = "5.1.1" if kind == "Permanent" else "4.4.7"
    return {
        "feedbackId": feedback_id(),
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": [
            {"emailAddress": a, "action": "failed", "status": status, "diagnosticCode": diagnostic} for a in addresses
        ],
        "timestamp": stamp(state.now()),
        "reportingMTA": "dns; amazonses.com",
    }


def complaint(addresses: list[str], kind: str | None = "abuse", subtype: str | None = None) -> dict:
    about = {
        "feedbackId": feedback_id(),
        "complaintSubType": subtype,
        "complainedRecipients": [{"emailAddress": a} for a in addresses],
        "timestamp": stamp(state.now()),
        "arrivalDate": stamp(state.now()),
    }
    return about | ({"userAgent": "Amazon SES Mailbox Simulator", "complaintFeedbackType": kind} if kind else {})


def delivery(addresses: list[str]) -> dict:
    return {
        "timestamp": stamp(state.now()),
        "processingTimeMillis": 1,
        "recipients": addresses,
        "smtpResponse": "250 2.6.0 Message received",
        "remoteMtaIp": "127.0.0.1",
        "reportingMTA": "amazonses.com",
    }


def opened() -> dict:
    return {"timestamp": stamp(state.now()), "userAgent": "Mozilla/5.0", "ipAddress": "192.0.2.1"}


def clicked(link: str) -> dict:
    return {**opened(), "link": link, "linkTags": None}


def delayed(addresses: list[str]) -> dict:
    return {
        "timestamp": stamp(state.now()),
        "delayType": "MailboxFull",
        "expirationTime": stamp(state.now()),
        "reportingMTA": "amazonses.com",
        "delayedRecipients": [
            {"emailAddress": a, "status": "4.2.2", "diagnosticCode": "smtp; 452 4.2.2 mailbox full"} for a in addresses
        ],
    }


def feedback_id() -> str:
    return f"0100{int(state.now().timestamp() * 1000):012x}-{uuid.uuid4()}-000000"


def stamp(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
