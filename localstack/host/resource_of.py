"""What a call is about: the names of its main resources, for the least-privilege test and the cost meter."""

from email.utils import parseaddr

PARAMETERS = {
    "dynamodb": ("TableName",),
    "dynamodbstreams": ("StreamArn",),
    "s3": ("Bucket",),
    "sqs": ("QueueUrl", "QueueName"),
    "sns": ("TopicArn",),
    "lambda": ("FunctionName",),
    "stepfunctions": ("stateMachineArn", "executionArn", "stateMachineVersionArn", "stateMachineAliasArn"),
    "events": ("EventBusName", "ArchiveName", "Rule", "Name"),
    "scheduler": ("Name",),
    "secretsmanager": ("SecretId", "Name"),
    "kms": ("KeyId",),
    "sesv2": ("ConfigurationSetName", "EmailIdentity"),
    "logs": ("logGroupName",),
    "cloudformation": ("StackName",),
}


def names(service: str, request: dict) -> list[str]:
    """Names without account and region; a call on several tables or buses names each once. Empty when it names none."""
    found = [short(request[name]) for name in PARAMETERS.get(service, ()) if request.get(name)]
    if service == "dynamodb":
        found += list(request.get("RequestItems") or ())
        for item in request.get("TransactItems") or ():
            found += [action["TableName"] for action in item.values() if action and "TableName" in action]
    if service == "sesv2" and request.get("FromEmailAddress"):
        found.append(parseaddr(request["FromEmailAddress"])[1].rpartition("@")[2])
    if service == "events":
        found += [short(entry.get("EventBusName") or "default") for entry in request.get("Entries") or ()]
    return list(dict.fromkeys(found))


def parts(service: str, operation: str, request: dict) -> list[str]:
    """What a call does on what, each once, as a policy tells it apart: `PutItem TABLE`, `Query TABLE/index/NAME`, `GetObject BUCKET/KEY`.

    A transaction is as many of them as it has kinds of parts. Empty for services whose calls have one part, the operation itself.
    """
    found = []
    if service == "dynamodb":
        table = short(request.get("TableName") or "")
        if table:
            index = request.get("IndexName")
            found.append(f"{operation} {table}/index/{index}" if index else f"{operation} {table}")
        found += [f"{operation} {short(name)}" for name in request.get("RequestItems") or ()]
        for item in request.get("TransactItems") or ():
            for action, body in item.items():
                if body:
                    found.append(f"{TRANSACTED[action]} {short(body['TableName'])}")
    if service == "s3" and request.get("Key"):
        found.append(f"{operation} {request['Bucket']}/{request['Key']}")
    return list(dict.fromkeys(found))


TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}
"""Parts of transactions by the actions that allow them:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html"""


def short(name: str) -> str:
    """`orders` of an ARN or a URL of orders. A version of a state machine keeps its number: machine:3."""
    if name.startswith("arn:"):
        name = name.split(":", 5)[5]
        kind, _, rest = name.partition(":")
        if kind in ("stateMachine", "execution", "function", "secret") and rest:
            return rest
    return name.rstrip("/").rsplit("/", 1)[-1]


def entries(operation: str, request: dict) -> int:
    """How many things a call holds; 1 for a call that holds one."""
    for name in ("Entries", "TransactItems"):
        if isinstance(request.get(name), list):
            return len(request[name])
    if operation in ("BatchGetItem", "BatchWriteItem"):
        tables = (request.get("RequestItems") or {}).values()
        return sum(len(table["Keys"] if isinstance(table, dict) else table) for table in tables)
    return 1
