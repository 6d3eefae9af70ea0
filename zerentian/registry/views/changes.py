"""Changes of a household's members: what was done, one short page for each kind of change, and taking one back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Outrun, Refused
from zerentian.registry.forms.changes import (
    AwayForm,
    BackForm,
    JoinForm,
    LeaveForm,
    MoveForm,
    RelationsForm,
    UndoForm,
    WhoForm,
)
from zerentian.registry.models import UNCOUNTED, Absence, Household, HouseholdChange, Person
from zerentian.registry.rules.relations import relation_to
from zerentian.registry.services import changes
from zerentian.registry.views.words import crumbs
from zerentian.rulebook import queries as rulebook

form_view = require_http_methods(["GET", "HEAD", "POST"])
PAGE = "registry.changes"
MOST = 2_000  # households of a village to choose from


@dataclass(frozen=True, slots=True)
class Step:
    """One page: its form, the act that it leads to, and what is said once it is done."""

    form: Any
    do: Callable[[], str]
    submit: Any = gettext_lazy("保存")
    lead: str = ""
    first: bool = False  # asks only what the next page needs


@require_GET
def change_list(request: Request, pk: int) -> HttpResponse:
    """The members, who is away, what may be done, and what was done."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    home = _home(request, pk)
    note_reading(page=PAGE, household_id=pk, division=home.division)
    away = {one.person_id: one for one in _absences(home)}
    may = request.actor.may(Permission.HOUSEHOLD_CHANGE)
    context = {
        "household": home,
        "crumbs": steps_to(home, _("成员变动")),
        "members": [(one, rulebook.label("relation", one.relation), away.get(one.pk)) for one in _members(home)],
        "has_absences": bool(away),
        "changes": changes_of(home, may=may),
        "may": may and home.status not in UNCOUNTED,
    }
    return render(request, "registry/changes.html", context)


def changes_of(home: Household, *, may: bool) -> list[dict[str, Any]]:
    """What was done with the household's members, the newest first, each with the other household."""
    rows = HouseholdChange.objects.filter(Q(household=home) | Q(other=home)).select_related(
        "household", "other", "undone"
    )
    found = []
    for row in rows.order_by("-pk"):
        other = row.other if row.household_id == home.pk else row.household
        found.append({
            "row": row, "title": _title(row, home), "other": other, "undone": getattr(row, "undone", None),
            "undoable": may and not changes.why_not(row),
        })  # fmt: skip
    return found


def _title(row: HouseholdChange, home: Household) -> str:
    """What kind of change it was, seen from this household."""
    if row.kind == "undo":
        return _("撤销：%(what)s") % {"what": HouseholdChange.Kind(row.cause).label}
    cause = f"（{rulebook.label('change_kind', row.cause)}）" if row.cause else ""
    seen_from_there = {"split": _("从原户分出"), "merge": _("并入另一户"), "move": _("转入成员")}
    if row.other_id == home.pk and row.kind in seen_from_there:
        return str(seen_from_there[row.kind])
    return f"{row.get_kind_display()}{cause}"


@form_view
def change_new(request: Request, pk: int, kind: str) -> HttpResponse:
    """One change: the form, or the act and what was done by it. What was typed stays when it is refused."""
    request.actor.require(Permission.HOUSEHOLD_CHANGE)
    if kind not in STEPS:
        raise Http404
    home = _home(request, pk)
    if home.status in UNCOUNTED:
        messages.error(request, _("这一户不在册，不能办理成员变动"))
        return redirect("registry:household", pk)
    note_reading(page=PAGE, household_id=pk, division=home.division)
    title, make = STEPS[kind]
    step = make(request, home)
    back = reverse("registry:change_list", args=[pk])
    page = {
        "heading": title,
        "lead": step.lead or _lead(home),
        "submit": step.submit,
        "back": back,
        "first": step.first,
    }
    return answer(request, step.form, step.do, goes_to=back, crumbs=steps_to(home, title, _hub(home)), **page)


@form_view
def change_undo(request: Request, pk: int) -> HttpResponse:
    """Take one change back, with the reason."""
    request.actor.require(Permission.HOUSEHOLD_CHANGE)
    row: HouseholdChange | None = HouseholdChange.objects.within(request.actor.scope).filter(pk=pk).first()
    if row is None:
        raise Http404
    home = row.household
    note_reading(page=PAGE, household_id=home.pk, division=home.division)
    form = UndoForm(request.POST if request.method == "POST" else None)

    def do() -> str:
        changes.undo_change(change_id=pk, reason=form.cleaned_data["reason"], by=request.actor)
        return _("已撤销：%(what)s %(who)s") % {"what": _title(row, home), "who": row.people}

    back = reverse("registry:change_list", args=[home.pk])
    lead = _("%(day)s %(what)s：%(who)s") % {"day": row.on, "what": _title(row, home), "who": row.people}
    note = _("撤销后恢复到变动以前，原来的记录和这次撤销都留在变动记录里。")
    return answer(
        request, form, do, goes_to=back, crumbs=steps_to(home, _("撤销变动"), _hub(home)), heading=_("撤销变动"), lead=lead, note=note,
        submit=_("撤销变动"), back=back,
    )  # fmt: skip


