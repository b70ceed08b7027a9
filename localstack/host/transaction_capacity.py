"""What a write transaction consumes, by DynamoDB's rules: DynamoDB Local tells the dearest item alone.

An item costs two units for each started KB of the larger of what stood there and what will stand there, a condition
check and a delete of what stood there, at least two; an entry that comes into an index or leaves it costs one more, one
that moves two. Sizes count names and values as DynamoDB's page on item sizes says.
"""

from math import ceil

_tables: dict[tuple[str, str, str], dict] = {}


def before(context, request: dict) -> list[dict | None]:
    """The items of a transaction as they stand, in its order."""
    client = own(context)
    return [
        client.get_item(TableName=action["TableName"], Key=key(client, context, action), ConsistentRead=True).get("Item")
        for action in actions(request)
    ]


def write_units(context, request: dict, stood: list[dict | None]) -> float:
    """Units of a transaction that was carried out; `stood` is what `before` gave."""
    client = own(context)
    total = 0.0
    for part, old in zip(request["TransactItems"], stood):
        kind, action = next((kind, action) for kind, action in part.items() if action)
        new = old
        if kind == "Put":
            new = action["Item"]
        elif kind == "Delete":
            new = None
        elif kind == "Update":
            got = client.get_item(TableName=action["TableName"], Key=action["Key"], ConsistentRead=True)
            new = got.get("Item")
        total += 2 * max(1, kilobytes(old), kilobytes(new))
        total += sum(moved(index, old, new) for index in description(client, context, action["TableName"])["indexes"])
    return total


def actions(request: dict) -> list[dict]:
    return [next(action for action in part.values() if action) for part in request.get("TransactItems") or ()]


def key(client, context, action: dict) -> dict:
    if "Key" in action:
        return action["Key"]
    names = description(client, context, action["TableName"])["key"]
    return {name: action["Item"][name] for name in names}


def description(client, context, table: str) -> dict:
    """The names of a table's key, and the keys of its indexes, asked for once."""
    place = (context.account_id, context.region, table)
    if place not in _tables:
        told = client.describe_table(TableName=table)["Table"]
        _tables[place] = {
            "key": [part["AttributeName"] for part in told["KeySchema"]],
            "indexes": [
                [part["AttributeName"] for part in index["KeySchema"]] for index in told.get("GlobalSecondaryIndexes") or ()
            ],
        }
    return _tables[place]


def moved(index: list[str], old: dict | None, new: dict | None) -> int:
    """Writes to an index that holds keys only."""
    was, becomes = place_in(index, old), place_in(index, new)
    if was == becomes:
        return 0
    return (was is not None) + (becomes is not None)


def place_in(index: list[str], item: dict | None) -> list | None:
    if item is None or any(name not in item for name in index):
        return None
    return [item[name] for name in index]


def kilobytes(item: dict | None) -> int:
    return ceil(sum(len(name.encode()) + size(value) for name, value in item.items()) / 1024) if item else 0


def size(value: dict) -> int:
    """Bytes of a value (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)."""
    kind, content = next(iter(value.items()))
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return len(content)
    if kind == "N":
        return number(content)
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "SS":
        return sum(len(one.encode()) for one in content)
    if kind == "BS":
        return sum(len(one) for one in content)
    if kind == "NS":
        return sum(number(one) for one in content)
    if kind == "L":
        return 3 + sum(1 + size(one) for one in content)
    return 3 + sum(1 + len(name.encode()) + size(one) for name, one in content.items())


def number(text: str) -> int:
    """Two significant digits a byte, one byte more, and one for a sign."""
    digits = text.lstrip("-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def own(context):
    """A client of the emulator's own, in the account and region of a call."""
    from localstack.aws.connect import connect_to

    return connect_to(aws_access_key_id=context.account_id, region_name=context.region).dynamodb
