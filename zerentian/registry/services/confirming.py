"""That a part of a file is right: who made sure, when and how; and the photos and papers that show it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce
from zerentian.kernel.files import store
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.registry.models import Confirmation, Household, HouseholdPaper, Person

CORRECTED = "更正"
WHOLE = ""
KINDS = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".xlsx", ".ofd")


@act("registry.household.confirm", _("核实户档案"), needs=Permission.HOUSEHOLD_CHANGE)
def confirm_household(*, household_id: int, how: str, by: Actor) -> Household:
    """Say that the household was visited or called and its file is right; the file is fresh from today."""
    row = _home(household_id, by)
    note_confirmed(row, part=WHOLE, how=how, by=by)
    announce("records.changed", division=row.division, by=by)
    return row


@act("registry.household.confirm_part", _("核实户档案的一项"), needs=Permission.HOUSEHOLD_CHANGE)
def confirm_part(*, household_id: int, part: str, how: str, by: Actor, among: Sequence[str] = ()) -> Household:
    """Say that one part of the household's file is right, without typing it again.

    `among` are all parts of a file: when each was gone through, the file is as fresh as the oldest of them.
    """
    row = _home(household_id, by)
    note_confirmed(row, part=part, how=how, by=by)
    known = last_confirmed(row)
    days = [last[0] if (last := of_part(known, name)) else None for name in among]
    if days and None not in days:
        oldest = min(day for day in days if day is not None)
        if row.confirmed_on is None or oldest > row.confirmed_on:
            row.confirmed_on, row.confirmed_by, row.confirmed_how = oldest, by.name[:60], how[:60]
            row.save()
            announce("records.changed", division=row.division, by=by)
    return row


@act("registry.person.confirm", _("核实成员信息"), needs=Permission.HOUSEHOLD_CHANGE)
def confirm_person(*, person_id: int, part: str, how: str, by: Actor) -> Person:
    """Say that one part of a member's record is right."""
    row: Person | None = Person.objects.within(by.scope).select_for_update().filter(pk=person_id).first()
    if row is None:
        raise Refused("没有这个人，或不在您的管辖范围内")
    note_confirmed(row, part=part, how=how, by=by)
    announce("records.changed", division=row.division, by=by)
    return row


def note_confirmed(row: Household | Person, *, part: str, how: str, by: Actor) -> None:
    """Write down who made sure of the part today; a file that was gone through as a whole, and a member, is fresh."""
    today = timezone.localdate()
    person = row if isinstance(row, Person) else None
    Confirmation.objects.create(
        household_id=person.household_id if person else row.pk, person_id=person.pk if person else None,
        division=row.division, part=part, on=today, how=how[:60], made_by=f"{by.name} {by.post_title}".strip()[:120],
    )  # fmt: skip
    if isinstance(row, Person):
        row.confirmed_on = today
        row.save()
    elif part == WHOLE:
        row.confirmed_on, row.confirmed_by, row.confirmed_how = today, by.name[:60], how[:60]
        row.save()


def last_confirmed(home: Household, *, asked: bool = True) -> dict[tuple[int | None, str], tuple[date, str, str]]:
    """(member or None, part) → day, who, how of the last time; part "" stands for the whole file.

    Not `asked` where it is known that no part was confirmed by itself.
    """
    found: dict[tuple[int | None, str], tuple[date, str, str]] = {}
    if home.confirmed_on:
        found[None, WHOLE] = (home.confirmed_on, home.confirmed_by, home.confirmed_how)
    for one in Confirmation.objects.filter(household_id=home.pk).order_by("on", "pk") if asked else ():
        found[one.person_id, one.part] = (one.on, one.made_by, one.how)
    return found


def of_part(
    found: dict[tuple[int | None, str], tuple[date, str, str]], part: str, person_id: int | None = None
) -> tuple[date, str, str] | None:
    """The last time of one part: its own, or that of the whole file where that is later."""
    own, whole = found.get((person_id, part)), found.get((None, WHOLE))
    known = [one for one in (whole, own) if one is not None]
    return max(known, key=lambda one: one[0]) if known else None


@act("registry.household.attach", _("上传户材料"), needs=Permission.HOUSEHOLD_CHANGE)
def attach_paper(
    *, household_id: int, kind: str, source: Path | bytes | BinaryIO, name: str, by: Actor, note: str = ""
) -> HouseholdPaper:
    """Add a photo or paper to the household's file; its content is kept under its hash, and nothing replaces it."""
    home = _home(household_id, by)
    if kind not in HouseholdPaper.Kind.values:
        raise Refused(Reason("没有这种材料", "种类"))
    if not name.lower().endswith(KINDS):
        raise Refused(Reason("请上传 PDF、OFD、JPG、PNG、Word 或 Excel 文件", "文件"))
    file = store(source, name=name, purpose="户材料", by=by, division=home.division, needs=Permission.HOUSEHOLD_VIEW)
    made: HouseholdPaper = HouseholdPaper.objects.create(
        household=home, division=home.division, kind=kind, file_id=file.pk, name=file.name, sha256=file.sha256,
        note=note.strip()[:200], made_by=f"{by.name} {by.post_title}".strip()[:120],
    )  # fmt: skip
    return made


def _home(household_id: int, by: Actor) -> Household:
    row: Household | None = Household.objects.within(by.scope).select_for_update().filter(pk=household_id).first()
    if row is None:
        raise Refused("没有这一户，或它不在您的管辖范围内")
    return row
