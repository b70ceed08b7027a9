"""AWS::EventSchemas: registries and schemas, over the double in host/schemas.py."""

from host.providers.framework import Provider, chosen, name, tags


class Registry(Provider):
    TYPE = "AWS::EventSchemas::Registry"
    ID = "RegistryArn"
    CREATE_ONLY = ("RegistryName",)
    KEPT = ("RegistryName",)

    def add(self, request, model):
        model["RegistryName"] = model.get("RegistryName") or name(request)[:64]
        wanted = chosen(model, "RegistryName", "Description")
        model["RegistryArn"] = request.aws_client_factory.schemas.create_registry(**wanted, Tags=tags(model))["RegistryArn"]

    def change(self, request, model, before):
        request.aws_client_factory.schemas.update_registry(**chosen(model, "RegistryName", "Description"))

    def remove(self, request, model):
        request.aws_client_factory.schemas.delete_registry(RegistryName=model["RegistryName"])


class Schema(Provider):
    TYPE = "AWS::EventSchemas::Schema"
    ID = "SchemaArn"
    CREATE_ONLY = ("RegistryName", "SchemaName", "Type")
    KEPT = ("SchemaName",)

    def add(self, request, model):
        model["SchemaName"] = model.get("SchemaName") or name(request)
        self.learn(model, request.aws_client_factory.schemas.create_schema(**self.wanted(model), Tags=tags(model)))

    def change(self, request, model, before):
        self.learn(model, request.aws_client_factory.schemas.update_schema(**self.wanted(model)))

    def remove(self, request, model):
        which = self.wanted(model)
        request.aws_client_factory.schemas.delete_schema(RegistryName=which["RegistryName"], SchemaName=which["SchemaName"])

    @staticmethod
    def wanted(model: dict) -> dict:
        registry = model["RegistryName"].rsplit("/", 1)[-1]
        return {"RegistryName": registry, **chosen(model, "SchemaName", "Type", "Content", "Description")}

    @staticmethod
    def learn(model: dict, made: dict) -> None:
        model |= {"SchemaArn": made["SchemaArn"], "SchemaVersion": str(made["SchemaVersion"])}


PROVIDERS = (Registry, Schema)
