"""The board of a department, and the rules that are mostly wrong."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.exchange.forms import BoardSearch, CalendarSearch
from zerentian.exchange.queries import board as boards
from zerentian.exchange.queries import spoken, title_of
from zerentian.exchange.queries.doubtful import Doubtful
from zerentian.exchange.views.calendar import TONES
from zerentian.exchange.views.words import rule_title, source_title
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.organisations.models import Department
from zerentian.rulebook.queries import label
from zerentian.territory import queries as territory

SHOWN = 20


@require_GET
def board(request: Request) -> HttpResponse:
    """What a department delivered, what came of it and what it must correct; whoever views the exchange chooses one."""
    by, today = request.actor, timezone.localdate()
    may_choose = by.may(Permission.EXCHANGE_VIEW)
    if not may_choose:
        by.require(Permission.EXCHANGE_DELIVER)
    lines = boards.lines_of(by)
    form = BoardSearch(lines, request.GET or None)
    chosen = form.wanted() if may_choose else ""
    found = boards.board(by, [chosen] if chosen else lines, today)
    states = dict(CalendarSearch.STATES)
    context = {
        "form": form if may_choose else None, "lines": lines, "chosen": chosen, "board": found, "today": today,
        "department": "、".join(str(Department(line).label) for line in ([chosen] if chosen else lines if not may_choose else [])),
        "calendar_of": f"{reverse('exchange:calendar')}?department={chosen}&state=",
        "on_time": found.deliveries("came"), "came_late": found.deliveries("came_late"), "late": found.deliveries("late"),
        "missing": [
            (one, source_title(one.source.id), territory.full_name(one.division), states[one.state], TONES[one.state])
            for one in found.missing[:SHOWN]
        ],
        "missing_more": len(found.missing) > SHOWN, "replies_more": found.to_correct > SHOWN,
        "replies": [(one, source_title(one.source), rule_title(one)) for one in found.replies[:SHOWN]],
        "tables": [
            (_("按数据来源"), _("数据来源"), [("", source_title(one.key), one) for one in found.by_source]),
            (_("按规则"), _("规则"), [("", title_of(one.key), one) for one in found.by_rule]),
        ],
        "doubtful": doubtful_lines(found.doubtful),
        "may_answer": not may_choose or by.may(Permission.EXCHANGE_MATCH),
        "crumbs": [(_("数据交换"), reverse("exchange:sources")), (_("部门看板"), "")],
    }  # fmt: skip
    return render(request, "exchange/board.html", context)


def doubtful_lines(found: Sequence[Doubtful]) -> list[dict[str, Any]]:
    """The rules that are mostly wrong, in the reader's language: title, owner, numbers, what would have done better."""
    return [
        {
            "title": spoken(one.rule.title, one.rule.title_en), "tally": one.tally,
            "owner": label("department" if one.rule.owner in Department else "body_kind", one.rule.owner),
            "suggestions": [
                (spoken(s.parameter.title, s.parameter.title_en), f"{s.present.normalize():f}", s.better,
                 f"{s.better.value.normalize():f}" if s.better else "")
                for s in one.suggestions
            ],
        }
        for one in found
    ]  # fmt: skip
