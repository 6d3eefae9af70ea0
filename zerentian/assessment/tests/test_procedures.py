"""What the ledger counts of procedures (duties 6.3, 16.1, 22.1, 22.2, 25.3): the same on both engines, with its evidence."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast
from zerentian.assessment.tests.factories import counted
from zerentian.disclosure.tests import factories as notices
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.procedures import services
from zerentian.procedures.models import Case, CaseNotice, StepRecord
from zerentian.procedures.tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world() -> Iterator[f.World]:
    with f.plugged() as made:
        yield made


def closed(kind: str = "household.identification", **changes: Any) -> Case:
    """A case that went to its end by first outcomes."""
    case = f.opened(kind, **changes)
    while case.state == "open":
        case = f.decided(case)
    return case


def recorded(case: Case, **changes: Any) -> None:
    """A copy of the case's first decision with something changed, as a later one."""
    with unit(system()), acting("test.change", by=system(), reason="测试"):
        row = StepRecord.objects.filter(case=case, what="decided").order_by("turn")[0]
        row.pk, row.turn = None, 90
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(force_insert=True)


def test_a_case_complies_when_every_step_does(world: f.World) -> None:
    names = ("procedures.compliant", "procedures.within_limits")
    assert counted(*names) == {name: (None, {}) for name in names}
    right, wrong_hand, short, wronged, late = (closed() for _case in range(5))
    f.at("township")
    recorded(wrong_hand, capacity="county_officer")
    recorded(late, due_on=timezone.localdate() - timedelta(days=1))
    with unit(system()), acting("test.change", by=system(), reason="测试"):
        CaseNotice.objects.filter(case=short, step="first_notice").update(
            until=timezone.localdate() - timedelta(days=8), published_on=timezone.localdate() - timedelta(days=14)
        )
    recorded(wronged, level=3)
    found = counted(*names)
    assert found["procedures.within_limits"] == ((4, 5), {late.pk: "有步骤办理超过时限"})
    assert found["procedures.compliant"] == (
        (1, 5),
        {
            wrong_hand.pk: "不是由有权的人办理", wronged.pk: "不是由有权的人办理", short.pk: "公示没有满期",
            late.pk: "超过时限",
        },
    )  # fmt: skip
    assert right.pk not in found["procedures.compliant"][1]


def test_a_case_that_waits_too_long_is_late_and_a_withdrawn_one_is_not_counted() -> None:
    early = timezone.localdate() - timedelta(days=100)
    late, gone = f.opened(on=early), f.opened(on=early)
    services.withdraw(case_id=gone.pk, reason="农户撤回申请", by=actor_of_cast("village"))
    f.opened()
    assert counted("procedures.within_limits") == {
        "procedures.within_limits": ((0, 1), {late.pk: "现在这一步已超过时限"})
    }


def test_a_decision_by_a_relative_is_reviewed_by_another_person(world: f.World) -> None:
    village = actor_of_cast("village")
    assert village.user_id is not None
    case = f.opened()
    world.related[village.user_id] = "与该户户主是兄弟"
    held = f.decided(case)
    assert held.state == "review"
    name = "benefits.kinship_flags_reviewed"
    assert counted(name) == {name: ((0, 1), {case.pk: "办理人与当事户有关系，尚未经他人复核"})}
    services.review_conflict(case_id=case.pk, passes=True, note="情况属实", by=actor_of_cast("township"))
    assert counted(name) == {name: ((1, 1), {})}
    del world.related[village.user_id]
    case = f.fresh(case)
    while case.state in (
        "open",
        "review",
    ):  # who reviewed had a part in it, so the level above looks at what he decides
        if case.state == "review":
            by = actor_of_cast({"township": "county", "county": "city"}[f.decider(f.step_of(case))])
            services.review_conflict(case_id=case.pk, passes=True, note="复核过", by=by)
            case = f.fresh(case)
        else:
            case = f.decided(case)
    assert counted("procedures.compliant") == {"procedures.compliant": ((1, 1), {})}


def test_a_file_is_complete_with_every_paper_and_the_photo_of_every_notice() -> None:
    whole, unproved = closed(), closed()
    proof = notices.proved()
    with unit(system()), acting("test.change", by=system(), reason="测试"):
        CaseNotice.objects.filter(case=whole).update(notice_id=proof.pk)
    lacking = f.decided(f.at("check"), "refused", reason="已有新房")
    assert lacking.state == "closed"
    recorded(lacking, step="township", outcome="agreed")
    why = {unproved.pk: "缺少公示张贴照片", lacking.pk: "缺少材料"}
    assert counted("archives.complete") == {"archives.complete": ((1, 3), why)}


def test_exits_of_villages_are_decided_by_the_end_of_their_window() -> None:
    name = "exits.decided_in_window"
    today = timezone.localdate()
    with unit(system()), acting("test.change", by=system(), reason="测试"):
        definition = f.opened("household.exit").definition
        shared = {
            "division": VILLAGES[0], "definition": definition, "kind": "village.exit", "subject_kind": "village",
            "name": "村", "step": "initial", "waits_level": 3, "step_since": today, "opened_who": "县",
            "opened_on": date(today.year - 1, 9, 1),
        }  # fmt: skip
        done = {"state": "closed", "result": "exited"}
        Case.objects.create(subject_id=1, closed_on=date(today.year, 4, 30), **shared, **done)
        late = Case.objects.create(subject_id=2, closed_on=date(today.year, 5, 1), **shared, **done)
        waiting = Case.objects.create(subject_id=3, **shared)
        Case.objects.create(subject_id=4, **{**shared, "opened_on": date(today.year, 1, 2)})
    why = {late.pk: "超过时段才作出决定", waiting.pk: "时段已过，尚未作出决定"}
    assert counted(name, on=date(today.year, 11, 30)) == {name: ((1, 3), why)}
