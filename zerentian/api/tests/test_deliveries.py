"""A department's program delivers through the API: in pieces, broken off, again, and sees its own and nothing else."""

import hashlib
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from zerentian.accounts.models import RoleGrant
from zerentian.accounts.tests.cast import actor_of_cast, user_of
from zerentian.api.tests.factories import Program, program
from zerentian.exchange import queries, services
from zerentian.exchange.models import Delivery, Reply, Upload
from zerentian.exchange.tests.factories import HEAD, NUMBER, raised, row
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.organisations.models import Body

pytestmark = pytest.mark.django_db
PROVINCE = 360000000000


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    settings.ZERENTIAN_HOME = tmp_path


def department(name: str) -> Program:
    """A program of the officer of a provincial department."""
    user = user_of("department")
    with unit(system()), acting("test.department", by=system(), reason="测试"):
        body, _made = Body.objects.get_or_create(
            code=f"36-{name}",
            defaults={"division": PROVINCE, "level": 1, "kind": "department", "name": name, "department": name},
        )
        RoleGrant.objects.filter(user=user).update(body_id=body.pk)
    return program("department")


@pytest.fixture
def police() -> Program:
    return department("public_security")


def announced(content: bytes, **more: object) -> dict[str, object]:
    return {
        "source": "vehicles", "period": "2026-Q3", "name": "v.csv", "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(), **more,
    }  # fmt: skip


def count() -> int:
    with unit(system(), writes=False):
        return Delivery.objects.count()


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_a_file_is_sent_in_pieces_broken_off_and_delivered_once(police: Program) -> None:
    content = (HEAD + row("赣B12345", NUMBER) + row("赣B2", NUMBER, price="八万") + row("赣B3", NUMBER) * 1).encode()
    content += "".join(row(f"赣C{n}", NUMBER) for n in range(40)).encode()
    begun = ok(police.send("post", "uploads", announced(content)))
    assert (begun["offset"], begun["state"]) == (0, "open")
    assert ok(police.send("post", "uploads", announced(content)))["id"] == begun["id"]
    here = f"uploads/{begun['id']}"
    assert ok(police.send("patch", here, content[:700], **{"Upload-Offset": "0"}))["offset"] == 700
    for wrong in ("0", "699", "701"):  # a piece again, or one that leaves a gap, is not taken
        assert ok(police.send("patch", here, content[:700], **{"Upload-Offset": wrong}), 409)["status"] == 409
    assert "还没有传完" in ok(police.send("post", f"{here}/finish"), 422)["detail"]
    assert ok(police.get(here))["offset"] == 700
    assert ok(police.send("patch", here, content[700:], **{"Upload-Offset": "700"}))["offset"] == len(content)
    done = ok(police.send("post", f"{here}/finish"))
    assert ok(police.send("post", f"{here}/finish"))["receipt"] == done["receipt"]
    assert (done["state"], done["way"], done["sha256"]) == ("checking", "api", hashlib.sha256(content).hexdigest())
    services.take_in_here(delivery_id=done["id"], by=actor_of_cast("department"))
    told = ok(police.get(f"deliveries/{done['id']}"))
    assert (told["state"], told["rows"], told["good"], told["refused"]) == ("stored", 43, 42, 1)
    assert told["refused_by_column"] == {"购置价（元）": 1}
    errors = police.get(f"deliveries/{done['id']}/errors")
    assert "3,购置价（元）,应为数字" in errors.content.decode("utf-8-sig")
    again = ok(police.send("post", "uploads", announced(content)))
    assert (again["state"], again["delivery"], again["offset"]) == ("finished", done["id"], len(content))
    assert [d["id"] for d in ok(police.get("deliveries"))["items"]] == [done["id"]]
    assert count() == 1


def test_the_same_table_for_another_period_is_another_delivery(police: Program) -> None:
    content = (HEAD + row("赣B12345", NUMBER)).encode()
    made = []
    for period in ("2026-Q2", "2026-Q3"):
        begun = ok(police.send("post", "uploads", announced(content, period=period)))
        assert begun["state"] == "open"
        ok(police.send("patch", f"uploads/{begun['id']}", content, **{"Upload-Offset": "0"}))
        made.append(ok(police.send("post", f"uploads/{begun['id']}/finish"))["id"])
        services.take_in_here(delivery_id=made[-1], by=actor_of_cast("department"))
    first, again = (ok(police.get(f"deliveries/{one}")) for one in made)
    assert (first["unchanged_since"], again["unchanged_since"]) == (None, first["id"])
    assert (again["state"], again["period"], again["good"]) == ("stored", "2026-Q3", 1)
    assert ok(police.send("post", "uploads", announced(content)))["delivery"] == again["id"]
    assert count() == 2


