"""The whole filing on one page, for those who file often: the same answers, fewer words, spare rows for more."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from app.core.ids import new_id
from app.core.language import T
from app.core.money import Money
from app.courts import FilingType, Pack, Side
from app.filing.answers import (
    ActingAs,
    Answers,
    Declaration,
    IdentityKind,
    Issue,
    Party,
    PartyKind,
    Relief,
)
from app.filing.forms.court import ACTING
from app.filing.rules import split_pleading
from app.web.fields import (
    AreaField,
    ChoiceField,
    EmailField,
    Form,
    HiddenField,
    MoneyField,
    PhoneField,
    TextField,
    TickField,
)

SPARE_PARTIES = 2
SPARE_ISSUES = 2
LONG = 20_000


class FrameForm(Form):
    """What there is once in a filing."""

    acting_as = ChoiceField(T("For whom do you file?"), choices=ACTING)
    court_code = ChoiceField(T("Court"))
    asked = AreaField(T("What do you ask the court for?"), most=LONG)
    value = MoneyField(T("Value of the claim, in Rwandan francs"))
    no_value = TickField(T("The claim is not about a sum of money"))
    pasted = AreaField(T("Paste a pleading: it is split into points at its headings"), most=200_000)
    agreed = TickField(T("What is said in this filing is true, as far as I know."))
    declared_name = TextField(T("Your full name"), most=200)


class RowParty(Form):
    """One party in a row; an empty row is no party."""

    item = HiddenField()
    name = TextField(T("Name"), most=200)
    kind = ChoiceField(
        T("Person or organisation"),
        choices=[(PartyKind.PERSON, T("A person")), (PartyKind.ORGANISATION, T("An organisation"))],
    )
    number = TextField(T("Identity or registration number"), most=80)
    phone = PhoneField(T("Phone number"))
    email = EmailField(T("E-mail address"))
    address = TextField(T("Address"), most=400)
    is_filer = TickField(T("This is me"))


class RowIssue(Form):
    """One point in a row; an empty row is no point."""

    item = HiddenField()
    title = TextField(T("Title"), most=150)
    facts = AreaField(T("What happened?"), most=LONG)
    wanted = AreaField(T("What should the court decide?"), most=LONG)
    evidence = AreaField(T("Evidence"), most=LONG)
    argument = AreaField(T("Argument"), most=LONG)
    law = AreaField(T("Law"), most=LONG)


@dataclass(frozen=True, slots=True)
class WholeForm:
    """The frame, the parties' rows by side, the points' rows. `base` answers are what the page showed."""

    frame: FrameForm
    parties: tuple[tuple[Side, tuple[RowParty, ...]], ...]
    issues: tuple[RowIssue, ...]

    def validate(self) -> bool:
        """Whether every row can be read; gaps are for the check page."""
        rows = [row for _, rows in self.parties for row in rows]
        return all([self.frame.validate(), *(row.validate() for row in (*rows, *self.issues))])

    def problems(self) -> tuple[object, ...]:
        """What can't be read, for the error summary."""
        rows = [row for _, rows in self.parties for row in rows]
        return tuple(problem for form in (self.frame, *rows, *self.issues) for problem in form.problems())

    @property
    def errors(self) -> bool:
        """Whether there is anything for the error summary; the layout asks."""
        return bool(self.problems())

    def answers(self, stored: Answers) -> Answers:
        """`stored` with what the page says; details that the page doesn't show stay as they are."""
        frame = self.frame
        parties = tuple(p for side, rows in self.parties for row in rows if (p := _party(stored, side, row)))
        issues = tuple(i for row in self.issues if (i := _issue(stored, row)))
        pasted = tuple(
            Issue(id=str(new_id()), title=title[:150], facts=text) for title, text in split_pleading(frame.pasted.data)
        )
        value = frame.value.data.minor if frame.value.data is not None else None
        return replace(
            stored,
            acting_as=ActingAs(frame.acting_as.data) if frame.acting_as.data else stored.acting_as,
            court=replace(stored.court, court_code=frame.court_code.data or ""),
            parties=parties,
            parties_done=bool(parties),
            issues=(*issues, *pasted),
            issues_done=bool(issues or pasted),
            relief=Relief(
                asked=frame.asked.data,
                value=value,
                value_known=False if frame.no_value.data else (True if value is not None else None),
            ),
            documents_done=True,
            fee_seen=stored.fee_seen or "page",
            declaration=Declaration(name=frame.declared_name.data, agreed=bool(frame.agreed.data)),
        )


