"""A clue that no row raised, and the data were wrong: the department hears of it, can act and answers, and that comes back."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import python_calamine

from zerentian.accounts.models import RoleGrant
from zerentian.accounts.tests.cast import actor_of_cast, user_of
from zerentian.exchange import services
from zerentian.exchange.models import Clue, Reply
from zerentian.exchange.tests.factories import NUMBER, delivered, matched
from zerentian.exchange.tests.test_gaps import LIST, OTHER, recipient
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import Act, Reading
from zerentian.kernel.refusal import Outrun
from zerentian.organisations.models import Body
from zerentian.registry.tests.factories import make_household, make_person

pytestmark = pytest.mark.django_db
PROVINCE, RULE = 360000000000, "low_income.allowance_not_paid"
MASKED = "王**"


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return str(answer.content.decode())


@pytest.fixture
def clue() -> Clue:
    """Somebody whom the register has as a recipient, and the list of the department has not."""
    with unit(system()):
        home = make_household()
        make_person(home, id_number=NUMBER, name="王小明", has_allowance=True, joined_on=date(2016, 1, 1))
    delivered(LIST + recipient(OTHER), source="low_income", period="2026-08")
    matched()
    with unit(system()):
        found = Clue.objects.get(rule=RULE)
        assert list(found.evidence.values_list("row", flat=True)) == [None]
    return found


def works_for(line: str) -> None:
    """The department officer of the cast has his post at the province's body of that line."""
    user = user_of("department")
    with unit(system()), acting("test.body", by=system(), reason="测试"):
        facts = {"division": PROVINCE, "level": 1, "kind": "department", "department": line, "name": line}
        body, _made = Body.objects.get_or_create(code=f"36-{line}", defaults=facts)
        RoleGrant.objects.filter(user=user).update(body_id=body.pk)


def settled(clue: Clue, conclusion: str = "wrong_data", note: str = "低保证在手，民政名单漏了此人") -> None:
    said = "看了低保证和存折，按月到账"
    services.answer_clue(clue_id=clue.pk, conclusion=conclusion, statement=said, by=actor_of_cast("village"))
    services.settle_clue(clue_id=clue.pk, by=actor_of_cast("township"), note=note)


def replies() -> list[Reply]:
    with unit(system(), writes=False):
        return list(Reply.objects.order_by("id"))


def test_the_department_is_told_masked_and_looks_up_who_it_is_with_a_reason(clue: Clue, client_of: Any) -> None:
    settled(clue)
    (reply,) = replies()
    assert (reply.row, reply.state, reply.source, reply.conclusion) == (None, "open", "low_income", "wrong_data")
    assert reply.whom.startswith(f"{MASKED} · 360")
    works_for("civil_affairs")
    department = client_of("department")
    listed = department.get("/exchange/replies/")
    workbook = department.get("/exchange/replies/?as=xlsx")
    (row,) = (
        python_calamine.CalamineWorkbook.from_filelike(BytesIO(workbook.content)).get_sheet_by_index(0).to_python()[1:]
    )
    assert row[1:3] == ["", reply.whom]
    here = f"/exchange/replies/{reply.pk}/"
    pages = [text(department.get("/exchange/board/")), text(listed), text(department.get(here)), str(row)]
    for page in pages:
        assert MASKED in page
        assert NUMBER not in page
        assert "王小明" not in page
    assert "民政名单漏了此人" in pages[1]
    assert "待更正数据 1 条" in text(department.get("/"))
    asked = text(department.get(f"{here}whom/"))
    assert NUMBER not in asked
    assert NUMBER not in text(department.post(f"{here}whom/", {"reason": ""}), 422)
    shown = text(department.post(f"{here}whom/", {"reason": "查找并补录"}))
    for word in ("王小明", NUMBER, "去答复"):
        assert word in shown
    with unit(system(), writes=False):
        reading = Reading.objects.get(page="exchange.reply")
        assert (reading.person_id, reading.in_full, reading.reason) == (clue.person_id, "name,id_number", "查找并补录")
        assert reading.who.startswith("测department")
        assert Act.objects.filter(name="exchange.reply.identify", reason="查找并补录").count() == 1


def test_its_answer_reaches_whoever_had_looked_and_ends_what_it_may_see(clue: Clue, client_of: Any) -> None:
    settled(clue)
    (reply,) = replies()
    works_for("civil_affairs")
    department, here = client_of("department"), f"/exchange/replies/{reply.pk}/"
    assert department.post(here, {"corrected": "yes", "answer": "已补录，下月名单里有"}).status_code == 302
    assert "已补录，下月名单里有" in text(client_of("village").get(f"/clues/{clue.pk}/"))
    assert "部门已答复的线索 1 条" in text(client_of("village").get("/"))
    (reply,) = replies()
    assert (reply.state, reply.whom) == ("corrected", "")
    assert MASKED not in text(department.get("/exchange/replies/?state=all"))
    assert department.post(f"{here}whom/", {"reason": "再看一下"}).status_code == 409
    by = actor_of_cast("department")
    with pytest.raises(Outrun):
        services.identify_reply(reply_id=reply.pk, reason="再看一下", by=by)
    # Still missing: the village says so again, and the department is asked again.
    services.reopen_clue(clue_id=clue.pk, reason="名单里还是没有", by=actor_of_cast("township"))
    settled(clue, note="九月名单里还是没有")
    (again,) = replies()
    assert (again.pk, again.state, again.note, again.answer) == (reply.pk, "open", "九月名单里还是没有", "")
    assert again.whom.startswith(MASKED)


def test_nobody_else_may_see_who_it_is(clue: Clue, client_of: Any) -> None:
    settled(clue)
    (reply,) = replies()
    here = f"/exchange/replies/{reply.pk}/"
    works_for("public_security")
    department = client_of("department")
    assert "没有这样的反馈" in text(department.get("/exchange/replies/"))
    for address in (here, f"{here}whom/"):
        assert department.get(address).status_code == 404
        assert department.post(address, {"reason": "想看看", "corrected": "yes", "answer": "没有"}).status_code == 404
    for who in ("village", "township", "county", "inspector"):
        assert client_of(who).post(f"{here}whom/", {"reason": "想看看"}).status_code in (403, 404)
    with unit(system(), writes=False):
        assert not Reading.objects.filter(page="exchange.reply").exists()


@pytest.mark.parametrize("conclusion", ["confirmed", "explained", "changed"])
def test_where_the_data_are_right_the_department_learns_of_nobody(clue: Clue, conclusion: str) -> None:
    settled(clue, conclusion)
    assert replies() == []


def test_a_changed_conclusion_takes_the_request_back(clue: Clue) -> None:
    settled(clue)
    services.reopen_clue(clue_id=clue.pk, reason="看错了人", by=actor_of_cast("township"))
    settled(clue, "confirmed")
    (reply,) = replies()
    assert (reply.state, reply.conclusion, reply.whom) == ("noted", "confirmed", "")


def test_of_a_household_its_head_is_named(clue: Clue) -> None:
    with unit(system()), acting("test.whole", by=system(), reason="测试"):
        Clue.objects.filter(pk=clue.pk).update(person_id=None)
    settled(clue)
    (reply,) = replies()
    assert "户 · " in reply.whom
    works_for("civil_affairs")
    told = services.identify_reply(reply_id=reply.pk, reason="查找并补录", by=actor_of_cast("department"))
    assert told.is_household
    assert told.name
