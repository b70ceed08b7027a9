"""Asks DynamoDB Local for the consumed capacity of every call, and takes it out of answers whose caller did not ask."""

DATA = {
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
}
READS = {"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"}


def install() -> None:
    from localstack.services.dynamodb.provider import DynamoDBProvider

    from host import transaction_capacity

    forward = DynamoDBProvider.forward_request

    def forward_request(self, context, service_request=None):
        name = context.operation.name
        if name not in DATA:
            return forward(self, context, service_request)
        request = dict(service_request if service_request is not None else context.service_request)
        asked = request.get("ReturnConsumedCapacity") not in (None, "NONE")
        if not asked:
            request["ReturnConsumedCapacity"] = "TOTAL"
        written = name == "TransactWriteItems"
        stood = transaction_capacity.before(context, request) if written else []
        try:
            result = forward(self, context, request)
        except Exception:
            context.senda_capacity = refused(name, request)
            raise
        if written:
            context.senda_capacity = units(name, transaction_capacity.write_units(context, request, stood))
        else:
            context.senda_capacity = summed(name, result.get("ConsumedCapacity"))
        if not asked:
            result.pop("ConsumedCapacity", None)
        return result

    DynamoDBProvider.forward_request = forward_request


def summed(operation: str, consumed) -> dict[str, float]:
    """Read and write units over all tables; indexes are counted in their tables.

    Reads in a transaction cost twice what they cost elsewhere; DynamoDB Local counts them once.
    """
    rows = consumed if isinstance(consumed, list) else [consumed] if consumed else []
    total = sum(float(row.get("CapacityUnits") or 0) for row in rows)
    return units(operation, total * (2 if operation.startswith("Transact") else 1))


def refused(operation: str, request: dict) -> dict[str, float]:
    """What a refused write costs at least: AWS bills a write whose condition failed; one unit is assumed for each item."""
    if operation in READS:
        return units(operation, 0.0)
    items = len(request.get("TransactItems") or ())
    return units(operation, 2.0 * items if items else 1.0)


def units(operation: str, total: float) -> dict[str, float]:
    return {"read": total, "write": 0.0} if operation in READS else {"read": 0.0, "write": total}