def _join(request: Request, home: Household) -> Step:
    form = JoinForm(_posted(request))

    def do() -> str:
        data = form.cleaned_data
        facts = {key: value for key, value in form.facts().items() if value not in (None, "")}
        person = changes.add_member(
            household_id=home.pk, kind=data["kind"], joined_on=data["on"], facts=facts, reason=data["reason"],
            by=request.actor,
        )  # fmt: skip
        words = {"who": person.name, "why": rulebook.label("change_kind", data["kind"]), "n": person.household.size}
        return _("已增加成员：%(who)s（%(why)s），本户现有 %(n)s 人") % words

    return Step(form, do, _("增加"))


def _leave(request: Request, home: Household) -> Step:
    form = LeaveForm(_posted(request), people=_members(home), chosen=request.GET.get("with"))

    def do() -> str:
        data = form.cleaned_data
        person = changes.remove_member(
            person_id=data["person"], kind=data["kind"], left_on=data["on"], reason=data["reason"], by=request.actor
        )
        home.refresh_from_db()
        words = {"who": person.name, "why": rulebook.label("change_kind", data["kind"]), "n": home.size}
        if home.status == "closed":
            return _("已减少成员：%(who)s（%(why)s），家中已无成员，这一户已注销") % words
        return _("已减少成员：%(who)s（%(why)s），本户现有 %(n)s 人") % words

    return Step(form, do, _("减少"))


def _head(request: Request, home: Household) -> Step:
    people = _members(home)
    others = [one for one in people if one.relation != "head"]
    chosen = next((one for one in others if str(one.pk) == request.GET.get("with")), None)
    if chosen is None:
        return Step(WhoForm(people=others), _nothing, _("下一步"), first=True) if others else _alone(request, home)
    guesses = {one.pk: relation_to(chosen.relation, one.relation, male=one.sex == "male") for one in people}
    rest = [one for one in people if one.pk != chosen.pk]
    form = RelationsForm(_posted(request), people=rest, guesses=guesses, example=_("如原户主去世、年迈"))

    def do() -> str:
        relations = {**form.relations(), chosen.pk: "head"}
        data = form.cleaned_data
        changes.change_head(
            household_id=home.pk, relations=relations, on=data["on"], reason=data["reason"], by=request.actor
        )
        return _("户主已更换为 %(who)s") % {"who": chosen.name}

    lead = _("新户主 %(who)s。请核对其他成员与新户主的关系。") % {"who": chosen.name}
    return Step(form, do, _("更换户主"), lead)


def _alone(request: Request, home: Household) -> Step:
    """A page that says that nobody else is there."""
    messages.error(request, _("这一户没有别的成员"))
    return Step(WhoForm(people=_members(home)), _nothing, _("下一步"), first=True)


def _split(request: Request, home: Household) -> Step:
    people = [one for one in _members(home) if one.relation != "head"]
    words: dict[str, Any] = {
        "stay": _("留在原户"),
        "head": _("分出去，当新户户主"),
        "example": _("如分家协议、子女成家单过"),
    }
    form = RelationsForm(_posted(request), people=people, **words)

    def do() -> str:
        data = form.cleaned_data
        new = changes.split_household(
            household_id=home.pk, relations=form.relations(), on=data["on"], reason=data["reason"], by=request.actor
        )
        said = {"who": new.head_name, "number": new.number, "n": new.size}
        return _("已分户：新户 %(who)s（%(number)s），%(n)s 人；请打开新户登记电话、土地和收入") % said

    lead = _("分出去的成员，选他与新户主的关系；不分的不用选。新户的脱贫状态、识别日期、住房和帮扶责任人与原户相同。")
    return Step(form, do, _("分户"), lead)


def _merge(request: Request, home: Household) -> Step:
    homes = _neighbours(home)
    other = next((one for one in homes if str(one.pk) == request.GET.get("with")), None)
    if other is None:
        lead = _("选择要并进 %(who)s 户的那一户；它的成员都转过来，它的档案注销并保留。") % {"who": home.head_name}
        return Step(WhoForm(homes=homes), _nothing, _("下一步"), lead, first=True)
    form = RelationsForm(_posted(request), people=_members(other), example=_("如老人随子女生活"))

    def do() -> str:
        data = form.cleaned_data
        changes.merge_households(
            household_id=home.pk, other_id=other.pk, relations=form.relations(), on=data["on"], reason=data["reason"],
            by=request.actor,
        )  # fmt: skip
        home.refresh_from_db()
        words = {"other": other.head_name, "number": other.number, "who": home.head_name, "n": home.size}
        return _("已合户：%(other)s 户（%(number)s）并入 %(who)s 户，现有 %(n)s 人") % words

    words = {"other": other.head_name, "number": other.number, "who": home.head_name}
    lead = _("%(other)s 户（%(number)s）并入本户。请选每个人与户主 %(who)s 的关系。") % words
    return Step(form, do, _("合户"), lead)


