"""One case: where it stands, what happened, its papers, and what may be done next."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.kernel.effects import announce
from zerentian.kernel.http import Request
from zerentian.kernel.papers import Paper, sent
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.procedures import queries, services
from zerentian.procedures.models import Case
from zerentian.procedures.rules import plugs
from zerentian.procedures.rules.appeals import AGAINST, appeal_about, decision_against
from zerentian.procedures.rules.flow import LIVE, Move

READ = "procedures.case"


def fetch(request: Request, pk: int, needs: Permission = Permission.CASE_VIEW) -> Case:
    """The case, if the actor may see it; 404 outside the scope."""
    request.actor.require(needs)
    found = queries.case(request.actor.scope, pk)
    if found is None:
        raise Http404
    return found


def crumbs(last: str, pk: int | None = None) -> list[tuple[str, str]]:
    """Where a page of cases stands."""
    path = [(_("案件"), reverse("procedures:cases"))]
    if pk is not None:
        path.append((_("案件 %(pk)s") % {"pk": pk}, reverse("procedures:case", args=[pk])))
    return [*path, (last, "")]


@require_GET
def case(request: Request, pk: int) -> HttpResponse:
    """The file of a case."""
    found, today = fetch(request, pk), timezone.localdate()
    moves = queries.moves(found, request.actor, today)
    about = plugs.described(found.subject_kind, found.subject_id, request.actor.scope)
    note_reading(page=READ, household_id=found.household_id, division=found.division)
    file = queries.case_file(found, today)
    context = {
        "file": file,
        "pages": _notice_pages(request, file),
        "doubts": [
            one for told in announce("case.doubts", case=queries.summary(found), by=request.actor) for one in told
        ],
        "compares": found.state in LIVE
        and any(one.kind == "comparison" for one in file.procedure.at(found.step).evidence),
        "choices": queries.choices_of(move for move in moves if move.act != "withdraw" or move.is_open),
        "may": _allowed(request, found, moves),
        "hints": _hints(request, found) if found.state in LIVE else [],
        "numbers": queries.numbers_of(file.procedure.at(found.step), found.division, today)
        if found.state in LIVE
        else [],
        "figures": queries.figures_shown(queries.figures(found, today)) if found.state in LIVE else [],
        "may_read": request.actor.may(Permission.OBJECTION_VIEW),
        "about": about,
        "appeal": _appeal(request, found, today),
        "may_supplement": request.actor.may(Permission.CASE_DECIDE),
        "may_tell": found.state == Case.State.CLOSED,
        "against": _against(request, found),
        "crumbs": crumbs(_("案件 %(pk)s") % {"pk": pk}),
    }
    return render(request, "procedures/case.html", context)


def _appeal(request: Request, found: Case, today: date) -> str:
    """Where an appeal against the decision begins, for whom may begin one."""
    kind = appeal_about(found.subject_kind)
    if found.state != Case.State.CLOSED or found.kind == kind or not request.actor.may(Permission.CASE_OPEN):
        return ""
    for _pack, one in queries.definitions().values():
        if one.id == kind and one.in_force(today) and request.actor.role in one.opened_by.roles:
            return f"{reverse('procedures:case_open', args=[kind, found.subject_id])}?{AGAINST}={found.pk}"
    return ""


def _against(request: Request, found: Case) -> Case | None:
    """The decision that a case is against, or that it takes anew."""
    number = decision_against(found.data)
    return queries.case(request.actor.scope, number) if number is not None else None


def _notice_pages(request: Request, file: queries.CaseFile) -> list[tuple[int, str, str]]:
    """Where the case's notices are reviewed, published and proved."""
    ids = [row.notice_id for row in file.notices if row.notice_id]
    return [page for told in announce("notice.pages", ids=ids, by=request.actor) for page in told] if ids else []


def _hints(request: Request, found: Case) -> list[plugs.Hint]:
    """What the subject still lacks for this procedure, from the first step on, so that it is put right in time."""
    steps = queries.definition(found.definition_id).steps
    rules = frozenset(one.rule for step in steps for outcome in step.outcomes for one in outcome.conditions)
    return plugs.hinted(case=queries.summary(found), rules=rules, on=timezone.localdate(), by=request.actor)


def _allowed(request: Request, found: Case, moves: list[Move]) -> dict[str, bool]:
    """Which other acts the page offers; each asks again."""
    live, actor = found.state in LIVE, request.actor
    decides = any(move.act == "decide" and not _is_other(move) for move in moves)
    step = queries.definition(found.definition_id).at(found.step)
    return {
        "attach": live and decides,
        "notice": live and decides and step.notice is not None and not queries.present_notices([found]),
        "object": live and actor.may(Permission.OBJECTION_RECORD),
        "answer": actor.may(Permission.OBJECTION_ANSWER),
        "resume": actor.may(Permission.OBJECTION_ANSWER) and queries.may_resume(found),
    }


def _is_other(move: Move) -> bool:
    """Whether the step is somebody else's."""
    return any("level" in why.values for why in move.why_not)


@require_GET
def case_print(request: Request, pk: int) -> HttpResponse:
    """The complete file on paper, with a cover, room for signatures and the hash of each paper."""
    found = fetch(request, pk)
    return _printed(request, found, services.dossier(found, timezone.localdate(), request.actor), _("案件"))


@require_GET
def case_letter(request: Request, pk: int) -> HttpResponse:
    """The letter that tells the applicant how the case ended."""
    found = fetch(request, pk)
    return _printed(request, found, [services.letter(found, timezone.localdate())], _("告知书"))


def _printed(request: Request, found: Case, papers: list[Paper], name: str) -> HttpResponse:
    """Papers of a case as a page, or as the file that the address asks for."""
    note_reading(page=READ, household_id=found.household_id, division=found.division)
    if file_type := request.GET.get("as", ""):
        return sent(papers, file_type, f"{name}-{found.pk}")
    context = {"papers": papers, "back": reverse("procedures:case", args=[found.pk])}
    return render(request, "procedures/print.html", context)


def chosen(request: Request) -> list[Case]:
    """The cases that somebody ticked, or all that wait for him at a step; so many as one list may have."""
    given = request.POST if request.method == "POST" else request.GET
    if key := given.get("step", ""):
        waiting = queries.in_heap(queries.waiting(request.actor, timezone.localdate()), key)
        return list(waiting[: services.MOST_AT_ONCE])
    ids = [int(one) for one in given.getlist("case") if one.isdecimal() and one.isascii() and len(one) < 18]
    return list(queries.cases_by_id(request.actor.scope, ids[: services.MOST_AT_ONCE]).values())
