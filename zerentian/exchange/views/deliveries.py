"""Sources, their contracts and deliveries, and the matches."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zerentian.exchange import forms as own
from zerentian.exchange import queries, services
from zerentian.exchange.models import Delivery
from zerentian.exchange.queries import spoken
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.views.words import (
    CADENCES,
    KINDS,
    LEVELS,
    MODES,
    SEVERITIES,
    TYPES,
    amount,
    answer_with,
    limits,
    origin,
    source_title,
)
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied
from zerentian.organisations.models import Department
from zerentian.rulebook.queries import label, law_area
from zerentian.territory import queries as territory

PAGE = 50
SHOWN_YEARS = 2  # of the calendar of deliveries


def may_look(request: Request) -> None:
    """Whoever views the exchange, or delivers to it."""
    if not request.actor.may(Permission.EXCHANGE_VIEW):
        request.actor.require(Permission.EXCHANGE_DELIVER)


def _source(request: Request, name: str) -> Source:
    may_look(request)
    found = queries.sources().get(name)
    if found is None or found not in queries.visible_sources(request.actor):
        raise Http404
    return found


def require_delivery(request: Request, source: Source) -> None:
    """403 for whoever does not deliver for the source."""
    request.actor.require(Permission.EXCHANGE_DELIVER)
    if not queries.delivers(request.actor, source):
        raise Denied(f"“{source.file.title.zh}”由别的部门交付和答复")


def _place(request: Request, source: Source) -> int:
    """The area whose deliveries are meant: the province's, or the actor's own county."""
    return law_area() if source.file.level == "province" else request.actor.division or law_area()


def _department(source: Source) -> str:
    return str(Department(source.file.department).label)


def crumbs_of(*path: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page of the exchange."""
    return [(_("数据交换"), reverse("exchange:sources")), *path]


@require_GET
def sources(request: Request) -> HttpResponse:
    """Every source that the actor may look at, with its last delivery and what is late."""
    may_look(request)
    today, rows = timezone.localdate(), []
    for source in queries.visible_sources(request.actor):
        owed = queries.terms_of(source, _place(request, source), _since(today), today)
        last = queries.deliveries(request.actor).filter(source=source.id).first()
        rows.append({
            "id": source.id, "title": spoken(source.file.title.zh, source.file.title.en), "department": _department(source),
            "cadence": CADENCES[source.file.cadence], "last": last, "rules": len(source.rules),
            "late": sum(came is None and term.due_on < today for term, came in owed),
        })  # fmt: skip
    context = {
        "rows": rows,
        "may_match": request.actor.may(Permission.EXCHANGE_MATCH),
        "sees": request.actor.may(Permission.EXCHANGE_VIEW),
    }
    return render(request, "exchange/sources.html", context)


def _since(today: date) -> date:
    return date(today.year - SHOWN_YEARS + 1, 1, 1)


def _rules(found: Source) -> list[tuple[Any, ...]]:
    """Each rule in the reader's language, with the examples that say whom it names and whom not."""
    examples = queries.examples_by_rule(found.id)
    return [
        (
            rule,
            spoken(rule.title, rule.title_en),
            spoken(rule.definition, rule.definition_en),
            KINDS[rule.kind],
            SEVERITIES[rule.severity],
            [(example.case, bool(example.named)) for example in examples.get(rule.id, ())],
            label("department" if rule.owner in Department else "body_kind", rule.owner),
        )
        for rule in found.rules
    ]


@require_GET
def source(request: Request, name: str) -> HttpResponse:
    """One source: its contract, its ground, its calendar, its rules, its deliveries."""
    found, today = _source(request, name), timezone.localdate()
    fields = [
        (
            field,
            spoken(field.title, field.title_en),
            field.name in found.file.personal,
            TYPES[field.type],
            limits(field),
        )
        for field in found.contract.fields
    ]
    terms = queries.terms_of(found, _place(request, found), _since(today), today)
    context = {
        "late": {c.pk for t, c in terms if c and timezone.localdate(c.delivered_at) > t.due_on},
        "source": found, "title": spoken(found.file.title.zh, found.file.title.en), "department": _department(found),
        "description": spoken(found.file.description.zh, found.file.description.en),
        "ground": spoken(found.file.catalogue.ground.zh, found.file.catalogue.ground.en),
        "cadence": CADENCES[found.file.cadence], "level": LEVELS[found.file.level], "mode": MODES[found.file.mode],
        "fields": fields, "rules": _rules(found),
        "terms": terms, "today": today,
        "deliveries": queries.deliveries(request.actor).filter(source=found.id)[:10],
        "values": [
            (spoken(p.title, p.title_en), amount(v.value, p.unit), v.valid_from, origin(v.source), v.confirmed)
            for p in found.parameters.values() if (v := found.parameter(p.id, law_area(), today))
        ],
        "may_deliver": queries.delivers(request.actor, found),
        "crumbs": crumbs_of((spoken(found.file.title.zh, found.file.title.en), "")),
    }  # fmt: skip
    return render(request, "exchange/source.html", context)


