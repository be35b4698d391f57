"""What the loader works with. The command line takes it from the wired house; tests from theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.accounts.vault import Vault
from app.config import Settings
from app.core import outbox
from app.core.actor import SYSTEM
from app.core.clock import ManualClock, SystemClock
from app.core.db import Database
from app.core.ticks import last_beat
from app.courts import Pack
from app.demo.sandbox import Sandbox
from app.documents.intake import Intake
from app.payments.till import Till

_WORKER_SILENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The portal's own parts, all on one `clock` that the loader moves. `sandbox` is None where there is none.

    `phones` approve payments: the sandbox's, or None when payments are to be written down instead (see `paying`).
    """

    database: Database
    clock: ManualClock
    pack: Pack
    intake: Intake
    vault: Vault
    till: Till
    judiciary: str
    sandbox: Sandbox | None
    phones: Sandbox | None

    def go_to(self, moment: datetime) -> None:
        """Let it be that moment."""
        self.clock.move_to(moment)

    def hear(self) -> None:
        """Let every room hear, at this moment, what has happened."""
        while outbox.drain(self.database, self.clock):
            pass


def tools_from(
    settings: Settings, database: Database, clock: ManualClock, extensions: Mapping[str, Any], sandbox: Sandbox | None
) -> Tools:
    """The parts that wiring has made."""
    return Tools(
        database=database,
        clock=clock,
        pack=extensions["pack"],
        intake=extensions["documents"],
        vault=extensions["vault"],
        till=extensions["till"],
        judiciary=settings.judiciary_name,
        sandbox=sandbox,
        phones=None if _worker_is_at_work(database) else sandbox,
    )


def _worker_is_at_work(database: Database) -> bool:
    """Whether somebody else would ask the operator too, and take the present moment for the time of the payment."""
    with database.reading(SYSTEM) as session:
        beat = last_beat(session, "worker")
    return beat is not None and SystemClock().now() - beat < _WORKER_SILENCE
