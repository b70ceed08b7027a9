"""AWS::Scheduler::Schedule with its update."""

from host.providers.framework import Provider, chosen, name

SETTINGS = (
    "ActionAfterCompletion",
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "Name",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
    "Target",
)


class Schedule(Provider):
    TYPE = "AWS::Scheduler::Schedule"
    ID = "Name"
    CREATE_ONLY = ("Name",)
    KEPT = ("Arn",)

    def add(self, request, model):
        model["Name"] = model.get("Name") or name(request)
        made = request.aws_client_factory.scheduler.create_schedule(**chosen(model, *SETTINGS))
        model["Arn"] = made["ScheduleArn"]

    def change(self, request, model, before):
        request.aws_client_factory.scheduler.update_schedule(**chosen(model, *SETTINGS))

    def remove(self, request, model):
        request.aws_client_factory.scheduler.delete_schedule(**chosen(model, "Name", "GroupName"))


PROVIDERS = (Schedule,)