def test_what_is_not_what_was_announced_is_not_delivered(police: Program) -> None:
    begun = ok(police.send("post", "uploads", announced(b"abc", sha256="0" * 64)))
    here = f"uploads/{begun['id']}"
    assert police.send("patch", here, b"abcd", **{"Upload-Offset": "0"}).status_code == 422
    assert ok(police.get(here))["offset"] == 0
    ok(police.send("patch", here, b"abc", **{"Upload-Offset": "0"}))
    assert "SHA-256" in ok(police.send("post", f"{here}/finish"), 422)["detail"]
    assert ok(police.get(here))["offset"] == 0
    assert ok(police.send("delete", here))["state"] == "cancelled"
    assert police.send("delete", here).status_code == police.send("post", f"{here}/finish").status_code == 409
    assert count() == 0


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"period": "2026-09"}, "所属期"), ({"source": "nothing"}, "来源"), ({"kind": "increment"}, "增量"),
        ({"kind": "correction", "replaces": 1}, "更正"), ({"size": 5 << 30}, "MB"), ({"sha256": "xyz"}, "sha256"),
        ({"area": "360732"}, "省级"), ({"name": "a\x00"}, "文件名"), ({"strange": 1}, "strange"), ({"size": 0}, "size"),
    ],
)  # fmt: skip
def test_a_wrong_announcement_is_answered_with_a_sentence(police: Program, wrong: dict[str, object], word: str) -> None:
    assert word in ok(police.send("post", "uploads", announced(b"abc", **wrong)), 422)["detail"]
    english = ok(police.send("post", "uploads", announced(b"abc", **wrong), "en"), 422)
    assert re.findall(r"[\u4e00-\u9fff]+", str(english).replace("机动车登记", "")) == []


def test_a_piece_has_a_length_and_a_limit(police: Program, settings: Any) -> None:
    settings.ZERENTIAN_PIECE_LIMIT = 10
    here = f"uploads/{ok(police.send('post', 'uploads', announced(b'x' * 50)))['id']}"
    assert police.send("patch", here, b"x" * 11, **{"Upload-Offset": "0"}).status_code == 413
    assert ok(police.send("patch", here, b"x" * 10, **{"Upload-Offset": "0"}))["offset"] == 10
    assert police.send("patch", here, b"x", **{"Upload-Offset": "ten"}).status_code == 422
    assert police.send("put", here, b"x").status_code == 405


def test_an_unfinished_upload_ends_by_itself_and_leaves_nothing(police: Program) -> None:
    begun = ok(police.send("post", "uploads", announced(b"abc")))
    ok(police.send("patch", f"uploads/{begun['id']}", b"ab", **{"Upload-Offset": "0"}))
    with unit(system()):
        assert services.expire_uploads(by=system()) == 0
    assert [p.read_bytes() for p in place("exchange", "uploads").iterdir()] == [b"ab"]
    with unit(system()), acting("test.age", by=system()):
        Upload.objects.update(ends_at=timezone.now() - timedelta(hours=1))
    with unit(system()):
        assert services.expire_uploads(by=system()) == 1
    assert list(place("exchange", "uploads").iterdir()) == []
    assert ok(police.get(f"uploads/{begun['id']}"))["state"] == "expired"
    assert ok(police.send("post", "uploads", announced(b"abc")))["id"] != begun["id"]


