"""Storing answers, one part at a time."""

import json
from dataclasses import replace

import pytest

from app.filing import parts
from app.filing.answers import Answers, Declaration, Issue, Relief, dump, fingerprint, load
from tests.unit.filing.test_rules import whole


def test_answers_come_back_as_they_were_stored() -> None:
    assert load(json.loads(json.dumps(dump(whole())))) == whole()
    assert load({}) == Answers()


def test_what_the_code_no_longer_knows_is_left_out() -> None:
    assert load({**dump(whole()), "gone": 1}) == whole()


def test_saving_one_part_leaves_the_others_as_they_are_stored() -> None:
    stored = replace(whole(), relief=Relief(asked="Newer words", value_known=False))
    old_copy = replace(whole(), declaration=Declaration(name="Demo C", agreed=True))
    saved = parts.put(stored, "declaration", old_copy)
    assert saved.relief.asked == "Newer words"
    assert saved.declaration.name == "Demo C"


def test_a_party_or_a_point_that_is_gone_from_the_form_is_taken_away() -> None:
    assert parts.put(whole(), "party:b", whole().without_party("b")).party("b") is None
    assert parts.put(whole(), "issue:i", whole().without_issue("i")).issues == ()


def test_the_fingerprint_of_a_part_changes_with_that_part_only() -> None:
    changed = replace(whole(), relief=Relief(asked="Other"))
    assert parts.fingerprint_of(whole(), "relief") != parts.fingerprint_of(changed, "relief")
    assert parts.fingerprint_of(whole(), "court") == parts.fingerprint_of(changed, "court")
    assert fingerprint(None) == parts.fingerprint_of(whole(), "party:new")


def test_points_are_put_in_a_new_order_without_losing_one_added_meanwhile() -> None:
    one, two, three = (Issue(id=i, facts=i) for i in "123")
    stored = replace(whole(), issues=(one, two, three))
    wanted = replace(whole(), issues=(two, one))
    assert [i.id for i in parts.put(stored, "order", wanted).issues] == ["2", "1", "3"]


def test_a_part_that_there_is_not_is_refused() -> None:
    with pytest.raises(parts.NoSuchPart):
        parts.part(whole(), "status")
    with pytest.raises(parts.NoSuchPart):
        parts.put(whole(), "received_at", whole())
