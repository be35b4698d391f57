"""The questions of the public pages. All are asked by GET, so an answer has an address that can be kept and shared."""

from datetime import date
from typing import Any

from flask import request

from app.core.errors import Problem
from app.core.language import T
from app.courts.jurisdiction import Authority, Land
from app.courts.pack import Pack
from app.courts.proposals import CourtAnswers
from app.web.fields import ChoiceField, DateField, Form, HiddenField, MoneyField, TextField
from app.web.fields.choices import Choice

YES_NO = (("yes", T("Yes")), ("no", T("No")))
KINDS = ("civil", "commercial", "labour", "administrative")


class Asked(Form):
    """A form that is filled from the address."""

    def __init__(self, **options: Any) -> None:
        """Read the address; `asked` says whether there is anything in it for this form."""
        super().__init__(formdata=request.args, **options)

    @property
    def asked(self) -> bool:
        """Whether an answer to one of the visible questions was sent."""
        hidden = {field.name for field in self if isinstance(field, HiddenField)}
        names = {field.name for field in self} - hidden
        return any(key in names or key.rpartition("-")[0] in names for key in request.args)


class FindCourt(Asked):
    """Which district's courts to show."""

    district = ChoiceField(T("District"))

    def offer(self, pack: Pack) -> None:
        """Offer the districts."""
        self.district.choices = _districts(pack)


class FeesOn(Asked):
    """On which day the fees are wanted."""

    on = DateField(T("Day"), earliest=date(1990, 1, 1))


class DisputeKind(Asked):
    """The first question of "which court": what the dispute is about."""

    kind = ChoiceField(T("What is it about?"), required=T("Choose what it is about."))

    def offer(self, pack: Pack) -> None:
        """Offer the kinds of dispute that can be filed."""
        self.kind.choices = [(code, pack.case_types[code].title, pack.case_types[code].explanation) for code in KINDS]


class Dispute(Asked):
    """The further questions of "which court"; those that don't matter for a kind of dispute aren't asked."""

    kind = HiddenField()
    land = ChoiceField(
        T("Is it about land?"),
        choices=(
            (Land.NONE, T("No")),
            (Land.FARM, T("Yes, land for farming or livestock")),
            (Land.OTHER, T("Yes, other land or a building")),
        ),
        required=T("Say whether it is about land."),
    )
    traders = ChoiceField(
        T("Do you and the other side both trade, and does the dispute come from that?"),
        choices=YES_NO,
        required=T("Say whether you both trade."),
    )
    value = MoneyField(T("What is it worth, in francs?"))
    authority = ChoiceField(
        T("Who took the decision?"),
        choices=(
            (Authority.LOCAL, T("A district, a sector or another local authority")),
            (Authority.CENTRAL, T("A ministry or another central authority")),
            (Authority.NONE, T("A private body that does public work")),
        ),
        required=T("Say who took the decision."),
    )
    district = ChoiceField(T("District"), required=T("Choose a district."))
    sector = TextField(T("Sector"), most=60)

    def offer(self, pack: Pack, kind: str) -> None:
        """Offer the districts, and drop what doesn't matter for `kind`."""
        self.district.choices = _districts(pack)
        unasked = {"civil": ("authority",), "administrative": ("land", "traders", "value")}
        for name in unasked.get(kind, ("land", "traders", "value", "authority")):
            del self[name]

    def to_answers(self) -> CourtAnswers:
        """What was answered; only after `validate`."""
        value = self.value.data if "value" in self else None
        return CourtAnswers(
            case_type=self.kind.data,
            district=self.district.data,
            sector=self.sector.data or None,
            value=value.minor if value else None,
            authority=Authority(self.authority.data) if "authority" in self else Authority.NONE,
            land=Land(self.land.data) if "land" in self else Land.NONE,
            both_traders="traders" in self and self.traders.data == "yes",
        )


class InTime(Asked):
    """Which time limit, and from when."""

    limit = ChoiceField(T("What do you want to do?"), required=T("Choose what you want to do."))
    started = DateField(T("From which day?"), required=T("Enter the day."), earliest=date(1950, 1, 1))

    def offer(self, pack: Pack) -> None:
        """Offer the time limits, each with the day from which it runs."""
        self.limit.choices = [(limit.code, limit.title, limit.starts) for limit in pack.time_limits.values()]

    def refuse_future(self, today: date) -> bool:
        """Whether the day has come; puts a message on the field when it hasn't."""
        if self.started.data <= today:
            return True
        self.refuse([Problem("started", T("This day has not come yet. Check the date."))])
        return False


class WhatToFile(Asked):
    """The first question of "what will it cost": what is to be filed."""

    filing = ChoiceField(T("What do you want to file?"), required=T("Choose what you want to file."))

    def offer(self, pack: Pack) -> None:
        """Offer what can be filed."""
        self.filing.choices = [(item.code, item.title, item.explanation) for item in pack.offered_filing_types()]


class CostAt(Asked):
    """At which court, and whether there is a reason to pay no fee."""

    filing = HiddenField()
    court = ChoiceField(T("Court"), required=T("Choose a court."))
    exemption = ChoiceField(T("Is one of these true for you?"))

    def offer(self, pack: Pack, filing_type: str) -> None:
        """Offer the courts that take this filing, and the reasons for paying no fee."""
        self.court.choices = [(court.code, court.name) for court in pack.courts_for(filing_type)]
        self.exemption.choices = [
            ("", T("No, I pay the fee")),
            *((item.code, item.title, item.proof) for item in pack.fees.exemptions.values()),
        ]


def _districts(pack: Pack) -> list[Choice]:
    by_name = sorted(pack.districts.values(), key=lambda item: item.name)
    return [(item.code, item.name) for item in by_name]
