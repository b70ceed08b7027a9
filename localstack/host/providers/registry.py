"""Puts our resource types before LocalStack's own, and makes an update that LocalStack would drop fail.

LocalStack reports success when a type has no update, and goes on with the state before: a redeployment would then look
done and not be.
"""

from host.providers import (
    alarms,
    completed,
    custom_resource,
    event_bus,
    event_schemas,
    functions,
    log_group,
    managed_policy,
    policies,
    schedule,
    ses,
    state_machine,
)

TYPES = {
    provider.TYPE: provider
    for module in (
        alarms,
        completed,
        custom_resource,
        event_bus,
        event_schemas,
        functions,
        log_group,
        managed_policy,
        policies,
        schedule,
        ses,
        state_machine,
    )
    for provider in module.PROVIDERS
}

HARMLESS = {"AWS::CDK::Metadata"}
"""Types whose update changes nothing."""


def install() -> None:
    from localstack.services.cloudformation.engine.v2.change_set_resource_support_checker import (
        ChangeSetResourceSupportChecker,
    )
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor

    load = ResourceProviderExecutor.try_load_resource_provider

    def load_ours_first(resource_type):
        if resource_type and resource_type.startswith("Custom::"):
            resource_type = custom_resource.CustomResource.TYPE
        ours = TYPES.get(resource_type)
        return ours() if ours else load(resource_type)

    ResourceProviderExecutor.try_load_resource_provider = staticmethod(load_ours_first)

    ChangeSetResourceSupportChecker._resource_support_status = support

    act = ResourceProviderExecutor.execute_action

    def act_or_fail(self, resource_provider, raw_payload):
        if raw_payload["action"] in ("Modify", "Dynamic") and raw_payload["resourceType"] not in HARMLESS:
            return update_or_fail(self, resource_provider, raw_payload, act)
        return act(self, resource_provider, raw_payload)

    ResourceProviderExecutor.execute_action = act_or_fail


def support(_, resource_type: str):
    """A type is supported when there is a provider for it. LocalStack asks a catalogue that it would have to download."""
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor
    from localstack.utils.catalog.common import CloudFormationResourcesSupportAtRuntime as AtRuntime
    from localstack.utils.catalog.common import CloudFormationResourcesSupportInLatest as InLatest

    there = ResourceProviderExecutor.try_load_resource_provider(resource_type)
    return AtRuntime.AVAILABLE if there else InLatest.NOT_SUPPORTED


def update_or_fail(executor, provider, payload, act):
    """Runs an update; one that is not implemented, or that fails in any way, fails the deployment with its reason."""
    from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent

    reason = []
    update = provider.update

    def told(request):
        try:
            return update(request)
        except NotImplementedError as why:
            reason.append(f"the emulator cannot update a resource of the type {payload['resourceType']} {why}".strip())
        except Exception as failure:
            reason.append(f"{type(failure).__name__}: {failure}")
        return ProgressEvent(status=OperationStatus.FAILED, resource_model={}, message=reason[0])

    provider.update = told
    return act(executor, provider, payload)
