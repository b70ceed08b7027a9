"""The form in which a resource type is written here: three methods over an API, and a few names.

LocalStack's ResourceProvider hands over a request with the state that is wanted and the one before; it wants the whole
model back, read-only attributes included, because Ref and Fn::GetAtt read it.
"""

from localstack.services.cloudformation.provider_utils import generate_default_name
from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent, ResourceProvider


class Provider(ResourceProvider):
    TYPE: str
    ID: str
    """The property that is the physical id."""
    CREATE_ONLY: tuple[str, ...] = ()
    """Properties whose change makes a new resource."""
    KEPT: tuple[str, ...] = ()
    """Attributes, and names that were made up, which an update takes over from the state before."""

    def __init_subclass__(cls):
        cls.SCHEMA = {
            "typeName": cls.TYPE,
            "primaryIdentifier": [f"/properties/{cls.ID}"],
            "createOnlyProperties": [f"/properties/{name}" for name in cls.CREATE_ONLY],
        }

    def add(self, request, model: dict) -> None:
        """Creates the resource and puts its attributes into the model."""
        raise NotImplementedError

    def change(self, request, model: dict, before: dict) -> None:
        """Brings the resource to the model. By default it is put again: right for APIs that overwrite."""
        self.add(request, model)

    def remove(self, request, model: dict) -> None:
        """Deletes the resource; that it is gone already is no error."""
        raise NotImplementedError

    # What LocalStack calls.

    def create(self, request):
        model = request.desired_state
        self.add(request, model)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

    def update(self, request):
        before = request.previous_state or {}
        model = {name: before[name] for name in (*self.KEPT, self.ID) if name in before} | request.desired_state
        self.change(request, model, before)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

    def delete(self, request):
        self.remove(request, request.desired_state)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})


def name(request) -> str:
    """A name for a resource that states none: stack, logical id and random letters."""
    return generate_default_name(stack_name=request.stack_name, logical_resource_id=request.logical_resource_id)


def chosen(model: dict, *names: str) -> dict:
    """The properties of these names that are there."""
    return {name: model[name] for name in names if model.get(name) is not None}


def tags(model: dict) -> dict[str, str]:
    """Tags as a map."""
    return {tag["Key"]: tag["Value"] for tag in model.get("Tags") or ()}


def gone(model: dict, before: dict) -> list[str]:
    """Keys of the tags that an update takes away."""
    return [key for key in tags(before) if key not in tags(model)]
