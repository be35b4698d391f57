"""One structured line a request, with a request id; never personal data, never a secret."""

import logging
import re
import secrets
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

_REQUESTS = Counter("ikirego_requests", "Requests answered", ["endpoint", "method", "status"])
_SECONDS = Histogram("ikirego_request_seconds", "Time taken by requests", ["endpoint"])
_DIGITS = re.compile(r"\+?\d[\d ]{7,}\d")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_log = structlog.get_logger()


def set_up_logging(level: str) -> None:
    """JSON lines on standard output."""
    # What packages tell of their own doings is not ours to log, unless something is wrong.
    logging.basicConfig(stream=sys.stdout, level=max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )


def _redact(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blot out what looks like a phone number, an identity number or an address, wherever it came from."""
    for key, value in line.items():
        if isinstance(value, str) and key not in ("timestamp", "request_id"):
            line[key] = _ADDRESS.sub("[address]", _DIGITS.sub("[number]", value))
    return line


def set_up_request_log(app: Flask) -> None:
    """Give each request an id and a line."""

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()
        g.request_id = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _end(response: Response) -> Response:
        endpoint = request.endpoint or "-"
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        _REQUESTS.labels(endpoint, request.method, response.status_code).inc()
        _SECONDS.labels(endpoint).observe(seconds)
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        # The rule, not the path: a path may carry an id or a token.
        rule = request.url_rule.rule if request.url_rule else "-"
        _log.info("request", method=request.method, rule=rule, status=response.status_code, ms=round(seconds * 1000, 1))
        return response
