"""What becomes of a mail: the mailbox simulator's addresses, the suppression list, and delivery for everybody else.

The simulator's addresses may bear a label: bounce+anything@simulator.amazonses.com.
"""

from host.sesv2 import event, state, suppression

DOMAIN = "simulator.amazonses.com"


def fate(account: state.Account, configuration_set: state.ConfigurationSet | None, message: state.Message, address: str):
    """The events that follow Send for one recipient, in their order: pairs of type and detail."""
    reason = suppression.suppressed(account, configuration_set, address)
    if reason == "COMPLAINT":
        return [("Complaint", event.complaint([address], subtype="OnAccountSuppressionList", kind=None))]
    if reason:
        return [("Bounce", event.bounce([address], subtype="OnAccountSuppressionList", diagnostic=event.ON_LIST))]
    local, _, domain = address.lower().partition("@")
    if domain != DOMAIN:
        return [("Delivery", event.delivery([address]))]
    match local.split("+")[0]:
        case "bounce":
            return [("Bounce", event.bounce([address]))]
        case "complaint":
            return [("Delivery", event.delivery([address])), ("Complaint", event.complaint([address]))]
        case "suppressionlist":
            return [("Bounce", event.bounce([address], subtype="Suppressed", diagnostic=event.ON_GLOBAL_LIST))]
        case _:  # success, and ooto, whose automatic answer goes to the sender's mailbox and not to SES
            return [("Delivery", event.delivery([address]))]
