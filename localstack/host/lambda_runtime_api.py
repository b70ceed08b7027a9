"""The Lambda Runtime API for functions that run as processes of this machine.

One small HTTP server for all; the environment's id is the first part of the path. A function asks for its next event
(GET …/invocation/next waits), answers it (POST …/response) or reports an error (POST …/error, …/init/error).
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol


class Environment(Protocol):
    """What the server needs of an execution environment (lambda_executor.ProcessExecutor)."""

    def next_event(self) -> tuple[dict, float] | None: ...
    def answered(self, request_id: str, body: bytes, is_error: bool) -> None: ...
    def init_failed(self, body: bytes) -> None: ...


ENVIRONMENTS: dict[str, Environment] = {}
_lock = threading.Lock()
_server: "Server | None" = None


def address(environment_id: str) -> str:
    """The value of AWS_LAMBDA_RUNTIME_API for an environment; starts the server with the first one."""
    global _server
    with _lock:
        if _server is None:
            _server = Server(("127.0.0.1", 0), Requests)
            threading.Thread(target=_server.serve_forever, daemon=True, name="lambda-runtime-api").start()
    return f"127.0.0.1:{_server.server_port}/{environment_id}"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        environment = ENVIRONMENTS.get(self.path.split("/")[1])
        event = environment and environment.next_event()
        if not event:
            self.close_connection = True
            return self.reply(410)
        payload, deadline = event
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": payload["invoke-id"],
            "Lambda-Runtime-Invoked-Function-Arn": payload["invoked-function-arn"],
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Trace-Id": payload.get("trace-id") or "",
        }
        return self.reply(200, payload["payload"].encode(), headers)

    def do_POST(self):
        body = self.body()
        # ID/2018-06-01/runtime/invocation/REQUEST/response|error, or ID/2018-06-01/runtime/init/error
        parts = self.path.strip("/").split("/")
        environment = ENVIRONMENTS.get(parts[0])
        if environment and len(parts) == 5:
            environment.init_failed(body)
        elif environment and len(parts) == 6:
            environment.answered(parts[4], body, parts[5] == "error")
        self.reply(202, b'{"status":"OK"}')

    def body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        whole = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def reply(self, status: int, body: bytes = b"", headers: dict | None = None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        try:
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # the function is dead

    def log_message(self, *_):
        """Functions keep their own logs."""
