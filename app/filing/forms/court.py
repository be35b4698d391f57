"""The questions that lead to a court."""

from dataclasses import replace

from app.core.language import T
from app.core.money import Money
from app.courts import Authority, CourtAnswers, FilingType, Land, Pack
from app.filing.answers import ActingAs, Answers, CourtChoice
from app.web.fields import ChoiceField, Form, MoneyField, TextField

ACTING = (
    (ActingAs.SELF, T("For myself")),
    (ActingAs.REPRESENTATIVE, T("For somebody else: my child, a relative, my company")),
    (ActingAs.ADVOCATE, T("As an advocate, for my client")),
)
YES_NO = (("yes", T("Yes")), ("no", T("No")))


class CourtQuestions(Form):
    """For whom, what it is worth, where the other side is."""

    acting_as = ChoiceField(
        T("For whom do you file?"),
        choices=ACTING,
        required=T("Say for whom you file."),
    )
    district = ChoiceField(T("In which district does the other side live or work?"), required=T("Choose the district."))
    sector = TextField(T("Sector, if you know it"), most=80)
    value_known = ChoiceField(
        T("Is your claim worth a sum of money?"),
        choices=[("yes", T("Yes")), ("no", T("No, or I do not know"))],
        required=T("Say whether your claim is worth a sum of money."),
    )
    value = MoneyField(T("How much, in Rwandan francs?"))
    land = ChoiceField(
        T("Is it about land or a house?"),
        choices=[
            (Land.NONE, T("No")),
            (Land.FARM, T("Yes, farm land or pasture")),
            (Land.OTHER, T("Yes, a house, a building or a plot")),
        ],
    )
    authority = ChoiceField(
        T("Which authority made the decision?"),
        choices=[
            (Authority.LOCAL, T("A district, sector, cell or other local body")),
            (Authority.CENTRAL, T("A ministry, a national agency or another central body")),
            (Authority.NONE, T("None of these")),
        ],
    )
    both_traders = ChoiceField(T("Are both sides in business, and is it about that business?"), choices=YES_NO)

    @classmethod
    def showing(cls, pack: Pack, filing_type: FilingType, answers: Answers) -> "CourtQuestions":
        """The form with what was answered before; questions that this kind of case doesn't need are left out."""
        court = answers.court
        form = cls(
            data={
                "acting_as": answers.acting_as,
                "district": court.district,
                "sector": court.sector,
                "value_known": {True: "yes", False: "no", None: None}[court.value_known],
                "value": Money(court.value, pack.currency) if court.value is not None else None,
                "land": court.land,
                "authority": court.authority,
                "both_traders": {True: "yes", False: "no", None: None}[court.both_traders],
            }
        )
        form.district.choices = [(d.code, d.name) for d in pack.districts.values()]
        for name in _unneeded(filing_type.case_type):
            del form[name]
        return form

    def check(self) -> bool:
        """A claim that is worth money needs the sum."""
        if self.value_known.data == "yes" and self.value.data is None and not self.value.errors:
            self.value.errors = [T("Write how much the claim is worth in Rwandan francs.")]
            return False
        return True

    def answers(self, stored: Answers) -> Answers:
        """`stored` with this page's answers."""
        worth = self.value_known.data == "yes" and self.value.data is not None
        court = replace(
            stored.court,
            district=self.district.data or "",
            sector=self.sector.data,
            value_known=self.value_known.data == "yes",
            value=self.value.data.minor if worth else None,
            land=self.land.data or "" if "land" in self else "",
            authority=self.authority.data or "" if "authority" in self else "",
            both_traders=self.both_traders.data == "yes" if "both_traders" in self else None,
        )
        return replace(stored, acting_as=ActingAs(self.acting_as.data), court=court)


def _unneeded(case_type: str) -> tuple[str, ...]:
    needed = {
        "civil": {"land", "both_traders"},
        "commercial": {"both_traders"},
        "administrative": {"authority"},
    }.get(case_type, set())
    return tuple({"land", "authority", "both_traders"} - needed)


def court_answers(case_type: str, court: CourtChoice) -> CourtAnswers:
    """The answers as the proposal wants them."""
    return CourtAnswers(
        case_type=case_type,
        district=court.district,
        sector=court.sector or None,
        value=court.value,
        authority=Authority(court.authority) if court.authority else Authority.NONE,
        land=Land(court.land) if court.land else Land.NONE,
        both_traders=bool(court.both_traders),
    )


class ChooseCourt(Form):
    """The proposed courts, or another one."""

    court_code = ChoiceField(T("Which court?"), required=T("Choose the court."))
    other_court = ChoiceField(T("Another court"))

    def chosen(self) -> str:
        """The code of the court."""
        if self.court_code.data == "other":
            return self.other_court.data or ""
        return self.court_code.data or ""

    def check(self) -> bool:
        """Another court must be named."""
        if self.court_code.data == "other" and not self.other_court.data:
            self.other_court.errors = [T("Choose the court from the list.")]
            return False
        return True
