"""The list of Senda's additions; each installs itself into a LocalStack that has been imported and not yet started."""


def install(in_container: bool) -> None:
    """Installs all of them. In LocalStack's own image DynamoDB Local is there in LocalStack's own way."""
    from host import (
        calls,
        control,
        dynamodb_local,
        input_transformer,
        jsonata,
        lambda_executor,
        lambda_faults,
        meter,
        replay,
        scheduler,
        schemas,
        status_change,
    )
    from host.providers import registry, replacement, retention
    from host.sesv2 import service as sesv2

    if not in_container:
        dynamodb_local.install()
    jsonata.install()
    status_change.install()
    input_transformer.install()
    replay.install()
    lambda_executor.install()
    scheduler.install()
    sesv2.install()
    schemas.install()
    registry.install()
    retention.install()
    replacement.install()
    # The fault comes after the meter in each list of handlers: a call that was cut or whose caller died is metered.
    calls.install()
    meter.install()
    lambda_faults.install()
    control.install()
