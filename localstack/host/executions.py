"""Executions of Step Functions with what they cost: states entered, retries, events of the history."""

from collections import Counter


def list_executions(machine: str | None) -> list[dict]:
    """Those of a machine (by name), or all. `transitions` counts states entered and retries, as AWS bills them."""
    from localstack.services.stepfunctions.backend.store import sfn_stores

    out = []
    for regions in list(sfn_stores.values()):
        for store in list(regions.values()):
            for execution in list(store.executions.values()):
                name = execution.state_machine_arn.split(":")[6]
                if machine in (None, name):
                    out.append(described(name, execution))
    return out


def described(machine: str, execution) -> dict:
    worker = execution.exec_worker
    history = worker.env.event_manager.get_event_history() if worker and worker.env else []
    kinds = Counter(str(event["type"]) for event in history)
    entered = sum(n for kind, n in kinds.items() if kind.endswith("StateEntered"))
    scheduled = kinds["TaskScheduled"] + kinds["LambdaFunctionScheduled"] + kinds["ActivityScheduled"]
    tasks = kinds["TaskStateEntered"]
    retries = max(0, scheduled - tasks)
    return {
        "execution": execution.exec_arn,
        "name": execution.name,
        "machine": machine,
        "version": execution.state_machine_version_arn,
        "status": str(execution.exec_status),
        "error": execution.error,
        "entered": entered,
        "retries": retries,
        "transitions": entered + retries,
        "events": len(history),
    }
