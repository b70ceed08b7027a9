"""DeletionPolicy and UpdateReplacePolicy: LocalStack parses them and deletes all the same.

A version of a state machine must outlive the deployment that replaces it: people are still inside.
"""

RETAIN = ("Retain", "RetainExceptOnCreate")


def install() -> None:
    from localstack.aws.api.cloudformation import ChangeAction
    from localstack.services.cloudformation.engine.v2.change_set_model_executor import ChangeSetModelExecutor
    from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent

    act = ChangeSetModelExecutor._execute_resource_action

    def act_unless_retained(self, *, action, logical_resource_id, part_of_replacement=False, **rest):
        if action == ChangeAction.Remove and retained(self._change_set.stack, logical_resource_id, part_of_replacement):
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={}, message="retained")
        return act(
            self, action=action, logical_resource_id=logical_resource_id, part_of_replacement=part_of_replacement, **rest
        )

    ChangeSetModelExecutor._execute_resource_action = act_unless_retained


def retained(stack, logical_id: str, replaced: bool) -> bool:
    """Whether the template that is deployed keeps a resource which the new one drops or replaces."""
    template = getattr(stack, "processed_template", None) or getattr(stack, "template", None) or {}
    resource = (template.get("Resources") or {}).get(logical_id) or {}
    return resource.get("UpdateReplacePolicy" if replaced else "DeletionPolicy") in RETAIN
