"""The books at a terminal: python -m app.payments journal --format beancount --from 2026-05-01 --to 2026-05-31

Writes to standard output. `check` answers 0 when the trial balance is zero, and 1 with what it is out by.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from typing import TextIO

from sqlalchemy.orm import Session

from app.config import SettingsError, load_settings
from app.core.actor import SYSTEM
from app.core.db import Database
from app.core.errors import Refusal
from app.core.events import Subscriptions
from app.courts import load_pack
from app.payments.books.balances import out_of_balance, trial_balance
from app.payments.books.entries import Period
from app.payments.books.export import Format, journal


def main(words: Sequence[str], out: TextIO = sys.stdout) -> int:
    """Do what the words say; the exit status: 0, 1 for books out of balance, 2 with the reason on stderr."""
    asked = _parser().parse_args(words)
    try:
        settings = load_settings(os.environ)
        zone = load_pack(settings.pack).zone
        database = Database(settings.database_url, subscriptions=Subscriptions(), pool_size=1)
        with database.snapshot(SYSTEM) as session:
            if asked.command == "check":
                return _check(session, out)
            period = Period(zone=zone, first=asked.first, last=asked.last)
            out.writelines(journal(session, period, asked.format))
    except (SettingsError, Refusal) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.payments", description="The books.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="whether debits equal credits")
    export = commands.add_parser("journal", help="every entry of the books, as a file")
    export.add_argument("--format", type=Format, choices=list(Format), default=Format.BEANCOUNT)
    export.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DATE", help="the first day")
    export.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DATE", help="the last day")
    return parser


def _check(session: Session, out: TextIO) -> int:
    wrong = out_of_balance(trial_balance(session))
    out.writelines(f"Debits exceed credits by {amount}.\n" for amount in wrong.values())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
