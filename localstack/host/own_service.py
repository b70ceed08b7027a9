"""Adds a service of our own to LocalStack. Operations that it lacks are answered as not implemented."""


def add(provider) -> None:
    """`provider` has `service` and operations marked by `handler`; the API's shapes come from botocore."""
    from localstack.services.plugins import SERVICE_PLUGINS, Service
    from localstack.utils.bootstrap import get_enabled_apis

    # First the list, which decides what is enabled, then the service: adding it asks.
    listed = SERVICE_PLUGINS.list_available
    SERVICE_PLUGINS.list_available = lambda: [*listed(), provider.service]
    get_enabled_apis.cache_clear()
    SERVICE_PLUGINS.add_service(Service.for_provider(provider))
