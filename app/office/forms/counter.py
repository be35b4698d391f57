"""A paper filing that somebody hands in at the counter."""

import re
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from app.core.actor import Actor
from app.core.language import LANGUAGES, OWN_NAMES, T
from app.courts import Pack
from app.filing.answers import Answers
from app.filing.commands import StartFiling
from app.filing.policies import REGISTRARS
from app.web.fields import ChoiceField, DateField, Form, StrictField


class ClockField(StrictField):
    """A time of day, as on a stamp. `data` is a time, or None."""

    width = 5

    def read(self, text: str) -> time:
        """The time; "14.05" and "14h05" are read too."""
        found = re.fullmatch(r"([01]?\d|2[0-3])\s?[:.hH]\s?([0-5]\d)", text)
        if not found:
            raise ValueError(T("Enter the time as on the stamp, like 14:05."))
        return time(int(found[1]), int(found[2]))

    def show(self, value: Any) -> str:
        """The time as people write it."""
        return f"{value:%H:%M}" if value else ""


class CounterForm(Form):
    """Which court took the paper, when, and what it is."""

    court_code = ChoiceField(T("Court"), required=T("Choose the court."))
    filing_type = ChoiceField(T("What is filed?"), required=T("Choose what is filed."))
    stamped_on = DateField(T("Day stamped on the paper"), required=T("Enter the day stamped on the paper."))
    stamped_at = ClockField(T("Time stamped on the paper"), required=T("Enter the time stamped on the paper."))
    language = ChoiceField(T("Language of the person"), required=T("Choose the language."))

    @classmethod
    def showing(cls, pack: Pack, actor: Actor) -> "CounterForm":
        """The registrar's own courts, and what can be filed there."""
        form = cls()
        codes = sorted(actor.courts(*REGISTRARS) & pack.courts.keys())
        form.court_code.choices = [(code, pack.court(code).name) for code in codes]
        taken = {pack.court(code).level for code in codes}
        form.filing_type.choices = [(t.code, t.title) for t in pack.offered_filing_types() if taken & set(t.levels)]
        form.language.choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]
        return form

    def complete(self, pack: Pack, *, now: datetime) -> bool:
        """Whether all is there, the court takes such a filing, and the stamp is not of a time to come."""
        if not self.validate():
            return False
        if self.court_code.data not in {court.code for court in pack.courts_for(self.filing_type.data)}:
            self.filing_type.errors = [T("This court does not take this kind of claim. Choose another.")]
            return False
        if self.stamp(pack.zone) > now:
            self.stamped_at.errors = [T("This time has not come yet. Look at the stamp again.")]
            return False
        return True

    def stamp(self, zone: ZoneInfo) -> datetime:
        """The moment stamped on the paper, in the court's zone."""
        return datetime.combine(self.stamped_on.data, self.stamped_at.data, zone)

    def to_command(self, zone: ZoneInfo) -> StartFiling:
        """The command that the form stands for."""
        return StartFiling(
            filing_type=self.filing_type.data,
            language=self.language.data,
            answers=Answers(),
            paper_received_at=self.stamp(zone),
            counter_court=self.court_code.data,
        )
