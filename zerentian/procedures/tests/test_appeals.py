"""What an appeal is called, and the decision that its data name."""

import pytest

from zerentian.procedures import queries
from zerentian.procedures.rules.appeals import AGAINST, appeal_about, case_number, decision_against, is_appeal


def test_the_packs_name_appeals_as_the_rule_does() -> None:
    kinds = {one.id: one.subject for _pack, one in queries.definitions().values() if is_appeal(one.id)}
    assert kinds
    assert {kind: appeal_about(subject) for kind, subject in kinds.items()} == {kind: kind for kind in kinds}
    asked = {c.rule for _pack, one in queries.definitions().values() if not is_appeal(one.id) for c in one.opens_when}
    assert "appeal.names_a_decision" not in asked


@pytest.mark.parametrize(
    ("given", "number"),
    [("12", 12), (12, 12), ("", None), ("x", None), ("１２", None), ("9" * 18, None), (None, None), ("-3", None)],
)
def test_a_case_is_named_by_a_plain_number(given: object, number: int | None) -> None:
    assert case_number(given) == decision_against({AGAINST: given}) == number


def test_data_without_a_decision_name_none() -> None:
    assert decision_against({}) is None
