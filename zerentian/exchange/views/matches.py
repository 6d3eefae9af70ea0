"""One match: what it was made from, what each stage came to, what it found."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.exchange import queries
from zerentian.exchange.models import MatchRun
from zerentian.exchange.queries import spoken
from zerentian.exchange.services.clues import WORDS
from zerentian.exchange.views.words import source_title
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.territory import queries as territory


@require_GET
def match(request: Request, pk: int) -> HttpResponse:
    """A match with its stages, rows and seconds, and with everything that was pinned."""
    request.actor.require(Permission.EXCHANGE_VIEW)
    found: MatchRun | None = queries.runs(request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {
        "match": found,
        "counts": [(_(words), found.counts[name]) for name, words in WORDS.items() if name in found.counts],
        "stages": [{**one, "title": _stage_title(one)} for one in found.stages],
        "seconds": sum(one["seconds"] for one in found.stages),
        "tables": [_table(key, number) for key, number in sorted(found.versions.items())],
        "pins": [(_("规则"), found.pins.get("rules", "")[:16]), (_("户档案人员标记"), found.pins.get("register", "")[:16]),
                 (_("户档案快照"), found.snapshot), (_("计算引擎"), found.engine), (_("结果摘要"), found.result[:16])],
        "crumbs": [(_("数据交换"), reverse("exchange:sources")), (_("比对记录"), reverse("exchange:matches")), (str(found.on), "")],
    }  # fmt: skip
    return render(request, "exchange/match.html", context)


def _stage_title(stage: dict[str, Any]) -> str:
    """What a stage is called: after its source or rule, or by its own words."""
    kind, _slash, name = stage["name"].partition("/")
    if kind in ("exact", "linked"):
        return f"{source_title(name)} · {_('按证件号码') if kind == 'exact' else _('按姓名等')}"
    if kind == "hits":
        rule = next((r for s in queries.sources().values() for r in s.rules if r.id == name), None)
        return spoken(rule.title, rule.title_en) if rule else name
    return _(stage["title"])


def _table(key: str, number: int) -> tuple[str, str, int]:
    source, _slash, division = key.partition("/")
    return source_title(source), territory.full_name(int(division)), number
