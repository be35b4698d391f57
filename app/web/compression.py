"""Pages go compressed, also those that refuse: a form with a mistake comes back whole, and lines are slow."""

from typing import Any

from flask import Flask, Response
from flask_compress import Compress


class _CompressAll(Compress):
    """The package leaves every answer but a success alone."""

    def after_request(self, response: Response | None) -> Any:
        """The answer, compressed when the browser reads it and it is worth it."""
        if response is None or response.status_code < 400:
            return super().after_request(response)
        status, response.status_code = response.status_code, 200
        compressed = super().after_request(response)
        compressed.status_code = status
        return compressed


def set_up_compression(app: Flask) -> None:
    """Compress what pages answer, by brotli or else gzip."""
    app.config.update(COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=5, COMPRESS_MIN_SIZE=300)
    _CompressAll(app)
