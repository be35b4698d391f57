"""Reading what a filing of a world file says: court, parties, issues, relief, declaration. Any of it may be missing."""

from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from app.courts import FilingType, Pack
from app.courts.nodes import Fields, Node
from app.filing.answers import (
    ActingAs,
    Answers,
    CourtChoice,
    Declaration,
    IdentityKind,
    Issue,
    Party,
    PartyKind,
    Relief,
    Representative,
    RepresentativeKind,
)

_ISSUE_TEXTS = ("title", "facts", "wanted", "evidence", "argument", "law")
_NO_MONEY = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersReader:
    """Reads the answers to the questions of one filing type."""

    pack: Pack
    filing_type: FilingType

    def read(self, node: Node, given: Fields, before: Answers | None = None) -> Answers:
        """The answers in these fields; with `before`, what isn't there stays as it was. Raises PackError."""
        old = before or Answers()
        parties = given.each("parties", self._party) or old.parties
        issues = given.each("issues", _issue) or old.issues
        acting = given.maybe("acting_as")
        return Answers(
            acting_as=acting.choice(ActingAs) if acting else old.acting_as or (ActingAs.SELF if parties else None),
            court=self._court(node, given, old),
            parties=parties,
            parties_done=given.flag("parties_done", default=bool(parties)),
            issues=issues,
            issues_done=given.flag("issues_done", default=bool(issues)),
            relief=_relief(given, old),
            documents_done=old.documents_done,
            fee_seen=old.fee_seen,
            declaration=_declaration(given, old),
        )

    def _court(self, node: Node, given: Fields, old: Answers) -> CourtChoice:
        code, district = given.text("court"), given.text("district")
        if code is not None:
            node.refer("court", [code], {court.code for court in self.pack.courts_for(self.filing_type.code)})
        if district is not None:
            node.refer("district", [district], self.pack.districts)
        return CourtChoice(
            district=district or old.court.district,
            value=old.court.value,
            value_known=old.court.value_known,
            court_code=code or old.court.court_code,
        )

    def _party(self, node: Node) -> Party:
        given = node.mapping()
        side = given.need("side").text()
        sides = {known.code: known for known in self.filing_type.sides}
        node.refer("side", [side], sides)
        role = given.text("role") or sides[side].roles[0]
        node.refer("role", [role], sides[side].roles)
        kind, identity = given.maybe("kind"), self._identity(given)
        texts = {
            name: given.text(name) or ""
            for name in ("name", "phone", "email", "district", "address", "registration_number")
        }
        if texts["district"]:
            node.refer("district", [texts["district"]], self.pack.districts)
        party = Party(
            id=_made_id(node),
            side=side,
            role=role,
            kind=kind.choice(PartyKind) if kind else PartyKind.PERSON,
            identity_kind=identity[0],
            identity_number=identity[1],
            birth_date=_birth(given),
            hide_contact=given.flag("hide_contact"),
            is_filer=given.flag("is_filer"),
            unknown=given.flag("unknown"),
            representative=_representative(given),
            **texts,
        )
        given.done()
        return party

    @staticmethod
    def _identity(given: Fields) -> tuple[IdentityKind, str]:
        national, other = given.maybe("national_id"), given.text("other_identity")
        if national is not None:
            return IdentityKind.NATIONAL_ID, national.matching(r"[0-9]{16}", "16 digits in quotes")
        if other is not None:
            return IdentityKind.OTHER, other
        return (IdentityKind.NONE, "") if given.flag("has_no_papers") else (IdentityKind.UNKNOWN, "")


def _made_id(node: Node) -> str:
    """The same id each time the same file is read."""
    return str(uuid5(NAMESPACE_URL, f"{node.file}:{node.path}"))


def _birth(given: Fields) -> str:
    node = given.maybe("birth_date")
    day: date | None = node.day() if node else None
    return day.isoformat() if day else ""


def _representative(given: Fields) -> Representative | None:
    node = given.maybe("representative")
    if node is None:
        return None
    inner = node.mapping()
    found = Representative(
        kind=inner.need("kind").choice(RepresentativeKind),
        name=inner.need("name").text(),
        bar_number=inner.text("bar_number") or "",
        phone=inner.text("phone") or "",
        email=inner.text("email") or "",
    )
    inner.done()
    return found


def _issue(node: Node) -> Issue:
    given = node.mapping()
    issue = Issue(id=_made_id(node), **{name: _long(given, name) for name in _ISSUE_TEXTS})
    given.done()
    return issue


def _relief(given: Fields, old: Answers) -> Relief:
    asked, value = _long(given, "asks"), given.maybe("value")
    if value is None:
        return Relief(asked=asked or old.relief.asked, value=old.relief.value, value_known=old.relief.value_known)
    if value.raw.value == _NO_MONEY:
        return Relief(asked=asked or old.relief.asked, value_known=False)
    amount = value.whole(what="a whole number of francs, or none")
    return Relief(asked=asked or old.relief.asked, value=amount, value_known=True)


def _declaration(given: Fields, old: Answers) -> Declaration:
    name = given.text("declared_by")
    return Declaration(name=name, agreed=True) if name else old.declaration


def _long(given: Fields, name: str) -> str:
    """A text that keeps its lines."""
    node = given.maybe(name)
    if node is None:
        return ""
    node.text()
    return str(node.raw.value).strip()
