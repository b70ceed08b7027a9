"""Registers the SES v2 double as LocalStack's service "sesv2". Operations that it lacks are answered as not implemented."""

from host.sesv2 import publishing
from host.sesv2.configuration_sets import ConfigurationSets
from host.sesv2.identities import Identities
from host.sesv2.sending import Sending
from host.sesv2.sending_account import SendingAccount
from host.sesv2.suppression import Suppression


class SesV2(Sending, Identities, ConfigurationSets, Suppression, SendingAccount):
    service, version = "sesv2", "2019-09-27"


def install() -> None:
    from localstack.services.plugins import SERVICE_PLUGINS, Service
    from localstack.services.ses.provider import register_ses_api_resource
    from localstack.utils.bootstrap import get_enabled_apis

    register_ses_api_resource()
    publishing.install()
    # First the list, which decides what is enabled, then the service: adding it asks.
    listed = SERVICE_PLUGINS.list_available
    SERVICE_PLUGINS.list_available = lambda: [*listed(), SesV2.service]
    get_enabled_apis.cache_clear()
    SERVICE_PLUGINS.add_service(Service.for_provider(SesV2()))
