"""The headers of a MIME message, as SES reads them and repeats them in its events."""

import email
import email.policy
from email.utils import getaddresses, parseaddr

LIMIT = 10 * 1024
"""SES repeats at most 10 KB of headers in an event."""


class Headers:
    def __init__(self, raw: bytes):
        # compat32 keeps the values as they stand, folded lines too; default decodes encoded words.
        self._plain = email.message_from_bytes(raw, policy=email.policy.compat32)
        self._decoded = email.message_from_bytes(raw, policy=email.policy.default)

    def all(self) -> list[dict]:
        """The headers in their order, unfolded, up to the limit."""
        out, size = [], 0
        for name, value in self._plain.items():
            text = " ".join(part.strip() for part in str(value).splitlines())
            size += len(name) + len(text) + 4
            if size > LIMIT:
                break
            out.append({"name": name, "value": text})
        return out

    @property
    def truncated(self) -> bool:
        return len(self.all()) < len(self._plain.items())

    def common(self) -> dict:
        """The commonHeaders of an event, without the message id."""
        out = {}
        for key, name in {"from": "From", "to": "To", "cc": "Cc", "replyTo": "Reply-To"}.items():
            if values := self._decoded.get_all(name):
                out[key] = [part.strip() for value in values for part in str(value).split(", ")]
        for key, name in {"date": "Date", "subject": "Subject"}.items():
            if self._decoded[name] is not None:
                out[key] = str(self._decoded[name])
        return out

    def get(self, name: str) -> str | None:
        value = self._decoded[name]
        return None if value is None else str(value)

    def sender(self) -> str:
        """The bare address of From; empty without one."""
        return parseaddr(self.get("From") or "")[1]

    def recipients(self) -> dict[str, list[str]]:
        """The addresses of To, Cc and Bcc: the envelope of a mail that names no destination."""
        out = {}
        for key, name in {"ToAddresses": "To", "CcAddresses": "Cc", "BccAddresses": "Bcc"}.items():
            found = [a for _, a in getaddresses([str(v) for v in self._decoded.get_all(name) or []]) if a]
            if found:
                out[key] = found
        return out
