"""Checks by sample through their acts: drawn the same again, recorded once, replaced in the order of the draw."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from zerentian.accounts.tests.cast import COUNTY, VILLAGES, actor_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.files import open_file
from zerentian.kernel.refusal import Denied, Outrun, Refused
from zerentian.oversight import queries, services
from zerentian.oversight.models import Check
from zerentian.oversight.tests import factories as f
from zerentian.procedures.services import message_of

pytestmark = pytest.mark.django_db


def test_a_round_is_drawn_by_village_and_can_be_drawn_again() -> None:
    f.exited(11, 5, 1, 0)
    found = f.drawn()
    per_village = [sum(one.division == village for one in f.checks(found)) for village in VILLAGES]
    assert per_village == [3, 1, 1, 0]
    assert (found.frame_size, found.villages, found.size, found.division) == (17, 3, 5, COUNTY)
    with unit(system()):
        assert services.drawn_again(found)
        kept = Path(open_file(found.frame_file)).read_bytes()
        assert kept.count(b"\n") == 18
        Path(open_file(found.frame_file)).write_bytes(kept.replace(b"\n", b" \n", 1))
        with pytest.raises(Refused, match="摘要不符"):
            services.drawn_again(found)
        Path(open_file(found.frame_file)).write_bytes(kept)
    again = f.drawn()
    assert [one.household_id for one in f.checks(again)] == [one.household_id for one in f.checks(found)]
    assert again.frame_sha256 == found.frame_sha256
    f.exited(1)
    assert f.drawn().frame_sha256 != found.frame_sha256


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"purpose": "all"}, "核查内容"),
        ({"events_from": date(2025, 12, 31), "events_to": date(2025, 1, 1)}, "起始日期"),
        ({"events_to": timezone.localdate() + timedelta(days=1)}, "今天"),
        ({"events_from": date(2010, 1, 1), "events_to": date(2010, 12, 31)}, "没有可抽查的户"),
        ({"division": VILLAGES[0]}, "以县为单位"),
        ({"division": 360731000000}, "以县为单位"),
    ],
)
def test_a_draw_that_makes_no_sense_is_refused(changes: dict[str, object], says: str) -> None:
    f.exited(1)
    with pytest.raises(Refused, match=says):
        f.drawn(**changes)


def test_only_the_county_draws_and_those_checked_don_t_see_the_draw() -> None:
    f.exited(2)
    for name in ("village", "township", "inspector", "auditor", "leader"):
        with pytest.raises(Denied):
            f.drawn(by=actor_of_cast(name))
    found = f.drawn()
    (check,) = f.checks(found)
    for name in ("village", "township", "auditor"):
        with pytest.raises(Denied):
            f.recorded(check, by=actor_of_cast(name))
    with pytest.raises(Http404):
        f.recorded(check, by=actor_of_cast("neighbour"))
    assert f.recorded(check, by=actor_of_cast("inspector")).state == "done"


def test_a_result_is_kept_once_with_its_proof() -> None:
    f.exited(1)
    (check,) = f.checks(f.drawn())
    with pytest.raises(Refused, match="JPG"):
        f.recorded(check, file=BytesIO(b"MZ not a photo"))
    with pytest.raises(Refused, match="哪些方面"):
        f.recorded(check, finding="not_authentic")
    f.recorded(check, **f.WRONG)
    with pytest.raises(Outrun):
        f.recorded(check)
    with pytest.raises(Outrun):
        services.replace_check(check_id=check.pk, reason="外出", by=actor_of_cast("county"))
    (kept,) = f.checks(check.round)
    assert (kept.state, kept.finding, kept.failings) == ("done", "not_authentic", ["housing"])
    with (
        unit(system()),
        acting("test.change", by=system(), reason="测试"),
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):
        Check.objects.filter(pk=check.pk).update(finding="")


def test_one_that_can_t_be_reached_gives_way_to_the_next_of_its_village() -> None:
    f.exited(3, 3)
    found = f.drawn()
    first, other = f.checks(found)
    by = actor_of_cast("county")
    second = services.replace_check(check_id=first.pk, reason="全家外出，两次未遇", by=by)
    third = services.replace_check(check_id=second.pk, reason="全家外出，两次未遇", by=by)
    assert {first.division, second.division, third.division} == {VILLAGES[0]}
    assert len({first.household_id, second.household_id, third.household_id}) == 3
    with pytest.raises(Refused, match="没有其他户"):
        services.replace_check(check_id=third.pk, reason="全家外出", by=by)
    with pytest.raises(Refused, match="理由"):
        services.replace_check(check_id=other.pk, reason=" ", by=by)
    with unit(system()):
        assert services.drawn_again(found)
        assert [(one.drawn, one.done) for one in queries.progress(found)] == [(2, 0)]
        assert [(one.drawn, one.done) for one in queries.progress(found, VILLAGES[0])] == [(1, 0), (1, 0)]


def test_checks_and_findings_stand_among_the_day_s_work() -> None:
    f.exited(3)
    (check,) = f.checks(f.drawn())

    def said(name: str) -> str:
        by = actor_of_cast(name)
        with unit(by, writes=False):
            return message_of(by, timezone.localdate())

    assert "待入户核查 1 户" in said("county")
    assert "今天没有待办" in said("village")
    f.recorded(check, **f.WRONG)
    assert "核查不真实、尚未启动程序 1 户" in said("village")
    assert "今天没有待办" in said("village2")
