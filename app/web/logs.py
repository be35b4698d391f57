"""One structured line a request, with a request id; never personal data, never a secret."""

import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram
from structlog.typing import ExcInfo, Processor

_REQUESTS = Counter("ikirego_requests", "Requests answered", ["endpoint", "method", "status"])
_SECONDS = Histogram("ikirego_request_seconds", "Time taken by requests", ["endpoint"])
_DIGITS = re.compile(r"\+?\d[\d ]{7,}\d")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_LONGEST_STORY = 500
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = structlog.get_logger()


def set_up_logging(level: str) -> None:
    """JSON lines on standard output."""
    # What packages tell of their own doings is not ours to log, unless something is wrong.
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_BEFORE, processors=[_bare, *_AFTER]))
    theirs = max(logging.WARNING, logging.getLevelNamesMapping()[level])
    logging.basicConfig(handlers=[handler], level=theirs, force=True)
    structlog.configure(
        processors=[*_BEFORE, *_AFTER],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )


def what_happened(exc_info: ExcInfo) -> str:
    """The kinds of error and where they were raised, the last one first. What they say is left out: a database's error
    quotes the row, a parser's the words that it could not read."""
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(lines) < _LONGEST_STORY:
        lines.append(" ".join([f"{type(error).__module__}.{type(error).__qualname__}", *_codes(error)]))
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {f.filename}:{f.lineno} {f.name}: {f.line}" for f in frames]
        error = error.__cause__ or error.__context__
    return "\n".join(lines)


def _codes(error: BaseException) -> list[str]:
    """What PostgreSQL calls the trouble, and the constraint that was hurt."""
    diag = getattr(error, "diag", None)
    named = (getattr(error, "sqlstate", None), getattr(diag, "constraint_name", None))
    return [str(code) for code in (*named, getattr(error, "errno", None)) if code]


def _bare(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A package's line without what its logger put in to get it here."""
    return {key: value for key, value in line.items() if key not in ("_record", "_from_structlog")}


def _redact(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blot out what looks like a phone number, an identity number or an address, wherever it came from."""
    for key, value in line.items():
        if isinstance(value, str) and key not in ("timestamp", "request_id"):
            line[key] = _ADDRESS.sub("[address]", _DIGITS.sub("[number]", value))
    return line


_BEFORE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_AFTER: list[Processor] = [
    structlog.processors.ExceptionRenderer(what_happened),
    _redact,
    structlog.processors.JSONRenderer(),
]


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
        # A client may call its method anything, and each new one would be a new line among the numbers.
        method = request.method if request.method in _METHODS else "-"
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        _REQUESTS.labels(endpoint, method, response.status_code).inc()
        _SECONDS.labels(endpoint).observe(seconds)
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        # The rule, not the path: a path may carry an id or a token.
        rule = request.url_rule.rule if request.url_rule else "-"
        _log.info("request", method=method, rule=rule, status=response.status_code, ms=round(seconds * 1000, 1))
        return response
