"""Clues: the list of an area, one clue with both records side by side, what was found, and the figures."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zerentian.exchange import forms as own
from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue, ClueEvidence
from zerentian.exchange.views.words import (
    HOLDERS,
    KINDS,
    SEVERITIES,
    STEPS,
    agreements,
    answer_with,
    rule_title,
    source_title,
    spoken,
    state_tone,
)
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.scope import Level, ancestor, level_of, parse_code
from zerentian.kernel.tables import MEDIA_TYPES, Column, write_table
from zerentian.registry.models import Household, Person
from zerentian.registry.rules.columns import HOUSEHOLDS, PERSONS
from zerentian.registry.views.words import facts
from zerentian.territory import queries as territory

PAGE = 50
MOST_EXPORTED = 20_000
HOME_FACTS = (
    "number",
    "status",
    "household_type",
    "size",
    "cause",
    "identified_on",
    "exited_on",
    "house_grade",
    "confirmed_on",
)
PERSON_FACTS = ("relation", "sex", "birth_on", "health", "labour", "school_status", "work_place", "has_allowance")


def area_of(request: Request) -> int | None:
    """The area that the address names, when it is one of the actor's."""
    try:
        code = parse_code(request.GET.get("area", ""))
    except ValueError:
        return None
    return code if territory.exists(code) and request.actor.scope.covers(code) else None


def _rows(found: Sequence[Clue]) -> list[dict[str, Any]]:
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
        "holder": HOLDERS.get(one.holder, one.holder),
    }  # fmt: skip


@require_GET
def clues(request: Request) -> HttpResponse:
    """The clues of the scope, those due first."""
    request.actor.require(Permission.CLUE_VIEW)
    form, area = own.ClueSearch(request.GET or None), area_of(request)
    wanted = queries.ClueFilter(area=area, **(form.wanted() if request.GET else {}))
    page = Paginator(queries.clues(request.actor.scope, wanted, timezone.localdate()), PAGE).get_page(
        request.GET.get("page")
    )
    rows = _rows(list(page))
    note_reading(page="exchange.clues", division=request.actor.division, rows=len(rows))
    context = {
        "form": form, "rows": rows, "page": page, "area": area, "area_name": territory.full_name(area) if area else "",
        "may_export": request.actor.may(Permission.HOUSEHOLD_EXPORT),
    }  # fmt: skip
    return render(request, "exchange/clues.html", context)


_COLUMNS = (
    Column("place", "地区", "Place", width=30),
    Column("number", "户编号", "Household", width=22),
    Column("name", "姓名", "Name"),
    Column("title", "线索", "Clue", width=30),
    Column("evidence", "依据", "Evidence", width=60),
    Column("state", "状态", "State"),
    Column("due_on", "期限", "Due", "date"),
    Column("conclusion", "结论", "Conclusion", width=24),
    Column("statement", "核实情况", "Statement", width=50),
)


@require_GET
def clues_export(request: Request) -> HttpResponse:
    """The clues that the filter shows, as a workbook for those who work on paper."""
    request.actor.require(Permission.CLUE_VIEW)
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    form = own.ClueSearch(request.GET or None)
    wanted = queries.ClueFilter(area=area_of(request), **(form.wanted() if request.GET else {}))
    found = list(
        queries.clues(request.actor.scope, wanted, timezone.localdate()).prefetch_related("evidence")[:MOST_EXPORTED]
    )
    cells = [
        (
            row["place"], row["number"], row["name"], row["title"], _said(row["clue"]), str(row["clue"].get_state_display()),
            row["clue"].due_on, str(row["clue"].get_conclusion_display()), row["clue"].statement,
        )
        for row in _rows(found)
    ]  # fmt: skip
    note_reading(page="exchange.clues", division=request.actor.division, rows=len(cells))
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "clues.xlsx"
        write_table(path, _COLUMNS, iter(cells), "xlsx", language=spoken("zh", "en"))
        return attachment(path, f"{_('比对线索')}-{timezone.localdate()}.xlsx", MEDIA_TYPES["xlsx"])


