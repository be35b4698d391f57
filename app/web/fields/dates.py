"""A date typed as day, month and year: three plain inputs that every phone can fill."""

import re
from datetime import date
from typing import Any

from app.core.language import T, Text
from app.web.fields.base import StrictField, one_text

PARTS = ("day", "month", "year")


class DateField(StrictField):
    """Three inputs named `<name>-day`, `-month` and `-year`. `data` is a date, or None."""

    def __init__(
        self,
        label: Text | str = "",
        *,
        earliest: date = date(1900, 1, 1),
        latest: date = date(2200, 12, 31),
        **options: Any,
    ) -> None:
        """Both bounds are allowed; what depends on today belongs to the command, which knows the time."""
        super().__init__(label, **options)
        self.earliest, self.latest = earliest, latest
        self.parts = dict.fromkeys(PARTS, "")
        self.wrong: tuple[str, ...] = ()

    @property
    def focus_id(self) -> str:
        """The id of the first part that is wrong."""
        return f"{self.id}-{self.wrong[0] if self.wrong else PARTS[0]}"

    @property
    def inputs(self) -> list[tuple[str, str, str, bool]]:
        """For each part: its name, its id (the same), its text, whether it is marked as wrong."""
        marked = self.wrong or (PARTS if self.errors else ())
        return [(part, f"{self.name}-{part}", self.parts[part], part in marked) for part in PARTS]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the three parts when the form was posted, else the date there was before."""
        self.process_errors = []
        self.process_data(self.default if data is None or not isinstance(data, date) else data)
        if formdata is None:
            self.parts = self._split(self.data)
            return
        try:
            self.process_formdata([formdata.getlist(f"{self.name}-{part}") for part in PARTS])
        except ValueError as error:
            self.process_errors.append(error.args[0])

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the lists of values posted for day, month and year."""
        self.data = None
        for part, values in zip(PARTS, valuelist, strict=True):
            self.parts[part] = self.clean(one_text(values, self))
        missing = tuple(part for part in PARTS if not self.parts[part])
        if len(missing) == len(PARTS):
            if self.required is not None:
                raise ValueError(self.required)
            return
        if missing:
            self.wrong = missing
            raise ValueError(T("Enter the day, the month and the year."))
        self.data = self._read()

    def _read(self) -> date:
        day, month, year = (self._number(part) for part in PARTS)
        if self.wrong:
            raise ValueError(T("Enter a real date, like 4 5 2026."))
        try:
            result = date(year, month, day)
        except ValueError:
            self.wrong = PARTS[:1]
            raise ValueError(T("Enter a real date, like 4 5 2026.")) from None
        if not self.earliest <= result <= self.latest:
            self.wrong = PARTS[2:]
            raise ValueError(T("Check the year of this date."))
        return result

    def _number(self, part: str) -> int:
        text = self.parts[part]
        most = {"day": 31, "month": 12, "year": 9999}[part]
        length = r"[0-9]{4}" if part == "year" else r"[0-9]{1,2}"
        if re.fullmatch(length, text) and 1 <= int(text) <= most:
            return int(text)
        self.wrong = (*self.wrong, part)
        return 0

    def _split(self, value: date | None) -> dict[str, str]:
        return {part: str(getattr(value, part)) if value else "" for part in PARTS}
