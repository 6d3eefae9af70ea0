"""The clues of an area: by desk, filter and order; one record each for many at once; as a table to take away."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zerentian.exchange import forms as own
from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue
from zerentian.exchange.queries import spoken
from zerentian.exchange.rules.evidence import readable
from zerentian.exchange.views.words import HOLDERS, KINDS, SEVERITIES, rule_title, state_tone
from zerentian.kernel import sentences
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, parse_code
from zerentian.kernel.tables import MEDIA_TYPES, Column, write_table
from zerentian.registry.models import Household, Person
from zerentian.territory import queries as territory

PAGE = 50
MOST_EXPORTED = 20_000


def area_of(request: Request) -> int | None:
    """The area that the address names, when it is one of the actor's."""
    try:
        code = parse_code(request.GET.get("area", ""))
    except ValueError:
        return None
    return code if territory.exists(code) and request.actor.scope.covers(code) else None


def listed(found: Sequence[Clue]) -> list[dict[str, Any]]:
    """The clues as lists show them: whom, where, what, until when."""
    homes = Household.objects.in_bulk({one.household_id for one in found})
    people = Person.objects.in_bulk({one.person_id for one in found if one.person_id})
    today = timezone.localdate()
    return [_row(one, homes, people, today) for one in found]


def _row(one: Clue, homes: Mapping[int, Household], people: Mapping[int, Person], today: Any) -> dict[str, Any]:
    home, person = homes.get(one.household_id), people.get(one.person_id or 0)
    late = one.state != "settled" and one.due_on < today
    return {
        "clue": one, "name": person.name if person else home.head_name if home else "", "number": home.number if home else "",
        "place": territory.full_name(one.division, above=Level.COUNTY), "title": rule_title(one),
        "kind": KINDS.get(one.kind, ""), "severity": SEVERITIES.get(one.severity, ""), "late": late, "tone": state_tone(one, late),
        "holder": one.keeper_who or HOLDERS.get(one.holder, one.holder),
    }  # fmt: skip


def chosen(request: Request) -> QuerySet[Clue]:
    """The clues that the address asks for: filter, area, desk, order."""
    form = own.ClueSearch(request.GET or None)
    household = request.GET.get("household", "")
    wanted = queries.ClueFilter(
        area=area_of(request), household=int(household) if household.isdecimal() and len(household) < 18 else None,
        **(form.wanted() if request.GET else {}),
    )  # fmt: skip
    rows = queries.clues(request.actor.scope, wanted, timezone.localdate(), request.GET.get("sort", ""))
    return queries.at_desk(rows, request.GET.get("desk", ""), request.actor)


@require_GET
def clues(request: Request) -> HttpResponse:
    """The clues of the scope, those due first."""
    request.actor.require(Permission.CLUE_VIEW)
    form, area, actor = own.ClueSearch(request.GET or None), area_of(request), request.actor
    page = Paginator(chosen(request), PAGE).get_page(request.GET.get("page"))
    rows = listed(list(page))
    note_reading(page="exchange.clues", division=actor.division, rows=len(rows))
    desk = request.GET.get("desk", "")
    context = {
        "form": form, "rows": rows, "page": page, "area": area, "area_name": territory.full_name(area) if area else "",
        "tabs": _tabs(request, desk), "may_export": actor.may(Permission.HOUSEHOLD_EXPORT),
        "may_answer": actor.may(Permission.CLUE_ANSWER), "many": _many(request, desk),
    }  # fmt: skip
    return render(request, "exchange/clues.html", context)


def _tabs(request: Request, now: str) -> list[dict[str, Any]]:
    """What lies on the actor's desk, in heaps; then everything."""
    names = {
        "mine": _("待我核实"), "settle": _("待我审定"), "up": _("逾期升级到本级"), "below": _("下级逾期"),
        "upheld": _("部门坚持原数据"), "replied": _("部门已答复"),
    }  # fmt: skip
    rows, found = queries.in_reach(request.actor.scope), []
    for heap, label in names.items():
        number = queries.at_desk(rows, heap, request.actor).count()
        if number or heap == now:
            found.append({"label": label, "url": f"?desk={heap}", "active": heap == now, "count": number})
    everything = {"label": _("全部"), "url": reverse("exchange:clues"), "active": now not in names, "count": None}
    return [*found, everything] if found else []


def _many(request: Request, desk: str) -> str:
    """What may be done with ticked clues of this list: answer or settle; empty for nothing."""
    if desk == "settle" and request.actor.may(Permission.CLUE_SETTLE):
        return "settle"
    state = request.GET.get("state", "")
    if (desk in ("mine", "up") or state == "open") and request.actor.may(Permission.CLUE_ANSWER):
        return "answer"
    return ""


