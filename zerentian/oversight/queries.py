"""Reads of checks: what may be drawn, how far a round has come, what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Level, Scope, ancestor, range_of
from zerentian.oversight.models import Check, CheckRound
from zerentian.oversight.rules import Framed
from zerentian.procedures import queries as procedures
from zerentian.procedures.models import Case
from zerentian.procedures.rules.flow import hand_for
from zerentian.registry.models import UNCOUNTED, Household
from zerentian.territory import queries as territory

FAILING_WORDS: Mapping[str, Any] = {
    "income": _("收入未达标或算账不实"), "housing": _("住房不安全"), "water": _("饮水不安全"),
    "schooling": _("有义务教育阶段失学辍学"), "medical": _("有成员未参加基本医疗保险"), "unaware": _("农户不知情或不认可"),
    "procedure": _("没有评议、公示或签字"), "not_poor": _("不符合贫困标准"), "other": _("其他"),
}  # fmt: skip
MOST_FINDINGS = 500
# By purpose: what follows from a finding, what it is called, and who begins it.
FOLLOWS: Mapping[str, tuple[str, Any, Any]] = {
    "exits": ("household.return", _("返贫认定"), _("由村提出返贫认定")),
    "identifications": ("household.removal", _("错评清退"), _("由乡镇提出错评清退")),
}  # fmt: skip


def frame(division: int, purpose: str, events_from: date, events_to: date) -> list[Framed]:
    """The households of the area that left poverty, or came on the register, in that time."""
    area = range_of(division)
    rows = Household.objects.filter(division__gte=area.lo, division__lt=area.hi).exclude(status__in=UNCOUNTED)
    column = "exited_on" if purpose == CheckRound.Purpose.EXITS else "identified_on"
    rows = rows.filter(**{f"{column}__range": (events_from, events_to)})
    return [Framed(*one) for one in rows.order_by("division", "id").values_list("id", "division", "number")]


def rounds(scope: Scope) -> QuerySet[CheckRound]:
    """The rounds of the scope, the newest first, with how far each has come."""
    counts = {
        "done": Count("checks", filter=Q(checks__state="done")),
        "waiting": Count("checks", filter=Q(checks__state="waiting")),
        "wrong": Count("checks", filter=Q(checks__finding="not_authentic")),
    }  # fmt: skip
    found: QuerySet[CheckRound] = CheckRound.objects.within(scope).annotate(**counts).order_by("-id")
    return found


def round_of(scope: Scope, pk: int) -> CheckRound | None:
    """One round within the scope, with its counts."""
    return rounds(scope).filter(pk=pk).first()


def check_of(scope: Scope, pk: int) -> Check | None:
    """One check within the scope."""
    found: Check | None = Check.objects.within(scope).select_related("round").filter(pk=pk).first()
    return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a township or village has come."""

    division: int
    place: str
    drawn: int
    done: int
    wrong: int


def progress(found: CheckRound, area: int | None = None) -> list[Progress]:
    """The townships of a round, or the villages of one of them; those replaced are not counted."""
    rows = Check.objects.filter(round=found).exclude(state="replaced")
    level = Level.TOWNSHIP
    if area is not None:
        inside, level = range_of(ancestor(area, Level.TOWNSHIP)), Level.VILLAGE
        rows = rows.filter(division__gte=inside.lo, division__lt=inside.hi)
    span = level.span
    counted = (
        rows.values(place=F("division") / span * span)
        .annotate(
            drawn=Count("id"), done=Count("id", filter=Q(state="done")),
            wrong=Count("id", filter=Q(finding="not_authentic")),
        )
        .order_by("place")
    )  # fmt: skip
    names = territory.names({row["place"] for row in counted})
    return [
        Progress(row["place"], names.get(row["place"], ""), row["drawn"], row["done"], row["wrong"]) for row in counted
    ]


