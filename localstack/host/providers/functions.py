"""AWS::Lambda: permissions with all their conditions, function URLs and settings of asynchronous calls with their update."""

from host.providers.framework import Provider, chosen, name


class Permission(Provider):
    TYPE = "AWS::Lambda::Permission"
    ID = "Id"
    CREATE_ONLY = (
        "Action",
        "EventSourceToken",
        "FunctionName",
        "FunctionUrlAuthType",
        "InvokedViaFunctionUrl",
        "Principal",
        "PrincipalOrgID",
        "SourceAccount",
        "SourceArn",
    )

    def add(self, request, model):
        model["Id"] = name(request)
        known = request.aws_client_factory.lambda_.meta.service_model.operation_model("AddPermission").input_shape.members
        wanted = {k: v for k, v in chosen(model, *self.CREATE_ONLY).items() if k in known}
        request.aws_client_factory.lambda_.add_permission(StatementId=model["Id"], **wanted)

    def remove(self, request, model):
        request.aws_client_factory.lambda_.remove_permission(FunctionName=model["FunctionName"], StatementId=model["Id"])


class Url(Provider):
    TYPE = "AWS::Lambda::Url"
    ID = "FunctionArn"
    CREATE_ONLY = ("TargetFunctionArn", "Qualifier")
    KEPT = ("FunctionUrl",)

    def add(self, request, model):
        made = request.aws_client_factory.lambda_.create_function_url_config(**self.wanted(model))
        model |= {"FunctionArn": made["FunctionArn"], "FunctionUrl": made["FunctionUrl"]}

    def change(self, request, model, before):
        request.aws_client_factory.lambda_.update_function_url_config(**self.wanted(model))

    def remove(self, request, model):
        which = {"FunctionName": model["TargetFunctionArn"], **chosen(model, "Qualifier")}
        request.aws_client_factory.lambda_.delete_function_url_config(**which)

    @staticmethod
    def wanted(model: dict) -> dict:
        return {"FunctionName": model["TargetFunctionArn"], **chosen(model, "AuthType", "Cors", "InvokeMode", "Qualifier")}


class EventInvokeConfig(Provider):
    TYPE = "AWS::Lambda::EventInvokeConfig"
    ID = "Id"
    CREATE_ONLY = ("FunctionName", "Qualifier")
    SETTINGS = ("FunctionName", "Qualifier", "DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")

    def add(self, request, model):
        request.aws_client_factory.lambda_.put_function_event_invoke_config(**chosen(model, *self.SETTINGS))
        model["Id"] = f"{model['FunctionName']}|{model['Qualifier']}"

    def remove(self, request, model):
        which = chosen(model, "FunctionName", "Qualifier")
        request.aws_client_factory.lambda_.delete_function_event_invoke_config(**which)


PROVIDERS = (Permission, Url, EventInvokeConfig)
