"""Whatever is done with notices and in whatever order, nothing personal comes out on a page, a print, a file or the API."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.http import Http404
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast, client_of_cast
from zerentian.disclosure import services
from zerentian.disclosure.models import Notice
from zerentian.disclosure.rules.lines import channel_of, line_of
from zerentian.disclosure.tests import factories
from zerentian.disclosure.tests.test_fuzz import CALM, PERSONAL, SECRETS, kinds_and_rows, plain
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Denied, Refused

STEPS = st.lists(
    st.sampled_from(["compose", "revise", "pass", "return", "publish", "object", "record", "down", "age", "end"]),
    min_size=3, max_size=9,
)  # fmt: skip
WHO = st.sampled_from(["village", "township", "county"])


def carry_out(step: str, by: str, asked: tuple[str, list[dict[str, Any]]], secret: str) -> None:
    """One act with these settings; a refusal is an answer like any other."""
    actor, (kind, rows) = actor_of_cast(by), asked
    with unit(system()):
        last = Notice.objects.order_by("-id").first()
    pk, code = (last.pk, last.code) if last else (0, "")
    try:
        with transaction.atomic():
            if step in ("compose", "revise"):
                given_lines = {"lines": [line_of(row) for row in rows], "channel": channel_of({"office": secret})}
                if step == "compose":
                    services.compose_notice(kind=kind, division=VILLAGES[0], by=actor, **given_lines)
                else:
                    services.revise_notice(notice_id=pk, by=actor, **given_lines)
            elif step in ("pass", "return"):
                services.review_notice(notice_id=pk, passes=step == "pass", note="请核对", by=actor)
            elif step == "publish":
                services.publish_notice(notice_id=pk, by=actor)
            elif step == "object":
                factories.objected(Notice(code=code), text=f"这一户 {secret}", name=secret[:60])
            elif step == "record":
                services.record_objection(notice_id=pk, source="paper", text=f"这一户 {secret}", by=actor)
            elif step == "down":
                services.take_down_notice(notice_id=pk, reason="名单有误", by=actor)
            elif step == "age" and last:
                factories.aged(last, 8)
            else:
                services.end_due_notices()
    except (Refused, Denied, Http404):
        pass


def read_everything() -> str:
    """What anybody and what the village reads."""
    anybody, village = client_of_cast(None), client_of_cast("village")
    with unit(system()):
        made = list(Notice.objects.values_list("pk", "code"))
    pages = [anybody.get(f"/public/places/{VILLAGES[0]}/{query}") for query in ("", "?over=1")]
    pages += [anybody.get(f"/public/notices/{code}/") for _pk, code in made]
    pages += [village.get(path) for path in ("/notices/", "/notices/due/")]
    for pk, _code in made:
        pages += [village.get(f"/notices/{pk}/"), village.get(f"/notices/{pk}/print/")]
    text = " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()) for page in pages)
    book = CalamineWorkbook.from_filelike(BytesIO(village.get("/notices/export/").content))
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    return text + " ".join(cells)


@pytest.mark.django_db
@pytest.mark.usefixtures("_unlimited")
@given(data=st.data(), steps=STEPS)
@settings(CALM, max_examples=40, phases=[Phase.explicit, Phase.generate])
def test_no_sequence_of_acts_and_settings_lets_a_personal_value_out(data: Any, steps: list[str]) -> None:
    with transaction.atomic():
        secrets = set()
        if data.draw(st.booleans()):
            factories.published()
        for step in steps:
            secret = data.draw(SECRETS)
            secrets.add(plain(secret))
            office = data.draw(st.sampled_from(["潋江镇扶贫工作站", secret]))
            typed = secret if step in ("object", "record") else office
            carry_out(step, data.draw(WHO), data.draw(kinds_and_rows()), typed)
        said = plain(read_everything())
        told = [name for name, value in PERSONAL.items() if value in said]
        transaction.set_rollback(True)
    assert not told, f"after {steps} the house tells {told}"


@pytest.fixture
def _unlimited(settings: Any) -> None:
    """A fuzz asks more than a villager."""
    settings.ZERENTIAN_PUBLIC_PER_MINUTE = 10**6
