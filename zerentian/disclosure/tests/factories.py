"""Notices of 兴国县 in every state, made by the acts of the standing cast."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast
from zerentian.disclosure import services
from zerentian.disclosure.models import Notice
from zerentian.disclosure.rules.lines import Channel, Line
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit

PHOTO = b"\x89PNG\r\n\x1a\n" + b"0" * 64
LINES = (
    Line(name="钟文华", group="第一村民小组", size=4, result="proposed"),
    Line(name="刘桂英", group="第二村民小组", size=2, result="proposed"),
)
CHANNEL = Channel(office="潋江镇扶贫工作站", phone="0797-5312345", address="潋江镇政府一楼")


def draft(**changes: Any) -> Notice:
    """A notice that the village has composed."""
    asked: dict[str, Any] = {
        "kind": "exit.household", "division": VILLAGES[0], "lines": LINES, "channel": CHANNEL,
        "by": actor_of_cast("village"),
    }  # fmt: skip
    return services.compose_notice(**{**asked, **changes})


def reviewed(**changes: Any) -> Notice:
    """One that the township has passed."""
    made = draft(**changes)
    return services.review_notice(notice_id=made.pk, passes=True, by=actor_of_cast("township"))


def published(**changes: Any) -> Notice:
    """One that hangs."""
    return services.publish_notice(notice_id=reviewed(**changes).pk, by=actor_of_cast("village"))


def proved(**changes: Any) -> Notice:
    """One that hangs, with a photo."""
    made = published(**changes)
    services.prove_posting(
        notice_id=made.pk, photo=BytesIO(PHOTO), place="村委会门口公开栏", posted_at=timezone.now(),
        by=actor_of_cast("village"),
    )  # fmt: skip
    with unit(system()):
        found: Notice = Notice.objects.get(pk=made.pk)
    return found


def aged(notice: Notice, days: int) -> Notice:
    """The notice, as if everything had happened so many days earlier."""
    with unit(system()), acting("test.age", by=system(), reason="测试"):
        row = Notice.objects.get(pk=notice.pk)
        for name in ("composed_on", "due_on", "reviewed_on", "published_on", "period_to", "proof_due_on"):
            if (day := getattr(row, name)) is not None:
                setattr(row, name, day - timedelta(days=days))
        row.save()
    return row


def objected(notice: Notice, **changes: Any) -> str:
    """The receipt number of an objection that somebody made on the public page."""
    asked = {"text": "这一户有新盖的楼房", "name": "赖小明", "phone": "13912345678"}
    return services.file_objection(code=notice.code, by=services.PUBLIC, **{**asked, **changes})
