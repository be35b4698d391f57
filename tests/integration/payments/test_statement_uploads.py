"""A statement that was sent is read to its end, whatever becomes of the worker, and each line of it once."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.clock import ManualClock
from app.core.db import Database
from app.core.errors import Absent
from app.core.language import speaking
from app.payments.reconciliation import intake, service, uploads
from app.payments.reconciliation.days import Day
from app.payments.reconciliation.service import StillReading
from app.payments.reconciliation.uploads import MOST_BYTES, KeepUpload, TooLargeStatement, UploadView
from tests.builders.accountant import ACCOUNTANT, KIGALI
from tests.builders.payments import PAYER

HEAD = "date,financialTransactionId,externalId,type,status,amount,fee,currency,balance,payer"


def statement(lines: int, *, closing: int | None = None) -> bytes:
    """MTN's statement of 4 May with so many payments of 1,000 francs."""
    made = [f"2026-05-04T10:00:00+02:00,n{n},,PAYMENT,SUCCESSFUL,1000,10,RWF,{n}000," for n in range(1, lines + 1)]
    end = lines * 1_000 if closing is None else closing
    first, last = "2026-05-04T00:00:00+02:00,,,OPENING", "2026-05-04T23:59:59+02:00,,,CLOSING"
    return "\n".join([HEAD, f"{first}_BALANCE,,,,RWF,0,", *made, f"{last}_BALANCE,,,,RWF,{end},"]).encode()


class Dying(ManualClock):
    """The clock of a worker that dies when it looks at it once too often, of `how`."""

    looks = 0
    how: type[BaseException] = MemoryError

    def now(self) -> datetime:
        self.looks -= 1
        if self.looks == 0:
            raise self.how
        return super().now()


class Desk:
    """The accountant, and the worker beside them."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database, self.clock = database, clock

    def send(self, content: bytes) -> UUID | None:
        command = KeepUpload(
            source="mtn_momo",
            name="may.csv",
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            zone=KIGALI,
        )
        with self.database.transaction(ACCOUNTANT) as session:
            return uploads.keep_upload(session, ACCOUNTANT, command, at=self.clock.now())

    def work(self, looks: int = 0, how: type[BaseException] = MemoryError) -> int:
        """Read in slices of two lines; with `looks`, die of `how` in the middle."""
        clock = Dying(self.clock.now())
        clock.looks, clock.how = looks, how
        return intake.drain(self.database, clock, slice_lines=2)

    def view(self, upload_id: UUID | None) -> UploadView:
        assert upload_id is not None
        with self.database.reading(ACCOUNTANT) as session:
            return uploads.upload(session, ACCOUNTANT, upload_id)

    def count(self, table: str) -> int:
        with self.database.reading(ACCOUNTANT) as session:
            return int(session.execute(text(f"select count(*) from {table}")).scalar_one())

    def sign(self) -> None:
        day = Day(source="mtn_momo", day=self.clock.now().date(), zone=KIGALI)
        with self.database.transaction(ACCOUNTANT) as session:
            service.sign_off(session, ACCOUNTANT, day, at=self.clock.now())


@pytest.fixture
def desk(fresh_database: Database, clock: ManualClock) -> Desk:
    return Desk(fresh_database, clock)


def test_a_statement_is_kept_at_once_and_read_by_the_worker(desk: Desk) -> None:
    sent = desk.send(statement(5))
    before = desk.view(sent)
    assert (before.ended, before.lines, before.read) == (False, None, 0)
    assert desk.work() == 1
    after = desk.view(sent)
    assert (after.ended, after.refusal, after.lines, after.read, after.fresh) == (True, None, 5, 5, 5)
    assert after.days == [("mtn_momo", desk.clock.now().date())]
    assert (desk.count("statement_line"), desk.count("reconciliation_break")) == (5, 5)
    assert desk.work() == 0


def test_a_worker_that_dies_leaves_whole_slices_and_another_goes_on(desk: Desk) -> None:
    sent = desk.send(statement(5))
    # It looks as it claims, as it begins, and at each slice: the second slice is the end of it.
    desk.work(looks=4)
    halfway = desk.view(sent)
    assert (halfway.ended, halfway.lines, halfway.read, halfway.fresh) == (False, 5, 2, 2)
    assert desk.count("statement_line") == 2
    assert desk.work() == 0, "it is still that worker's"
    with pytest.raises(StillReading):
        desk.sign()
    desk.clock.advance(intake.LEASE + timedelta(seconds=1))
    assert desk.work() == 1
    done = desk.view(sent)
    assert (done.ended, done.read, done.fresh, desk.count("statement_line")) == (True, 5, 5, 5)


def test_the_same_file_is_one_upload_and_changes_nothing_again(desk: Desk) -> None:
    sent = desk.send(statement(3))
    assert desk.send(statement(3)) == sent
    desk.work()
    assert desk.send(statement(3)) is None
    longer = desk.send(statement(4))
    desk.work()
    assert (desk.view(longer).fresh, desk.count("statement_line")) == (1, 4)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"nothing of the kind", "could not be read as a statement"),
        (statement(3, closing=9_000), "after line n3, RWF 6,000 is missing"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_before_a_line_of_it_is_kept(
    desk: Desk, content: bytes, words: str
) -> None:
    sent = desk.send(content)
    desk.work()
    refusal = desk.view(sent).refusal
    assert refusal is not None
    with speaking("en"):
        assert words in str(refusal.text)
    assert desk.count("statement_file") == desk.count("statement_line") == 0
    assert desk.count("statement_upload where content is not null") == 0


def test_what_fails_again_and_again_is_given_up_and_can_be_sent_again(desk: Desk) -> None:
    sent = desk.send(statement(5))
    for _ in range(intake.MOST_TRIES):
        desk.work(looks=4)
        desk.clock.advance(intake.LEASE + timedelta(seconds=1))
    refusal = desk.view(sent).refusal
    assert isinstance(refusal, uploads.NotReadThrough)
    again = desk.send(statement(5))
    assert again not in (None, sent)
    desk.work()
    assert (desk.view(again).refusal, desk.count("statement_line")) == (None, 5)


def test_one_that_kills_its_worker_outright_is_given_up_too(desk: Desk) -> None:
    sent = desk.send(statement(5))
    for _ in range(intake.MOST_TRIES):
        # As good as kill -9: nothing of the worker runs after it.
        with pytest.raises(KeyboardInterrupt):
            desk.work(looks=2, how=KeyboardInterrupt)
        assert not desk.view(sent).ended
        desk.clock.advance(intake.LEASE + timedelta(seconds=1))
    desk.work()
    assert isinstance(desk.view(sent).refusal, uploads.NotReadThrough)


def test_a_file_that_is_too_large_is_refused_at_once(desk: Desk) -> None:
    with pytest.raises(TooLargeStatement):
        desk.send(b"x" * (MOST_BYTES + 1))


def test_others_can_neither_send_one_nor_see_how_far_it_is(desk: Desk) -> None:
    sent = desk.send(statement(1))
    assert sent is not None
    with desk.database.reading(PAYER) as session, pytest.raises(Absent):
        uploads.upload(session, PAYER, sent)
    command = KeepUpload(source="mtn_momo", name="a", sha256="0" * 64, content=b"", zone=KIGALI)
    with desk.database.transaction(PAYER) as session, pytest.raises(Absent):
        uploads.keep_upload(session, PAYER, command, at=desk.clock.now())
