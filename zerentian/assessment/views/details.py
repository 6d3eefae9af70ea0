"""A body's duties, a duty's bodies, an entry with the rows behind it, and the disputes."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from zerentian.assessment.forms import DecisionForm, DisputeForm
from zerentian.assessment.models import BodyStanding, Dispute, Entry
from zerentian.assessment.queries.boards import Filter
from zerentian.assessment.queries.entries import (
    HELD,
    distribution,
    entries_in,
    entries_of_body,
    entry_detail,
    lines,
    own_standing,
    parameters_of,
)
from zerentian.assessment.queries.evidence import ABOUT_PEOPLE, evidence, is_snapshot_kept, withheld
from zerentian.assessment.queries.measures import bound_measure
from zerentian.assessment.queries.periods import as_of, is_past, ledger_day, snapshot_of
from zerentian.assessment.queries.words import OPS
from zerentian.assessment.rules import RANKS, decision_problem, dispute_problem
from zerentian.assessment.views.crumbs import crumbs, require_area
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.scope import Level
from zerentian.organisations.models import Body
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

ROWS = 50


def mine(request: Request) -> HttpResponse:
    """What the reader's own body answers for: the body of the post, or the main body of the area."""
    request.actor.require(Permission.LEDGER_VIEW)
    found = own_standing(request.actor)
    if found is None:
        return redirect("assessment:ledger")
    own = Body.objects.filter(pk=request.actor.body_id or 0).exclude(pk=found.body).first()
    return _show_body(request, found, own)


def body(request: Request, pk: int) -> HttpResponse:
    """What a body answers for, and what to do next: its duties, the worst first."""
    request.actor.require(Permission.LEDGER_VIEW)
    standing = BodyStanding.objects.filter(body=pk).order_by("-year").first()
    if standing is None or not request.actor.scope.covers(standing.division):
        raise Http404
    return _show_body(request, standing)


def _show_body(request: Request, standing: BodyStanding, own: Body | None = None) -> HttpResponse:
    """`own` is the reader's body when the ledger knows no duties of it and shows the main body of the area instead."""
    found = entries_of_body(standing.body, standing.year)
    urgent = [line for line in found if line.entry.rank <= RANKS["at_risk"]]
    return render(
        request,
        "assessment/body.html",
        {
            "standing": standing,
            "own": own,
            "place": territory.full_name(standing.division),
            "urgent": urgent,
            "rest": [line for line in found if line.entry.rank > RANKS["at_risk"]],
            "crumbs": crumbs(request, standing.division, standing.name),
            "as_of": as_of(standing.division),
        },
    )


def duty(request: Request, duty_id: str) -> HttpResponse:
    """A duty in the reader's area: its bodies with the worst first, distribution, definition and article."""
    area = request.GET.get("area", "")
    code = int(area) if area.isdecimal() else request.actor.division
    if code is None:
        raise Http404
    require_area(request, code)
    found = next((d for d in rulebook.duties(code) if d.id == duty_id), None)
    if found is None:
        raise Http404
    year, status = ledger_day().year, request.GET.get("status", "")
    rows = entries_in(code, Filter(year, duty=duty_id, status=status if status in {*RANKS, "red"} else ""))
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    known = rulebook.measures()
    return render(
        request,
        "assessment/duty.html",
        {
            "duty": found,
            "code": code,
            "area_name": territory.name_of(code),
            "article": rulebook.book().articles.get(found.article),
            "requirements": [(r, OPS[r.op], known.get(r.measure)) for r in found.requirements],
            "levels": _levels(distribution(duty_id, code, year)),
            "statuses": list(RANKS),
            "page": page,
            "lines": lines(list(page.object_list)),
            "crumbs": crumbs(request, code, f"{found.id} {rulebook.spoken(found, 'title')}"),
            "as_of": as_of(code),
        },
    )


