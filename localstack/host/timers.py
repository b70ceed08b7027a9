"""Ends the timer of a waiting task at once: Step Functions' own waits cannot be sped up.

A test that must let something happen inside a pause makes the pause long, and ends it here when its time has come: the
machine sees the same time-out (States.Timeout) that its own timer would have brought.
"""


def time_out(token: str) -> bool:
    """Ends the callback task of a token by its time-out; false where no execution waits for it."""
    from localstack.services.stepfunctions.asl.eval.callback.callback import CallbackOutcomeTimedOut
    from localstack.services.stepfunctions.backend.store import sfn_stores

    for regions in list(sfn_stores.values()):
        for store in list(regions.values()):
            for execution in list(store.executions.values()):
                worker = execution.exec_worker
                if not worker or not worker.env or str(execution.exec_status) != "RUNNING":
                    continue
                endpoint = worker.env.callback_pool_manager.get(token)
                if endpoint is not None:
                    endpoint.notify(CallbackOutcomeTimedOut(token))
                    return True
    return False