def whole_form(pack: Pack, filing_type: FilingType, answers: Answers, *, own_name: str, advocate: bool) -> WholeForm:
    """The page's form, filled from the answers or from what was posted."""
    relief = answers.relief
    frame = FrameForm(
        prefix="f-",
        data={
            "acting_as": answers.acting_as or (ActingAs.ADVOCATE if advocate else None),
            "court_code": answers.court.court_code,
            "asked": relief.asked,
            "value": Money(relief.value, pack.currency) if relief.value is not None else None,
            "no_value": relief.value_known is False,
            "agreed": answers.declaration.agreed,
            "declared_name": answers.declaration.name or own_name,
        },
    )
    frame.court_code.choices = [(court.code, court.name) for court in pack.courts_for(filing_type.code)]
    numbers = count()
    parties = tuple((side, tuple(_party_rows(answers.on_side(side.code), numbers))) for side in filing_type.sides)
    issues = (*answers.issues, *(Issue(id=str(new_id())) for _ in range(SPARE_ISSUES)))
    return WholeForm(
        frame, parties, tuple(RowIssue(prefix=f"i{n}-", data=_issue_data(issue)) for n, issue in enumerate(issues))
    )


def _party_rows(there: tuple[Party, ...], numbers: "count[int]") -> Iterator[RowParty]:
    for party in there:
        data = {
            "item": party.id,
            "number": party.identity_number or party.registration_number,
            **{name: getattr(party, name) for name in ("name", "kind", "phone", "email", "address", "is_filer")},
        }
        yield RowParty(prefix=f"p{next(numbers)}-", data=data)
    for _ in range(SPARE_PARTIES if there else 1):
        yield RowParty(prefix=f"p{next(numbers)}-", data={"item": str(new_id()), "kind": PartyKind.PERSON})


def _issue_data(issue: Issue) -> dict[str, str]:
    names = ("title", "facts", "wanted", "evidence", "argument", "law")
    return {"item": issue.id, **{name: getattr(issue, name) for name in names}}


def _party(stored: Answers, side: Side, row: RowParty) -> Party | None:
    before = stored.party(row.item.data)
    if not (row.name.data or row.number.data or (before and before.unknown)):
        return None
    kind = PartyKind(row.kind.data or PartyKind.PERSON)
    number = "".join(row.number.data.split())
    party = before or Party(id=row.item.data or str(new_id()), side=side.code, role=side.roles[0], kind=kind)
    person = kind is PartyKind.PERSON
    sixteen = len(number) == 16 and number.isdecimal()
    identity = IdentityKind.NATIONAL_ID if sixteen else (IdentityKind.OTHER if number else party.identity_kind)
    return replace(
        party,
        kind=kind,
        name=row.name.data,
        identity_kind=identity if person else party.identity_kind,
        identity_number=(number if sixteen else row.number.data) if person else "",
        registration_number="" if person else row.number.data,
        phone=row.phone.data or "",
        email=row.email.data or "",
        address=row.address.data,
        is_filer=bool(row.is_filer.data),
    )


def _issue(stored: Answers, row: RowIssue) -> Issue | None:
    names = ("title", "facts", "wanted", "evidence", "argument", "law")
    words = {name: getattr(row, name).data for name in names}
    if not any(words.values()):
        return None
    return Issue(id=row.item.data or str(new_id()), **words)