_COLUMNS = (
    Column("place", "地区", "Place", width=30),
    Column("number", "户编号", "Household", width=22),
    Column("name", "姓名", "Name"),
    Column("title", "线索", "Clue", width=30),
    Column("evidence", "依据", "Evidence", width=60),
    Column("state", "状态", "State"),
    Column("holder", "核实单位", "With whom"),
    Column("due_on", "期限", "Due", "date"),
    Column("conclusion", "结论", "Conclusion", width=24),
    Column("statement", "核实情况", "Statement", width=50),
)


@require_GET
def clues_export(request: Request) -> HttpResponse:
    """The clues that the filter shows, as a workbook."""
    request.actor.require(Permission.CLUE_VIEW)
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    found = chosen(request).prefetch_related("evidence")
    if (count := found.count()) > MOST_EXPORTED:
        numbers = {"n": count, "most": MOST_EXPORTED}
        raise Refused(_("符合条件的线索有 %(n)s 条，一次最多导出 %(most)s 条，请缩小范围") % numbers)
    cells = [
        (
            row["place"], row["number"], row["name"], row["title"], said(row["clue"]), str(row["clue"].get_state_display()),
            str(row["holder"]), row["clue"].due_on, str(row["clue"].get_conclusion_display()), row["clue"].statement,
        )
        for row in listed(list(found))
    ]  # fmt: skip
    note_reading(page="exchange.clues", division=request.actor.division, rows=len(cells))
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "clues.xlsx"
        write_table(path, _COLUMNS, iter(cells), "xlsx", language=spoken("zh", "en"))
        return attachment(path, f"{_('比对线索')}-{timezone.localdate()}.xlsx", MEDIA_TYPES["xlsx"])


def said(clue: Clue) -> str:
    """The evidence in one cell, without what is gone."""
    labels = queries.shown_labels(clue)
    return "\n".join(
        "；".join(f"{labels[key]}：{readable(value)}" for key, value in one.shown.items() if value and key in labels)
        for one in queries.evidence_of(clue)
        if one.last_run_id == clue.last_run_id
    )


def _ticked(request: Request) -> list[Clue]:
    """The ticked clues of the scope, in the order of the list."""
    given = request.POST if request.method == "POST" else request.GET
    ids = [int(one) for one in given.getlist("clue") if one.isascii() and one.isdecimal() and len(one) < 18]
    if not ids:
        raise Refused(_("请先在线索列表里勾选线索"))
    if len(ids) > services.MOST_AT_ONCE:
        raise Refused(_("一次最多办理 %(n)s 条，请分几次勾选") % {"n": services.MOST_AT_ONCE})
    return queries.clues_by_id(request.actor.scope, ids)


@require_http_methods(["GET", "HEAD", "POST"])
def clues_answer(request: Request) -> HttpResponse:
    """Answer the ticked clues: what is common once, what is particular in each line; each keeps its own record."""
    request.actor.require(Permission.CLUE_ANSWER)
    found = [one for one in _ticked(request) if one.state == Clue.State.OPEN]
    if not found:
        raise Refused(_("勾选的线索都已核实过，请回到列表重新勾选"))
    is_sent = request.method == "POST" and "sent" in request.POST
    form = own.ManyAnswersForm(found, request.POST if is_sent else None)
    note_reading(page="exchange.clues", division=request.actor.division, rows=len(found))
    if is_sent and form.is_valid():
        done = services.answer_many(answers=form.answers(), by=request.actor)
        _tell(request, done, found, _("已核实 %(n)s 条，等待审定"))
        return redirect(f"{reverse('exchange:clues')}?desk=mine")
    rows = [{**row, "said": said(row["clue"]), "fields": form.fields_of(row["clue"])} for row in listed(found)]
    context = {
        "form": form, "rows": rows, "back": f"{reverse('exchange:clues')}?desk=mine",
        "crumbs": [(_("比对线索"), reverse("exchange:clues")), (_("批量核实"), "")],
    }  # fmt: skip
    return render(request, "exchange/clues_answer.html", context, status=422 if is_sent else 200)


@require_POST
def clues_settle(request: Request) -> HttpResponse:
    """Accept the ticked answers; each keeps its own record."""
    request.actor.require(Permission.CLUE_SETTLE)
    found = _ticked(request)
    if not found:
        raise Refused(_("勾选的线索不在您的管辖范围内，请回到列表重新勾选"))
    done = services.settle_many(clue_ids=[one.pk for one in found], by=request.actor)
    _tell(request, done, found, _("已审定 %(n)s 条"))
    return redirect(f"{reverse('exchange:clues')}?desk=settle")


def _tell(request: Request, done: Sequence[services.Done], found: Sequence[Clue], words: str) -> None:
    """How many were done, and by name which were not."""
    messages.success(request, words % {"n": sum(one.is_done for one in done)})
    rows = {row["clue"].pk: row for row in listed(found)}
    for one in (one for one in done if not one.is_done):
        row = rows[one.clue_id]
        told = {"name": row["name"] or row["number"], "title": row["title"], "why": sentences.spoken(one.why)}
        messages.warning(request, _("%(name)s · %(title)s 没有办理：%(why)s") % told)
