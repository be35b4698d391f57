"""A whole sandbox as one object: web server, mail server and worker, each in a thread."""

import socket
import threading
from dataclasses import replace
from types import TracebackType
from typing import Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.config import BadSettings, Settings
from sandbox.mail.smtp import smtp_server
from sandbox.web import serving
from sandbox.worker import Worker
from sandbox.world import make_world

_HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    # Headers and body go out in two writes; without this the second waits for the client's acknowledgement.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: a line a request would drown what matters."""


class Sandbox:
    """A sandbox that runs between `start` and `stop`, or inside a `with` block.

    `url` and `smtp_port` say where it listens; with port 0 in the settings these are free ports. One that is not
    `busy` only answers: who holds it says when something happens by itself, and makes its calls.
    """

    def __init__(self, settings: Settings, *, busy: bool = True) -> None:
        self._busy = busy
        self._socket = _listening(settings.port, "SANDBOX_PORT")
        port = int(self._socket.getsockname()[1])
        self.smtp_port = settings.smtp_port or _free_port()
        self.url = f"http://{_HOST}:{port}"
        self.world = make_world(replace(settings, port=port, smtp_port=self.smtp_port))
        self._web: BaseWSGIServer = make_server(
            _HOST, port, serving(self.world), threaded=True, request_handler=_Handler, fd=self._socket.fileno()
        )
        self._mail = smtp_server(self.world.mailbox, self.world.faults, self.smtp_port)
        self._worker = Worker(self.world)
        self._thread = threading.Thread(target=self._web.serve_forever, args=(0.02,), name="sandbox-web", daemon=True)

    def start(self) -> None:
        """Listen and work; raises BadSettings when the mail port is taken."""
        try:
            self._mail.start()
        except OSError as error:
            raise BadSettings(f"Port {self.smtp_port} is taken. Set SANDBOX_SMTP_PORT to another one.") from error
        if self._busy:
            self._worker.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop everything that was started, and close the store."""
        self._web.shutdown()
        self._thread.join()
        self._web.server_close()
        self._socket.close()
        self._mail.stop()
        self._worker.stop()
        self.world.paybill.close()
        self.world.store.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _listening(port: int, setting: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
    except OSError as error:
        listener.close()
        raise BadSettings(f"Port {port} is taken. Set {setting} to another one.") from error
    listener.listen(128)
    return listener


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])
