"""What somebody writes down about a fee schedule."""

from collections.abc import Mapping
from typing import Any

from app.core.language import LANGUAGES, Localised, T
from app.core.money import Money
from app.courts import FeeSchedule, Pack
from app.courts.schedules.rules import Content, Line, field_of, lines_of
from app.web.fields import AreaField, DateField, Form, MoneyField, TextField, WholeNumberField

LONGEST = 300
_MISSING = T("Write the legal source in all three languages.")


class FeeField(MoneyField):
    """A fee; none at all is an amount too."""

    def show(self, value: Any) -> str:
        """The figures, a zero included."""
        return "" if value is None else f"{value.minor:,}"


class ScheduleForm(Form):
    """The order, its day of force and what it says; an amount that it doesn't give stays empty."""

    version = TextField(T("Number of the order"), most=60, required=T("Enter the number of the order."))
    starts = DateField(T("In force from"), required=T("Enter the day from which it is in force."))
    source_rw = AreaField(T("Legal source, in Kinyarwanda"), most=LONGEST, required=_MISSING)
    source_en = AreaField(T("Legal source, in English"), most=LONGEST, required=_MISSING)
    source_fr = AreaField(T("Legal source, in French"), most=LONGEST, required=_MISSING)
    saves = WholeNumberField("")
    pack: Pack

    def rows(self, now: FeeSchedule | None) -> list[tuple[Any, str]]:
        """Each amount's field with what it is now."""
        found = []
        for fee, level in lines_of(self.pack):
            amount = now.amount(fee, level) if now else None
            found.append((self[field_of((fee, level))], "" if amount is None else str(amount)))
        return found

    def to_content(self) -> Content:
        """What was written down."""
        typed = {line: self[field_of(line)].data for line in lines_of(self.pack)}
        source = {code: self[f"source_{code}"].data for code in LANGUAGES}
        return Content(
            version=self.version.data,
            starts=self.starts.data,
            source=Localised(**source),
            amounts={line: amount.minor for line, amount in typed.items() if amount is not None},
        )


def schedule_form(
    pack: Pack, amounts: Mapping[Line, int], content: Content | None = None, *, saves: int = 0
) -> ScheduleForm:
    """The form with a field for each amount that the pack knows, filled with `amounts`, and with `content` if any."""
    titles = {
        line: T("%(fee)s, %(court)s", fee=pack.fees.fees[line[0]].title, court=pack.levels[line[1]].title)
        for line in lines_of(pack)
    }
    fields = {field_of(line): FeeField(title) for line, title in titles.items()}
    data: dict[str, Any] = {field_of(line): Money(minor, pack.currency) for line, minor in amounts.items()}
    data["saves"] = saves
    if content is not None:
        data |= {"version": content.version, "starts": content.starts}
        data |= {f"source_{code}": content.source.said_in(code) for code in LANGUAGES}
    form: ScheduleForm = type("ScheduleFormOfAPack", (ScheduleForm,), {**fields, "pack": pack})(data=data)
    return form