def _said(clue: Clue) -> str:
    """The evidence in one cell."""
    labels = _labels(clue)
    return "\n".join(
        "；".join(f"{labels[key]}：{value}" for key, value in one.shown.items() if value and key in labels)
        for one in clue.evidence.all()
    )


def _labels(clue: Clue) -> dict[str, str]:
    """What the columns of the evidence are called."""
    rule = queries.rule_of(clue)
    return {column: spoken(words.zh, words.en) for column, words in rule.shows} if rule else {}


def _clue(request: Request, pk: int, needs: Permission) -> Clue:
    request.actor.require(needs)
    found = queries.clue(request.actor.scope, pk)
    if found is None:
        raise Http404
    return found


@require_GET
def clue(request: Request, pk: int) -> HttpResponse:
    """One clue: the register and the department side by side, the standard, what to ask, what was done."""
    found = _clue(request, pk, Permission.CLUE_VIEW)
    return render(request, "exchange/clue.html", _context(request, found))


def _context(request: Request, found: Clue) -> dict[str, Any]:
    rule, actor = queries.rule_of(found), request.actor
    home = Household.objects.within(actor.scope).filter(pk=found.household_id).first()
    person = Person.objects.within(actor.scope).filter(pk=found.person_id or 0).first()
    note_reading(
        page="exchange.clue", household_id=found.household_id, person_id=found.person_id, division=found.division
    )
    (row,) = _rows([found])
    opens = rule.procedure if rule and found.conclusion == "confirmed" and found.state == "settled" else ""
    return {
        "row": row, "clue": found, "rule": rule, "definition": spoken(rule.definition, rule.definition_en) if rule else _("这条规则已不再使用"),
        "standard": rule.standard if rule else "",
        "home": facts(HOUSEHOLDS, home, HOME_FACTS) if home else [],
        "person": facts(PERSONS, person, PERSON_FACTS) if person else [],
        "evidence": [_evidence(found, one) for one in queries.evidence_of(found)],
        "source": source_title(found.source), "ask": [spoken(q.zh, q.en) for q in rule.ask] if rule else [],
        "parameters": _parameters(found), "steps": _steps(found),
        "may_see_source": actor.may(Permission.EXCHANGE_VIEW) and found.source in queries.sources(),
        "may_answer": found.state == "open" and actor.may(Permission.CLUE_ANSWER),
        "may_settle": found.state == "answered" and actor.may(Permission.CLUE_SETTLE),
        "opens": reverse("procedures:case_open", args=[opens, found.household_id])
        if opens and actor.may(Permission.CASE_OPEN) else "",
        "crumbs": [(_("比对线索"), reverse("exchange:clues")), (row["title"], "")],
    }  # fmt: skip


def _evidence(clue: Clue, one: ClueEvidence) -> dict[str, Any]:
    labels = _labels(clue)
    return {
        "items": [(labels.get(key, key), value or "—") for key, value in one.shown.items()],
        "gone": one.last_run_id < clue.last_run_id or clue.gone_on is not None,
        "how": one.how,
        "fields": agreements(one.fields),
        "score": one.score,
    }


def _parameters(clue: Clue) -> list[tuple[str, Any, str, bool]]:
    """The dated numbers that the rule used: title, value, source, whether confirmed."""
    source, rule = queries.sources().get(clue.source), queries.rule_of(clue)
    if source is None or rule is None:
        return []
    found = []
    for _name, id in rule.parameters:
        value = source.parameter(id, clue.division, clue.raised_on)
        if value is not None:
            parameter = source.parameters[id]
            found.append((spoken(parameter.title, parameter.title_en), value.value, value.source, value.confirmed))
    return found


