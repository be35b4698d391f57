"""Each day's takings go to the court's bank on the next day, less the operator's charge. Decided once, then kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.faults import Kind, Moment
from sandbox.statements.account import Account, bounds, day_of
from sandbox.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What the bank got for a day of an account: `net` came (below zero: went), `charge` was kept, `gross` is both."""

    word: str
    day: date
    gross: int
    charge: int

    @property
    def net(self) -> int:
        """What came to the bank."""
        return self.gross - self.charge


def settle(world: World, account: Account, until: date) -> None:
    """Settle every day before `until` that has movements and isn't settled yet."""
    lines = account.lines(0.0, bounds(until, account.zone)[0])
    days = sorted({day_of(line.at, account.zone) for line in lines})
    done = {made.day for made in settled(world, account.word)}
    for day in (day for day in days if day not in done):
        of_day = [line for line in lines if day_of(line.at, account.zone) == day]
        gross, charge = sum(line.effect for line in of_day), sum(line.charge_later for line in of_day)
        if gross == 0:
            continue
        taken = world.faults.take(account.operator, Moment.SETTLEMENT)
        if Kind.SETTLEMENT_SHORT in taken:
            gross -= min(max(gross - charge, 0), taken[Kind.SETTLEMENT_SHORT].count)
        if Kind.SETTLEMENT_CHARGE in taken:
            charge += min(max(gross - charge, 0), taken[Kind.SETTLEMENT_CHARGE].count)
        with world.store.write() as db:
            db.execute(
                "INSERT INTO settlements (word, day, gross, charge) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (account.word, day.isoformat(), gross, charge),
            )


def settled(world: World, word: str) -> Sequence[Settlement]:
    """Every settlement of an account, oldest first."""
    with world.store.read() as db:
        rows = db.execute("SELECT * FROM settlements WHERE word = ? ORDER BY day", (word,)).fetchall()
    return [
        Settlement(word=word, day=date.fromisoformat(row["day"]), gross=row["gross"], charge=row["charge"])
        for row in rows
    ]


def paid_on(made: Settlement) -> date:
    """The day on which it is in the bank."""
    return made.day + timedelta(days=1)
