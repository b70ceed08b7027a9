"""Registers the SES v2 double as LocalStack's service "sesv2"."""

from host import own_service
from host.sesv2 import publishing
from host.sesv2.configuration_sets import ConfigurationSets
from host.sesv2.identities import Identities
from host.sesv2.sending import Sending
from host.sesv2.sending_account import SendingAccount
from host.sesv2.suppression import Suppression


class SesV2(Sending, Identities, ConfigurationSets, Suppression, SendingAccount):
    service, version = "sesv2", "2019-09-27"


def install() -> None:
    from localstack.services.ses.provider import register_ses_api_resource

    register_ses_api_resource()
    publishing.install()
    own_service.add(SesV2())
