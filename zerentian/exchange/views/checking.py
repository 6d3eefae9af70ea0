"""One clue: what is known, what was found, who goes on with it; and the case that a true one opens."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zerentian.exchange import forms as own
from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue
from zerentian.exchange.queries import spoken
from zerentian.exchange.views import records
from zerentian.exchange.views.lists import listed
from zerentian.exchange.views.words import answer_with, source_title, told_after_reason
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.sentences import spoken_reason
from zerentian.registry.models import Household, Person

form_view = require_http_methods(["GET", "HEAD", "POST"])


def fetch(request: Request, pk: int, needs: Permission) -> Clue:
    """The clue, if the actor may see it; 404 outside the scope."""
    request.actor.require(needs)
    found = queries.clue(request.actor.scope, pk)
    if found is None:
        raise Http404
    return found


def _here(pk: int) -> str:
    return reverse("exchange:clue", args=[pk])


def _crumbs(title: str, pk: int | None = None, last: str = "") -> list[tuple[str, str]]:
    path = [(_("比对线索"), reverse("exchange:clues"))]
    return [*path, (title, _here(pk)), (last, "")] if pk else [*path, (title, "")]


@require_GET
def clue(request: Request, pk: int) -> HttpResponse:
    """One clue: the register and the department side by side, the standard, what to ask, what was done."""
    found = fetch(request, pk, Permission.CLUE_VIEW)
    context = _context(request, found)
    return render(request, "exchange/clue.html", {**context, "crumbs": _crumbs(context["row"]["title"])})


def _context(request: Request, found: Clue) -> dict[str, Any]:
    rule, actor = queries.rule_of(found), request.actor
    home = Household.objects.within(actor.scope).filter(pk=found.household_id).first()
    person = Person.objects.within(actor.scope).filter(pk=found.person_id or 0).first()
    note_reading(
        page="exchange.clue", household_id=found.household_id, person_id=found.person_id, division=found.division
    )
    (row,) = listed([found])
    of_home, of_person = records.register_facts(home, person)
    return {
        "row": row, "clue": found, "rule": rule, "definition": spoken(rule.definition, rule.definition_en) if rule else _("这条规则已不再使用"),
        "home": of_home, "person": of_person, "pieces": records.pieces_of(found, home, person), "source": source_title(found.source),
        "guide": records.guide(rule, found.kind), "choices": records.choices(found.kind), "parameters": records.parameters(found),
        "steps": records.steps(found), "papers": records.papers(found), "replies": records.replies(found),
        "may_see_source": actor.may(Permission.EXCHANGE_VIEW) and found.source in queries.sources(),
        "others": queries.in_reach(actor.scope).filter(household_id=found.household_id).exclude(pk=found.pk).count(),
        "may": _allowed(request, found),
    }  # fmt: skip


def _allowed(request: Request, found: Clue) -> dict[str, bool]:
    """What the page offers; each act asks again."""
    actor, rule = request.actor, queries.rule_of(found)
    is_true = found.conclusion == Clue.Conclusion.CONFIRMED and found.case_id is None
    return {
        "answer": found.state == "open" and actor.may(Permission.CLUE_ANSWER),
        "settle": found.state == "answered" and actor.may(Permission.CLUE_SETTLE) and found.answered_by != actor.user_id,
        "reopen": found.state == "settled" and actor.may(Permission.CLUE_SETTLE),
        "begin": bool(is_true and rule and rule.procedure and actor.may(Permission.CASE_OPEN)),
        "see_article": actor.may(Permission.RULEBOOK_VIEW), "see_delivered": actor.may(Permission.PERSONAL_REVEAL),
    }  # fmt: skip


@form_view
def clue_delivered(request: Request, pk: int) -> HttpResponse:
    """Who the department's rows are about in its own words: after a reason, which is recorded with the reading."""
    found = fetch(request, pk, Permission.CLUE_VIEW)
    request.actor.require(Permission.PERSONAL_REVEAL)
    form, told, status = told_after_reason(request, partial(services.identify_rows, clue_id=pk))
    (row,) = listed([found])
    context = {
        "row": row, "form": form, "told": told, "asked": told is not None, "source": source_title(found.source), "back": _here(pk),
        "crumbs": _crumbs(row["title"], pk, _("部门交付的身份信息")),
    }  # fmt: skip
    return render(request, "exchange/clue_delivered.html", context, status=status)


