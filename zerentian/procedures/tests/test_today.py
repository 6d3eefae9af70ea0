"""What somebody has to do today: his own work of all apps, without a name in it."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.kernel.db import unit
from zerentian.procedures import services
from zerentian.procedures.tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world() -> Iterator[f.World]:
    with f.plugged() as made:
        yield made


def lines(name: str) -> list[str]:
    by = actor_of_cast(name)
    with unit(by, writes=False):
        return [text for text, _url in services.today_of(by, timezone.localdate())]


def test_each_hand_is_told_of_its_own_work() -> None:
    assert lines("village") == lines("township") == []
    case, other = f.opened(), f.opened()
    today = timezone.localdate()
    assert lines("village") == ["待我办理 2 件", f"最早到期：{case.due_on}，案件 {case.pk}"]
    while case.step != "township":
        case = f.decided(case)
    assert lines("township") == ["待我办理 1 件", f"最早到期：{case.due_on}，案件 {case.pk}"]
    services.send_back(case_id=case.pk, to="check", reason="请补充核实表", by=actor_of_cast("township"))
    assert f"最早到期：{min(other.due_on, f.fresh(case).due_on)}" in lines("village")[-1]
    assert "被退回 1 件" in lines("village")
    assert lines("village2") == []
    assert str(today) in services_message("village")
    assert case.name not in services_message("village")


def services_message(name: str) -> str:
    by = actor_of_cast(name)
    with unit(by, writes=False):
        return services.message_of(by, timezone.localdate())


def test_the_page_and_the_command_say_the_same(client_of: Any) -> None:
    f.opened()
    village = client_of("village")
    page = village.get("/cases/today/").content.decode()
    assert "待我办理 1 件" in page
    assert "钟文华" not in page
    text = village.get("/cases/today/?form=text")
    assert text["Content-Type"].startswith("text/plain")
    said, everybody = StringIO(), StringIO()
    call_command("digest", user="village", stdout=said)
    assert said.getvalue() == "village\n" + text.content.decode()
    actor_of_cast("township")
    call_command("digest", stdout=everybody)
    assert everybody.getvalue() == said.getvalue()
    call_command("digest", user="township", stdout=everybody)
    assert "今天没有待办" in everybody.getvalue()
    with pytest.raises(CommandError, match="nobody"):
        call_command("digest", user="nobody")