def _steps(clue: Clue) -> list[dict[str, Any]]:
    tones = {"settled": "good", "returned": "warn", "escalated": "bad"}
    return [
        {
            "at": step.at, "text": STEPS.get(step.kind, step.kind), "who": step.who, "tone": tones.get(step.kind, "neutral"),
            "note": " · ".join(filter(None, [str(Clue.Conclusion(step.conclusion).label) if step.conclusion else "", step.statement])),
        }
        for step in clue.steps.order_by("-id")
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def clue_answer(request: Request, pk: int) -> HttpResponse:
    """Say what is true, with a statement and photos."""
    found = _clue(request, pk, Permission.CLUE_ANSWER)
    back = reverse("exchange:clue", args=[pk])

    def answer(**given: Any) -> Clue:
        return services.answer_clue(clue_id=pk, **given)

    return answer_with(
        request, own.AnswerForm(request.POST or None, request.FILES or None), answer, template="exchange/clue_answer.html",
        done=_("已记录核实情况，等待审定"), goes_to=lambda made: back, context={**_context(request, found), "back": back},
    )  # fmt: skip


@require_POST
def clue_settle(request: Request, pk: int) -> HttpResponse:
    """Accept what was found."""
    _clue(request, pk, Permission.CLUE_SETTLE)
    services.settle_clue(clue_id=pk, by=request.actor)
    messages.success(request, _("已审定，结果已反馈来源部门"))
    return redirect("exchange:clue", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def clue_return(request: Request, pk: int) -> HttpResponse:
    """Send an answer back to whoever looked."""
    found = _clue(request, pk, Permission.CLUE_SETTLE)
    back = reverse("exchange:clue", args=[pk])

    def send_back(**given: Any) -> Clue:
        return services.return_clue(clue_id=pk, **given)

    return answer_with(
        request, own.ReasonForm(request.POST or None), send_back, template="exchange/reason.html", done=_("已退回重新核实"),
        goes_to=lambda made: back, context={
            "title": _("退回重新核实"), "submit": _("退回"), "back": back, "subject": _rows([found])[0]["title"],
            "crumbs": [(_("比对线索"), reverse("exchange:clues")), (_("退回重新核实"), "")],
        },
    )  # fmt: skip


@require_GET
def figures(request: Request) -> HttpResponse:
    """Clues by rule, by source and by area: confirmed, explained, wrong, open, late; persons apart from clues."""
    request.actor.require(Permission.CLUE_VIEW)
    area, today = area_of(request), timezone.localdate()
    scope = request.actor.scope
    names = {rule.id: spoken(rule.title, rule.title_en) for one in queries.sources().values() for rule in one.rules}
    rules = [(names.get(t.key, t.key), t) for t in queries.tallies(scope, "rule", today, area)]
    found = [(source_title(t.key), t) for t in queries.tallies(scope, "source", today, area)]
    places = _by_place(queries.tallies(scope, "division", today, area), area or request.actor.division)
    context = {
        "rules": rules,
        "sources": found,
        "places": places,
        "area": area,
        "area_name": territory.full_name(area) if area else "",
    }
    return render(request, "exchange/figures.html", context)


def _by_place(found: list[queries.Tally], area: int | None) -> list[tuple[int, str, dict[str, int]]]:
    """The villages' tallies summed one level below the area."""
    level = Level(min(Level.VILLAGE, (level_of(area) if area else Level.PROVINCE) + 1))
    names = ("clues", "open", "late", "confirmed", "explained", "wrong_data", "changed")
    sums: dict[int, dict[str, int]] = {}
    for one in found:
        row = sums.setdefault(ancestor(one.key, level), dict.fromkeys(names, 0))
        for name in names:
            row[name] += getattr(one, name)
    listed = territory.names(list(sums))
    return sorted(
        ((code, listed.get(code, str(code)), row) for code, row in sums.items()), key=lambda p: -p[2]["clues"]
    )
