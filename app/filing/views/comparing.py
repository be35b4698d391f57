"""A part of the answers as lines to read: what another window saved, beside what is still being typed here."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.language import Localised, T, Text, long_date
from app.core.money import Money
from app.courts import Pack
from app.filing.answers import ActingAs, Answers, CourtChoice, Declaration, Issue, Party, Relief
from app.filing.parts import part
from app.web.fields.text import dialled

FILED_FOR = {
    ActingAs.SELF: T("Myself"),
    ActingAs.ADVOCATE: T("My client, as an advocate"),
    ActingAs.REPRESENTATIVE: T("Somebody else"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was asked, in the words of the check page, and what stands there now, one text a line."""

    key: Text
    value: tuple[Text | Localised | str, ...]


def lines_of(pack: Pack, answers: Answers, name: str) -> list[Line]:
    """What now stands in the part called `name`: only what was answered; [] for a party or point that is gone."""
    found = part(answers, name)
    return [line for item in _flat(found) for line in _lines(pack, item) if any(line.value)]


def _flat(value: object) -> Iterable[object]:
    if not isinstance(value, (list, tuple)):
        return (value,)
    return (one for item in value for one in _flat(item))


def _lines(pack: Pack, item: object) -> tuple[Line, ...]:
    match item:
        case ActingAs():
            return (_line(T("Filed for"), FILED_FOR[item]),)
        case CourtChoice():
            return _court(pack, item)
        case Party():
            return _party(pack, item)
        case Issue():
            return _issue(item)
        case Relief():
            return (_line(T("You ask the court"), item.asked), _line(T("Value"), _worth(item.value, item.value_known)))
        case Declaration(agreed=True):
            return (_line(T("Confirmed by"), item.name),)
    return ()


def _court(pack: Pack, choice: CourtChoice) -> tuple[Line, ...]:
    court, district = pack.courts.get(choice.court_code), pack.districts.get(choice.district)
    return (
        _line(T("Court"), court.name if court else ""),
        _line(T("District"), district.name if district else "", choice.sector),
        _line(T("Value"), _worth(choice.value, choice.value_known)),
    )


def _party(pack: Pack, party: Party) -> tuple[Line, ...]:
    district = pack.districts.get(party.district)
    contact = (dialled(party.phone) if party.phone else "", party.email, party.address)
    return (
        _line(T("Name"), T("A person not yet known") if party.unknown and not party.name else party.name),
        _line(T("Identity"), party.identity_number, party.registration_number),
        _line(T("Date of birth"), long_date(party.born) if party.born else ""),
        _line(T("Contact"), *contact, district.name if district else ""),
        _line(T("Represented by"), party.representative.name if party.representative else ""),
    )


def _issue(issue: Issue) -> tuple[Line, ...]:
    return (
        _line(T("Title"), issue.title),
        _line(T("What happened"), issue.facts),
        _line(T("What you want"), issue.wanted),
        _line(T("What can show it"), issue.evidence),
        _line(T("Argument and law"), issue.argument, issue.law),
    )


def _worth(value: int | None, known: bool | None) -> Text | str:
    if value is not None:
        return str(Money(value, "RWF"))
    return T("Not a sum of money") if known is False else ""


def _line(key: Text, *values: Text | Localised | str) -> Line:
    split = (value.split("\n") if isinstance(value, str) else [value] for value in values)
    return Line(key=key, value=tuple(text for texts in split for text in texts if text))
