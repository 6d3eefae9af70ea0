"""Pages of the law itself: articles, duties, parameters, measures, code lists and official texts."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zerentian.kernel.files import check_upload_size
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import parse_code
from zerentian.kernel.sentences import spoken_reason
from zerentian.rulebook import queries
from zerentian.rulebook.forms import AnswerForm, TextForm
from zerentian.rulebook.models import Article, OfficialText
from zerentian.rulebook.rules.duties import Duty
from zerentian.rulebook.rules.parameters import DatedValue, Parameter, value_for
from zerentian.rulebook.rules.text import compare_texts, text_in_force
from zerentian.rulebook.services import upload_text
from zerentian.territory import queries as territory


@dataclass
class ArticleLine:
    """An article with its duties and, where uploaded, its official text."""

    article: Article
    text: str = ""
    duties: list[Duty] = field(default_factory=list)
    answers: int = 0


def crumbs(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page: label and URL name of each step, the last without one."""
    return [(label, reverse(name) if name else "") for label, name in steps]


def area_of(request: Request) -> int | None:
    """The area whose law is asked for: ?area=, else the actor's own."""
    asked = request.GET.get("area", "")
    if not asked:
        return request.actor.division
    try:
        return parse_code(asked)
    except ValueError as error:
        raise Refused(str(error)) from error


def _chapters(area: int | None) -> list[dict[str, Any]]:
    """Chapters of each regulation with their articles, duties and texts."""
    law, found = queries.book(), []
    duties: dict[int, list[Duty]] = {}
    for one in queries.duties(area):
        duties.setdefault(one.article, []).append(one)
    answers = [i.article for i in queries.interpretations() if i.is_answered]
    for regulation in law.regulations:
        text = text_in_force(queries.official_texts(regulation.key), timezone.localdate())
        texts = {a.number: a.text for a in queries.text_articles(text)} if text else {}
        for chapter in regulation.chapters:
            numbers = range(chapter["articles"][0], chapter["articles"][1] + 1)
            lines = [
                ArticleLine(law.articles[n], texts.get(n, ""), duties.get(n, []), answers.count(n)) for n in numbers
            ]
            found.append({"regulation": regulation, "chapter": chapter, "lines": lines})
    return found


@require_safe
def articles(request: Request) -> HttpResponse:
    """All articles by chapter, each with its duties and the official text beside them."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    area = area_of(request)
    chapters = _chapters(area)
    context = {
        "chapters": chapters,
        "area": area,
        "area_name": territory.full_name(area) if area else "",
        "regulations": queries.book().regulations,
        "duty_count": sum(len(line.duties) for c in chapters for line in c["lines"]),
        "has_text": any(line.text for c in chapters for line in c["lines"]),
    }
    return render(request, "rulebook/articles.html", context)


@require_safe
def article(request: Request, number: int) -> HttpResponse:
    """One article: text, summary, duties, questions and answers."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    area = area_of(request)
    line = next((x for c in _chapters(area) for x in c["lines"] if x.article.number == number), None)
    if line is None:
        raise Http404
    context = {
        "crumbs": crumbs((_("条文与责任"), "rulebook:articles"), (_("第 %(number)s 条") % {"number": number}, "")),
        "line": line,
        "area": area,
        "reasons": (),
        "interpretations": queries.interpretations(article=number),
        "answer_form": AnswerForm(),
    }
    return render(request, "rulebook/article.html", context)


@require_safe
def duty(request: Request, duty_id: str) -> HttpResponse:
    """What the law says of one duty in an area: who, how often, by when, which figures, whose local measures."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    area = area_of(request)
    try:
        found = queries.duty(duty_id, area)
    except KeyError as error:
        raise Http404(str(error.args[0])) from error
    line = next((x for c in _chapters(area) for x in c["lines"] if x.article.number == found.article), None)
    context = {
        "crumbs": crumbs((_("条文与责任"), "rulebook:articles"), (found.id, "")),
        "duty": found,
        "line": line,
        "area": area,
        "area_name": territory.full_name(area) if area else "",
        "measured": queries.measures(),
        "interpretations": queries.interpretations(article=found.article, duty=found.id),
        "answer_form": AnswerForm(),
    }
    return render(request, "rulebook/duty.html", context)


@dataclass
class ParameterLine:
    """A parameter with its values, and which of them holds in the area today."""

    parameter: Parameter
    now: DatedValue | None
    values: list[tuple[DatedValue, str]]


@require_safe
def parameters(request: Request) -> HttpResponse:
    """All dated numbers of policy, searchable; unconfirmed ones marked."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    today, words = timezone.localdate(), request.GET.get("q", "").strip()
    only = request.GET.get("only", "")
    area = area_of(request) or queries.book().regulations[0].area
    lines = []
    for found in sorted(queries.book().parameters.values(), key=lambda p: (p.article, p.id)):
        if words and not any(words in text for text in (found.id, found.title, found.title_en)):
            continue
        if only == "unconfirmed" and all(v.confirmed for v in found.values):
            continue
        values = sorted(found.values, key=lambda v: (v.area, v.valid_from), reverse=True)
        named = [(v, territory.name_of(v.area)) for v in values]
        lines.append(ParameterLine(found, value_for(found.values, area, today), named))
    context = {"lines": lines, "q": words, "only": only, "total": len(queries.book().parameters)}
    context["unconfirmed"] = sum(not v.confirmed for p in queries.book().parameters.values() for v in p.values)
    return render(request, "rulebook/parameters.html", context)


