"""AWS::Logs::LogGroup with retention and tags; LocalStack's keeps the name only."""

from host.providers.framework import Provider, chosen, gone, name, tags


class LogGroup(Provider):
    TYPE = "AWS::Logs::LogGroup"
    ID = "LogGroupName"
    CREATE_ONLY = ("LogGroupName",)
    KEPT = ("Arn",)

    def add(self, request, model):
        logs = request.aws_client_factory.logs
        model["LogGroupName"] = model.get("LogGroupName") or name(request)
        optional = {"kmsKeyId": model.get("KmsKeyId"), "tags": tags(model)}
        logs.create_log_group(logGroupName=model["LogGroupName"], **{k: v for k, v in optional.items() if v})
        found = logs.describe_log_groups(logGroupNamePrefix=model["LogGroupName"])["logGroups"]
        model["Arn"] = next(group["arn"] for group in found if group["logGroupName"] == model["LogGroupName"])
        self.retain(logs, model)

    def change(self, request, model, before):
        logs = request.aws_client_factory.logs
        self.retain(logs, model)
        if lost := gone(model, before):
            logs.untag_log_group(logGroupName=model["LogGroupName"], tags=lost)
        if tags(model):
            logs.tag_log_group(logGroupName=model["LogGroupName"], tags=tags(model))

    def remove(self, request, model):
        request.aws_client_factory.logs.delete_log_group(logGroupName=model["LogGroupName"])

    @staticmethod
    def retain(logs, model: dict) -> None:
        if "RetentionInDays" in chosen(model, "RetentionInDays"):
            logs.put_retention_policy(logGroupName=model["LogGroupName"], retentionInDays=int(model["RetentionInDays"]))
        else:
            logs.delete_retention_policy(logGroupName=model["LogGroupName"])


PROVIDERS = (LogGroup,)
