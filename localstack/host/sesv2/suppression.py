"""The account's suppression list, and which of its reasons a configuration set heeds."""

from localstack.aws.api import handler

from host.sesv2 import errors, state

REASONS = ("BOUNCE", "COMPLAINT")


class Suppression:
    """Operations on the suppression list, a part of service.SesV2."""

    @handler("PutSuppressedDestination", expand=False)
    def put_suppressed_destination(self, context, request):
        put(state.of(context), request["EmailAddress"], request.get("Reason"))
        return {}

    @handler("GetSuppressedDestination", expand=False)
    def get_suppressed_destination(self, context, request):
        return {"SuppressedDestination": summary(existing(context, request))}

    @handler("DeleteSuppressedDestination", expand=False)
    def delete_suppressed_destination(self, context, request):
        del state.of(context).suppressed[existing(context, request).address]
        return {}

    @handler("ListSuppressedDestinations", expand=False)
    def list_suppressed_destinations(self, context, request):
        reasons = request.get("Reasons") or REASONS
        begin, end = request.get("StartDate"), request.get("EndDate")
        rows = [
            summary(one)
            for one in state.of(context).suppressed.values()
            if one.reason in reasons and (not begin or one.updated >= begin) and (not end or one.updated <= end)
        ]
        return state.page(rows, request, "SuppressedDestinationSummaries")

    @handler("PutAccountSuppressionAttributes", expand=False)
    def put_account_suppression_attributes(self, context, request):
        state.of(context).settings.SuppressedReasons = list(request.get("SuppressedReasons") or [])
        return {}


def put(account: state.Account, address: str, reason: str | None) -> None:
    if reason not in REASONS:
        raise errors.bad_request(f"Reason must be one of {', '.join(REASONS)}.")
    if "@" not in address:
        raise errors.bad_request("The email address is not valid.")
    account.suppressed[address.lower()] = state.Suppressed(address.lower(), reason, state.now())


def existing(context, request) -> state.Suppressed:
    address = request["EmailAddress"].lower()
    found = state.of(context).suppressed.get(address)
    if found is None:
        raise errors.not_found(f"Email address {address} does not exist on your suppression list.")
    return found


def summary(one: state.Suppressed) -> dict:
    return {"EmailAddress": one.address, "Reason": one.reason, "LastUpdateTime": one.updated}


def reasons(account: state.Account, configuration_set: state.ConfigurationSet | None) -> list[str]:
    """The reasons that count: those of the configuration set where it states any list, the account's otherwise."""
    if configuration_set:
        stated = (configuration_set.options.get("SuppressionOptions") or {}).get("SuppressedReasons")
        if stated is not None:
            return list(stated)
    return account.settings.SuppressedReasons


def suppressed(account: state.Account, configuration_set: state.ConfigurationSet | None, address: str) -> str | None:
    """The reason for which nothing goes to an address, None when it may be mailed."""
    found = account.suppressed.get(address.lower())
    return found.reason if found and found.reason in reasons(account, configuration_set) else None
