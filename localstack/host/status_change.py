"""The event "Step Functions Execution Status Change" in the form in which AWS publishes it.

LocalStack publishes it with the ARN of the version as that of the machine, without version and alias, with dates as text
and without the error of an execution that was stopped; and one that is stopped while a task waits for its token goes on until
that task times out, and has then failed. Source: Step Functions developer guide, "Events from EventBridge".
"""

import datetime
import json
import logging

LOG = logging.getLogger(__name__)
LIMIT = 262_144
"""Bytes of an event's detail; a longer input or output is left out and marked as not included."""


def install() -> None:
    from localstack.services.stepfunctions.asl.eval.environment import Environment
    from localstack.services.stepfunctions.asl.eval.program_state import ProgramStopped
    from localstack.services.stepfunctions.backend.execution import Execution

    Execution.publish_execution_status_change_event = publish
    stop = Execution.stop

    def stop_with_reason(self, stop_date, error, cause):
        self.error, self.cause = error, cause
        stop(self, stop_date=stop_date, error=error, cause=cause)
        if self.exec_worker and self.exec_worker.env:
            for endpoint in list(self.exec_worker.env.callback_pool_manager._pool.values()):
                endpoint.interrupt_all()

    Execution.stop = stop_with_reason
    fail = Environment.set_error

    def fail_unless_stopped(self, error):
        if not isinstance(self._program_state, ProgramStopped):
            fail(self, error)

    Environment.set_error = fail_unless_stopped


def publish(execution) -> None:
    entry = {
        "Source": "aws.states",
        "DetailType": "Step Functions Execution Status Change",
        "Resources": [execution.exec_arn],
        "Detail": json.dumps(detail(execution)),
    }
    try:
        answer = execution._get_events_client().put_events(Entries=[entry])
        if answer.get("FailedEntryCount"):
            LOG.error("status of %s was not published: %s", execution.exec_arn, answer["Entries"])
    except Exception:
        LOG.exception("status of %s was not published", execution.exec_arn)


def detail(execution) -> dict:
    about = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine_arn,
        "stateMachineVersionArn": execution.state_machine_version_arn,
        "stateMachineAliasArn": execution.state_machine_alias_arn,
        "name": execution.name,
        "status": str(execution.exec_status),
        "startDate": millis(execution.start_date),
        "stopDate": millis(execution.stop_date),
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": None,
        "redriveStatusReason": None,
        "error": execution.error,
        "cause": execution.cause,
    }
    room = LIMIT - len(json.dumps(about))
    for name, value in (("input", execution.input_data), ("output", execution.output)):
        text = None if name == "output" and str(execution.exec_status) != "SUCCEEDED" else compact(value)
        included = text is None or len(text.encode()) <= room
        about[name] = text if included else None
        about[f"{name}Details"] = None if name == "output" and text is None else {"included": included}
        room -= len((text or "").encode()) if included else 0
    return about


def compact(value) -> str:
    return json.dumps(value, separators=(",", ":"), default=str)


def millis(at: datetime.datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)
