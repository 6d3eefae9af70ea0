"""Exited households of 兴国县, and checks of them by the county."""

from datetime import date
from io import BytesIO
from typing import Any

from django.utils import timezone

from zerentian.accounts.tests.cast import COUNTY, VILLAGES, actor_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.oversight import services
from zerentian.oversight.models import Check, CheckRound
from zerentian.registry.models import Household
from zerentian.registry.tests.factories import make_household

PHOTO = b"\x89PNG\r\n\x1a\n" + b"0" * 64
EXITED = date(2025, 11, 30)


def exited(*numbers: int) -> list[Household]:
    """So many exited households in each village."""
    return [
        make_household(village, status="exited", exited_on=EXITED)
        for village, number in zip(VILLAGES, numbers, strict=False)
        for _one in range(number)
    ]


def drawn(**changes: Any) -> CheckRound:
    """A round drawn by the county with a seed that is known."""
    asked: dict[str, Any] = {
        "purpose": "exits", "events_from": date(2025, 1, 1), "events_to": date(2025, 12, 31), "seed": "第三次摇号 7261",
        "by": actor_of_cast("county"),
    }  # fmt: skip
    return services.draw_checks(**{**asked, **changes})


def checks(found: CheckRound) -> list[Check]:
    """The households of a round, as they stand."""
    with unit(system()):
        return list(Check.objects.filter(round=found).select_related("round").order_by("id"))


def recorded(check: Check, **changes: Any) -> Check:
    """The check with a result: authentic unless told otherwise."""
    asked: dict[str, Any] = {
        "finding": "authentic", "visited_on": timezone.localdate(), "medium": "photo", "file": BytesIO(PHOTO),
        "by": actor_of_cast("county"),
    }  # fmt: skip
    return services.record_check(check_id=check.pk, **{**asked, **changes})


WRONG = {"finding": "not_authentic", "failings": ["housing"], "note": "正房一面墙已裂，仍在居住"}


def reviewed(home: Household) -> Check:
    """A check of just this household, found authentic."""
    today = timezone.localdate()
    shared = {"purpose": "exits", "drawn_on": today, "due_on": today}
    with unit(system()), acting("test.check", by=system(), reason="测试"):
        found = CheckRound.objects.create(
            division=COUNTY, events_from=today, events_to=today, seed="1", share=100, minimum=1, frame_file=0,
            frame_sha256="", frame_size=1, villages=1, size=1, **shared,
        )  # fmt: skip
        made: Check = Check.objects.create(
            round=found, division=home.division, household_id=home.pk, number=home.number, state="done", file_id=0,
            finding="authentic", medium="photo", visited_on=today, recorded_on=today, **shared,
        )  # fmt: skip
    return made
