"""The list of notices, what is due, one notice, and its sheet for the board."""

import tempfile
from pathlib import Path
from typing import Any

import segno
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.disclosure import queries, services
from zerentian.disclosure.forms import NoticeFilter
from zerentian.disclosure.models import Notice
from zerentian.kernel.effects import announce
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables import MEDIA_TYPES
from zerentian.territory import queries as territory

PAGE = 50


def fetch(request: Request, pk: int, needs: Permission = Permission.NOTICE_VIEW) -> Notice:
    """The notice, if the actor may see it; 404 outside the scope."""
    request.actor.require(needs)
    found = queries.notice(request.actor.scope, pk)
    if found is None:
        raise Http404
    return found


def crumbs(last: str, pk: int | None = None) -> list[tuple[str, str]]:
    """Where a page of notices stands."""
    path = [(_("公示"), reverse("disclosure:notices"))]
    if pk is not None:
        path.append((_("公示内容"), reverse("disclosure:notice", args=[pk])))
    return [*path, (last, "")]


@require_GET
def notices(request: Request) -> HttpResponse:
    """The notices of the scope: filters, pages, export."""
    request.actor.require(Permission.NOTICE_VIEW)
    form = NoticeFilter(request.GET)
    page = Paginator(queries.notices(request.actor.scope, form.wanted()), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [queries.record_of(row) for row in page],
        "query": request.GET.urlencode(),
        "may_compose": request.actor.may(Permission.NOTICE_COMPOSE),
    }
    return render(request, "disclosure/notices.html", context)


@require_GET
def notices_export(request: Request) -> HttpResponse:
    """The list as a workbook; what stands on the notices is not in it."""
    request.actor.require(Permission.NOTICE_VIEW)
    rows = queries.notices(request.actor.scope, NoticeFilter(request.GET).wanted())
    found = rows.count()
    if found > services.MOST:
        raise Refused(
            _("符合条件的有 %(n)s 份，一次最多导出 %(most)s 份，请缩小范围") % {"n": found, "most": services.MOST}
        )
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "notices.xlsx"
        services.export_notices(path, rows, language=get_language() or "zh")
        return attachment(path, f"{_('公示')}-{timezone.localdate()}.xlsx", MEDIA_TYPES["xlsx"])


@require_GET
def due(request: Request) -> HttpResponse:
    """What waits: to be reviewed, published, photographed, ended."""
    request.actor.require(Permission.NOTICE_VIEW)
    items = queries.due(request.actor.scope, timezone.localdate())
    page = Paginator(items, PAGE).get_page(request.GET.get("page"))
    steps = {"review": _("复核"), "publish": _("发布"), "prove": _("上传张贴照片"), "end": _("期满结束")}
    rows = [(queries.record_of(item.notice), steps[item.act], item.due_on, item.is_late) for item in page]
    return render(request, "disclosure/due.html", {"rows": rows, "page": page, "crumbs": crumbs(_("待办公示"))})


@require_GET
def kinds(request: Request) -> HttpResponse:
    """Every kind of notice: where it hangs, who composes, reviews and answers, how long, what it may say, by what."""
    request.actor.require(Permission.NOTICE_VIEW)
    today, area = timezone.localdate(), request.actor.division or 360000000000
    rows = [queries.shown_kind(kind, area, today) for kind in queries.kinds().values()]
    return render(request, "disclosure/kinds.html", {"rows": rows, "crumbs": crumbs(_("公示种类"))})


@require_GET
def notice(request: Request, pk: int) -> HttpResponse:
    """One notice: its sheet, where it stands, its proofs, and what the reader may do."""
    row = fetch(request, pk)
    record = queries.record_of(row)
    context = {
        "sheet": queries.sheet_of(row),
        "record": record,
        "proofs": [queries.proof_of(one) for one in row.postings.all()],
        "history": _history(record),
        "may": _allowed(request, row, record),
        "objections": _objections(request, row),
        "links": [link for found in announce("notice.links", subject=row.subject, by=request.actor) for link in found],
        "crumbs": crumbs(record.title),
    }
    return render(request, "disclosure/notice.html", context)


def _allowed(request: Request, row: Notice, record: queries.Record) -> dict[str, bool]:
    """Which acts the page offers; each act asks again."""
    compose, review = (request.actor.may(p) for p in (Permission.NOTICE_COMPOSE, Permission.NOTICE_REVIEW))
    return {
        "change": compose and record.state == "draft",
        "review": review and record.state == "draft" and services.may_review(row, request.actor),
        "waits": record.state == "draft" and not (review and services.may_review(row, request.actor)),
        "publish": compose and record.state == "reviewed",
        "end": compose and record.state == "published" and _is_over(record),
        "print": record.published_on is not None and record.state != "taken_down",
        "prove": compose and record.published_on is not None and record.state != "taken_down",
        "record": request.actor.may(Permission.OBJECTION_RECORD)
        and record.published_on is not None
        and record.state != "taken_down",
        "take_down": review and record.state != "taken_down",
    }


def _is_over(record: queries.Record) -> bool:
    return record.period_to is not None and record.period_to < timezone.localdate()


def _objections(request: Request, row: Notice) -> list[Any]:
    """The objections, to those who may see them; others see how many wait."""
    if not request.actor.may(Permission.OBJECTION_VIEW):
        return []
    rows = queries.objections(request.actor.scope, on=timezone.localdate()).filter(notice=row)
    return [queries.heard(one, timezone.localdate()) for one in rows]


def _history(record: queries.Record) -> list[dict[str, Any]]:
    steps = [
        (record.composed_on, _("拟稿"), record.composed_who, record.returned_note),
        (record.reviewed_on, _("复核通过"), record.reviewed_who, ""),
        (record.published_on, _("已发布"), record.published_who, ""),
        (record.proved_on, _("张贴照片"), "", ""),
        (record.ended_on, _("期满"), "", ""),
        (record.taken_down_on, _("已撤下"), record.taken_down_who, record.taken_down_reason),
    ]
    return [{"at": at, "text": text, "who": who, "note": note} for at, text, who, note in steps if at]


@require_GET
def notice_print(request: Request, pk: int) -> HttpResponse:
    """The sheet for the board on A4, with the code that leads to the public page."""
    row = fetch(request, pk)
    if row.published_on is None:
        raise Refused(_("公示发布以后才能打印张贴"))
    sheet = queries.sheet_of(row)
    address = request.build_absolute_uri(reverse("portal:notice", args=[sheet.code]))
    context = {
        "sheet": sheet,
        "picture": qr(address),
        "address": address,
        "issuer": territory.name_of(row.division),
        "back": reverse("disclosure:notice", args=[pk]),
    }
    return render(request, "disclosure/print.html", context)


def qr(address: str) -> SafeString:
    """The address as a square of dots."""
    return SafeString(segno.make(address, error="m").svg_inline(scale=4, border=2, svgclass="zt-qr", omitsize=True))
