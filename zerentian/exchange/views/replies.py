"""What goes back to departments: rows to correct, people whom a table lacks, and what the department answers."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.exchange import forms as own
from zerentian.exchange import queries, services
from zerentian.exchange.models import Reply
from zerentian.exchange.queries import spoken
from zerentian.exchange.views.deliveries import PAGE, crumbs_of, may_look, require_delivery
from zerentian.exchange.views.words import answer_with, rule_title, source_title, told_after_reason
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables import MEDIA_TYPES, Column, write_table
from zerentian.rulebook.queries import law_area

MOST_EXPORTED = 20_000
_COLUMNS = (
    Column("receipt", "交付", "Delivery", width=20),
    Column("row", "文件中的行", "Row of the file", "integer"),
    Column("whom", "涉及的人", "Whom", width=40),
    Column("source", "数据来源", "Source", width=24),
    Column("rule", "线索", "Clue", width=36),
    Column("conclusion", "核实结论", "Conclusion", width=24),
    Column("note", "核实单位的说明", "Note", width=40),
    Column("state", "状态", "State", width=16),
    Column("due_on", "答复期限", "Due", "date"),
    Column("answer", "答复", "Answer", width=40),
)


@require_GET
def replies(request: Request) -> HttpResponse:
    """What went back to departments: rows to correct, and how the others ended; the same as a workbook."""
    may_look(request)
    state = request.GET.get("state", "open")
    rows = queries.replies(request.actor).select_related("delivery")
    if state in Reply.State.values:
        rows = rows.filter(state=state)
    if request.GET.get("as") == "xlsx":
        return _workbook(rows)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"label": label, "url": f"?state={key}", "active": key == state, "count": None}
        for key, label in [("all", _("全部")), *Reply.State.choices]
    ]
    mine = queries.answered_by(request.actor)
    listed = [(one, source_title(one.source), rule_title(one), one.source in mine) for one in page]
    is_above = request.actor.may(Permission.CLUE_VIEW) and not request.actor.scope.covers(law_area())
    context = {
        "rows": listed,
        "page": page,
        "tabs": tabs,
        "state": state,
        "hint": _("省级部门的数据由省级部门答复；对本地线索的答复写在那条线索里") if is_above else "",
        "today": timezone.localdate(),
        "crumbs": crumbs_of((_("反馈部门"), "")),
    }
    return render(request, "exchange/replies.html", context)


def _workbook(rows: QuerySet[Reply]) -> HttpResponse:
    if (count := rows.count()) > MOST_EXPORTED:
        numbers = {"n": count, "most": MOST_EXPORTED}
        raise Refused(_("符合条件的反馈有 %(n)s 条，一次最多导出 %(most)s 条，请按状态分开导出") % numbers)
    cells = [
        {
            "receipt": one.delivery.receipt, "row": one.row, "whom": one.whom, "source": source_title(one.source),
            "rule": rule_title(one), "conclusion": one.conclusion_word, "note": one.note,
            "state": str(one.get_state_display()), "due_on": one.due_on if one.state != Reply.State.NOTED else None,
            "answer": one.answer,
        }
        for one in rows
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "replies.xlsx"
        write_table(path, _COLUMNS, cells, "xlsx", language=spoken("zh", "en"))
        return attachment(path, f"{_('反馈部门')}-{timezone.localdate()}.xlsx", MEDIA_TYPES["xlsx"])


def _own_reply(request: Request, pk: int) -> Reply:
    """The reply, when the actor's department is the one that is asked."""
    request.actor.require(Permission.EXCHANGE_DELIVER)
    found: Reply | None = queries.replies(request.actor).select_related("delivery").filter(pk=pk).first()
    if found is None:
        raise Http404
    require_delivery(request, queries.source(found.source))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: Request, pk: int) -> HttpResponse:
    """A department answers about one row of its delivery, or about somebody of whom it has none."""
    found = _own_reply(request, pk)

    def answer(**given: Any) -> Reply:
        return services.answer_reply(reply_id=pk, **given)

    return answer_with(
        request, own.ReplyForm(request.POST or None), answer, template="exchange/reply.html", done=_("已答复"),
        goes_to=lambda made: reverse("exchange:replies"), context={
            "reply": found, "title": source_title(found.source), "rule": rule_title(found), "back": reverse("exchange:replies"),
            "crumbs": crumbs_of((_("反馈部门"), reverse("exchange:replies")), (_("答复"), "")),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def reply_whom(request: Request, pk: int) -> HttpResponse:
    """Who it is of whom the department has no row: after a reason, which is recorded with the reading."""
    found = _own_reply(request, pk)
    if found.row is not None:
        raise Http404
    form, told, status = told_after_reason(request, partial(services.identify_reply, reply_id=pk))
    back = reverse("exchange:reply", args=[pk])
    context = {
        "reply": found, "title": source_title(found.source), "rule": rule_title(found), "form": form, "told": told, "back": back,
        "crumbs": crumbs_of((_("反馈部门"), reverse("exchange:replies")), (_("答复"), back), (_("查看是谁"), "")),
    }  # fmt: skip
    return render(request, "exchange/reply_whom.html", context, status=status)
