"""How faults reach an HTTP answer."""

import socket
import threading
from collections.abc import Callable

from flask import Response, request

from sandbox.faults import Kind, Taken

_BEFORE = (Kind.DOWN, Kind.TOKEN_EXPIRED, Kind.RATE_LIMITED, Kind.ERROR)


def answer(taken: Taken, process: Callable[[], Response], failure: Callable[[Kind], Response]) -> Response:
    """Carry out a request by `process` the way the faults in `taken` want it.

    `failure` gives the operator's own answer for a fault that refuses.
    """
    if Kind.REFUSED in taken:
        return severed()
    for kind in _BEFORE:
        if kind in taken:
            return failure(kind)
    response = process()
    if Kind.SLOW in taken:
        threading.Event().wait(taken[Kind.SLOW].seconds)
    if Kind.DROP_ANSWER in taken:
        return severed()
    if Kind.ERROR_AFTER_ACCEPT in taken:
        return failure(Kind.ERROR_AFTER_ACCEPT)
    if Kind.BROKEN_ANSWER in taken:
        return Response('{"status": "SUCC', content_type="application/json")
    return response


def severed() -> Response:
    """Close the client's connection without a byte of an answer; what is returned here never arrives."""
    connection = request.environ.get("werkzeug.socket")
    if not isinstance(connection, socket.socket):
        raise ConnectionAbortedError("the sandbox was told to drop this answer")
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)
