"""The pages that the tests see: their templates compiled once, and kept for a checker: `make check-pages`."""

import hashlib
import os
import re
from pathlib import Path

from flask import Flask, Response, request
from jinja2.bccache import Bucket, BytecodeCache

_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_VALUE = re.compile(r"=(\"[^\"]*\"|'[^']*')")


class _Compiled(BytecodeCache):
    """Every application compiles the same templates: the first one's are good for all of this process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_compiled = _Compiled()


def keep_pages(app: Flask) -> Flask:
    """With a folder in KEEP_PAGES, every page of `app` goes there; pages of the same build are kept once."""
    app.jinja_env.bytecode_cache = _compiled
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
