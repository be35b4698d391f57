"""Fee schedules, drafted and approved by the real commands."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.core.actor import Grant, person
from app.core.ids import PersonId
from app.core.language import Localised
from app.courts.schedules import service
from app.courts.schedules.ids import ScheduleId
from app.courts.schedules.rules import Content
from tests.builders.filings import rwanda

ACCOUNTANT = person(PersonId(UUID(int=81)), Grant(Role.ACCOUNTANT, "TGI-NYGE"))
CHIEF = person(PersonId(UUID(int=82)), Grant(Role.CHIEF_REGISTRAR, "TGI-NYGE"))
ADMINISTRATOR = person(PersonId(UUID(int=83)), Grant(Role.ADMINISTRATOR))


def make_content(starts: date, *, version: str = "12/2026", **deposits: int) -> Content:
    """The order of 2020 with another number, day and, by level of court, some other deposits."""
    amounts = dict(rwanda().fees.schedules[-1].amounts) | {("deposit", level): it for level, it in deposits.items()}
    source = Localised(rw=f"Iteka {version}", en=f"Ministerial Order {version}", fr=f"Arrêté {version}")
    return Content(version=version, starts=starts, source=source, amounts=amounts)


def make_draft(session: Session, content: Content, *, at: datetime) -> ScheduleId:
    """Written down by ACCOUNTANT."""
    return service.draft(session, ACCOUNTANT, rwanda(), content, at=at)


def make_approved(session: Session, content: Content, *, at: datetime) -> ScheduleId:
    """Written down by ACCOUNTANT and approved by CHIEF."""
    schedule_id = make_draft(session, content, at=at)
    service.approve(session, CHIEF, rwanda(), schedule_id, saves=1, at=at)
    return schedule_id
