"""AWS::SES: configuration sets, their event destinations, identities; over the SES v2 double."""

import re

from host.providers.framework import Provider, chosen, name

PARTS = {
    "DeliveryOptions": "delivery_options",
    "ReputationOptions": "reputation_options",
    "SendingOptions": "sending_options",
    "SuppressionOptions": "suppression_options",
    "TrackingOptions": "tracking_options",
}


class ConfigurationSet(Provider):
    TYPE = "AWS::SES::ConfigurationSet"
    ID = "Name"
    CREATE_ONLY = ("Name",)

    def add(self, request, model):
        model["Name"] = model.get("Name") or name(request)[:64]
        wanted = chosen(model, *PARTS, "VdmOptions", "ArchivingOptions", "Tags")
        request.aws_client_factory.sesv2.create_configuration_set(ConfigurationSetName=model["Name"], **wanted)

    def change(self, request, model, before):
        ses = request.aws_client_factory.sesv2
        for part, operation in PARTS.items():
            if model.get(part) != before.get(part):
                put = getattr(ses, f"put_configuration_set_{operation}")
                put(ConfigurationSetName=model["Name"], **(model.get(part) or {}))

    def remove(self, request, model):
        request.aws_client_factory.sesv2.delete_configuration_set(ConfigurationSetName=model["Name"])


class ConfigurationSetEventDestination(Provider):
    TYPE = "AWS::SES::ConfigurationSetEventDestination"
    ID = "Id"
    CREATE_ONLY = ("ConfigurationSetName",)

    def add(self, request, model):
        destination = model["EventDestination"]
        destination["Name"] = destination.get("Name") or name(request)[:64]
        model["Id"] = f"{model['ConfigurationSetName']}|{destination['Name']}"
        request.aws_client_factory.sesv2.create_configuration_set_event_destination(**self.wanted(model))

    def change(self, request, model, before):
        model["EventDestination"].setdefault("Name", before["EventDestination"]["Name"])
        request.aws_client_factory.sesv2.update_configuration_set_event_destination(**self.wanted(model))

    def remove(self, request, model):
        wanted = self.wanted(model)
        del wanted["EventDestination"]
        request.aws_client_factory.sesv2.delete_configuration_set_event_destination(**wanted)

    @staticmethod
    def wanted(model: dict) -> dict:
        destination = dict(model["EventDestination"])
        its_name = destination.pop("Name")
        destination["MatchingEventTypes"] = [event_type(one) for one in destination["MatchingEventTypes"]]
        return {
            "ConfigurationSetName": model["ConfigurationSetName"],
            "EventDestinationName": its_name,
            "EventDestination": destination,
        }


class EmailIdentity(Provider):
    TYPE = "AWS::SES::EmailIdentity"
    ID = "EmailIdentity"
    CREATE_ONLY = ("EmailIdentity",)
    KEPT = tuple(f"DkimDNSToken{what}{i}" for what in ("Name", "Value") for i in (1, 2, 3))

    def add(self, request, model):
        ses, identity = request.aws_client_factory.sesv2, model["EmailIdentity"]
        wanted = chosen(model, "EmailIdentity", "DkimSigningAttributes", "Tags")
        wanted |= chosen(model.get("ConfigurationSetAttributes") or {}, "ConfigurationSetName")
        made = ses.create_email_identity(**wanted)
        self.settle(ses, model)
        for i, token in enumerate(made["DkimAttributes"].get("Tokens") or (), 1):
            model[f"DkimDNSTokenName{i}"] = f"{token}._domainkey.{identity}"
            model[f"DkimDNSTokenValue{i}"] = f"{token}.dkim.amazonses.com"

    def change(self, request, model, before):
        ses, identity = request.aws_client_factory.sesv2, model["EmailIdentity"]
        default = chosen(model.get("ConfigurationSetAttributes") or {}, "ConfigurationSetName")
        ses.put_email_identity_configuration_set_attributes(EmailIdentity=identity, **default)
        self.settle(ses, model)

    def remove(self, request, model):
        request.aws_client_factory.sesv2.delete_email_identity(EmailIdentity=model["EmailIdentity"])

    @staticmethod
    def settle(ses, model: dict) -> None:
        """The attributes that creating an identity does not take."""
        identity = model["EmailIdentity"]
        if part := model.get("MailFromAttributes"):
            ses.put_email_identity_mail_from_attributes(
                EmailIdentity=identity, **chosen(part, "MailFromDomain", "BehaviorOnMxFailure")
            )
        if part := model.get("FeedbackAttributes"):
            ses.put_email_identity_feedback_attributes(EmailIdentity=identity, **chosen(part, "EmailForwardingEnabled"))
        if part := model.get("DkimAttributes"):
            ses.put_email_identity_dkim_attributes(EmailIdentity=identity, **chosen(part, "SigningEnabled"))


PROVIDERS = (ConfigurationSet, ConfigurationSetEventDestination, EmailIdentity)


def event_type(word: str) -> str:
    """A type of event as the API writes it; templates write renderingFailure for RENDERING_FAILURE."""
    return word if word.isupper() else re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).upper()
