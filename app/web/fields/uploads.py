"""A file input. What is in a file is judged by the room that keeps it; here only that files came, and how many."""

from typing import Any

from werkzeug.datastructures import FileStorage

from app.core.language import T, Text
from app.web.fields.base import StrictField


class UploadField(StrictField):
    """Files chosen on the page. `data` is a tuple of werkzeug FileStorage, empty when none was chosen."""

    empty = ()
    html_type = "file"

    def __init__(self, label: Text | str = "", *, most_files: int = 1, accept: str = "", **options: Any) -> None:
        """`most_files` above 1 lets several be chosen at once; `accept` is the HTML attribute."""
        super().__init__(label, **options)
        self.most_files, self.accept = most_files, accept

    @property
    def shown(self) -> str:
        """Nothing: browsers don't let a page fill a file input."""
        return ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the files that have a name; a browser sends a nameless one when none was chosen."""
        self.data = ()
        files = tuple(value for value in valuelist if isinstance(value, FileStorage) and value.filename)
        if len(files) > self.most_files:
            raise ValueError(T("Choose at most %(most)s files.", most=self.most_files))
        if not files and self.required is not None:
            raise ValueError(self.required)
        self.data = files
