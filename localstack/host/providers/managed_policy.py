"""AWS::IAM::ManagedPolicy with its update: a new default version, and the roles it is attached to."""

import json

from host.providers.framework import Provider, chosen, name

OWNERS = {"Roles": ("role_policy", "RoleName"), "Users": ("user_policy", "UserName"), "Groups": ("group_policy", "GroupName")}


class ManagedPolicy(Provider):
    TYPE = "AWS::IAM::ManagedPolicy"
    ID = "PolicyArn"
    CREATE_ONLY = ("ManagedPolicyName", "Description", "Path")
    KEPT = ("ManagedPolicyName",)

    def add(self, request, model):
        iam = request.aws_client_factory.iam
        model["ManagedPolicyName"] = model.get("ManagedPolicyName") or name(request)
        made = iam.create_policy(
            PolicyName=model["ManagedPolicyName"],
            PolicyDocument=json.dumps(model["PolicyDocument"]),
            **chosen(model, "Path", "Description"),
        )
        model["PolicyArn"] = made["Policy"]["Arn"]
        self.attach(iam, model, {})

    def change(self, request, model, before):
        iam, arn = request.aws_client_factory.iam, model["PolicyArn"]
        if model["PolicyDocument"] != before["PolicyDocument"]:
            versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(model["PolicyDocument"]), SetAsDefault=True)
            for old in versions:  # IAM keeps five at most
                iam.delete_policy_version(PolicyArn=arn, VersionId=old["VersionId"])
        self.attach(iam, model, before)

    def remove(self, request, model):
        iam = request.aws_client_factory.iam
        self.attach(iam, {"PolicyArn": model["PolicyArn"]}, model)
        iam.delete_policy(PolicyArn=model["PolicyArn"])

    @staticmethod
    def attach(iam, model: dict, before: dict) -> None:
        for group, (what, owner) in OWNERS.items():
            now, then = set(model.get(group) or ()), set(before.get(group) or ())
            for one in sorted(now - then):
                getattr(iam, f"attach_{what}")(PolicyArn=model["PolicyArn"], **{owner: one})
            for one in sorted(then - now):
                getattr(iam, f"detach_{what}")(PolicyArn=model["PolicyArn"], **{owner: one})


PROVIDERS = (ManagedPolicy,)
