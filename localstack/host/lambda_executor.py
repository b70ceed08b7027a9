"""Runs Lambda functions of the runtimes provided.* as processes of this machine: the file `bootstrap` of the function's zip.

LocalStack asks a ProcessExecutor for each execution environment, so that as many run side by side as there are calls.
A function that dies is started again with the next event, as Lambda does. The binary must be built for this machine.
"""

import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from concurrent.futures import Future

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from host import lambda_log, lambda_runtime_api, process_memory

LOG_TAIL = 1 << 20
"""Bytes of a function's output that one invocation may log."""


def install() -> None:
    from localstack.services.lambda_.invocation import plugins

    plugins.DockerRuntimeExecutorPlugin.load = lambda self, *args, **kwargs: ProcessExecutor


class ProcessExecutor(RuntimeExecutor):
    """One execution environment: at most one process, at most one event at a time."""

    def __init__(self, id, function_version):
        super().__init__(id, function_version)
        self.process: subprocess.Popen | None = None
        self.environment: dict[str, str] = {}
        self.output = None
        self.events: queue.SimpleQueue = queue.SimpleQueue()
        self.started: Future = Future()
        self.current: tuple[str, Future] | None = None
        self.cold = True

    @property
    def function(self) -> str:
        return self.function_version.id.function_name

    # What LocalStack calls.

    @classmethod
    def prepare_version(cls, function_version):
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version):
        """Nothing is kept for a version but its unzipped code, which LocalStack removes."""

    def start(self, env_vars):
        lambda_runtime_api.ENVIRONMENTS[self.id] = self
        root = str(self.function_version.config.code.get_unzipped_code_location())
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": "/tmp",
            **{name: str(value) for name, value in env_vars.items()},
            "AWS_LAMBDA_RUNTIME_API": lambda_runtime_api.address(self.id),
            "LAMBDA_TASK_ROOT": root,
            "TZ": "UTC",
        }
        self.output = tempfile.TemporaryFile()
        self.spawn()
        self.started.result(timeout=config.LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT)

    def invoke(self, payload):
        if self.process.poll() is not None:
            self.restart()
        request_id, begun = payload["invoke-id"], time.time()
        limit = self.function_version.config.timeout
        mark, done = os.fstat(self.output.fileno()).st_size, Future()
        self.current = (request_id, done)
        self.events.put((payload, begun + limit))
        try:
            body, is_error = done.result(timeout=limit)
        except TimeoutError:
            self.kill()
            is_error = True
            body = error("Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {limit:.2f} seconds")
        self.current = None
        output = os.pread(self.output.fileno(), LOG_TAIL, mark).decode(errors="replace")
        record = lambda_log.Invocation(
            function=self.function,
            version=self.function_version.id.qualifier,
            request=request_id,
            environment=self.id,
            begun=begun,
            milliseconds=(time.time() - begun) * 1000,
            memory=self.function_version.config.memory_size,
            peak=process_memory.peak(self.process),
            cold=self.cold,
            failed=is_error,
            output=output,
        )
        self.cold = False
        lambda_log.keep(record)
        return InvocationResult(request_id, body, is_error=is_error, logs=record.text())

    def stop(self):
        lambda_runtime_api.ENVIRONMENTS.pop(self.id, None)
        self.kill()

    def get_logs(self):
        return os.pread(self.output.fileno(), LOG_TAIL, 0).decode(errors="replace") if self.output else ""

    def get_address(self):
        return "127.0.0.1"

    def get_endpoint_from_executor(self):
        return "127.0.0.1"

    def get_runtime_endpoint(self):
        return ""

    @classmethod
    def validate_environment(cls):
        return True

    # What the Runtime API calls.

    def next_event(self):
        if not self.started.done():
            self.started.set_result(True)
        return self.events.get()

    def answered(self, request_id, body, is_error):
        current = self.current
        if current and current[0] == request_id and not current[1].done():
            current[1].set_result((body, is_error))

    def init_failed(self, body):
        if not self.started.done():
            self.started.set_exception(StatusErrorException("Environment startup failed", payload=body))

    # The process.

    def spawn(self):
        root = self.environment["LAMBDA_TASK_ROOT"]
        self.cold = True
        self.process = subprocess.Popen(
            [os.path.join(root, "bootstrap")],
            cwd=root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
            start_new_session=True,
        )
        threading.Thread(target=self.watch, args=(self.process,), daemon=True).start()

    def watch(self, process):
        """Reports the death of a process that had an event in hand."""
        code = process.wait()
        if process is not self.process:
            return
        current = self.current
        request = current[0] if current else None
        body = error("Runtime.ExitError", f"RequestId: {request} Error: Runtime exited with error: {how(code)}")
        self.init_failed(body)
        if current:
            self.answered(current[0], body, True)

    def restart(self):
        # A thread of the Runtime API may still wait for the dead process: it gets the old queue's end.
        self.events.put(None)
        self.events = queue.SimpleQueue()
        self.spawn()

    def kill(self):
        """Ends the process at once, with what it started."""
        self.events.put(None)
        if self.process and self.process.poll() is None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            self.process.wait()


def error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


def how(code: int) -> str:
    """The end of a process in Lambda's words."""
    return f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
