"""The journal to download. It is read from one instant, kept in a file for as long as it is sent, and then gone."""

from tempfile import SpooledTemporaryFile
from typing import IO

from flask import send_file
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.courts.current import current_pack
from app.office.forms.reconciling import JournalForm
from app.office.policies import keeps_accounts
from app.office.views.blueprint import bp
from app.office.views.reconciliation import days_page, statement_form
from app.payments.books.entries import Period
from app.payments.books.export import MEDIA_TYPES, Format, journal
from app.web.access import actor, requires
from app.web.transactions import database, stop_reading

_IN_MEMORY = 1024 * 1024


@bp.post("/payments/journal")
@requires(keeps_accounts)
def download_journal() -> Response | tuple[str, int]:
    """The entries of a period, as a file of the kind that was chosen."""
    form = JournalForm.showing()
    if not form.validate():
        return days_page(statement_form(), Invalid.status, form)
    kind = Format(form.form.data)
    written = _written(form.period(current_pack().zone), kind)
    return send_file(written, mimetype=MEDIA_TYPES[kind], as_attachment=True, download_name=f"journal.{kind}")


def _written(period: Period, kind: Format) -> IO[bytes]:
    """A slow reader must hold a file, never a connection of the database."""
    stop_reading()
    written: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the response closes it
    with database().snapshot(actor()) as session:
        written.writelines(line.encode() for line in journal(session, period, kind))
    written.seek(0)
    return written