def test_another_department_sees_and_delivers_nothing_of_it(police: Program) -> None:
    clue = raised()
    with unit(system()):
        services.answer_clue(
            clue_id=clue.pk, conclusion="wrong_data", statement="不是本人的车", by=actor_of_cast("village")
        )
        services.settle_clue(clue_id=clue.pk, by=actor_of_cast("township"))
        reply = Reply.objects.get()
    begun = ok(police.send("post", "uploads", announced(b"abc")))
    own = {id for id, one in queries.sources().items() if one.file.department == "public_security"}
    assert {one["id"] for one in ok(police.get("sources"))} == own >= {"vehicles"}
    assert [one["id"] for one in ok(police.get("replies"))["items"]] == [reply.pk]
    others = department("education")
    assert "vehicles" not in [one["id"] for one in ok(others.get("sources"))]
    for name in ("deliveries", "replies", "uploads"):
        assert ok(others.get(name))["items"] == []
    assert "vehicles" not in str(ok(others.get("calendar")))
    theirs = ("sources/vehicles/contract", f"deliveries/{reply.delivery_id}", f"deliveries/{reply.delivery_id}/errors")
    for address in (*theirs, f"uploads/{begun['id']}"):
        assert others.get(address).status_code == 404
    assert others.send("post", "uploads", announced(b"abcd")).status_code == 403
    assert others.send("patch", f"uploads/{begun['id']}", b"abc", **{"Upload-Offset": "0"}).status_code == 404
    assert others.send("post", f"uploads/{begun['id']}/finish").status_code == 404
    assert others.send("post", f"replies/{reply.pk}/answer", {"corrected": True, "answer": "已更正"}).status_code == 404
    assert others.send("post", f"deliveries/{reply.delivery_id}/withdraw", {"reason": "写错了"}).status_code == 404
    police = department("public_security")
    said = ok(police.send("post", f"replies/{reply.pk}/answer", {"corrected": True, "answer": "已在车管库更正"}))
    assert (said["state"], said["answer"]) == ("corrected", "已在车管库更正")
    back = ok(police.send("post", f"deliveries/{reply.delivery_id}/withdraw", {"reason": "导出条件写错"}))
    assert back["state"] == "withdrawn"


def test_the_calendar_says_what_came_late_and_what_is_missing(police: Program) -> None:
    raised()
    owed = ok(police.get("calendar"))
    assert {queries.source(line["source"]).file.department for line in owed} == {"public_security"}
    lines = [line for line in owed if line["source"] == "vehicles"]
    by_period = {line["period"]: line for line in lines}
    assert by_period["2025-Q1"]["state"] == "late"
    due = date.fromisoformat(by_period["2026-Q3"]["due_on"])
    assert by_period["2026-Q3"]["state"] == ("came_late" if timezone.localdate() > due else "came")
    contract = ok(police.get("sources/vehicles/contract"))
    assert contract["primaryKey"] == ["plate"]


def test_a_header_alone_says_that_nothing_happened_in_its_period() -> None:
    insurance = department("medical_insurance")
    head = b"settlement,patient_id,patient_name,settled_on,kind,total,basic,serious,supplement,aid,own,area\n"
    made = []
    for period in ("2026-08", "2026-09", "2026-09"):
        wanted = announced(head, source="medical_settlement", period=period, kind="increment")
        begun = ok(insurance.send("post", "uploads", wanted))
        if begun["state"] == "open":
            ok(insurance.send("patch", f"uploads/{begun['id']}", head, **{"Upload-Offset": "0"}))
        done = ok(insurance.send("post", f"uploads/{begun['id']}/finish"))
        services.take_in_here(delivery_id=done["id"], by=actor_of_cast("department"))
        made.append(ok(insurance.get(f"deliveries/{done['id']}")))
    assert [(one["period"], one["state"], one["rows"], one["nothing"]) for one in made] == [
        ("2026-08", "stored", 0, True), ("2026-09", "stored", 0, True), ("2026-09", "stored", 0, True)
    ]  # fmt: skip
    assert made[1]["receipt"] == made[2]["receipt"] != made[0]["receipt"]


def test_whom_a_reply_without_a_row_is_about_is_told_after_a_reason() -> None:
    clue = raised()
    with unit(system()), acting("test.row", by=system(), reason="测试"):
        clue.evidence.update(row=None)
    said = {"conclusion": "wrong_data", "statement": "名单里漏了此人"}
    services.answer_clue(clue_id=clue.pk, by=actor_of_cast("village"), **said)
    services.settle_clue(clue_id=clue.pk, by=actor_of_cast("township"), note="请补录")
    police = department("public_security")
    (told,) = ok(police.get("replies"))["items"]
    assert (told["row"], told["state"]) == (None, "open")
    assert told["whom"].startswith("王** · 360")
    here = f"replies/{told['id']}"
    assert police.send("post", f"{here}/whom", {"reason": ""}).status_code in (400, 422)
    assert ok(police.send("post", f"{here}/whom", {"reason": "查找并补录"}))["id_number"] == NUMBER
    other = department("education")
    assert other.send("post", f"{here}/whom", {"reason": "查找并补录"}).status_code == 404
    police = department("public_security")
    done = ok(police.send("post", f"{here}/answer", {"corrected": True, "answer": "已补录"}))
    assert (done["state"], done["whom"]) == ("corrected", "")
    assert police.send("post", f"{here}/whom", {"reason": "查找并补录"}).status_code == 409
