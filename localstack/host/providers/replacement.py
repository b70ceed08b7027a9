"""Whether an update makes a new resource: decided by values, not by the text of the template.

LocalStack replaces a resource as soon as a create-only property refers to a resource that changed in any way. A function
with new code would so lose its URL, and its settings of asynchronous calls with the clean-up of their older self.
"""


def install() -> None:
    from localstack.services.cloudformation.engine.v2.change_set_model import is_nothing
    from localstack.services.cloudformation.engine.v2.change_set_model_executor import ChangeSetModelExecutor
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor

    execute = ChangeSetModelExecutor._execute_resource_change

    def execute_by_values(self, name, before, after):
        if not is_nothing(before) and not is_nothing(after) and before.resource_type == after.resource_type:
            provider = ResourceProviderExecutor.try_load_resource_provider(after.resource_type)
            after.requires_replacement = provider is not None and differs(provider.SCHEMA, before, after)
        return execute(self, name=name, before=before, after=after)

    ChangeSetModelExecutor._execute_resource_change = execute_by_values


def differs(schema: dict, before, after) -> bool:
    """Whether a create-only property of the resource, by its resolved value, is another one now."""
    names = [path.removeprefix("/properties/").split("/")[0] for path in schema.get("createOnlyProperties") or ()]
    then, now = before.properties.properties, after.properties.properties
    return any(then.get(name) != now.get(name) for name in names)
