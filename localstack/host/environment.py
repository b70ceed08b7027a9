"""LocalStack's settings for host mode. What is set already stays: a developer may try another value from outside."""

import os

SETTINGS = {
    # The machine may itself be a container: LocalStack would then take it for its own image.
    "OVERRIDE_IN_DOCKER": "0",
    # Nothing leaves the machine: no name server, no certificate, no usage events.
    "DNS_ADDRESS": "0",
    "SKIP_SSL_CERT_DOWNLOAD": "1",
    "DISABLE_EVENTS": "1",
    # A template with a type that nobody implements must fail, not report success.
    "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "0",
    # An idle function process stays for ten minutes, as on AWS (milliseconds).
    "LAMBDA_KEEPALIVE_MS": "600000",
    # An empty queue is looked at every second; by default LocalStack waits ten.
    "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": "1",
    "DYNAMODB_IN_MEMORY": "1",
    # Credentials of LocalStack's own calls to itself; the access key names the account 000000000000.
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def apply() -> None:
    """Sets what is not set. Functions are unzipped below TMPDIR, which lies in this emulator's own folder."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    root = os.path.abspath(os.environ["FILESYSTEM_ROOT"])
    os.environ["FILESYSTEM_ROOT"] = root
    os.environ["TMPDIR"] = os.path.join(root, "tmp")
    os.makedirs(os.environ["TMPDIR"], exist_ok=True)
