"""What EventBridge Scheduler does when a schedule is due: one call of its target, tried again, then the dead-letter queue."""

import json
import logging
import time
import uuid
from datetime import datetime, timezone

LOG = logging.getLogger(__name__)

TRIES = 3
"""AWS tries for a day; a test does not wait that long."""


def fire(backend, schedule, when: datetime) -> None:
    """Calls the target of a schedule of moto's backend."""
    target = schedule.target
    limit = min(int(target.get("RetryPolicy", {}).get("MaximumRetryAttempts", TRIES - 1)) + 1, TRIES)
    failure = None
    for attempt in range(1, limit + 1):
        try:
            return deliver(backend, target, when, schedule.arn, attempt)
        except Exception as e:
            failure = e
            LOG.warning("schedule %s, attempt %d: %s", schedule.arn, attempt, e)
            if attempt < limit:
                time.sleep(0.5 * 2 ** (attempt - 1))
    if dead_letters := (target.get("DeadLetterConfig") or {}).get("Arn"):
        deliver(backend, {"Arn": dead_letters, "Input": target.get("Input")}, when, schedule.arn, limit)
    return LOG.error("schedule %s: given up: %s", schedule.arn, failure)


def deliver(backend, target: dict, when: datetime, schedule_arn: str, attempt: int):
    from localstack.aws.connect import connect_to

    clients = connect_to(aws_access_key_id=backend.account_id, region_name=backend.region_name)
    arn, body = target["Arn"], placeholders(target.get("Input") or "{}", when, schedule_arn, attempt)
    service = arn.split(":")[2]
    if arn.startswith("arn:aws:scheduler:::aws-sdk:"):
        return universal(clients, arn, body)
    if service == "states":
        return clients.stepfunctions.start_execution(stateMachineArn=arn, input=body)
    if service == "lambda":
        return clients.lambda_.invoke(FunctionName=arn, InvocationType="Event", Payload=body.encode())
    if service == "sqs":
        url = clients.sqs.get_queue_url(QueueName=arn.split(":")[-1])["QueueUrl"]
        return clients.sqs.send_message(QueueUrl=url, MessageBody=body, **(target.get("SqsParameters") or {}))
    if service == "sns":
        return clients.sns.publish(TopicArn=arn, Message=body)
    if service == "events":
        event = {"EventBusName": arn, "Detail": body, **target["EventBridgeParameters"]}
        return clients.events.put_events(Entries=[event])
    raise ValueError(f"a schedule with the target {arn} is not supported here")


def placeholders(text: str, when: datetime, schedule_arn: str, attempt: int) -> str:
    """Fills the words <aws.scheduler.…> of an input."""
    values = {
        "schedule-arn": schedule_arn,
        "scheduled-time": when.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "execution-id": str(uuid.uuid4()),
        "attempt-number": str(attempt),
    }
    for name, value in values.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text


def universal(clients, arn: str, body: str):
    """A target of any API operation: arn:aws:scheduler:::aws-sdk:SERVICE:action."""
    from botocore import xform_name

    service, action = arn.split(":")[-2:]
    client = getattr(clients, {"sfn": "stepfunctions", "eventbridge": "events"}.get(service, service))
    return getattr(client, xform_name(action[0].upper() + action[1:]))(**json.loads(body))
