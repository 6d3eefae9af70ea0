"""The quality pages and explained exceptions: who sees what, what counts, and what comes back."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import Reading, Run
from zerentian.kernel.refusal import Denied, Refused
from zerentian.kernel.scope import Scope
from zerentian.registry.models import Household, Person, QualityChange, QualityFinding, QualityScore
from zerentian.registry.rules.quality import RULES
from zerentian.registry.services import correct_household, quality, version_of
from zerentian.registry.services.quality import findings
from zerentian.registry.services.quality.checking import records_changed
from zerentian.registry.tests.factories import VILLAGE, make_household

pytestmark = pytest.mark.django_db
COUNTY = 360732000000
NEXT_VILLAGE = 360732100201
BAD = {"helper_name": "", "house_grade": "d", "status": "exited", "exited_on": date(2019, 12, 1), "head_name": "钟秀英"}


@pytest.fixture
def home(db: None) -> Household:
    made = make_household(**BAD)
    quality.refresh()
    return made


def _text(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def _finding(rule: str = "helper_missing") -> QualityFinding:
    with unit(system(), writes=False):
        return QualityFinding.objects.get(rule=rule, division=VILLAGE)


def _open(rule: str = "helper_missing") -> int:
    with unit(system(), writes=False):
        return next(
            (
                n
                for one, n, _explained in findings.by_rule(Scope.everywhere(), VILLAGE, findings.Wanted(rule=rule))
                if one.id == rule
            ),
            0,
        )


def _explain(rule: str = "helper_missing", who: str = "village", days: int = 90) -> Any:
    until = timezone.localdate() + timedelta(days=days)
    return quality.explain(
        finding_id=_finding(rule).pk, reason="帮扶人正在调整，已报乡镇", until=until, by=actor_of_cast(who)
    )


def test_an_area_leads_down_to_the_village_and_to_the_field(client_of: Any, home: Household) -> None:
    county = client_of("county")
    assert county.get("/quality/").headers["Location"] == f"/quality/{COUNTY}/"
    page = _text(county, f"/quality/{COUNTY}/")
    assert RULES["helper_missing"].sentence in page
    assert "钟秀英" not in page
    assert "/quality/360732100000/" in page
    listed = _text(county, f"/quality/{COUNTY}/?rule=helper_missing")
    assert "钟秀英" in listed
    village = _text(client_of("village"), f"/quality/{VILLAGE}/")
    assert f"/households/{home.pk}/change/help/#id_helper_name" in village
    assert f"/households/{home.pk}/change/dwelling/#id_house_grade" in village
    assert f"/quality/findings/{_finding().pk}/explain/" in village
    with unit(system(), writes=False):
        assert Reading.objects.filter(page="registry.quality").count() == 2


@pytest.mark.parametrize(("query", "there", "not_there"), [
    ("rule=helper_missing", "helper_missing", "exited_unsafe_house"),
    ("kind=consistency", "exited_unsafe_house", "helper_missing"),
    ("severity=fault", "exited_unsafe_house", "helper_missing"),
    ("kind=nonsense&after=x~y~z", "helper_missing", ""),
])  # fmt: skip
def test_findings_are_filtered(client_of: Any, home: Household, query: str, there: str, not_there: str) -> None:
    found = _text(client_of("village"), f"/quality/{VILLAGE}/?{query}").split('id="results"')[1]
    assert RULES[there].sentence in found
    assert not not_there or RULES[not_there].sentence not in found


@pytest.mark.parametrize(
    ("who", "status"), [("village2", 404), ("neighbour", 404), ("system_admin", 403), ("inspector", 200)]
)
def test_only_who_sees_the_households_sees_their_findings(
    client_of: Any, home: Household, who: str, status: int
) -> None:
    client = client_of(who)
    assert client.get(f"/quality/{VILLAGE}/").status_code == status
    assert client.get(f"/quality/{VILLAGE}/exceptions/").status_code == status
    changing = status if who != "inspector" else 403
    assert client.get(f"/quality/findings/{_finding().pk}/explain/").status_code in (changing, 403)


def test_a_long_list_comes_in_pages_both_ways(client_of: Any, db: None) -> None:
    for _ in range(55):
        make_household(helper_name="")
    quality.refresh()
    client, address = client_of("village"), f"/quality/{VILLAGE}/?rule=helper_missing"
    with unit(system(), writes=False):
        rows = findings.findings(Scope.everywhere(), VILLAGE, findings.Wanted(rule="helper_missing"))
        first, after, _none = findings.page_of(rows)
        second, none, before = findings.page_of(rows, after=after)
        again, _after, start = findings.page_of(rows, before=before)
    assert [len(first), len(second), none, start] == [50, 5, "", ""]
    assert [line.finding.pk for line in again] == [line.finding.pk for line in first]
    assert f"after={after}".replace("~", "%7E") in _text(client, address).replace("~", "%7E")


def test_the_file_of_a_household_holds_its_findings(client_of: Any, home: Household) -> None:
    page = _text(client_of("village"), f"/households/{home.pk}/")
    assert RULES["helper_missing"].sentence in page
    assert "#id_helper_name" in page


def test_an_explained_finding_no_longer_counts_until_it_is_revoked(client_of: Any, home: Household) -> None:
    client, finding = client_of("village"), _finding()
    until = timezone.localdate() + timedelta(days=60)
    address = f"/quality/findings/{finding.pk}/explain/?next=/households/{home.pk}/"
    answer = client.post(address, {"reason": "帮扶人正在调整，已报乡镇", "until": until.isoformat()})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/households/{home.pk}/")
    assert _open() == 0
    assert "帮扶人正在调整" not in _text(client, f"/quality/{VILLAGE}/")
    assert "帮扶人正在调整" in _text(client, f"/quality/{VILLAGE}/?excepted=1")
    above = _text(client_of("township"), "/quality/360732100000/exceptions/")
    assert "帮扶人正在调整" in above
    assert "测village" in above
    made = _finding().exception_id
    assert client_of("township").post(f"/quality/exceptions/{made}/revoke/", {"reason": "没有依据"}).status_code == 302
    assert _open() == 1
    assert "没有依据" in _text(client, f"/quality/{VILLAGE}/exceptions/?all=1")


@pytest.mark.parametrize(("reason", "days", "says"), [
    ("短", 30, "不少于 5 个字"), ("帮扶人正在调整，已报乡镇", 0, "有效期应在"), ("帮扶人正在调整，已报乡镇", 900, "有效期应在"),
])  # fmt: skip
def test_a_poor_explanation_is_refused_and_kept(
    client_of: Any, home: Household, reason: str, days: int, says: str
) -> None:
    until = (timezone.localdate() + timedelta(days=days)).isoformat()
    answer = client_of("village").post(
        f"/quality/findings/{_finding().pk}/explain/", {"reason": reason, "until": until}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert reason in page
    assert _open() == 1


def test_who_may_not_change_the_file_may_not_explain(home: Household) -> None:
    with pytest.raises(Denied):
        _explain(who="inspector")
    with pytest.raises(Refused, match="管辖范围"):
        _explain(who="village2")


def test_an_explanation_ends_with_its_day_and_with_a_change_of_the_record(home: Household) -> None:
    _explain(days=90)
    _explain("exited_unsafe_house", days=90)
    quality.refresh(on=timezone.localdate() + timedelta(days=1))
    assert (_open(), _open("exited_unsafe_house")) == (0, 0)
    with unit(system()):
        row = Household.objects.get(pk=home.pk)
    correct_household(
        household_id=home.pk,
        version=version_of(row),
        changes={"natural_village": "下屋"},
        reason="入户核对",
        by=actor_of_cast("village"),
    )
    quality.refresh(on=timezone.localdate() + timedelta(days=1))
    assert (_open(), _open("exited_unsafe_house")) == (1, 1)
    _explain(days=90)
    quality.refresh(on=timezone.localdate() + timedelta(days=91))
    assert _open() == 1
    _explain(days=30)
    assert _open() == 0


def test_a_changed_record_is_asked_again_by_the_worker(home: Household) -> None:
    with unit(system()):
        other = make_household(NEXT_VILLAGE, helper_name="")
        row = Household.objects.get(pk=home.pk)
    quality.refresh()
    with unit(system(), writes=False):
        before = QualityScore.objects.get(division=NEXT_VILLAGE).checked_at
    correct_household(
        household_id=home.pk,
        version=version_of(row),
        changes={"helper_name": "李四"},
        reason="新安排",
        by=actor_of_cast("village"),
    )
    with unit(system(), writes=False):
        assert QualityChange.objects.filter(division=VILLAGE).exists()
        assert Run.objects.filter(kind="registry.quality", status="waiting").count() == 1
    quality.refresh()
    assert _open() == 0
    with unit(system(), writes=False):
        assert not QualityChange.objects.exists()
        assert QualityScore.objects.get(division=NEXT_VILLAGE).checked_at == before, other


@pytest.mark.parametrize("area", [COUNTY, 360000000000])
def test_a_change_of_a_wide_area_is_asked_once(home: Household, area: int) -> None:
    with unit(system()):
        records_changed(division=area, by=system())
    assert quality.refresh() == 1
    assert quality.refresh() == 0


def test_findings_and_explanations_are_exported(client_of: Any, home: Household) -> None:
    _explain()
    client = client_of("township")
    for address, words in (
        (f"/quality/{VILLAGE}/export/?severity=fault", RULES["exited_unsafe_house"].sentence),
        (f"/quality/{VILLAGE}/export/?excepted=1", "帮扶人正在调整，已报乡镇"),
        (f"/quality/{VILLAGE}/exceptions/export/", "帮扶人正在调整，已报乡镇"),
    ):
        rows = CalamineWorkbook.from_filelike(io.BytesIO(client.get(address).content)).get_sheet_by_index(0).to_python()
        assert any(words in row for row in rows), address


def test_an_area_without_households_says_so(client_of: Any, db: None) -> None:
    assert "还没有可以检查的户档案" in _text(client_of("county"), f"/quality/{COUNTY}/")
    assert "没有例外说明" in _text(client_of("county"), f"/quality/{COUNTY}/exceptions/")


def test_persons_are_named_where_the_rule_is_about_them(client_of: Any, home: Household) -> None:
    with unit(system()), acting("test.quality", by=system(), reason="测试"):
        son = Person.objects.get(household=home)
        Person.objects.filter(pk=son.pk).update(name="钟小宝", work_months=15)
    with unit(system()):
        quality.check(VILLAGE, timezone.localdate())
    page = _text(client_of("village"), f"/quality/{VILLAGE}/?rule=months_impossible")
    assert "钟小宝" in page
    assert f"/households/persons/{son.pk}/change/work/#id_work_months" in page
