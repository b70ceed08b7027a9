"""Brings Senda's additions into LocalStack's own image: a script of start.d, run inside LocalStack's process (compose.yaml)."""

import sys

sys.path.insert(0, "/opt/senda")

from host import additions  # noqa: E402

additions.install(in_container=True)
