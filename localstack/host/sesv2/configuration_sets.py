"""Configuration sets and their event destinations."""

from localstack.aws.api import handler

from host.sesv2 import errors, state

OPTIONS = (
    "TrackingOptions",
    "DeliveryOptions",
    "ReputationOptions",
    "SendingOptions",
    "SuppressionOptions",
    "VdmOptions",
    "ArchivingOptions",
)
EVENT_TYPES = {
    "SEND",
    "REJECT",
    "BOUNCE",
    "COMPLAINT",
    "DELIVERY",
    "OPEN",
    "CLICK",
    "RENDERING_FAILURE",
    "DELIVERY_DELAY",
    "SUBSCRIPTION",
}


class ConfigurationSets:
    """Operations on configuration sets, a part of service.SesV2."""

    @handler("CreateConfigurationSet", expand=False)
    def create_configuration_set(self, context, request):
        account, name = state.of(context), request["ConfigurationSetName"]
        if name in account.configuration_sets:
            raise errors.already_exists(f"Configuration set {name} already exists.")
        options = {key: request[key] for key in OPTIONS if request.get(key) is not None}
        account.configuration_sets[name] = state.ConfigurationSet(name, options, tags=request.get("Tags") or [])
        return {}

    @handler("GetConfigurationSet", expand=False)
    def get_configuration_set(self, context, request):
        found = existing(context, request)
        defaults = {
            "DeliveryOptions": {"TlsPolicy": "OPTIONAL"},
            "ReputationOptions": {"ReputationMetricsEnabled": False},
            "SendingOptions": {"SendingEnabled": True},
        }
        return {"ConfigurationSetName": found.name, "Tags": found.tags, **defaults, **found.options}

    @handler("ListConfigurationSets", expand=False)
    def list_configuration_sets(self, context, request):
        return state.page(list(state.of(context).configuration_sets), request, "ConfigurationSets")

    @handler("DeleteConfigurationSet", expand=False)
    def delete_configuration_set(self, context, request):
        del state.of(context).configuration_sets[existing(context, request).name]
        return {}

    @handler("PutConfigurationSetSuppressionOptions", expand=False)
    def put_suppression(self, context, request):
        return put(context, request, "SuppressionOptions", "SuppressedReasons")

    @handler("PutConfigurationSetSendingOptions", expand=False)
    def put_sending(self, context, request):
        return put(context, request, "SendingOptions", "SendingEnabled")

    @handler("PutConfigurationSetReputationOptions", expand=False)
    def put_reputation(self, context, request):
        return put(context, request, "ReputationOptions", "ReputationMetricsEnabled")

    @handler("PutConfigurationSetTrackingOptions", expand=False)
    def put_tracking(self, context, request):
        return put(context, request, "TrackingOptions", "CustomRedirectDomain", "HttpsPolicy")

    @handler("PutConfigurationSetDeliveryOptions", expand=False)
    def put_delivery(self, context, request):
        return put(context, request, "DeliveryOptions", "TlsPolicy", "SendingPoolName", "MaxDeliverySeconds")

    @handler("PutConfigurationSetVdmOptions", expand=False)
    def put_vdm(self, context, request):
        existing(context, request).options["VdmOptions"] = request.get("VdmOptions") or {}
        return {}

    @handler("CreateConfigurationSetEventDestination", expand=False)
    def create_event_destination(self, context, request):
        found, name = existing(context, request), request["EventDestinationName"]
        if name in found.destinations:
            raise errors.already_exists(f"Event destination {name} already exists in configuration set {found.name}.")
        found.destinations[name] = checked(context, request["EventDestination"])
        return {}

    @handler("UpdateConfigurationSetEventDestination", expand=False)
    def update_event_destination(self, context, request):
        existing_destination(context, request)
        existing(context, request).destinations[request["EventDestinationName"]] = checked(context, request["EventDestination"])
        return {}

    @handler("DeleteConfigurationSetEventDestination", expand=False)
    def delete_event_destination(self, context, request):
        existing_destination(context, request)
        del existing(context, request).destinations[request["EventDestinationName"]]
        return {}

    @handler("GetConfigurationSetEventDestinations", expand=False)
    def get_event_destinations(self, context, request):
        found = existing(context, request)
        return {"EventDestinations": [{"Name": name, **body} for name, body in found.destinations.items()]}


def existing(context, request) -> state.ConfigurationSet:
    return named(state.of(context), request["ConfigurationSetName"])


def named(account: state.Account, name: str) -> state.ConfigurationSet:
    found = account.configuration_sets.get(name)
    if found is None:
        raise errors.not_found(f"Configuration set <{name}> does not exist.")
    return found


def existing_destination(context, request) -> dict:
    found, name = existing(context, request), request["EventDestinationName"]
    if name not in found.destinations:
        raise errors.not_found(f"Event destination {name} does not exist in configuration set {found.name}.")
    return found.destinations[name]


def put(context, request, group: str, *names: str) -> dict:
    existing(context, request).options[group] = {name: request[name] for name in names if request.get(name) is not None}
    return {}


def checked(context, destination: dict) -> dict:
    """An event destination that can be served here: EventBridge, and there the default bus alone, as SES has it."""
    types = destination.get("MatchingEventTypes") or []
    if unknown := set(types) - EVENT_TYPES:
        raise errors.bad_request(f"Invalid event types: {sorted(unknown)}.")
    bus = (destination.get("EventBridgeDestination") or {}).get("EventBusArn")
    if not bus:
        raise errors.bad_request("This emulator publishes SES events to EventBridge only.")
    if bus.split(":")[-1] != "event-bus/default":
        raise errors.bad_request(f"Event bus {bus}: SES publishes to the default event bus only.")
    return {
        "Enabled": bool(destination.get("Enabled")),
        "MatchingEventTypes": list(types),
        "EventBridgeDestination": {"EventBusArn": bus},
    }
