"""A file that was examined once in this process is known: the child process that looks at it takes a fifth of a second.

Only what was found good is kept, by the file's very bytes. What examining does is tested in tests/unit/documents.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app.documents import child, intake


@contextmanager
def examined_once() -> Iterator[None]:
    """While inside, `app.documents.intake` asks about the same PDF once."""
    known: dict[tuple[str, int], dict[str, Any]] = {}

    def run_job(job: str, arguments: dict[str, Any], **limits: int) -> dict[str, Any]:
        if job != "pdf":
            return child.run_job(job, arguments, **limits)
        key = (hashlib.sha256(Path(arguments["path"]).read_bytes()).hexdigest(), arguments["max_pages"])
        if key not in known:
            known[key] = child.run_job(job, arguments, **limits)
        return known[key]

    with patch.object(intake, "run_job", run_job):
        yield