@form_view
def clue_answer(request: Request, pk: int) -> HttpResponse:
    """Say what is true, with a statement and photos; then the next clue that waits, if that is wanted."""
    found = fetch(request, pk, Permission.CLUE_ANSWER)

    def answer(**given: Any) -> Clue:
        return services.answer_clue(clue_id=pk, **given)

    def goes_to(made: Clue) -> str:
        after = queries.following(pk, request.actor) if "next" in request.POST else None
        return reverse("exchange:clue_answer", args=[after.pk]) if after else _here(pk)

    context = _context(request, found)
    return answer_with(
        request, own.AnswerForm(request.POST or None, request.FILES or None), answer, template="exchange/clue_answer.html",
        done=_("已记录核实情况，等待审定"), goes_to=goes_to, context={
            **context, "back": _here(pk), "has_next": queries.following(pk, request.actor) is not None,
            "crumbs": _crumbs(context["row"]["title"], pk, _("填写核实情况")),
        },
    )  # fmt: skip


@require_POST
def clue_settle(request: Request, pk: int) -> HttpResponse:
    """Accept what was found; with `begin`, open the procedure that fits at once."""
    fetch(request, pk, Permission.CLUE_SETTLE)
    services.settle_clue(clue_id=pk, note=request.POST.get("note", ""), by=request.actor)
    messages.success(request, _("已审定，结果已反馈来源部门"))
    if "begin" in request.POST:
        try:
            case = services.open_case_of_clue(clue_id=pk, by=request.actor)
        except Refused as refused:
            for reason in refused.reasons:
                messages.warning(request, _("没有启动程序：%(why)s") % {"why": spoken_reason(reason)})
        else:
            return redirect("procedures:case", case.pk)
    return redirect("exchange:clue", pk)


@require_POST
def clue_begin(request: Request, pk: int) -> HttpResponse:
    """Open the procedure that a true clue calls for."""
    fetch(request, pk, Permission.CASE_OPEN)
    case = services.open_case_of_clue(clue_id=pk, by=request.actor)
    messages.success(request, _("已启动程序，案件与线索已互相关联"))
    return redirect("procedures:case", case.pk)


def _with_reason(
    request: Request, pk: int, form: Any, do: Any, *, title: str, submit: str, done: str, template: str = "exchange/clue_reason.html",
) -> HttpResponse:  # fmt: skip
    (row,) = listed([fetch(request, pk, Permission.CLUE_VIEW)])
    return answer_with(
        request, form, do, template=template, done=done, goes_to=lambda made: _here(pk), context={
            "title": title, "submit": submit, "back": _here(pk), "subject": row["title"], "whom": row["name"] or row["number"],
            "crumbs": _crumbs(row["title"], pk, title),
        },
    )  # fmt: skip


@form_view
def clue_return(request: Request, pk: int) -> HttpResponse:
    """Send an answer back to whoever looked."""
    fetch(request, pk, Permission.CLUE_SETTLE)

    def send_back(**given: Any) -> Clue:
        return services.return_clue(clue_id=pk, **given)

    return _with_reason(
        request, pk, own.ReasonForm(request.POST or None), send_back,
        title=_("退回重新核实"), submit=_("退回"), done=_("已退回重新核实"),
    )  # fmt: skip


@form_view
def clue_reopen(request: Request, pk: int) -> HttpResponse:
    """Have a settled clue looked at again."""
    fetch(request, pk, Permission.CLUE_SETTLE)

    def reopen(**given: Any) -> Clue:
        return services.reopen_clue(clue_id=pk, **given)

    return _with_reason(
        request, pk, own.ReasonForm(request.POST or None), reopen,
        title=_("重新核实"), submit=_("重新核实"), done=_("已重新开始核实"),
    )  # fmt: skip


@form_view
def clue_hand_over(request: Request, pk: int) -> HttpResponse:
    """Give an open clue to another desk or person."""
    found = fetch(request, pk, Permission.CLUE_ANSWER)
    hands: Sequence[queries.Hand] = queries.hands(found, request.actor)

    def hand_over(**given: Any) -> Clue:
        return services.hand_over_clue(clue_id=pk, **given)

    return _with_reason(
        request, pk, own.HandOverForm(hands, request.POST or None), hand_over,
        title=_("转交"), submit=_("转交"), done=_("已转交"), template="exchange/clue_hand_over.html",
    )  # fmt: skip
