"""Custom::… : a Lambda function that makes, changes and removes a resource; LocalStack's community edition has none.

The function gets the event of CloudFormation with a ResponseURL, which here is a control endpoint, and puts its answer
there. Source: CloudFormation user guide, "Custom resource reference".
"""

import json
import threading
import uuid

from rolo import Request, Response

from host.providers.framework import Provider

HOUR = 3600
"""Seconds that CloudFormation waits for the answer when ServiceTimeout says nothing."""
OURS = "SendaProperties"
"""Where the model keeps the properties, apart from the attributes that the function answered."""

_answers: dict[str, "Answer"] = {}


class Answer:
    """An answer to come."""

    def __init__(self):
        self.there = threading.Event()
        self.body: dict = {}


class CustomResource(Provider):
    TYPE = "AWS::CloudFormation::CustomResource"
    ID = "PhysicalResourceId"
    CREATE_ONLY = ("ServiceToken",)

    def add(self, request, model):
        properties = text(model)
        answer = call(request, "Create", properties, {})
        learn(model, properties, answer)

    def change(self, request, model, before):
        properties = text({k: v for k, v in request.desired_state.items() if k != self.ID})
        old = before[self.ID]
        extra = {"PhysicalResourceId": old, "OldResourceProperties": json.loads(before[OURS])}
        answer = call(request, "Update", properties, extra)
        learn(model, properties, answer)
        if model[self.ID] != old:  # a new one was made: the old one goes
            call(request, "Delete", json.loads(before[OURS]), {"PhysicalResourceId": old})

    def remove(self, request, model):
        if self.ID in model:
            call(request, "Delete", json.loads(model[OURS]), {"PhysicalResourceId": model[self.ID]})


PROVIDERS = (CustomResource,)


def learn(model: dict, properties: dict, answer: dict) -> None:
    data = {key: value if isinstance(value, (dict, list)) else str(value) for key, value in (answer.get("Data") or {}).items()}
    model |= {**data, CustomResource.ID: answer["PhysicalResourceId"], OURS: json.dumps(properties)}


def call(request, kind: str, properties: dict, extra: dict) -> dict:
    """Invokes the function with an event and gives its answer; raises what the function says went wrong."""
    from botocore.config import Config
    from localstack import config
    from localstack.aws.connect import connect_to

    token, answer = uuid.uuid4().hex, Answer()
    _answers[token] = answer
    event = {
        "RequestType": kind,
        "ResponseURL": f"{config.internal_service_url()}/_senda/custom-resource/{token}",
        "StackId": request.stack_id,
        "RequestId": str(uuid.uuid4()),
        "ResourceType": request.resource_type,
        "LogicalResourceId": request.logical_resource_id,
        "ResourceProperties": properties,
        **extra,
    }
    timeout = int(properties.get("ServiceTimeout") or HOUR)
    once = Config(read_timeout=timeout, retries={"total_max_attempts": 1})
    functions = connect_to(aws_access_key_id=request.account_id, region_name=request.region_name, config=once).lambda_
    try:
        done = functions.invoke(FunctionName=properties["ServiceToken"], Payload=json.dumps(event).encode())
        if done.get("FunctionError") and not answer.there.is_set():
            raise RuntimeError(f"{request.logical_resource_id}: the function failed: {done['Payload'].read().decode()}")
        if not answer.there.wait(timeout):
            raise TimeoutError(f"{request.logical_resource_id}: no answer within {timeout} s")
    finally:
        del _answers[token]
    if answer.body.get("Status") != "SUCCESS":
        raise RuntimeError(f"{request.logical_resource_id}: {answer.body.get('Reason') or 'failed without a reason'}")
    return answer.body


def take_answer(request: Request, token: str) -> Response:
    """PUT /_senda/custom-resource/TOKEN: what a function would put into the bucket of CloudFormation."""
    answer = _answers.get(token)
    if answer is None:
        return Response(status=403)
    answer.body = json.loads(request.get_data())
    answer.there.set()
    return Response(status=200)


def text(value):
    """Properties as CloudFormation hands them over: numbers and booleans are texts."""
    if isinstance(value, dict):
        return {key: text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [text(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
