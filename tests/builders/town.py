"""The portal with everything around it, in this process: web server, worker, sandbox, on ports of their own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

from app import create_app, wiring
from app.config import Settings
from app.core.clock import SystemClock
from app.wiring import House
from app.worker import Worker
from sandbox.config import AirtelAccount, IremboPayAccount, StripeAccount
from sandbox.config import Settings as SandboxSettings
from sandbox.server import Sandbox
from tests.builders.pages import keep_pages
from tests.builders.settings import make_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A running portal at `url`. `house` is for looking into its books; `sandbox` is the world outside."""

    url: str
    app: Flask
    house: House
    sandbox: Sandbox
    settings: Settings


@contextmanager
def open_town(database_url: str, folder: Path, *, page_rails: bool = False) -> Iterator[Town]:
    """The whole town on the migrated database at `database_url`; files and the sandbox's state go to `folder`.

    `page_rails`: one may also pay by IremboPay and by card.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        outside = SandboxSettings(
            data=folder / "sandbox",
            port=0,
            smtp_port=0,
            portal_url=url,
            airtel=AirtelAccount(callback_url=f"{url}/callbacks/airtel", sign=True),
            irembopay=IremboPayAccount(webhook_url=f"{url}/callbacks/irembopay"),
            stripe=StripeAccount(webhook_url=f"{url}/callbacks/stripe"),
        )
        with Sandbox(outside) as sandbox:
            environ = _environ(database_url, folder, url, sandbox) | (_page_rails(sandbox) if page_rails else {})
            settings = make_settings(environ)
            house = wiring.build(settings, SystemClock())
            worker = Worker(wiring.build(settings, SystemClock()))
            worker.start()
            try:
                app = keep_pages(create_app(settings, house=house))
                with _served(app, listener):
                    yield Town(url=url, app=app, house=house, sandbox=sandbox, settings=settings)
            finally:
                worker.stop()
                house.database.dispose()


def _environ(database_url: str, folder: Path, url: str, sandbox: Sandbox) -> dict[str, str]:
    outside = sandbox.world.settings
    return {
        "IKIREGO_ENV": "demo",
        "PUBLIC_URL": url,
        "DATABASE_URL": database_url,
        "STORAGE_URL": (folder / "files").absolute().as_uri(),
        "SCRATCH_DIR": str(folder / "scratch"),
        "SANDBOX_URL": sandbox.url,
        "MTN_BASE_URL": f"{sandbox.url}/mtn",
        "MTN_API_USER": outside.mtn.api_user,
        "MTN_API_KEY": outside.mtn.api_key,
        "MTN_SUBSCRIPTION_KEY": outside.mtn.collection_key,
        "MTN_DISBURSEMENT_KEY": outside.mtn.disbursement_key,
        "AIRTEL_BASE_URL": f"{sandbox.url}/airtel",
        "AIRTEL_CLIENT_ID": outside.airtel.client_id,
        "AIRTEL_CLIENT_SECRET": outside.airtel.client_secret,
        "AIRTEL_CALLBACK_KEY": outside.airtel.callback_key,
        "AIRTEL_SIGN": "yes",
        "TWILIO_BASE_URL": f"{sandbox.url}/twilio",
        "TWILIO_ACCOUNT_SID": outside.sms.sid,
        "TWILIO_AUTH_TOKEN": outside.sms.token,
        "SMTP_PORT": str(sandbox.smtp_port),
    }


def _page_rails(sandbox: Sandbox) -> dict[str, str]:
    outside = sandbox.world.settings
    return {
        "IREMBOPAY_BASE_URL": f"{sandbox.url}/irembopay",
        "IREMBOPAY_SECRET_KEY": outside.irembopay.secret_key,
        "IREMBOPAY_ACCOUNT": outside.irembopay.payment_account,
        "IREMBOPAY_PRODUCT_CODE": outside.irembopay.product_code,
        "STRIPE_BASE_URL": f"{sandbox.url}/stripe",
        "STRIPE_SECRET_KEY": outside.stripe.secret_key,
        "STRIPE_WEBHOOK_SECRET": outside.stripe.webhook_secret,
    }


@contextmanager
def _served(app: Flask, listener: socket.socket) -> Iterator[None]:
    server = make_server("127.0.0.1", listener.getsockname()[1], app, threaded=True, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