def _move(request: Request, home: Household) -> Step:
    people = [one for one in _members(home) if one.relation != "head"]
    homes = _neighbours(home)
    form = MoveForm(_posted(request), people=people, homes=homes, chosen=request.GET.get("with"))

    def do() -> str:
        data = form.cleaned_data
        person = changes.move_member(
            person_id=data["person"], to_id=data["to"], relation=data["relation"], on=data["on"],
            reason=data["reason"], by=request.actor,
        )  # fmt: skip
        return _("%(who)s 已转到 %(to)s 户") % {"who": person.name, "to": person.household.head_name}

    return Step(form, do, _("转户"))


def _away(request: Request, home: Household) -> Step:
    away = {one.person_id for one in _absences(home)}
    people = [one for one in _members(home) if one.pk not in away]
    form = AwayForm(_posted(request), people=people, chosen=request.GET.get("with"))

    def do() -> str:
        data = form.cleaned_data
        made = changes.record_absence(
            person_id=data["person"], since=data["since"], expected_on=data["expected_on"], place=data["place"],
            by=request.actor,
        )  # fmt: skip
        return _("已登记 %(who)s 暂时外出，仍计入家庭人口") % {"who": made.person.name}

    return Step(form, do)


def _back(request: Request, home: Household) -> Step:
    form = BackForm(_posted(request), absences=_absences(home))

    def do() -> str:
        made = changes.end_absence(
            absence_id=form.cleaned_data["absence"], back_on=form.cleaned_data["on"], by=request.actor
        )
        return _("已登记 %(who)s 返回") % {"who": made.person.name}

    return Step(form, do)


STEPS: dict[str, tuple[Any, Callable[[Request, Household], Step]]] = {
    "join": (gettext_lazy("增加成员"), _join),
    "leave": (gettext_lazy("减少成员"), _leave),
    "head": (gettext_lazy("更换户主"), _head),
    "away": (gettext_lazy("登记暂时外出"), _away),
    "back": (gettext_lazy("登记返回"), _back),
    "move": (gettext_lazy("转到本村另一户"), _move),
    "split": (gettext_lazy("分户"), _split),
    "merge": (gettext_lazy("合户"), _merge),
}


def _nothing() -> str:
    raise Refused(_("请先选择"))


def _posted(request: Request) -> Any:
    return request.POST if request.method == "POST" else None


def _home(request: Request, pk: int) -> Household:
    found: Household | None = Household.objects.within(request.actor.scope).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _members(home: Household) -> list[Person]:
    rows = list(Person.objects.filter(household=home, left_on__isnull=True).order_by("number"))
    return sorted(rows, key=lambda one: one.relation != "head")


def _absences(home: Household) -> list[Absence]:
    rows = Absence.objects.filter(household_id=home.pk, back_on__isnull=True, person__left_on__isnull=True)
    return list(rows.select_related("person").order_by("pk"))


def _neighbours(home: Household) -> Sequence[Household]:
    rows = Household.objects.filter(division=home.division).exclude(status__in=UNCOUNTED).exclude(pk=home.pk)
    return list(rows.only("head_name", "natural_village", "number", "division").order_by("head_name", "pk")[:MOST])


def _lead(home: Household) -> str:
    return f"{home.head_name} · {home.number}"


def steps_to(home: Household, here: Any, *between: tuple[str, str]) -> list[tuple[str, str]]:
    """Village, household, what lies between, and the page itself."""
    place = [(name, link) for name, link in crumbs(home.division, home.head_name)[-2:-1]]
    return [*place, (home.head_name, reverse("registry:household", args=[home.pk])), *between, (str(here), "")]


def _hub(home: Household) -> tuple[str, str]:
    return (_("成员变动"), reverse("registry:change_list", args=[home.pk]))


def answer(request: Request, form: Any, do: Callable[[], str], *, goes_to: str, **page: Any) -> HttpResponse:
    """Show the form, or carry the act out and say what was done."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = do()
            except Refused as refused:
                status = 409 if isinstance(refused, Outrun) else 422
                refuse_into(form, refused)
            else:
                messages.success(request, done)
                return redirect(goes_to)
    page = {"first": False, "quiet": getattr(form, "quiet", False), **page}
    return render(request, "registry/change_form.html", {"form": form, **page}, status=status)
