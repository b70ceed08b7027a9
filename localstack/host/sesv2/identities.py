"""Identities: the domains and addresses that may send."""

import hashlib

from localstack.aws.api import handler

from host.sesv2 import errors, state


class Identities:
    """Operations on identities, a part of service.SesV2."""

    @handler("CreateEmailIdentity", expand=False)
    def create_email_identity(self, context, request):
        account, name = state.of(context), request["EmailIdentity"].lower()
        if name in account.identities:
            raise errors.already_exists(f"Email identity {name} already exists.")
        chosen = request.get("ConfigurationSetName")
        if chosen and chosen not in account.configuration_sets:
            raise errors.not_found(f"Configuration set {chosen} does not exist.")
        verified = account.settings.Verification != state.MANUAL
        length = (request.get("DkimSigningAttributes") or {}).get("NextSigningKeyLength") or "RSA_2048_BIT"
        identity = state.Identity(name, state.now(), verified, chosen, tags=request.get("Tags") or [], dkim_length=length)
        account.identities[name] = identity
        return {
            "IdentityType": kind(identity),
            "VerifiedForSendingStatus": verified,
            "DkimAttributes": dkim(identity),
        }

    @handler("GetEmailIdentity", expand=False)
    def get_email_identity(self, context, request):
        identity = existing(context, request)
        mail_from = identity.mail_from
        answer = {
            "IdentityType": kind(identity),
            "FeedbackForwardingStatus": identity.feedback_forwarding,
            "VerifiedForSendingStatus": identity.verified,
            "VerificationStatus": status(identity),
            "DkimAttributes": dkim(identity),
            "MailFromAttributes": {
                "MailFromDomain": mail_from.get("MailFromDomain") or "",
                "MailFromDomainStatus": status(identity),
                "BehaviorOnMxFailure": mail_from.get("BehaviorOnMxFailure") or "USE_DEFAULT_VALUE",
            },
            "Policies": {},
            "Tags": identity.tags,
        }
        if identity.configuration_set:
            answer["ConfigurationSetName"] = identity.configuration_set
        return answer

    @handler("ListEmailIdentities", expand=False)
    def list_email_identities(self, context, request):
        items = [
            {
                "IdentityType": kind(i),
                "IdentityName": i.name,
                "SendingEnabled": i.verified,
                "VerificationStatus": status(i),
            }
            for i in state.of(context).identities.values()
        ]
        return state.page(items, request, "EmailIdentities")

    @handler("DeleteEmailIdentity", expand=False)
    def delete_email_identity(self, context, request):
        identity = existing(context, request)
        del state.of(context).identities[identity.name]
        return {}

    @handler("PutEmailIdentityConfigurationSetAttributes", expand=False)
    def put_email_identity_configuration_set_attributes(self, context, request):
        existing(context, request).configuration_set = request.get("ConfigurationSetName")
        return {}

    @handler("PutEmailIdentityMailFromAttributes", expand=False)
    def put_email_identity_mail_from_attributes(self, context, request):
        identity, domain = existing(context, request), request.get("MailFromDomain")
        owner = identity.name.split("@")[-1]
        if domain and not domain.lower().endswith("." + owner):
            raise errors.bad_request(f"Provided MAIL-FROM domain <{domain}> is not subdomain of the domain of the identity <{owner}>.")
        identity.mail_from = {name: request[name] for name in ("MailFromDomain", "BehaviorOnMxFailure") if request.get(name)}
        return {}

    @handler("PutEmailIdentityFeedbackAttributes", expand=False)
    def put_email_identity_feedback_attributes(self, context, request):
        existing(context, request).feedback_forwarding = bool(request.get("EmailForwardingEnabled"))
        return {}

    @handler("PutEmailIdentityDkimAttributes", expand=False)
    def put_email_identity_dkim_attributes(self, context, request):
        existing(context, request).dkim_enabled = bool(request.get("SigningEnabled"))
        return {}

    @handler("PutEmailIdentityDkimSigningAttributes", expand=False)
    def put_email_identity_dkim_signing_attributes(self, context, request):
        identity = existing(context, request)
        identity.dkim_length = (request.get("SigningAttributes") or {}).get("NextSigningKeyLength") or identity.dkim_length
        return {"DkimStatus": status(identity), "DkimTokens": tokens(identity)}


def existing(context, request) -> state.Identity:
    name = request["EmailIdentity"].lower()
    identity = state.of(context).identities.get(name)
    if identity is None:
        raise errors.not_found(f"Email identity {name} does not exist.")
    return identity


def sender(account: state.Account, address: str) -> state.Identity | None:
    """The verified identity that lets an address send: the address itself, its domain or a domain above that."""
    name = address.lower()
    labels = name.split("@")[-1].split(".")
    for candidate in [name] + [".".join(labels[i:]) for i in range(len(labels) - 1)]:
        identity = account.identities.get(candidate)
        if identity and identity.verified:
            return identity
    if account.settings.Verification == state.ALL:
        return state.Identity(name.split("@")[-1], state.now(), True)
    return None


def kind(identity: state.Identity) -> str:
    return "DOMAIN" if identity.is_domain else "EMAIL_ADDRESS"


def status(identity: state.Identity) -> str:
    return "SUCCESS" if identity.verified else "PENDING"


def tokens(identity: state.Identity) -> list[str]:
    """Three words of 32 letters for the CNAME records; the same for the same name."""
    return [hashlib.sha256(f"{identity.name} {i}".encode()).hexdigest()[:32] for i in range(3)] if identity.is_domain else []


def dkim(identity: state.Identity) -> dict:
    return {
        "SigningEnabled": identity.dkim_enabled,
        "Status": status(identity) if identity.is_domain else "NOT_STARTED",
        "Tokens": tokens(identity),
        "SigningAttributesOrigin": "AWS_SES",
        "NextSigningKeyLength": identity.dkim_length,
        "CurrentSigningKeyLength": identity.dkim_length,
    }