@require_safe
def measures(request: Request) -> HttpResponse:
    """All measures with the duties that use them, and those that duties name but nothing computes yet."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    used = queries.duties_of_measures(queries.duties())
    known = queries.measures()
    context = {
        "lines": [(known[id], used.get(id, [])) for id in sorted(known)],
        "missing": [(id, used[id]) for id in sorted(set(used) - set(known))],
    }
    return render(request, "rulebook/measures.html", context)


@require_safe
def measure(request: Request, measure_id: str) -> HttpResponse:
    """One measure: definition, SQL, the rows behind it, and the duties that use it."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    found = queries.measures().get(measure_id)
    if found is None:
        raise Http404(_("没有这个指标，或它还不能计算"))
    duties = [d for d in queries.duties() if any(r.measure == measure_id for r in d.requirements)]
    numbers = [(name, queries.parameter_history(parameter)) for name, parameter in found.parameters]
    context = {"measure": found, "duties": duties, "parameters": numbers}
    context["crumbs"] = crumbs((_("指标"), "rulebook:measures"), (measure_id, ""))
    return render(request, "rulebook/measure.html", context)


@require_safe
def codes(request: Request) -> HttpResponse:
    """All code lists."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    return render(request, "rulebook/codes.html", {"lists": queries.code_lists().values()})


@require_safe
def code_list(request: Request, list_id: str) -> HttpResponse:
    """One code list with keys, labels and national codes."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    found = queries.code_lists().get(list_id)
    if found is None:
        raise Http404(_("没有这个代码表"))
    context = {"list": found, "crumbs": crumbs((_("代码表"), "rulebook:codes"), (found.id, ""))}
    return render(request, "rulebook/code_list.html", context)


def texts(request: Request) -> HttpResponse:
    """The uploaded versions of the official text, and the form to upload another."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    form = TextForm(request.POST or None, request.FILES or None, initial={"effective_on": timezone.localdate()})
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        file, data = form.cleaned_data["file"], form.cleaned_data
        try:
            check_upload_size(file.size)
            row = upload_text(
                regulation=data["regulation"],
                name=file.name,
                content=file.read(),
                effective_on=data["effective_on"],
                is_partial=data["is_partial"],
                by=request.actor,
            )
            messages.success(request, _("正式文本已保存，共 %(count)s 条") % {"count": len(row.articles)})
            return redirect("rulebook:text_changes", pk=row.pk)
        except Refused as refused:
            reasons = refused.reasons
    uploaded = [(r, queries.official_texts(r.key)) for r in queries.book().regulations]
    today = timezone.localdate()
    versions = [(regulation, rows, text_in_force(rows, today)) for regulation, rows in uploaded]
    status = 422 if reasons or form.errors else 200
    context = {
        "form": form,
        "reasons": [str(spoken_reason(reason)) for reason in reasons],
        "versions": versions,
        "today": today,
    }
    context["crumbs"] = crumbs((_("条文与责任"), "rulebook:articles"), (_("正式文本"), ""))
    return render(request, "rulebook/texts.html", context, status=status)


@require_safe
def text_changes(request: Request, pk: int) -> HttpResponse:
    """How one version of the official text differs from the one before."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    row = OfficialText.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    rows = queries.official_texts(row.regulation)
    before = next((old for new, old in pairwise(rows) if new.pk == pk), None)
    changes = compare_texts(queries.text_articles(before), queries.text_articles(row)) if before else []
    expected = len([a for a in queries.book().articles.values() if a.regulation == row.regulation])
    context = {"text": row, "before": before, "changes": changes, "expected": expected, "count": len(row.articles)}
    context["crumbs"] = crumbs(
        (_("条文与责任"), "rulebook:articles"), (_("正式文本"), "rulebook:texts"), (row.name, "")
    )
    return render(request, "rulebook/text_changes.html", context)
