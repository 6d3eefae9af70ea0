"""The kernel's own pages: runs, files, the audit trail, published heads."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from zerentian.kernel import jobs, reads
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.files import store
from zerentian.kernel.models import Act, Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.services import seal
from zerentian.kernel.tests.things import make_thing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_thing_table", "home")]


def test_a_run_is_seen_by_who_started_it_and_by_auditors(client_of: Any, actor: Any) -> None:
    run = jobs.perform("test.steps", title="导入凤冈村", by=actor("county"), upto=4)
    page = client_of("county").get("/runs/").content.decode()
    assert "导入凤冈村" in page
    shown = client_of("county").get(f"/runs/{run.pk}/").content.decode()
    for words in ("完成", "逢三不收", "第 3 行", "下载结果", "even"):
        assert words in shown
    assert client_of("township").get(f"/runs/{run.pk}/").status_code == 404
    assert client_of("audit_admin").get(f"/runs/{run.pk}/").status_code == 200


def test_a_waiting_run_shows_itself_again_and_can_be_stopped(client_of: Any, actor: Any) -> None:
    by = actor("county")
    with unit(by):
        run = jobs.start("test.steps", title="等着", by=by, upto=4)
    client = client_of("county")
    page = client.get(f"/runs/{run.pk}/").content.decode()
    assert 'http-equiv="refresh"' in page
    assert f"/runs/{run.pk}/cancel/" in page
    assert client_of("neighbour").post(f"/runs/{run.pk}/cancel/").status_code == 403
    assert "“等着”已取消" in client.post(f"/runs/{run.pk}/cancel/", follow=True).content.decode()
    assert Run.objects.get(pk=run.pk).status == "cancelled"
    opened = client.get(f"/runs/{run.pk}/cancel/")
    assert opened.status_code == 405
    assert "没有办理任何事情" in opened.content.decode()


def test_a_file_is_given_within_scope_and_permission(client_of: Any, actor: Any) -> None:
    by = actor("county")
    kept = store(b"a,b", name="户=名单.csv", purpose="test", by=by, division=by.division, needs=Permission.AUDIT_VIEW)
    answer = client_of("county").get(f"/files/{kept.pk}/")
    assert b"".join(answer.streaming_content) == b"a,b"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client_of("leader").get(f"/files/{kept.pk}/").status_code == 403
    assert client_of("neighbour").get(f"/files/{kept.pk}/").status_code == 404
    assert client_of("audit_admin").get(f"/files/{kept.pk}/").status_code == 200


def test_the_audit_trail_is_searched_by_who_what_and_when(client_of: Any, actor: Any) -> None:
    by = actor("county")
    make_thing(by=by, name="甲")
    with unit(system()):
        made = Act.objects.get(name="test.thing.make")
    admin = client_of("audit_admin")
    today = timezone.localdate().isoformat()
    assert "test.thing.make" in admin.get(f"/audit/acts/?who={by.name}&since={today}").content.decode()
    assert "test.thing.make" not in admin.get("/audit/acts/?until=2001-01-01").content.decode()
    assert "test.thing.make" in admin.get("/audit/acts/?since=no-date").content.decode()
    assert admin.get(f"/audit/acts/{made.pk}/").status_code == 200
    assert client_of("county").get("/audit/acts/").status_code == 403


def test_who_read_whom_is_found_by_household(client_of: Any, actor: Any) -> None:
    by = actor("county")
    reads.begin()
    reads.note_reading(page="household", household_id=4711, division=by.division, in_full="phone", reason="核对电话")
    reads.write_readings(by)
    page = client_of("audit_admin").get("/audit/readings/?household_id=4711").content.decode()
    assert "核对电话" in page
    assert "核对电话" not in client_of("audit_admin").get("/audit/readings/?household_id=1").content.decode()
    assert client_of("county").get("/audit/readings/").status_code == 403


def test_the_audit_pages_speak_in_titles(client_of: Any, actor: Any) -> None:
    """Neither the name of an act, nor that of a page or field, is what people call it."""
    by = actor("county")
    with unit(by), acting("run.cancel", by=by, subject="run:1") as done:
        reads.begin()
        reads.note_reading(page="registry.household", household_id=4712, in_full="phone,id_number", reason="核对")
    reads.write_readings(by)
    admin = client_of("audit_admin")
    act = admin.get(f"/audit/acts/{done.pk}/").content.decode()
    assert "取消任务" in act
    assert "run.cancel" not in act
    assert f"/audit/acts/{done.pk}/" in admin.get("/audit/acts/?name=取消任务").content.decode()
    readings = admin.get("/audit/readings/?household_id=4712").content.decode()
    assert ">户档案</td>" in readings
    assert "电话、证件号码" in readings
    assert "id_number" not in readings


def test_the_heads_are_public(client_of: Any, actor: Any) -> None:
    make_thing(by=actor("county"))
    link = seal(by=system())
    assert link is not None
    head = bytes(link.head).hex()
    public = client_of(None)
    assert head in public.get("/heads/").content.decode()
    assert public.get("/heads/?format=txt").content.decode().split()[1] == head
    assert public.get("/runs/").status_code == 302


def test_an_upload_above_the_limit_is_answered_and_not_kept(client_of: Any, settings: Any) -> None:
    settings.ZERENTIAN_UPLOAD_LIMIT = 1 << 20
    large = SimpleUploadedFile("省.xlsx", bytes(3 << 20))
    answer = client_of("county").post("/language/", {"file": large, "language": "en"})
    assert answer.status_code == 413
    assert "文件太大" in answer.content.decode()