def checks(scope: Scope, found: CheckRound, state: str = "", area: int | None = None) -> QuerySet[Check]:
    """The households of a round, by village in the order of the draw."""
    rows = Check.objects.within(scope).filter(round=found)
    if state == "not_authentic":
        rows = rows.filter(finding=state)
    elif state:
        rows = rows.filter(state=state)
    if area is not None:
        inside = range_of(area)
        rows = rows.filter(division__gte=inside.lo, division__lt=inside.hi)
    return rows.order_by("division", "id")


def findings(scope: Scope) -> QuerySet[Check]:
    """What was found not to be authentic within the scope, the newest first."""
    return Check.objects.within(scope).filter(finding="not_authentic").order_by("-recorded_on", "-id")


@dataclass(frozen=True, slots=True)
class Row:
    """One check as pages show it."""

    pk: int
    household: int
    number: str
    name: str
    place: str
    purpose: str
    state: str
    state_word: str
    finding: str
    finding_word: str
    failings: tuple[str, ...]
    note: str
    medium_word: str
    visited_on: date | None
    recorded_on: date | None
    recorded_who: str
    due_on: date
    is_late: bool


def rows_of(found: Sequence[Check], on: date) -> list[Row]:
    """Lines of a list; a head's name is that of the register today."""
    heads = dict(Household.objects.filter(pk__in=[one.household_id for one in found]).values_list("id", "head_name"))
    return [
        Row(
            pk=one.pk, household=one.household_id, number=one.number, name=heads.get(one.household_id, ""),
            place=territory.full_name(one.division, above=Level.COUNTY), purpose=str(one.get_purpose_display()),
            state=one.state, state_word=str(one.get_state_display()), finding=one.finding,
            finding_word=str(one.get_finding_display()), failings=tuple(str(FAILING_WORDS[key]) for key in one.failings),
            note=one.note, medium_word=str(one.get_medium_display()), visited_on=one.visited_on,
            recorded_on=one.recorded_on, recorded_who=one.recorded_who, due_on=one.due_on,
            is_late=one.state == "waiting" and one.due_on < on,
        )
        for one in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of a finding: the case that was opened after it, or where one may be opened, or who opens it."""

    text: str
    url: str = ""
    done: bool = False


def followed(found: Sequence[Check], actor: Actor) -> dict[int, Followed]:
    """By check: the return or removal that followed; a link to begin it to whoever may open cases."""
    wanted = {FOLLOWS[one.purpose][0] for one in found}
    cases = Case.objects.within(actor.scope).filter(
        kind__in=wanted, subject_kind="household", subject_id__in=[one.household_id for one in found]
    )
    opened = {(case.kind, case.subject_id): case for case in cases.exclude(state="withdrawn").order_by("opened_on")}
    return {one.pk: _follow(one, opened, actor) for one in found}


def _opens(kind: str, division: int, actor: Actor) -> bool:
    """Whether the actor is one of those who begin the procedure there."""
    if not actor.may(Permission.CASE_OPEN):
        return False
    today = timezone.localdate()
    _pack, procedure = procedures.definition_in_force(kind, today)
    return hand_for(procedure.opened_by, division, procedures.hands_of(actor, kind, today)) is not None


def open_findings(actor: Actor) -> int:
    """How many findings of the scope no case has taken up yet."""
    found = list(findings(actor.scope)[:MOST_FINDINGS])
    return sum(not one.done for one in followed(found, actor).values())


def _follow(one: Check, opened: Mapping[tuple[str, int], Case], actor: Actor) -> Followed:
    kind, word, who = FOLLOWS[one.purpose]
    case = opened.get((kind, one.household_id))
    if case is not None and one.recorded_on is not None and case.opened_on >= one.recorded_on:
        url = reverse("procedures:case", args=[case.pk]) if actor.may(Permission.CASE_VIEW) else ""
        return Followed(f"{word}：{case.get_state_display()}", url, done=True)
    if _opens(kind, one.division, actor):
        return Followed(str(who), reverse("procedures:case_open", args=[kind, one.household_id]))
    return Followed(str(who))
