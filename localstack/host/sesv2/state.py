"""What SES knows in one account and region. All in memory; it goes with the emulator."""

import os
import threading
from dataclasses import dataclass, field
from datetime import datetime, timezone

CREATED, MANUAL, ALL = "created", "manual", "all"
"""How identities come to be verified: when created, by the control endpoint only, or without being created at all."""


@dataclass
class Identity:
    name: str
    created: datetime
    verified: bool
    configuration_set: str | None = None
    dkim_enabled: bool = True
    mail_from: dict = field(default_factory=dict)
    feedback_forwarding: bool = True
    tags: list = field(default_factory=list)
    dkim_length: str = "RSA_2048_BIT"

    @property
    def is_domain(self) -> bool:
        return "@" not in self.name


@dataclass
class ConfigurationSet:
    name: str
    options: dict
    """TrackingOptions, DeliveryOptions, ReputationOptions, SendingOptions, SuppressionOptions, VdmOptions as given."""
    destinations: dict[str, dict] = field(default_factory=dict)
    """Event destinations by name."""
    tags: list = field(default_factory=list)


@dataclass
class Suppressed:
    address: str
    reason: str
    """BOUNCE or COMPLAINT."""
    updated: datetime


@dataclass
class Message:
    id: str
    raw: bytes
    """The MIME text as it was handed over; SES would put its own Message-ID and Date into it."""
    source: str
    recipients: dict[str, list[str]]
    """ToAddresses, CcAddresses, BccAddresses: the envelope."""
    configuration_set: str | None
    tags: dict[str, str]
    at: datetime
    caller: str
    """The app id of the caller's User-Agent; empty without one."""
    identity: str = ""
    """The verified identity that let it go."""
    events: list[dict] = field(default_factory=list)
    """Every event that happened to it, published or not: type and, when published, the destinations."""

    @property
    def addresses(self) -> list[str]:
        return [a for kind in ("ToAddresses", "CcAddresses", "BccAddresses") for a in self.recipients.get(kind) or []]


@dataclass
class Settings:
    """What GetAccount tells and the control endpoint /_senda/ses/account changes."""

    ProductionAccessEnabled: bool = True
    SendingEnabled: bool = True
    Max24HourSend: float = 50_000.0
    MaxSendRate: float = 14.0
    SuppressedReasons: list = field(default_factory=lambda: ["BOUNCE", "COMPLAINT"])
    EnforcementStatus: str = "HEALTHY"
    Verification: str = field(default_factory=lambda: os.environ.get("SENDA_SES_VERIFICATION", CREATED))


@dataclass
class Account:
    id: str
    region: str
    settings: Settings = field(default_factory=Settings)
    identities: dict[str, Identity] = field(default_factory=dict)
    configuration_sets: dict[str, ConfigurationSet] = field(default_factory=dict)
    suppressed: dict[str, Suppressed] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:ses:{self.region}:{self.id}:{kind}/{name}"


_accounts: dict[tuple[str, str], Account] = {}
_lock = threading.Lock()


def account(id: str, region: str) -> Account:
    with _lock:
        if (id, region) not in _accounts:
            _accounts[id, region] = Account(id, region)
        return _accounts[id, region]


def of(context) -> Account:
    """The account of a request."""
    return account(context.account_id, context.region)


def accounts() -> list[Account]:
    with _lock:
        return list(_accounts.values())


def find_message(id: str) -> tuple[Account, Message] | None:
    for one in accounts():
        if id in one.messages:
            return one, one.messages[id]
    return None


def now() -> datetime:
    return datetime.now(timezone.utc)


def page(items: list, request: dict, key: str, size: int = 1000) -> dict:
    """One page of a list answer: NextToken is the index of the next item."""
    begin = int(request.get("NextToken") or 0)
    end = begin + int(request.get("PageSize") or size)
    answer = {key: items[begin:end]}
    if end < len(items):
        answer["NextToken"] = str(end)
    return answer
