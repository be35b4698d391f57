"""Fee schedules by their day of force: those of the desk over those of the pack, and what each must say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.core.language import Localised
from app.core.transitions import IllegalTransition
from app.courts import Confidence, FeeSchedule, Pack, Source, quote
from app.courts.schedules.rules import Content, changes, field_of, problems
from app.courts.schedules.status import SCHEDULE_TRANSITIONS, ScheduleStatus

TODAY = date(2026, 5, 4)
SOURCE = Localised(rw="Iteka 12/2026", en="Order 12/2026", fr="Arrêté 12/2026")


def schedule(starts: date, tgi: int, version: str = "12/2026") -> FeeSchedule:
    """One of the desk's, that says something of one level only."""
    return FeeSchedule(
        version=version,
        currency="RWF",
        starts=starts,
        ends=None,
        source=Source(text=SOURCE, confidence=Confidence.H),
        amounts={("deposit", "TGI"): tgi},
    )


def fee(pack: Pack, on: date) -> int:
    return quote(pack, filing_type="civil_claim", court="TGI-NYGE", on=on).total.minor


def laid_over(pack: Pack, *later: FeeSchedule) -> Pack:
    return replace(pack, fees=pack.fees.with_schedules(later))


def content(pack: Pack, **changed: object) -> Content:
    amounts = pack.fees.schedules[-1].amounts
    whole = Content(version="12/2026", starts=TODAY, source=SOURCE, amounts=amounts)
    return replace(whole, **changed)  # type: ignore[arg-type]


def named(pack: Pack, wrong: Content) -> list[str]:
    return [problem.field for problem in problems(pack, wrong, today=TODAY)]


@pytest.mark.parametrize(
    ("on", "francs"),
    [
        (date(2014, 2, 1), 50_000),
        (date(2018, 6, 30), 50_000),
        (date(2018, 7, 1), 20_000),
        (date(2020, 11, 1), 20_000),
        (date(2020, 11, 2), 20_000),
        (date(2026, 12, 31), 20_000),
        (date(2027, 1, 1), 25_000),
        (date(2028, 6, 30), 25_000),
        (date(2028, 7, 1), 30_000),
        (date(2040, 1, 1), 30_000),
    ],
)
def test_each_day_has_the_amount_of_the_schedule_that_began_last(pack: Pack, on: date, francs: int) -> None:
    both = laid_over(pack, schedule(date(2028, 7, 1), 30_000, "3/2028"), schedule(date(2027, 1, 1), 25_000))
    assert fee(both, on) == francs


def test_the_order_of_2020_is_the_source_until_the_day_before_the_next(pack: Pack) -> None:
    later = laid_over(pack, schedule(date(2027, 1, 1), 25_000)).fees
    assert [later.schedule(date(2026, 12, 31)).version, later.schedule(date(2027, 1, 1)).version] == [
        "17/2020",
        "12/2026",
    ]
    assert later.schedule(TODAY).ends == date(2026, 12, 31)


def test_a_schedule_that_begins_with_one_of_the_pack_lies_over_it(pack: Pack) -> None:
    begins = pack.fees.schedules[-1].starts
    assert begins is not None
    assert fee(laid_over(pack, schedule(begins, 1)), TODAY) == 1
    assert fee(laid_over(pack, schedule(begins, 1)), begins - timedelta(days=1)) == 20_000


def test_what_comes_is_the_next_one_only(pack: Pack) -> None:
    assert pack.fees.coming(TODAY) is None
    later = laid_over(pack, schedule(date(2028, 7, 1), 30_000, "3/2028"), schedule(date(2027, 1, 1), 25_000)).fees
    for on, version in ((TODAY, "12/2026"), (date(2027, 1, 1), "3/2028")):
        coming = later.coming(on)
        assert coming is not None
        assert coming.version == version


def test_a_copy_of_the_schedule_in_force_with_another_number_can_be_kept(pack: Pack) -> None:
    assert named(pack, content(pack)) == []


def test_what_is_missing_or_impossible_is_named_field_by_field(pack: Pack) -> None:
    assert named(pack, content(pack, version="")) == ["version"]
    assert named(pack, content(pack, version="17/2020")) == ["version"]
    assert named(pack, content(pack, starts=TODAY - timedelta(days=1))) == ["starts"]
    assert named(pack, content(pack, source=replace(SOURCE, fr=""))) == ["source_fr"]
    amounts = dict(pack.fees.schedules[-1].amounts)
    del amounts["deposit", "TGI"]
    assert named(pack, content(pack, amounts=amounts)) == [field_of(("deposit", "TGI"))]
    assert named(pack, content(pack, amounts={**pack.fees.schedules[-1].amounts, ("deposit", "XX"): 1})) == [""]


def test_a_level_at_which_nothing_can_be_filed_may_stay_without_an_amount(pack: Pack) -> None:
    amounts = dict(pack.fees.schedules[-1].amounts)
    del amounts["deposit", "SC"]
    assert named(pack, content(pack, amounts=amounts)) == []


def test_the_changes_stand_beside_what_holds_on_the_day_before(pack: Pack) -> None:
    before = laid_over(pack, schedule(date(2026, 6, 1), 22_000, "11/2026"))
    found = changes(before, content(pack, starts=date(2026, 7, 1), amounts={("deposit", "TGI"): 25_000}))
    [line] = [one for one in found if one.after]
    assert line.before is not None
    assert line.by is not None
    assert (line.before.minor, line.by.minor) == (22_000, 3_000)
    first = changes(before, content(pack, starts=date(2026, 6, 1), amounts={("deposit", "TGI"): 5_000}))
    [line] = [one for one in first if one.after]
    assert line.by is not None
    assert line.by.minor == -15_000
    assert [one.by for one in first if not one.after] == [None] * (len(first) - 1)


@pytest.mark.parametrize("before", ScheduleStatus)
@pytest.mark.parametrize("after", ScheduleStatus)
def test_a_schedule_goes_forward_only(before: ScheduleStatus, after: ScheduleStatus) -> None:
    allowed = {("draft", "approved"), ("draft", "withdrawn"), ("approved", "withdrawn")}
    if (before, after) in allowed:
        SCHEDULE_TRANSITIONS.check(before, after)
    else:
        with pytest.raises(IllegalTransition):
            SCHEDULE_TRANSITIONS.check(before, after)
