"""AWS::Events: buses, rules, archives. LocalStack's bus and rule lose properties, have no update, and a rule of a bus of
its own cannot be deleted."""

import json

from host.providers.framework import Provider, chosen, gone, name


class EventBus(Provider):
    TYPE = "AWS::Events::EventBus"
    ID = "Name"
    CREATE_ONLY = ("Name", "EventSourceName")
    KEPT = ("Arn",)

    def add(self, request, model):
        events = request.aws_client_factory.events
        wanted = chosen(model, "Name", "EventSourceName", "Description", "DeadLetterConfig", "KmsKeyIdentifier", "Tags")
        model["Arn"] = events.create_event_bus(**wanted)["EventBusArn"]

    def change(self, request, model, before):
        if changed(model, before, "Description", "DeadLetterConfig", "KmsKeyIdentifier"):
            raise NotImplementedError("LocalStack has no UpdateEventBus")
        retag(request.aws_client_factory.events, model["Arn"], model, before)

    def remove(self, request, model):
        request.aws_client_factory.events.delete_event_bus(Name=model["Name"])


class EventBusPolicy(Provider):
    TYPE = "AWS::Events::EventBusPolicy"
    ID = "StatementId"
    CREATE_ONLY = ("EventBusName", "StatementId")

    def add(self, request, model):
        events, bus = request.aws_client_factory.events, model.get("EventBusName") or "default"
        if statement := model.get("Statement"):
            # The whole policy is put, with this statement in the place of its older self.
            others = [s for s in statements(events, bus) if s.get("Sid") != model["StatementId"]]
            mine = {**statement, "Sid": model["StatementId"]}
            policy = {"Version": "2012-10-17", "Statement": [*others, mine]}
            events.put_permission(EventBusName=bus, Policy=json.dumps(policy))
        else:
            wanted = chosen(model, "Action", "Principal", "StatementId", "Condition")
            events.put_permission(EventBusName=bus, **wanted)

    def remove(self, request, model):
        bus = model.get("EventBusName") or "default"
        request.aws_client_factory.events.remove_permission(EventBusName=bus, StatementId=model["StatementId"])


class Rule(Provider):
    TYPE = "AWS::Events::Rule"
    ID = "Id"
    CREATE_ONLY = ("Name", "EventBusName")
    KEPT = ("Name", "Arn")

    def add(self, request, model):
        events = request.aws_client_factory.events
        model["Name"] = model.get("Name") or name(request)
        wanted = chosen(model, "Name", "EventBusName", "ScheduleExpression", "State", "Description", "RoleArn", "Tags")
        if pattern := model.get("EventPattern"):
            wanted["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
        model["Arn"] = events.put_rule(**wanted)["RuleArn"]
        bus = model.get("EventBusName")
        model["Id"] = f"{bus}|{model['Name']}" if bus else model["Name"]
        if targets := model.get("Targets"):
            events.put_targets(Rule=model["Name"], Targets=targets, **chosen(model, "EventBusName"))

    def change(self, request, model, before):
        events = request.aws_client_factory.events
        kept = {target["Id"] for target in model.get("Targets") or ()}
        if lost := [target["Id"] for target in before.get("Targets") or () if target["Id"] not in kept]:
            events.remove_targets(Rule=model["Name"], Ids=lost, **chosen(model, "EventBusName"))
        self.add(request, model)
        retag(events, model["Arn"], model, before)

    def remove(self, request, model):
        events, rule = request.aws_client_factory.events, {"Rule": model["Name"], **chosen(model, "EventBusName")}
        if ids := [target["Id"] for target in events.list_targets_by_rule(**rule)["Targets"]]:
            events.remove_targets(Ids=ids, **rule)
        events.delete_rule(Name=model["Name"], **chosen(model, "EventBusName"))


class Archive(Provider):
    TYPE = "AWS::Events::Archive"
    ID = "ArchiveName"
    CREATE_ONLY = ("ArchiveName", "SourceArn")
    KEPT = ("Arn",)

    def add(self, request, model):
        model["ArchiveName"] = model.get("ArchiveName") or name(request)[:48]
        made = request.aws_client_factory.events.create_archive(EventSourceArn=model["SourceArn"], **self.settings(model))
        model["Arn"] = made["ArchiveArn"]

    def change(self, request, model, before):
        request.aws_client_factory.events.update_archive(**self.settings(model))

    def remove(self, request, model):
        request.aws_client_factory.events.delete_archive(ArchiveName=model["ArchiveName"])

    @staticmethod
    def settings(model: dict) -> dict:
        wanted = chosen(model, "ArchiveName", "Description")
        if model.get("RetentionDays") is not None:
            wanted["RetentionDays"] = int(model["RetentionDays"])
        if pattern := model.get("EventPattern"):
            wanted["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
        return wanted


PROVIDERS = (EventBus, EventBusPolicy, Rule, Archive)


def statements(events, bus: str) -> list[dict]:
    policy = events.describe_event_bus(Name=bus).get("Policy")
    return json.loads(policy)["Statement"] if policy else []


def changed(model: dict, before: dict, *names: str) -> bool:
    return any(model.get(name) != before.get(name) for name in names)


def retag(events, arn: str, model: dict, before: dict) -> None:
    if lost := gone(model, before):
        events.untag_resource(ResourceARN=arn, TagKeys=lost)
    if model.get("Tags"):
        events.tag_resource(ResourceARN=arn, Tags=model["Tags"])