def _levels(counted: list[tuple[int, str, int]]) -> list[dict[str, Any]]:
    """One row a level, one number a status."""
    words = {
        Level.PROVINCE: _("省"), Level.CITY: _("设区市"), Level.COUNTY: _("县（市、区）"),
        Level.TOWNSHIP: _("乡镇（街道）"), Level.VILLAGE: _("村（居）"),
    }  # fmt: skip
    found: dict[int, dict[str, int]] = {}
    for level, status, n in counted:
        found.setdefault(level, {})[status] = n
    return [
        {"level": words[Level(level)], "numbers": [(s, by.get(s, 0)) for s in RANKS], "total": sum(by.values())}
        for level, by in sorted(found.items())
    ]


def entry(request: Request, pk: int) -> HttpResponse:
    """One entry: value, how it is computed, target, since when, the rows behind it, history and disputes."""
    return show_entry(request, pk, DisputeForm())


def show_entry(request: Request, pk: int, form: DisputeForm, status: int = 200) -> HttpResponse:
    """The entry's page; with a dispute form that was refused, nothing typed is lost."""
    request.actor.require(Permission.LEDGER_VIEW)
    found = get_object_or_404(Entry.objects.within(request.actor.scope), pk=pk)
    detail = entry_detail(found)
    after = request.GET.get("after", "")
    proof = evidence(found, request.actor.scope, after=int(after) if after.isdecimal() else 0)
    hidden = withheld(proof, found, request.actor)
    if hidden:
        proof = None
    elif proof and any(row.kind in ABOUT_PEOPLE for row in proof.rows):
        note_reading(page="assessment:entry", division=found.division, rows=len(proof.rows))
    held = next((d.state for d in detail.disputes if d.state in HELD), "")
    problem = dispute_problem(status=found.judged, held=held, is_within=request.actor.scope.covers(found.division))
    measure = detail.line.measure
    return render(
        request,
        "assessment/entry.html",
        {
            "entry": found,
            "line": detail.line,
            "detail": detail,
            "measure": measure,
            "sql": bound_measure(measure, ledger_day()).sql if measure else "",
            "parameters": parameters_of(measure, found.division) if measure else [],
            "proof": proof,
            "hidden": hidden.label if hidden else "",
            "crumbs": crumbs(request, found.division, f"{found.duty} {detail.line.title}"),
            "as_of": as_of(found.division),
            "form": form,
            "may_dispute": request.actor.may(Permission.DISPUTE_RAISE) and not problem and not is_past(),
            "may_recompute": request.actor.may(Permission.LEDGER_RECOMPUTE) and not is_past(),
            "is_proof_gone": is_past() and measure is not None and not is_snapshot_kept(),
            "snapshot": snapshot_of(ledger_day()) if is_past() else "",
        },
        status=status,
    )


def disputes(request: Request) -> HttpResponse:
    """Disputes in the reader's scope, the open ones first."""
    return show_disputes(request, DecisionForm(), None)


def show_disputes(request: Request, form: DecisionForm, about: int | None, status: int = 200) -> HttpResponse:
    """The list of disputes; a refused decision keeps its words beside its dispute."""
    request.actor.require(Permission.LEDGER_VIEW)
    rows = Dispute.objects.within(request.actor.scope).select_related("entry").order_by("state", "-id")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    told = {line.entry.pk: line for line in lines([d.entry for d in page.object_list])}
    decides = request.actor.may(Permission.DISPUTE_DECIDE)
    shown = [
        {
            "dispute": d,
            "line": told[d.entry_id],
            "form": form if d.pk == about else DecisionForm(auto_id=f"id_{d.pk}_%s"),
            "may_decide": decides
            and not decision_problem(state=d.state, raised_by=d.raised_by, decider=request.actor.user_id),
        }
        for d in page.object_list
    ]
    return render(
        request, "assessment/disputes.html", {"rows": shown, "page": page, "crumbs": [(_("申诉"), "")]}, status=status
    )
