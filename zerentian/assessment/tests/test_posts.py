"""Changes of chiefs and committees: what counts as wrong, in both engines."""

from datetime import date
from typing import Any

import pytest

from zerentian.accounts.tests.cast import COUNTY, VILLAGES
from zerentian.assessment.tests.factories import body, counted, household, seat
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.organisations.models import Appointment, Post
from zerentian.registry.models import County, Village

pytestmark = pytest.mark.django_db
LEFT = date(2019, 6, 30)
NONE, UNAPPROVED, LATE = "离任后无人接任", "变动没有批准文号", "批准超过规定时限"
CHANGES = [
    ({}, None, NONE),
    ({"is_exempt": True}, None, None),
    ({}, {"approval_reference": ""}, UNAPPROVED),
    ({}, {"approval_reference": "赣组〔2019〕5号", "approved_on": date(2019, 7, 20)}, None),
    ({}, {"approval_reference": "赣组〔2019〕5号", "approved_on": date(2019, 9, 20)}, LATE),
    ({"ends_on": date(2999, 1, 1)}, None, None),
]  # fmt: skip


def terms(post: Post, began: date, last: dict[str, Any], next_one: dict[str, Any] | None) -> None:
    """Somebody who left the post, and perhaps a successor."""
    facts = {"post": post, "division": post.division, "person_name": "某人"}
    Appointment.objects.create(**facts, **({"starts_on": began, "ends_on": LEFT} | last))
    if next_one is not None:
        Appointment.objects.create(**facts, starts_on=date(2019, 7, 1), **next_one)


def test_a_poor_county_s_chiefs_change_with_an_approval_in_time() -> None:
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        County.objects.create(division=COUNTY, year=2025, kind="national", rural_population=1000)
        main = body(COUNTY, "party_government")
        posts = [seat(main, "party_chief", held=False) for _case in CHANGES]
        for post, (last, next_one, _why) in zip(posts, CHANGES, strict=True):
            terms(post, date(2016, 1, 1), last, next_one)
    name = "posts.unapproved_changes.county_chiefs"
    wrong = {post.pk: why for post, (_last, _next, why) in zip(posts, CHANGES, strict=True) if why}
    assert counted(name)[name][1] == wrong


def test_a_heavily_burdened_township_s_chiefs_stay() -> None:
    """One who left before three years and one after, where a fifth of the people is registered; elsewhere none is."""
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        for village, size in ((VILLAGES[0], 20), (VILLAGES[2], 5)):
            Village.objects.create(division=village, year=2025, population=100)
            household(village, 1, size=size)
        heavy, light = (body(village // 1000 * 1000, "party_government") for village in (VILLAGES[0], VILLAGES[2]))
        early, late, elsewhere = (seat(b, "government_chief", held=False) for b in (heavy, heavy, light))
        for post, began in ((early, 2018), (late, 2016), (elsewhere, 2018)):
            terms(post, date(began, 1, 1), {}, None)
    name = "posts.unapproved_changes.township_chiefs"
    assert counted(name)[name][1] == {early.pk: NONE}


COMMITTEES = [
    (["village_secretary", "village_director", "committee_member"], None),
    (["village_secretary", "village_director"], "班子人数不足"),
    (["village_secretary", "committee_member", "committee_member"], "村委会主任空缺"),
    (["village_director", "committee_member", "committee_member"], "村党组织书记空缺"),
]


def test_a_committee_is_full_or_says_what_it_lacks() -> None:
    """The first two villages are poor."""
    lacking = {}
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        for number, (village, (held, why)) in enumerate(zip(VILLAGES, COMMITTEES, strict=True)):
            Village.objects.create(
                division=village, year=2025, kind="poor" if number < 2 else "ordinary", population=100
            )
            made = body(village, "village_committee")
            for kind in held:
                seat(made, kind)
            if why:
                lacking[made.pk] = (number, why)
    names = ("villages.with_full_committee", "villages.poor.with_full_committee")
    found = counted(*names)
    assert found[names[0]] == ((1, 1), {pk: why for pk, (_number, why) in lacking.items()})
    assert found[names[1]] == ((1, 1), {pk: why for pk, (number, why) in lacking.items() if number < 2})
