"""A world in which every private thing bears a canary: a word that may show only to those who may see the thing."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.cases.service import SaveNote, save_note
from app.core.actor import Grant
from app.core.ids import new_id
from app.documents.intake import Intake
from app.filing.status import FilingStatus
from tests.builders.files import pdf
from tests.builders.filings import SENT_AT, MadeFiling, make_answers, make_filing
from tests.builders.people import MadePerson, make_advocate, make_person, make_staff
from tests.builders.treasury import Treasury, make_treasury
from tests.builders.waivers import make_asking

COURT, ELSEWHERE = "TGI-NYGE", "TGI-GSBO"
_SEEN_BY_COURT = ("SUBMITTED", "UNDER_REVIEW", "ACCEPTED", "RETURNED", "REJECTED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A word, and the names of those who may read it."""

    word: str
    readers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Subjects by name ("stranger" is nobody signed in), secrets, and every id that a route may be given, by name."""

    subjects: dict[str, MadePerson | None]
    secrets: tuple[Secret, ...]
    ids: dict[str, tuple[Any, ...]]
    filings: dict[str, MadeFiling]
    asking: MadeFiling
    money: Treasury


# What the staff of one court write stays in it; the operators' accounts are one for all courts (see the policies).
_OTHER_SECRETS = (
    Secret(word="CANARYWAIVER", readers=frozenset({"owner", "clerk", "chief"})),
    Secret(word="CANARYREFUSAL", readers=frozenset({"owner", "chief", "cashier", "accountant"})),
    Secret(word="CANARYVOID", readers=frozenset({"chief", "cashier", "accountant"})),
    Secret(word="CANARYQUOTED", readers=frozenset({"chief", "cashier", "accountant", "accountant_elsewhere"})),
    Secret(word="CANARYLINE", readers=frozenset({"chief", "accountant", "accountant_elsewhere"})),
    # A refund tells the court's cashier and accountant who asked for it: they pay it out by hand when the rail can't.
    Secret(
        word="CANARYOWNERNAME",
        readers=frozenset({"owner", "clerk", "chief", "administrator", "cashier", "accountant"}),
    ),
)


def make_world(session: Session, intake: Intake) -> World:
    """The owner's filings in every state, and everybody who must not see them."""
    owner = make_person(session, name="Owner CANARYOWNERNAME", locale="en")
    clerk = make_staff(session, Role.REGISTRAR, COURT)
    subjects: dict[str, MadePerson | None] = {
        "stranger": None,
        "owner": owner,
        "litigant": make_person(session, locale="en"),
        "advocate": make_advocate(session, locale="en"),
        "waiting_advocate": make_person(session, locale="en"),
        "clerk": clerk,
        "chief": make_staff(session, Role.CHIEF_REGISTRAR, COURT),
        "clerk_elsewhere": make_staff(session, Role.REGISTRAR, ELSEWHERE),
        "cashier": make_staff(session, Role.CASHIER, COURT),
        "accountant": make_staff(session, Role.ACCOUNTANT, COURT),
        "accountant_elsewhere": make_staff(
            session, grants=(Grant(Role.ACCOUNTANT, ELSEWHERE), Grant(Role.CASHIER, ELSEWHERE))
        ),
        "judge_elsewhere": make_staff(session, Role.JUDGE, ELSEWHERE),
        "administrator": make_staff(session, Role.ADMINISTRATOR, None),
    }
    filings = {s.name: _filing(session, s, owner, clerk, intake) for s in FilingStatus}
    _, note = _case_extras(session, filings["ACCEPTED"], owner)
    asking = make_asking(session, filer=owner, intake=intake, words="CANARYWAIVER words")
    money = _money(session, subjects, owner)
    secrets = [_secret(name) for name in filings]
    secrets += [note, *_OTHER_SECRETS]
    ids = _ids(session, {**filings, "ASKING": asking}, money)
    return World(subjects=subjects, secrets=tuple(secrets), ids=ids, filings=filings, asking=asking, money=money)


