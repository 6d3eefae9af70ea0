"""The pages of checks: the county draws and fills in, those checked see what was found and go on from there."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from python_calamine import CalamineWorkbook

from zerentian.accounts.tests.cast import TOWNSHIPS, VILLAGES
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.models import Reading
from zerentian.oversight.models import Check, CheckRound
from zerentian.oversight.tests import factories as f

pytestmark = pytest.mark.django_db


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("home.png", f.PHOTO, "image/png")


def test_from_the_draw_to_the_case_that_follows(client_of: Any) -> None:
    f.exited(6, 2)
    county, village = client_of("county"), client_of("village")
    asked = {"purpose": "exits", "events_from": "2025-01-01", "events_to": "2025-12-31", "seed": "7261", "note": ""}
    made = county.post("/checks/new/", asked, follow=True).content.decode()
    assert "7261" in made
    with unit(system()):
        found, check = CheckRound.objects.get(), Check.objects.order_by("id").first()
    assert check is not None
    assert "重新抽取结果相同" in county.get(f"/checks/{found.pk}/?again=1").content.decode()
    page = f"/checks/households/{check.pk}/"
    form = county.get(page).content.decode()
    assert 'name="file"' in form
    assert "张三" in form
    wrong = {"visited_on": str(timezone.localdate()), "finding": "not_authentic", "note": "墙已裂", "medium": "photo"}
    refused = county.post(page, {**wrong, "file": photo()})
    assert refused.status_code == 422
    assert "墙已裂" in refused.content.decode()
    told = {
        **wrong,
        "note": "正房一面墙已裂，仍在居住",
        "failings": ["housing"],
        "help_continues": "no",
        "file": photo(),
    }
    assert county.post(page, told).status_code == 302
    shown = county.get(page).content.decode()
    assert "住房不安全" in shown
    assert "由村提出返贫认定" in shown
    assert "/cases/new/" not in shown
    rows = (
        CalamineWorkbook.from_filelike(_file(county.get(f"/checks/{found.pk}/export/")))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert ["不真实" in row for row in rows].count(True) == 1
    findings = village.get("/checks/findings/").content.decode()
    assert f"/cases/new/household.return/{check.household_id}/" in findings
    assert "住房不安全" in findings
    assert (
        f"/cases/new/household.return/{check.household_id}/"
        not in client_of("village2").get("/checks/findings/").content.decode()
    )
    started = village.post(f"/cases/new/household.return/{check.household_id}/", {})
    assert started.status_code == 302
    assert "返贫认定：办理中" in village.get("/checks/findings/").content.decode()
    with unit(system()):
        assert Reading.objects.filter(page="oversight.check", household_id=check.household_id).exists()


def _file(answer: Any) -> Any:
    return BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def test_the_round_is_narrowed_by_state_and_village(client_of: Any) -> None:
    f.exited(6, 2)
    found = f.drawn()
    first, *_others = f.checks(found)
    f.recorded(first)
    county = client_of("county")
    assert "真实" in county.get(f"/checks/{found.pk}/?state=done").content.decode()
    assert "没有这样的户" in county.get(f"/checks/{found.pk}/?state=not_authentic").content.decode()
    assert f"/checks/households/{first.pk}/" not in county.get(f"/checks/{found.pk}/?state=waiting").content.decode()
    for area in ("x", "0", str(10**12), "360731000000", "360732000000"):
        assert (
            f"/checks/households/{first.pk}/" in county.get(f"/checks/{found.pk}/?area={area}&state=y").content.decode()
        )
    of_township = county.get(f"/checks/{found.pk}/?area={TOWNSHIPS[0]}").content.decode()
    assert "各村进度" in of_township
    assert f"?area={VILLAGES[1]}" in of_township
    other = county.get(f"/checks/{found.pk}/?area={VILLAGES[1]}").content.decode()
    assert f"/checks/households/{first.pk}/" not in other
    for name, status in (("township", 403), ("village", 403), ("neighbour", 404), ("auditor", 200)):
        assert client_of(name).get(f"/checks/{found.pk}/").status_code == status
    replaced = county.post(f"/checks/households/{f.checks(found)[1].pk}/replace/", {"reason": "全家外出"}, follow=True)
    assert "已按抽取次序换为下一户" in replaced.content.decode()
