"""Who calls, and cutting a caller off."""

import re
import socket

APP = re.compile(r"(?:^|\s)app/(\S+)")


def app(headers) -> str:
    """The application of a call: what AWS_SDK_UA_APP_ID put into its User-Agent; empty without one.

    SDKs write it as app/NAME; some write it into X-Amz-User-Agent too.
    """
    for name in ("User-Agent", "X-Amz-User-Agent"):
        if found := APP.search(headers.get(name) or ""):
            return found[1]
    return ""


def session(headers) -> str:
    """The session token of a call: each execution environment of a function has one of its own."""
    return headers.get("X-Amz-Security-Token") or ""


def install() -> None:
    """Keeps the connection of each request where `cut` finds it."""
    from rolo.serving import twisted

    update = twisted.update_wsgi_environment

    def update_and_keep(environ, request):
        update(environ, request)
        environ["senda.connection"] = request

    twisted.update_wsgi_environment = update_and_keep


def cut(context) -> None:
    """Closes the connection of a request before any byte of the answer is written; what was done stays done."""
    request = context.request.environ.get("senda.connection")
    if request is None:
        raise ConnectionError("the call came from inside the emulator, it has no connection to cut")
    from twisted.internet import reactor

    reactor.callFromThread(close, request)


def close(request) -> None:
    """In the reactor's thread: nothing is written to this request any more, and its socket is shut."""
    request.write = lambda data: None
    request.finish = lambda: None
    transport = request.channel.transport
    try:
        handle = transport.getHandle()
        handle.shutdown(socket.SHUT_RDWR)
    except (AttributeError, OSError):
        pass
    transport.loseConnection()
