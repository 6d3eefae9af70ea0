"""Clues for those without a connection: the open ones of a list as a workbook to fill in, or as a paper to write on."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue
from zerentian.exchange.rules.sheets import HOWS, SHEET, code_of
from zerentian.exchange.views import records
from zerentian.exchange.views.lists import area_of, chosen, said
from zerentian.exchange.views.words import rule_title
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.papers import Card, Lines, Pairs, Paper, Signatures, sent
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.scope import Level, ancestor, code_text, level_of
from zerentian.kernel.tables import MEDIA_TYPES
from zerentian.registry.models import Household, Person
from zerentian.territory import queries as territory

READING = "exchange.sheet"
LINES = 3  # to write on, for each clue of the paper


def _open(request: Request) -> QuerySet[Clue]:
    """The clues that the address asks for and that still wait for an answer, house by house unless ordered otherwise."""
    request.actor.require(Permission.CLUE_ANSWER)
    rows = chosen(request).filter(state=Clue.State.OPEN)
    return rows if request.GET.get("sort") else queries.ordered(rows, "place")


def _instead(request: Request, rows: QuerySet[Clue], target: str) -> HttpResponse | None:
    """The page that says why there is no sheet: nothing waits, or too much does, and then how to take it apart."""
    count = rows.count()
    if 0 < count <= services.MOST_AT_ONCE:
        return None
    context = {
        "count": count, "most": services.MOST_AT_ONCE, "parts": _parts(request, rows, target) if count else [],
        "back": f"{reverse('exchange:clues')}?{request.GET.urlencode()}",
        "crumbs": [(_("比对线索"), reverse("exchange:clues")), (_("线索核实表"), "")],
    }  # fmt: skip
    return render(request, "exchange/sheet_instead.html", context)


def _parts(request: Request, rows: QuerySet[Clue], target: str) -> list[dict[str, Any]]:
    """The same list by the next areas below that tell it apart, and where there are none, by rule: name, how many, address."""
    area = area_of(request) or request.actor.division
    places = Counter(rows.order_by().values_list("division", flat=True))
    for level in (Level(one) for one in range((level_of(area) if area else 0) + 1, Level.VILLAGE + 1)):
        counts: Counter[int] = Counter()
        for code, number in places.items():
            counts[ancestor(code, level)] += number
        if len(counts) > 1:
            return [
                _part(request, target, territory.name_of(c), n, "area", code_text(c)) for c, n in sorted(counts.items())
            ]
    rules = Counter(rows.order_by().values_list("rule", flat=True))
    return [_part(request, target, queries.title_of(rule), n, "rule", rule) for rule, n in sorted(rules.items())]


def _part(request: Request, target: str, name: str, count: int, key: str, value: str) -> dict[str, Any]:
    query = request.GET.copy()
    query[key] = value
    return {"name": name, "count": count, "url": f"{reverse(target)}?{query.urlencode()}"}


def _listed(rows: QuerySet[Clue]) -> list[dict[str, Any]]:
    """The clues as the sheet has them, each noted as a reading of its household and person."""
    found = list(rows.prefetch_related("evidence"))
    homes = Household.objects.in_bulk({one.household_id for one in found})
    people = Person.objects.in_bulk({one.person_id for one in found if one.person_id})
    with translation.override("zh-hans"):  # the paper and the workbook are Chinese
        lines = [_line(one, homes.get(one.household_id), people.get(one.person_id or 0)) for one in found]
    for one in found:
        note_reading(page=READING, household_id=one.household_id, person_id=one.person_id, division=one.division)
    return lines


def _line(clue: Clue, home: Household | None, person: Person | None) -> dict[str, Any]:
    rule = queries.rule_of(clue)
    place = [territory.full_name(clue.division, above=Level.COUNTY), home.natural_village if home else ""]
    asks = [one.zh for one in rule.ask] if rule else []
    return {
        "clue": code_of(clue.pk), "head": home.head_name if home else "", "whom": records.whom(home, person),
        "place": " ".join(filter(None, place)), "title": rule_title(clue),
        "rule": f"{rule_title(clue)}：{rule.definition}" if rule else rule_title(clue), "department": said(clue),
        "register": records.register_words(clue, home, person), "due": f"{clue.due_on}",
        "ask": "\n".join(f"{n}. {text}" for n, text in enumerate(asks, 1)),
    }  # fmt: skip


@require_GET
def sheet_download(request: Request) -> HttpResponse:
    """The open clues of the list as a workbook to fill in."""
    rows = _open(request)
    if instead := _instead(request, rows, "exchange:sheet_download"):
        return instead
    since = min(rows.values_list("raised_on", flat=True))
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "clues.xlsx"
        services.write_sheet(path, _listed(rows), division=area_of(request) or request.actor.division, since=since)
        return attachment(path, f"{SHEET.title}-{timezone.localdate()}.xlsx", MEDIA_TYPES["xlsx"])


@require_GET
def sheet_print(request: Request) -> HttpResponse:
    """The open clues of the list on paper, each with boxes to tick and lines to write on."""
    rows = _open(request)
    if instead := _instead(request, rows, "exchange:sheet_print"):
        return instead
    paper = _paper(request, _listed(rows))
    if file_type := request.GET.get("as", ""):
        return sent([paper], file_type, f"{SHEET.title}-{timezone.localdate()}")
    return render(request, "ui/paper.html", {"paper": paper, "back": reverse("exchange:clues")})


def _paper(request: Request, lines: list[dict[str, Any]]) -> Paper:
    area = area_of(request) or request.actor.division
    place = territory.full_name(area) if area else ""
    ends = "　".join(f"□ {words[0]}" for words in services.conclusions().values())
    ways = "　".join(f"□ {way}" for way in HOWS)
    cards = [
        Card(f"{number}. {line['title']}", [
            Pairs("", [("线索编号", line["clue"]), ("期限", line["due"]), ("户主", line["head"]), ("村、组", line["place"])], 2),
            Pairs("", [
                ("涉及的人", line["whom"] or "整户"), ("部门数据所记", line["department"]), ("要问清的", line["ask"]),
                ("核实结论", ends), ("核实方式", ways),
                ("核实日期", "　　　　年　　　月　　　日　　　　询问了谁："), ("核实情况", "看到什么、问了谁、依据是什么（写在下面）"),
            ], 1),
            Lines("", LINES),
        ])
        for number, line in enumerate(lines, 1)
    ]  # fmt: skip
    told = f"{place}　{len(lines)} 条　{timezone.localdate()} 打印"
    foot = "录入：在“比对线索—导入填好的核实表”页按线索编号逐条录入。含个人信息，用后交回乡镇扶贫工作站保管"
    return Paper(SHEET.title, told, [*cards, Signatures(("核实人", "被询问人", "复核人"))], foot)
