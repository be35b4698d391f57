"""Keeps the pages that the tests see, for a checker to look at afterwards: `make check-pages`."""

import hashlib
import os
import re
from pathlib import Path

from flask import Flask, Response, request

_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_VALUE = re.compile(r"=(\"[^\"]*\"|'[^']*')")


def keep_pages(app: Flask) -> Flask:
    """With a folder in KEEP_PAGES, every page of `app` goes there; pages of the same build are kept once."""
    folder = os.environ.get("KEEP_PAGES")
    if folder:
        kept = Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        app.after_request(lambda response: _keep(kept, response))
    return app


def _keep(folder: Path, response: Response) -> Response:
    if response.mimetype == "text/html" and not response.direct_passthrough:
        text = response.get_data(as_text=True)
        if text.lstrip().lower().startswith("<!doctype html>"):
            build = hashlib.sha256(_VALUE.sub("", "".join(_TAG.findall(text))).encode()).hexdigest()[:8]
            name = f"{request.endpoint or 'none'}-{request.method}-{response.status_code}-{build}.html"
            (folder / name).write_text(text, encoding="utf-8")
    return response
