"""Built style sheets and scripts: their hashed names, and how they are served.

`frontend/build.sh` writes them to `static/` with the hash in the name and `.br` and `.gz` beside each, so a browser may
keep them for good and nothing is compressed while someone waits.
"""

import json
import re
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from app.config import Settings
from app.web.words import state_words

STATIC = Path(__file__).resolve().parents[2] / "static"
PREFIX = "/static/"
_HASHED = re.compile(r"/static/[a-z]+\.[0-9a-f]{12}\.(css|js)$")


class Assets:
    """The manifest of built files, read once at start; a missing one is an error then, not on the first page."""

    def __init__(self, folder: Path = STATIC) -> None:
        """`folder` holds the built files and manifest.json; raises FileNotFoundError."""
        self._names: dict[str, str] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        for name in self._names.values():
            if not (folder / name).is_file():
                raise FileNotFoundError(folder / name)

    def url(self, name: str) -> str:
        """The address of a built file by its plain name ("app.css"); raises KeyError."""
        return PREFIX + self._names[name]


def set_up_assets(app: Flask, settings: Settings, folder: Path = STATIC) -> None:
    """Serve the built files, and give templates `asset`, `settings` and `state_words`."""
    assets = Assets(folder)
    app.jinja_env.globals.update(asset=assets.url, settings=settings, state_words=state_words)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix=PREFIX,
        max_age=3600,
        immutable_file_test=_is_hashed,
        add_headers_function=_secure,
    )


def _is_hashed(_path: str, url: str) -> bool:
    return bool(_HASHED.search(url))


def _secure(headers: Headers, _path: str, _url: str) -> None:
    """Files don't pass through Flask, so they get their own security headers."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = "default-src 'none'"
