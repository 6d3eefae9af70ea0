"""Clues in numbers: by rule, source and area, with the time they took; the same as a workbook."""

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.exchange import forms as own
from zerentian.exchange import queries
from zerentian.exchange.queries import spoken
from zerentian.exchange.queries.doubtful import doubtful_rules
from zerentian.exchange.views.board import doubtful_lines
from zerentian.exchange.views.lists import area_of
from zerentian.exchange.views.words import source_title
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Level, level_of
from zerentian.kernel.tables import MEDIA_TYPES, Column, write_table
from zerentian.rulebook.queries import law_area
from zerentian.territory import queries as territory

Tables = list[tuple[str, str, list[tuple[str, str, queries.Tally]]]]


@require_GET
def figures(request: Request) -> HttpResponse:
    """Clues by rule, by source and by area: confirmed, explained, wrong, open, late, how long; persons apart."""
    request.actor.require(Permission.CLUE_VIEW)
    area, form = area_of(request), own.FigureSearch(request.GET or None)
    whole, tables = _tables(request, area, form)
    if request.GET.get("as") == "xlsx":
        return _workbook(tables)
    at_province = request.actor.division is not None and level_of(request.actor.division) is Level.PROVINCE
    doubtful = doubtful_rules(request.actor.scope, timezone.localdate()) if at_province else []
    context = {
        "doubtful": doubtful_lines(doubtful), "form": form, "whole": whole, "tables": tables, "area": area,
        "area_name": territory.full_name(area) if area else "",
    }  # fmt: skip
    return render(request, "exchange/figures.html", context)


def _tables(request: Request, area: int | None, form: own.FigureSearch) -> tuple[queries.Tally, Tables]:
    """All together, and one table each: its title, what its lines are, the lines with their address, name and numbers."""
    today, scope = timezone.localdate(), request.actor.scope
    span = queries.Span(area=area, **(form.wanted() if request.GET else {}))
    by_rule = [("", queries.title_of(t.key), t) for t in queries.tallies(scope, "rule", today, span)]
    by_source = [("", source_title(t.key), t) for t in queries.tallies(scope, "source", today, span)]
    found = queries.places(scope, area or request.actor.division or law_area(), today, span)
    names = territory.names([one.key for one in found])
    by_place = [(str(one.key), names.get(one.key, str(one.key)), one) for one in found]
    return queries.whole(scope, today, span), [
        (_("按规则"), _("规则"), by_rule), (_("按数据来源"), _("数据来源"), by_source), (_("按地区"), _("地区"), by_place),
    ]  # fmt: skip


_COLUMNS = (
    Column("group", "分组", "Group", width=14),
    Column("name", "名称", "Name", width=30),
    Column("clues", "线索", "Clues", "integer"),
    Column("persons", "涉及人（户）", "Persons or households", "integer"),
    Column("open", "未办结", "Open", "integer"),
    Column("late", "逾期", "Late", "integer"),
    Column("confirmed", "属实", "Confirmed", "integer"),
    Column("explained", "有合理解释", "Explained", "integer"),
    Column("wrong_data", "数据有误", "Wrong data", "integer"),
    Column("changed", "已自然变化", "Changed", "integer"),
    Column("true_share", "属实率（%）", "Confirmed (%)", "decimal"),
    Column("false_share", "数据有误率（%）", "Wrong data (%)", "decimal"),
    Column("days", "办结天数（中位数）", "Days to settle (median)", "decimal"),
)


def _workbook(tables: Tables) -> HttpResponse:
    """The tables one below the other; no person stands in them."""

    def cells(group: str, name: str, one: queries.Tally) -> dict[str, Any]:
        numbers = {c.key: getattr(one, c.key) for c in _COLUMNS[2:]}
        shares = {
            key: None if numbers[key] is None else round(numbers[key], 1) for key in ("true_share", "false_share")
        }
        return {"group": group, "name": name, **numbers, **shares}

    rows = [cells(title, name, one) for title, _line, lines in tables for _url, name, one in lines]
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "figures.xlsx"
        write_table(path, _COLUMNS, rows, "xlsx", language=spoken("zh", "en"))
        return attachment(path, f"{_('线索统计')}-{timezone.localdate()}.xlsx", MEDIA_TYPES["xlsx"])