@require_GET
def contract(request: Request, name: str) -> JsonResponse:
    """The contract as a Table Schema, for a department to check its own file with."""
    found = _source(request, name)
    answer = JsonResponse(queries.descriptor(found), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{found.id}.json") or ""
    return answer


def _received(made: Delivery) -> str:
    """What is said after a file came: the same file again for its period is the earlier delivery."""
    if made.state == Delivery.State.CHECKING:
        return _("文件已收到，正在检查")
    return _("同样的文件本期已经交付过，没有重复收取；下面是那一次的回执")


@require_http_methods(["GET", "HEAD", "POST"])
def deliver(request: Request, name: str) -> HttpResponse:
    """Deliver a file for a source."""
    found, today = _source(request, name), timezone.localdate()
    require_delivery(request, found)
    place = _place(request, found)
    periods = [term.period for term, _came in queries.terms_of(found, place, _since(today), today)]
    stored = queries.deliveries(request.actor).filter(source=found.id, division=place, state="stored")
    form = own.DeliverForm(found, periods, stored, request.POST or None, request.FILES or None)

    def send(
        *, by: Any, period: str, kind: str, replaces: Delivery | None, content: Any, nothing: bool = False
    ) -> Delivery:
        offer = services.Offer(found.id, period, kind, "page", place, replaces.pk if replaces else None)
        file, name = (services.header_of(found), f"{period}.csv") if nothing else (content, content.name)
        return services.deliver(offer=offer, content=file, name=name, by=by)

    title = spoken(found.file.title.zh, found.file.title.en)
    return answer_with(
        request, form, send, template="exchange/deliver.html", done=_received,
        goes_to=lambda made: reverse("exchange:delivery", args=[made.pk]),
        context={
            "title": title, "source": found, "back": reverse("exchange:source", args=[found.id]),
            "crumbs": crumbs_of((title, reverse("exchange:source", args=[found.id])), (_("交付数据"), "")),
        },
    )  # fmt: skip


@require_GET
def deliveries(request: Request) -> HttpResponse:
    """What was delivered, the newest first."""
    may_look(request)
    rows = queries.deliveries(request.actor)
    name, state = request.GET.get("source", ""), request.GET.get("state", "")
    if name in queries.sources():
        rows = rows.filter(source=name)
    if state in Delivery.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"label": label, "url": f"?source={name}&state={key}", "active": key == state, "count": None}
        for key, label in [("", _("全部")), *Delivery.State.choices]
    ]
    context = {
        "rows": [(one, source_title(one.source)) for one in page],
        "page": page,
        "tabs": tabs,
        "crumbs": crumbs_of((_("交付记录"), "")),
    }
    return render(request, "exchange/deliveries.html", context)


def _delivery(request: Request, pk: int) -> Delivery:
    may_look(request)
    found: Delivery | None = queries.deliveries(request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_GET
def delivery(request: Request, pk: int) -> HttpResponse:
    """One delivery: the receipt, what the check found, what came of its rows."""
    found = _delivery(request, pk)
    came = queries.came_of(found)
    context = {
        "delivery": found,
        "doubtful": found.counts.get("without_number", 0), "title": source_title(found.source), "came": came,
        "columns": sorted(found.counts.get("by_column", {}).items(), key=lambda p: -p[1]),
        "place": territory.full_name(found.division),
        "dropped": found.counts.get("dropped", []), "has_errors": queries.errors_of(found) is not None,
        "broken_off": services.broken_off(found),
        "may_deliver": queries.delivers(request.actor, queries.source(found.source)),
        "may_withdraw": found.state == Delivery.State.STORED
        and queries.delivers(request.actor, queries.source(found.source)),
        "crumbs": crumbs_of((_("交付记录"), reverse("exchange:deliveries")), (found.receipt, "")),
    }  # fmt: skip
    return render(request, "exchange/delivery.html", context)


@require_GET
def delivery_errors(request: Request, pk: int) -> HttpResponse:
    """The error file, for whoever may see the delivery."""
    found = _delivery(request, pk)
    path = queries.errors_of(found)
    if path is None:
        raise Http404
    return attachment(path, f"错误清单-{found.receipt}.csv", "text/csv")


@require_POST
def delivery_check(request: Request, pk: int) -> HttpResponse:
    """Check a delivery again whose check was broken off."""
    found = _delivery(request, pk)
    require_delivery(request, queries.source(found.source))
    services.check_again(delivery_id=pk, by=request.actor)
    messages.success(request, _("已重新开始检查"))
    return redirect("exchange:delivery", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take a delivery back, with the reason."""
    found = _delivery(request, pk)
    require_delivery(request, queries.source(found.source))
    back = reverse("exchange:delivery", args=[pk])

    def take_back(**given: Any) -> Delivery:
        return services.withdraw(delivery_id=pk, **given)

    return answer_with(
        request, own.ReasonForm(request.POST or None), take_back, template="exchange/reason.html", done=_("已撤回这次交付"),
        goes_to=lambda made: back, context={
            "title": _("撤回交付"), "submit": _("撤回"), "back": back, "subject": f"{source_title(found.source)} · {found.receipt}",
            "crumbs": crumbs_of((found.receipt, back), (_("撤回交付"), "")),
        },
    )  # fmt: skip


@require_GET
def matches(request: Request) -> HttpResponse:
    """The matches: from what, when, what they found."""
    request.actor.require(Permission.EXCHANGE_VIEW)
    page = Paginator(queries.runs(request.actor), PAGE).get_page(request.GET.get("page"))
    nothing = dict.fromkeys(("hits", "raised", "reopened", "gone"), 0)
    context = {
        "rows": [(one, {**nothing, **one.counts}) for one in page],
        "page": page,
        "may_match": request.actor.may(Permission.EXCHANGE_MATCH),
        "crumbs": crumbs_of((_("比对记录"), "")),
    }
    return render(request, "exchange/matches.html", context)


@require_POST
def match_new(request: Request) -> HttpResponse:
    """Match now instead of at night."""
    request.actor.require(Permission.EXCHANGE_MATCH)
    made = services.begin_match(by=request.actor)
    made.refresh_from_db()
    messages.success(request, _("已开始比对"))
    return redirect("kernel:run", made.run_id) if made.run_id else redirect("exchange:matches")
