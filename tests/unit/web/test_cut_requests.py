"""A form whose end never arrived is no form."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.exceptions import ClientDisconnected

from app.web.security import CountedRequest

APP = Flask(__name__)
APP.request_class = CountedRequest
WORDS = "word " * 500


def arriving(body: bytes, *, missing: int, promised: bool) -> dict[str, Any]:
    """The WSGI environment of a form whose last bytes are missing; servers differ in whether they say it is whole."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "PATH_INFO": "/",
        "wsgi.url_scheme": "http",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body[: len(body) - missing]),
    }
    return {**environ, "wsgi.input_terminated": True} if promised else environ


@pytest.mark.parametrize("promised", [True, False], ids=["the server says it is whole", "the server says nothing"])
def test_a_form_is_taken_whole_or_not_at_all(promised: bool) -> None:
    body = f"words={WORDS}".encode()
    with APP.request_context(arriving(body, missing=0, promised=promised)):
        assert request.form["words"] == WORDS
    with APP.request_context(arriving(body, missing=1, promised=promised)), pytest.raises(ClientDisconnected):
        assert request.form["words"]
