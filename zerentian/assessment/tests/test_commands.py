"""`zerentian recompute` knows the division that it is given, also by a code of earlier days."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "told"), [("360799", "没有代码为 360799 的区划"), ("abc", "应为 2、4、6、9 或 12 位")]
)
def test_a_division_that_is_none_is_not_computed(code: str, told: str) -> None:
    with pytest.raises(CommandError, match=told):
        call_command("recompute", division=code)


def test_an_old_code_leads_to_the_county_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    class Done:
        status, error, refusals, pk = "done", "", (), 0

    def perform(*_args: Any, **given: Any) -> type[Done]:
        asked.update(given)
        return Done

    monkeypatch.setattr("zerentian.assessment.management.commands.recompute.perform", perform)
    said = StringIO()
    call_command("recompute", division="360782", stdout=said)
    assert asked["division"] == 360703000000
    assert "360782 现为 360703000000 " in said.getvalue()