def _money(session: Session, subjects: dict[str, MadePerson | None], owner: MadePerson) -> Treasury:
    cashier, accountant = subjects["cashier"], subjects["accountant"]
    assert cashier is not None
    assert accountant is not None
    words = {"void": "CANARYVOID", "refusal": "CANARYREFUSAL", "line": "CANARYLINE", "quoted": "CANARYQUOTED"}
    return make_treasury(session, owner, (cashier, accountant), words=words, at=SENT_AT + timedelta(hours=3))


def _filing(session: Session, status: FilingStatus, owner: MadePerson, clerk: MadePerson, intake: Intake) -> MadeFiling:
    word = f"CANARY{status.name.replace('_', '')}"
    answers = make_answers(court_code=COURT, claimant=f"{word} claimant", defendant=f"{word} defendant")
    mine = replace(answers.parties[0], address=f"{word} street", email=f"{word.lower()}@example.org")
    answers = answers.with_party(mine)
    issue = replace(answers.issues[0], facts=f"{word} facts", wanted=f"{word} wanted", title=f"{word} title")
    answers = replace(answers.with_issue(issue), relief=replace(answers.relief, asked=f"{word} relief"))
    papers = {f"{word} paper": pdf(words=f"{word} bytes")}
    return make_filing(
        session,
        status=status,
        filer=owner,
        registrar=clerk,
        court_code=COURT,
        answers=answers,
        intake=intake,
        papers=papers,
    )


def _secret(name: str) -> Secret:
    readers = {"owner"}
    if name in _SEEN_BY_COURT:
        readers |= {"clerk", "chief"}
    return Secret(word=f"CANARY{name.replace('_', '')}", readers=frozenset(readers))


def _case_extras(session: Session, made: MadeFiling, owner: MadePerson) -> tuple[UUID, Secret]:
    assert made.case_id is not None
    note = SaveNote(subject=made.case_id, label="CANARYLABEL", note="CANARYNOTE", version=0)
    save_note(session, owner.actor, note, at=SENT_AT + timedelta(days=1))
    return made.case_id, Secret(word="CANARYNOTE", readers=frozenset({"owner"}))


def _ids(session: Session, filings: dict[str, MadeFiling], money: Treasury) -> dict[str, tuple[Any, ...]]:
    def all_of(table: str, column: str = "id") -> tuple[Any, ...]:
        return tuple(session.execute(text(f"select {column} from {table} order by 1")).scalars())

    answers = session.execute(text("select answers from filing limit 1")).scalar_one()
    return {
        "filing_id": tuple(made.id for made in filings.values()),
        "case_id": all_of("court_case"),
        "document_id": all_of("document"),
        "obligation_id": all_of("obligation"),
        "message_id": all_of("message"),
        "person_id": all_of("person"),
        "grant_id": all_of("role_grant"),
        "attempt_id": all_of("payment_attempt"),
        "upload_id": (new_id(),),
        "delivery_id": (1,),
        "party_id": (answers["parties"][0]["id"],),
        "issue_id": (answers["issues"][0]["id"],),
        "side_code": ("claimant",),
        "filing_type": ("civil_claim",),
        "court_code": (COURT,),
        # A court's, and a receipt's.
        "code": (COURT, money.code),
        "refund_id": all_of("refund"),
        "break_id": all_of("reconciliation_break"),
        "payment_id": (money.unplaced,),
        "lost_id": all_of("delivery"),
        "import_id": all_of("statement_upload"),
        "reference_id": all_of("payment_attempt", "reference_id"),
        "source": ("mtn_momo", "bank"),
        "day": (money.day.isoformat(),),
        "token": (money.bill_token, money.made_token, f"{money.bill_token[:-1]}A"),
        "word": ("mtn", "daraja"),
    }
