"""The acts on bodies, posts, areas and grids, as different actors."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.effects import effect
from zerentian.kernel.models import Act, History, Reading
from zerentian.kernel.reads import write_readings
from zerentian.kernel.refusal import Denied, Outrun, Refused
from zerentian.organisations import services
from zerentian.organisations.models import Appointment, Assignment, Body, Grid
from zerentian.organisations.tests import factories as made

pytestmark = pytest.mark.django_db
Cast = Callable[[str], Actor]
announced: list[int] = []


@effect("records.changed")
def _listen(*, division: int, **_facts: object) -> None:
    announced.append(division)


@pytest.mark.parametrize(
    ("details", "part"),
    [
        ({"division": made.NEIGHBOUR, "kind": "poverty_office"}, "不在您的管辖范围内"),
        ({"division": made.COUNTY, "kind": "department"}, "必须选择部门"),
        ({"division": made.COUNTY, "kind": "poverty_office", "department": "audit"}, "其他机构不填"),
        ({"division": made.COUNTY, "kind": "village_workroom"}, "只设在村"),
        ({"division": made.COUNTY, "kind": "poverty_office", "has_tasks": False}, "写明理由"),
        ({"division": made.COUNTY, "kind": "poverty_office", "superior_id": 0}, "没有上级机构"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(actor: Cast, details: dict[str, object], part: str) -> None:
    top = made.body(made.PROVINCE)
    details = {"superior_id": top.pk, **details}
    if details["superior_id"] == 0:
        details["superior_id"] = None
    with pytest.raises(Refused, match=part):
        services.set_up_body(name="某机构", by=actor("county"), **details)


def test_a_county_sets_up_a_body_under_a_superior_above_its_scope(actor: Cast) -> None:
    top = made.body(made.PROVINCE)
    announced.clear()
    office = services.set_up_body(
        division=made.COUNTY, kind="poverty_office", name="兴国县扶贫办", superior_id=top.pk, by=actor("county")
    )
    again = services.set_up_body(
        division=made.COUNTY, kind="poverty_office", name="另一办", superior_id=top.pk, by=actor("county")
    )
    assert (office.code, again.code) == ("360732-poverty_office", "360732-poverty_office-2")
    assert announced == [made.COUNTY, made.COUNTY]
    with unit(system()):
        change = History.objects.get(model="organisations_body", row_id=office.pk)
        assert Act.objects.get(pk=change.act_id).who.startswith("测county")


def test_who_may_not_change_bodies_is_denied(actor: Cast) -> None:
    top = made.body(made.PROVINCE)
    for name in ("village", "leader", "inspector", "outsider"):
        with pytest.raises(Denied):
            services.change_body(body_id=top.pk, name="新名", reason="试", by=actor(name))
    with pytest.raises(Refused, match="管辖范围"):
        services.change_body(body_id=top.pk, name="新名", reason="试", by=actor("county"))
    with pytest.raises(Refused, match="理由"):
        services.change_body(body_id=top.pk, name="新名", reason=" ", by=actor("province"))


def test_a_body_closes_with_its_people_once_nothing_hangs_below(actor: Cast) -> None:
    chain = made.chain()
    with pytest.raises(Refused, match="1 个下级机构"):
        services.close_body(body_id=chain[made.TOWNSHIP].pk, on=date(2018, 1, 1), reason="合并", by=actor("county"))
    services.close_body(body_id=chain[made.VILLAGE].pk, on=date(2018, 1, 1), reason="合并", by=actor("county"))
    with unit(system()):
        assert Body.objects.get(pk=chain[made.VILLAGE].pk).ended_on == date(2018, 1, 1)
        assert Appointment.objects.get(person_name="周村").ends_on == date(2018, 1, 1)
    with pytest.raises(Outrun):
        services.close_body(body_id=chain[made.VILLAGE].pk, on=date(2018, 1, 2), reason="合并", by=actor("county"))


def test_one_seat_one_person(actor: Cast) -> None:
    seat = made.chief(made.body(made.PROVINCE), "赵一", date(2016, 1, 1))
    with pytest.raises(Refused, match="现由赵一担任"):
        services.appoint(post_id=seat.pk, person_name="钱二", starts_on=date(2018, 1, 1), by=actor("province"))
    held = _held("赵一")
    services.end_appointment(appointment_id=held.pk, on=date(2017, 12, 31), reason="调任", by=actor("province"))
    with pytest.raises(Refused, match="重叠"):
        services.appoint(post_id=seat.pk, person_name="钱二", starts_on=date(2017, 12, 31), by=actor("province"))
    services.appoint(post_id=seat.pk, person_name="钱二", starts_on=date(2018, 1, 1), by=actor("province"))
    with pytest.raises(Outrun):
        services.end_appointment(appointment_id=held.pk, on=date(2018, 6, 1), reason="再免", by=actor("province"))


def test_a_county_does_not_approve_the_change_of_its_own_chief(actor: Cast) -> None:
    chain = made.chain()
    held = _held("孙县")
    words = {"reference": "赣组〔2018〕1号", "approved_on": date(2018, 1, 1), "approved_by": "省委组织部"}
    with pytest.raises(Refused, match="上一级登记"):
        services.approve_change(appointment_id=held.pk, by=actor("county"), **words)
    departments = [made.body(made.PROVINCE, "department", department=line) for line in ("education", "organisation")]
    education, organisation = (replace(actor("department"), body_id=body.pk) for body in departments)
    with pytest.raises(Refused, match="组织部"):
        services.approve_change(appointment_id=held.pk, by=education, **words)
    services.approve_change(appointment_id=held.pk, by=organisation, **words)
    assert _held("孙县").approval_reference == "赣组〔2018〕1号"
    assert chain[made.COUNTY].division == held.division


def test_a_phone_is_shown_to_who_may_and_states_why_and_the_reading_is_kept(actor: Cast) -> None:
    made.chain()
    above = _held("赵省")
    with pytest.raises(Denied):
        services.reveal_phone(appointment_id=above.pk, reason="联系", by=actor("village"))
    with pytest.raises(Refused, match="理由"):
        services.reveal_phone(appointment_id=above.pk, reason="", by=actor("township"))
    assert services.reveal_phone(appointment_id=above.pk, reason="联系工作", by=actor("township")) == "13812345678"
    write_readings(actor("township"))
    with unit(system()):
        assert Reading.objects.filter(in_full="phone", reason="联系工作").count() == 1


def test_areas_are_taken_by_posts_and_villages_by_bodies(actor: Cast) -> None:
    chain = made.chain()
    with unit(system()):
        seat = chain[made.TOWNSHIP].posts.get()
    county = actor("county")
    first = date(2017, 3, 1)
    services.assign(kind="area", post_id=seat.pk, division=made.VILLAGE, starts_on=first, by=county)
    with pytest.raises(Refused, match="不必重复"):
        services.assign(kind="area", post_id=seat.pk, division=made.VILLAGE, starts_on=first, by=county)
    with pytest.raises(Refused, match="指定机构"):
        services.assign(kind="assigned_unit", post_id=seat.pk, division=made.VILLAGE, starts_on=first, by=county)
    with pytest.raises(Refused, match="应是村"):
        services.assign(kind="village", post_id=seat.pk, division=made.TOWNSHIP, starts_on=first, by=county)
    services.assign(
        kind="assigned_unit", body_id=chain[made.PROVINCE].pk, division=made.VILLAGE, starts_on=first, by=county
    )
    with unit(system()):
        assert Assignment.objects.inside(made.COUNTY).count() == 2


def test_a_grid_is_kept_by_a_keeper_of_its_village(actor: Cast) -> None:
    chain = made.chain()
    committee = chain[made.VILLAGE]
    keeper = services.create_post(body_id=committee.pk, kind="grid_keeper", title="网格员", by=actor("county"))
    with unit(system()):
        secretary = committee.posts.get(kind="village_secretary")
    with pytest.raises(Refused, match="网格员岗位"):
        services.set_up_grid(division=made.VILLAGE, name="一组", keeper_post_id=secretary.pk, by=actor("county"))
    services.set_up_grid(division=made.VILLAGE, name="一组", keeper_post_id=keeper.pk, by=actor("county"))
    with pytest.raises(Refused, match="已有"):
        services.set_up_grid(division=made.VILLAGE, name="一组", by=actor("county"))
    with unit(system()):
        assert Grid.objects.get().keeper_post_id == keeper.pk


def _held(name: str) -> Appointment:
    with unit(system()):
        found: Appointment = Appointment.objects.select_related("post").get(person_name=name)
    return found
