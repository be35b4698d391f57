"""My cases: what the signed-in person has filed and not yet brought to an end, and every case they are or were in."""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.cases import queries as cases
from app.cases.queries import CaseLine
from app.core.actor import Actor
from app.filing import queries as filings
from app.filing.queries import FilingLine
from app.portal.pages_by_key import read_key, write_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for: words to search, and the key after which either list goes on ("" for its start)."""

    search: str = ""
    filings_after: str = ""
    cases_after: str = ""

    @property
    def first_page(self) -> bool:
        """Whether both lists begin at their start."""
        return not (self.filings_after or self.cases_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class MyList:
    """One page of both lists, and the addresses of what follows. On later pages only the list that goes on is there."""

    filings: tuple[FilingLine, ...]
    cases: tuple[CaseLine, ...]
    older_filings: str | None
    older_cases: str | None
    start: str


def my_list(session: Session, actor: Actor, asked: Asked) -> MyList:
    """The page that was asked for; at most two statements."""
    own = _filings(session, actor, asked) if asked.first_page or asked.filings_after else ()
    found = _cases(session, actor, asked) if asked.first_page or asked.cases_after else ()
    shown, listed = own[: filings.PAGE], found[: cases.PAGE]
    after_filings = write_key(shown[-1].updated_at, shown[-1].id) if len(own) > len(shown) else None
    after_cases = write_key(listed[-1].registered_at, listed[-1].id) if len(found) > len(listed) else None
    return MyList(
        filings=shown,
        cases=listed,
        older_filings=_address(asked, filings=after_filings) if after_filings else None,
        older_cases=_address(asked, cases=after_cases) if after_cases else None,
        start=_address(asked),
    )


def _filings(session: Session, actor: Actor, asked: Asked) -> tuple[FilingLine, ...]:
    before = read_key(asked.filings_after)
    return filings.my_filings(session, actor, search=asked.search, before=before, limit=filings.PAGE + 1)


def _cases(session: Session, actor: Actor, asked: Asked) -> tuple[CaseLine, ...]:
    before = read_key(asked.cases_after)
    return cases.my_cases(session, actor, search=asked.search, before=before, limit=cases.PAGE + 1)


def _address(asked: Asked, **more: str) -> str:
    values = {**({"q": asked.search} if asked.search else {}), **more}
    return f"/cases?{urlencode(values)}" if values else "/cases"
