"""AWS::CloudWatch: alarms with their update and tags, dashboards."""

from host.providers.framework import Provider, chosen, gone, name

ALARM = (
    "AlarmName",
    "ComparisonOperator",
    "EvaluationPeriods",
    "Period",
    "MetricName",
    "Namespace",
    "Statistic",
    "Threshold",
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "Metrics",
    "OKActions",
    "ThresholdMetricId",
    "TreatMissingData",
    "Unit",
)


class Alarm(Provider):
    TYPE = "AWS::CloudWatch::Alarm"
    ID = "AlarmName"
    CREATE_ONLY = ("AlarmName",)

    def add(self, request, model):
        cloudwatch = request.aws_client_factory.cloudwatch
        model["AlarmName"] = model.get("AlarmName") or name(request)
        cloudwatch.put_metric_alarm(**chosen(model, *ALARM))
        model["Arn"] = cloudwatch.describe_alarms(AlarmNames=[model["AlarmName"]])["MetricAlarms"][0]["AlarmArn"]
        # Given with the alarm they would stand in DescribeAlarms, which then cannot be written as CBOR.
        if model.get("Tags"):
            cloudwatch.tag_resource(ResourceARN=model["Arn"], Tags=model["Tags"])

    def change(self, request, model, before):
        self.add(request, model)
        cloudwatch = request.aws_client_factory.cloudwatch
        if lost := gone(model, before):
            cloudwatch.untag_resource(ResourceARN=model["Arn"], TagKeys=lost)

    def remove(self, request, model):
        request.aws_client_factory.cloudwatch.delete_alarms(AlarmNames=[model["AlarmName"]])


class Dashboard(Provider):
    TYPE = "AWS::CloudWatch::Dashboard"
    ID = "DashboardName"
    CREATE_ONLY = ("DashboardName",)

    def add(self, request, model):
        model["DashboardName"] = model.get("DashboardName") or name(request)
        cloudwatch = request.aws_client_factory.cloudwatch
        cloudwatch.put_dashboard(**chosen(model, "DashboardName", "DashboardBody"))
        if model.get("Tags"):
            arn = cloudwatch.get_dashboard(DashboardName=model["DashboardName"])["DashboardArn"]
            cloudwatch.tag_resource(ResourceARN=arn, Tags=model["Tags"])

    def remove(self, request, model):
        request.aws_client_factory.cloudwatch.delete_dashboards(DashboardNames=[model["DashboardName"]])


PROVIDERS = (Alarm, Dashboard)
