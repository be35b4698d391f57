"""Reasons for returning and refusing a filing."""

from app.courts import Mark, Pack


def test_every_mark_has_reasons_of_its_own_and_one_fits_anywhere(pack: Pack) -> None:
    for mark in Mark:
        assert sum(mark in reason.applies_to for reason in pack.return_reasons.values()) >= 3
    assert pack.return_reasons["other"].applies_to == frozenset(Mark)
    assert pack.return_reasons["other"].sections == ()


def test_a_wrong_court_is_no_reason_to_refuse(pack: Pack) -> None:
    codes = {*pack.return_reasons, *pack.rejection_reasons}
    assert not [code for code in codes if "court" in code]


def test_a_refusal_says_what_can_be_done_next(pack: Pack) -> None:
    assert len(pack.rejection_reasons) >= 5
    for reason in pack.rejection_reasons.values():
        assert reason.text.en.count(".") + reason.text.en.count(":") >= 2
