"""The list of Senda's additions; each installs itself into a LocalStack that has been imported and not yet started."""


def install(in_container: bool) -> None:
    """Installs all of them. In LocalStack's own image DynamoDB Local is there in LocalStack's own way."""
    from host import control, dynamodb_local, jsonata, lambda_executor, scheduler

    if not in_container:
        dynamodb_local.install()
    jsonata.install()
    lambda_executor.install()
    scheduler.install()
    control.install()
