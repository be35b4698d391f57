"""A form whose end never arrived is no form."""

from io import BytesIO

import pytest
from flask import Flask, request

from app.web.security import set_up_security
from app.web.switching import switching
from tests.builders.settings import make_settings


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.extensions["clock"] = None
    set_up_security(app, make_settings())
    app.config["WTF_CSRF_ENABLED"] = False
    app.before_request_funcs[None] = [f for f in app.before_request_funcs[None] if f.__name__ != "_note_arrival"]

    # Whoever reads the form first must meet the same.
    app.before_request_funcs[None].insert(0, lambda: switching() and None)

    @app.post("/save")
    def save() -> str:
        return request.form["words"]

    return app


@pytest.mark.parametrize("promised", [True, False], ids=["the server says it is whole", "the server says nothing"])
@pytest.mark.parametrize(("missing", "status"), [(0, 200), (1, 400)])
def test_a_form_is_taken_whole_or_not_at_all(app: Flask, promised: bool, missing: int, status: int) -> None:
    body = b"words=" + b"word " * 500
    overrides: dict[str, object] = {"CONTENT_LENGTH": str(len(body))}
    if promised:
        overrides["wsgi.input_terminated"] = True
    answer = app.test_client().post(
        "/save",
        input_stream=BytesIO(body[: len(body) - missing]),
        content_type="application/x-www-form-urlencoded",
        environ_overrides=overrides,
    )
    assert answer.status_code == status
