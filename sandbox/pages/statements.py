"""Statements of account to download, by day."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template

from sandbox.statements import camt053, provider_csv
from sandbox.statements.account import Account, day_of
from sandbox.statements.accounts import ACCOUNTS
from sandbox.statements.faulty import statement
from sandbox.statements.settlement import paid_on, settle, settled
from sandbox.world import world

pages = Blueprint("statements", __name__, url_prefix="/statements")
_DAYS = 31


@pages.get("")
def show() -> str:
    """The last month, newest first; the bank has a day's takings on the next."""
    today = day_of(world().clock.now())
    days = [today - timedelta(days=back) for back in range(_DAYS)]
    return render_template("sandbox/statements.html", accounts=_accounts(), days=days)


@pages.get("/<word>/<day>.csv")
def of_operator(word: str, day: str) -> Response:
    """An operator's statement of one day."""
    if word not in ACCOUNTS:
        abort(404)
    found = statement(world(), ACCOUNTS[word](world()), _day(day))
    return _file(provider_csv.written(found), "text/csv", f"{word}-{day}.csv")


@pages.get("/bank/<day>.xml")
def of_bank(day: str) -> Response:
    """The bank's statement of one day: what each operator paid in for the day before."""
    wanted = _day(day)
    for account in _accounts():
        settle(world(), account, min(wanted, day_of(world().clock.now())))
    made = [one for account in _accounts() for one in settled(world(), account.word)]
    opening = sum(one.net for one in made if paid_on(one) < wanted)
    written = camt053.written(wanted, opening, [one for one in made if paid_on(one) == wanted])
    return _file(written, "application/xml", f"bank-{day}.xml")


def _accounts() -> list[Account]:
    return [account(world()) for account in ACCOUNTS.values()]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)


def _file(content: str | bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
