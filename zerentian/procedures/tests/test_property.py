"""Random acts by random people on random cases: no forbidden state, no lost record, history leads to the present."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.models import History
from zerentian.kernel.refusal import Denied, Refused
from zerentian.procedures import queries, services
from zerentian.procedures.models import Case, CaseObjection, StepRecord
from zerentian.procedures.rules.flow import LIVE
from zerentian.procedures.rules.replay import replay
from zerentian.procedures.tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PEOPLE = ("village", "village2", "township", "county", "leader", "city", "neighbour", "helper")
KINDS = ("household.identification", "household.exit")
# What somebody tries, on which of the cases, and with which of the possible choices.
ATTEMPTS = st.tuples(
    st.sampled_from(
        ("decide", "decide", "decide", "prepare", "back", "object", "answer", "withdraw", "review", "jump")
    ),
    st.sampled_from(PEOPLE),
    st.integers(0, 1),
    st.integers(0, 9),
)


@pytest.fixture
def world() -> Iterator[f.World]:
    with f.plugged() as made:
        yield made


def attempt(what: str, case: Case, by: Any, choice: int) -> None:
    step = f.step_of(case)
    outcome = step.outcomes[choice % len(step.outcomes)]
    steps = queries.definition(case.definition_id).steps
    match what:
        case "prepare":
            f.prepared(case)
        case "decide":
            vote = f.CARRIED if step.meeting else None
            services.advance(
                case_id=case.pk, outcome=outcome.id, form={} if outcome.bare else f.form_of(step), vote=vote,
                reason="核对属实", by=by,
            )  # fmt: skip
        case "jump":
            services.advance(case_id=case.pk, outcome=steps[choice % len(steps)].outcomes[0].id, by=by)
        case "back":
            services.send_back(case_id=case.pk, to=steps[choice % len(steps)].id, reason="再核实", by=by)
        case "object":
            services.object_to(case_id=case.pk, text="这一户有楼房", source="visit", by=by)
        case "answer":
            with unit(system()):
                found = CaseObjection.objects.filter(case=case, outcome="").values_list("pk", flat=True).first()
            outcomes = ("upheld", "rejected", "partly")
            services.answer_objection(objection_id=found or 0, outcome=outcomes[choice % 3], answer="已核实", by=by)
        case "withdraw":
            services.withdraw(case_id=case.pk, reason="放弃", by=by)
        case _:
            services.review_conflict(case_id=case.pk, passes=choice % 2 == 0, note="已核对", by=by)


def check(case: Case, turns: int) -> None:
    """The records are all there, follow each other, and lead to the row; the row's every change is in history."""
    with unit(system()):
        records = list(StepRecord.objects.filter(case=case).order_by("turn"))
        place = replay(queries.definition(case.definition_id), queries.happened(case))
        kept = History.objects.filter(model="procedures_case", row_id=case.pk).count()
    assert [one.turn for one in records] == list(range(1, turns + 1))
    assert (place.step, place.state, place.result) == (case.step, case.state, case.result)
    assert case.turn == turns
    assert kept == turns
    assert (case.closed_on is None) == (case.state in LIVE)


@settings(
    max_examples=8, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(attempts=st.lists(ATTEMPTS, min_size=15, max_size=40), related=st.booleans())
def test_whatever_people_try_a_case_stays_true_to_its_definition(
    world: f.World, attempts: list[tuple[str, str, int, int]], related: bool
) -> None:
    world.related = {actor_of_cast("township").user_id or 0: "与户主同户"} if related else {}
    cases = [f.opened(kind) for kind in KINDS]
    turns = {case.pk: 1 for case in cases}
    for what, name, number, choice in attempts:
        case = f.fresh(cases[number])
        try:
            attempt(what, case, actor_of_cast(name), choice)
        except (Refused, Denied, Http404):
            assert f.fresh(case).turn == turns[case.pk], "a refused act left a trace"
        turns[case.pk] = f.fresh(case).turn
        check(f.fresh(case), turns[case.pk])
