"""A double of the EventBridge schema registry (service "schemas"), as much as templates and their checks need.

It keeps registries and schemas with their versions and refuses what AWS refuses: content that is no JSON, another type
than OpenApi3 and JSONSchemaDraft4, a draft 4 schema that does not say so.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone

from localstack.aws.api import CommonServiceException, handler

DRAFT4 = "http://json-schema.org/draft-04/schema#"
TYPES = ("OpenApi3", "JSONSchemaDraft4")


@dataclass
class Schema:
    name: str
    type: str
    description: str
    versions: list[tuple[str, datetime]]
    """Content and moment of each version, the first is version 1."""
    tags: dict


@dataclass
class Registry:
    name: str
    description: str
    tags: dict
    schemas: dict[str, Schema] = field(default_factory=dict)


_registries: dict[tuple[str, str, str], Registry] = {}


class Schemas:
    service, version = "schemas", "2019-12-02"

    @handler("CreateRegistry", expand=False)
    def create_registry(self, context, request):
        key = (context.account_id, context.region, request["RegistryName"])
        if key in _registries:
            raise CommonServiceException("ConflictException", f"Registry {key[2]} exists already.", 409)
        _registries[key] = Registry(key[2], request.get("Description") or "", request.get("Tags") or {})
        return described_registry(context, _registries[key])

    @handler("DescribeRegistry", expand=False)
    def describe_registry(self, context, request):
        return described_registry(context, registry(context, request))

    @handler("UpdateRegistry", expand=False)
    def update_registry(self, context, request):
        found = registry(context, request)
        found.description = request.get("Description") or ""
        return described_registry(context, found)

    @handler("DeleteRegistry", expand=False)
    def delete_registry(self, context, request):
        del _registries[context.account_id, context.region, registry(context, request).name]
        return {}

    @handler("ListRegistries", expand=False)
    def list_registries(self, context, request):
        own = [r for (account, region, _), r in _registries.items() if (account, region) == (context.account_id, context.region)]
        return {"Registries": [described_registry(context, r) for r in own]}

    @handler("CreateSchema", expand=False)
    def create_schema(self, context, request):
        found, name = registry(context, request), request["SchemaName"]
        if name in found.schemas:
            raise CommonServiceException("ConflictException", f"Schema {name} exists already.", 409)
        check(request["Content"], request["Type"])
        versions = [(request["Content"], datetime.now(timezone.utc))]
        tags = request.get("Tags") or {}
        found.schemas[name] = Schema(name, request["Type"], request.get("Description") or "", versions, tags)
        return described_schema(context, found, found.schemas[name])

    @handler("DescribeSchema", expand=False)
    def describe_schema(self, context, request):
        found = registry(context, request)
        one = schema(found, request)
        number = int(request.get("SchemaVersion") or len(one.versions))
        if not 1 <= number <= len(one.versions):
            raise CommonServiceException("NotFoundException", f"Schema {one.name} has no version {number}.", 404)
        return described_schema(context, found, one, number) | {"Content": one.versions[number - 1][0]}

    @handler("UpdateSchema", expand=False)
    def update_schema(self, context, request):
        found = registry(context, request)
        one = schema(found, request)
        if content := request.get("Content"):
            check(content, request.get("Type") or one.type)
            if content != one.versions[-1][0]:
                one.versions.append((content, datetime.now(timezone.utc)))
        one.description = request.get("Description") or one.description
        return described_schema(context, found, one)

    @handler("DeleteSchema", expand=False)
    def delete_schema(self, context, request):
        found = registry(context, request)
        del found.schemas[schema(found, request).name]
        return {}

    @handler("ListSchemas", expand=False)
    def list_schemas(self, context, request):
        found, prefix = registry(context, request), request.get("SchemaNamePrefix") or ""
        rows = [described_schema(context, found, one) for name, one in found.schemas.items() if name.startswith(prefix)]
        for row in rows:
            row["VersionCount"] = int(row["SchemaVersion"])
        return {"Schemas": rows}


def install() -> None:
    from host import own_service

    own_service.add(Schemas())


def registry(context, request) -> Registry:
    found = _registries.get((context.account_id, context.region, request["RegistryName"]))
    if found is None:
        raise CommonServiceException("NotFoundException", f"Registry {request['RegistryName']} does not exist.", 404)
    return found


def schema(found: Registry, request) -> Schema:
    one = found.schemas.get(request["SchemaName"])
    if one is None:
        raise CommonServiceException("NotFoundException", f"Schema {request['SchemaName']} does not exist.", 404)
    return one


def check(content: str, kind: str) -> None:
    if kind not in TYPES:
        raise CommonServiceException("BadRequestException", f"Type must be one of {', '.join(TYPES)}.")
    try:
        body = json.loads(content)
    except json.JSONDecodeError as wrong:
        raise CommonServiceException("BadRequestException", f"Content is no JSON: {wrong}") from wrong
    if kind == "JSONSchemaDraft4" and body.get("$schema") not in (DRAFT4, DRAFT4.rstrip("#")):
        raise CommonServiceException("BadRequestException", f"$schema must be {DRAFT4}")


def described_registry(context, found: Registry) -> dict:
    return {
        "RegistryName": found.name,
        "RegistryArn": arn(context, "registry", found.name),
        "Description": found.description,
        "Tags": found.tags,
    }


def described_schema(context, found: Registry, one: Schema, number: int | None = None) -> dict:
    number = number or len(one.versions)
    return {
        "SchemaName": one.name,
        "SchemaArn": arn(context, "schema", f"{found.name}/{one.name}"),
        "SchemaVersion": str(number),
        "Type": one.type,
        "Description": one.description,
        "LastModified": one.versions[-1][1],
        "VersionCreatedDate": one.versions[number - 1][1],
        "Tags": one.tags,
    }


def arn(context, kind: str, name: str) -> str:
    return f"arn:aws:schemas:{context.region}:{context.account_id}:{kind}/{name}"
