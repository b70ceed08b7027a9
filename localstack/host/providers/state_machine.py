"""AWS::StepFunctions::StateMachine with its revision, StateMachineVersion and StateMachineAlias."""

import json
import re

from host.providers.framework import Provider, chosen, gone, name

INITIAL = "INITIAL"
"""The revision of a state machine that was never updated."""


class StateMachine(Provider):
    TYPE = "AWS::StepFunctions::StateMachine"
    ID = "Arn"
    CREATE_ONLY = ("StateMachineName", "StateMachineType")
    KEPT = ("Name", "StateMachineName")

    def add(self, request, model):
        states = request.aws_client_factory.stepfunctions
        model["StateMachineName"] = model.get("StateMachineName") or name(request)
        made = states.create_state_machine(
            name=model["StateMachineName"],
            type=model.get("StateMachineType") or "STANDARD",
            **settings(request, model),
            **lower_tags(model),
        )
        model |= {"Arn": made["stateMachineArn"], "Name": model["StateMachineName"], "StateMachineRevisionId": INITIAL}

    def change(self, request, model, before):
        states, arn = request.aws_client_factory.stepfunctions, model["Arn"]
        states.update_state_machine(stateMachineArn=arn, **settings(request, model))
        if lost := gone(model, before):
            states.untag_resource(resourceArn=arn, tagKeys=lost)
        if new := lower_tags(model):
            states.tag_resource(resourceArn=arn, **new)
        model["StateMachineRevisionId"] = states.describe_state_machine(stateMachineArn=arn).get("revisionId") or INITIAL

    def remove(self, request, model):
        request.aws_client_factory.stepfunctions.delete_state_machine(stateMachineArn=model["Arn"])


class StateMachineVersion(Provider):
    TYPE = "AWS::StepFunctions::StateMachineVersion"
    ID = "Arn"
    CREATE_ONLY = ("Description", "StateMachineArn", "StateMachineRevisionId")

    def add(self, request, model):
        revision = model.get("StateMachineRevisionId")
        made = request.aws_client_factory.stepfunctions.publish_state_machine_version(
            stateMachineArn=model["StateMachineArn"],
            **({"description": model["Description"]} if model.get("Description") else {}),
            **({"revisionId": revision} if revision and revision != INITIAL else {}),
        )
        model["Arn"] = made["stateMachineVersionArn"]

    def remove(self, request, model):
        request.aws_client_factory.stepfunctions.delete_state_machine_version(stateMachineVersionArn=model["Arn"])


class StateMachineAlias(Provider):
    TYPE = "AWS::StepFunctions::StateMachineAlias"
    ID = "Arn"
    CREATE_ONLY = ("Name",)
    KEPT = ("Name",)

    def add(self, request, model):
        model["Name"] = model.get("Name") or name(request)
        made = request.aws_client_factory.stepfunctions.create_state_machine_alias(name=model["Name"], **routing(model))
        model["Arn"] = made["stateMachineAliasArn"]

    def change(self, request, model, before):
        request.aws_client_factory.stepfunctions.update_state_machine_alias(stateMachineAliasArn=model["Arn"], **routing(model))

    def remove(self, request, model):
        request.aws_client_factory.stepfunctions.delete_state_machine_alias(stateMachineAliasArn=model["Arn"])


PROVIDERS = (StateMachine, StateMachineVersion, StateMachineAlias)


def settings(request, model: dict) -> dict:
    """What creating and updating have in common."""
    out = {"definition": definition(request, model), "roleArn": model["RoleArn"]}
    if logging := model.get("LoggingConfiguration"):
        out["loggingConfiguration"] = {
            "level": logging.get("Level") or "OFF",
            "includeExecutionData": as_bool(logging.get("IncludeExecutionData")),
            "destinations": [
                {"cloudWatchLogsLogGroup": {"logGroupArn": one["CloudWatchLogsLogGroup"]["LogGroupArn"]}}
                for one in logging.get("Destinations") or ()
            ],
        }
    if tracing := model.get("TracingConfiguration"):
        out["tracingConfiguration"] = {"enabled": as_bool(tracing.get("Enabled"))}
    return out


def definition(request, model: dict) -> str:
    """The text of the machine, from wherever it stands, with ${names} replaced."""
    if "DefinitionString" in model:
        text = model["DefinitionString"]
    elif place := model.get("DefinitionS3Location"):
        text = request.aws_client_factory.s3.get_object(**chosen(place, "Bucket", "Key"))["Body"].read().decode()
    else:
        text = json.dumps(model["Definition"])
    values = model.get("DefinitionSubstitutions") or {}

    def value(token):
        if token[1] not in values:
            raise ValueError(f"the definition names ${{{token[1]}}}, which is no substitution")
        return str(values[token[1]])

    return re.sub(r"\$\{([A-Za-z0-9_]+)\}", value, text)


def routing(model: dict) -> dict:
    preference = model.get("DeploymentPreference")
    if preference:
        # The emulator moves all at once, whatever pace the preference asks for.
        rows = [{"stateMachineVersionArn": preference["StateMachineVersionArn"], "weight": 100}]
    else:
        rows = [
            {"stateMachineVersionArn": row["StateMachineVersionArn"], "weight": int(row["Weight"])}
            for row in model["RoutingConfiguration"]
        ]
    return {"routingConfiguration": rows} | ({"description": model["Description"]} if model.get("Description") else {})


def lower_tags(model: dict) -> dict:
    found = [{"key": tag["Key"], "value": tag["Value"]} for tag in model.get("Tags") or ()]
    return {"tags": found} if found else {}


def as_bool(value) -> bool:
    return value is True or str(value).lower() == "true"
