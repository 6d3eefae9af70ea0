"""Procedures as the rule packs define them: steps, who decides, the drawing."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.procedures import queries
from zerentian.procedures.models import Definition
from zerentian.procedures.rules.definition import Procedure


@require_GET
def definitions(request: Request) -> HttpResponse:
    """Every version of every procedure."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    today = timezone.localdate()
    rows = [(one, queries.words(one.title), one.in_force(today)) for _pack, one in queries.definitions().values()]
    return render(request, "procedures/definitions.html", {"rows": rows})


@require_GET
def definition(request: Request, kind: str, version: str) -> HttpResponse:
    """One version: how it goes, step by step; also one that only cases under way still follow."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    found = _version(kind, version)
    title = queries.words(found.title)
    context = {
        "procedure": found, "title": title, "steps": queries.steps_shown(found), "drawing": SafeString(queries.drawing(found)),
        "opened_by": queries.decider_words(found.opened_by),
        "crumbs": [(_("办理程序"), reverse("procedures:definitions")), (title, "")],
    }  # fmt: skip
    return render(request, "procedures/definition.html", context)


def _version(kind: str, version: str) -> Procedure:
    known = queries.definitions().get((kind, version))
    if known is not None:
        return known[1]
    row = Definition.objects.filter(key=kind, version=version).order_by("-id").first()
    if row is None:
        raise Http404
    return queries.definition(row.pk)
