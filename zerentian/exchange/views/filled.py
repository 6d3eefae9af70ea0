"""What was filled in without a connection comes back: a workbook looked through line by line, or a paper by its numbers."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.exchange import forms as own
from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue
from zerentian.exchange.rules.sheets import SHEET, code_of
from zerentian.exchange.views.lists import listed
from zerentian.exchange.views.sheets import READING
from zerentian.kernel.files import check_upload_size
from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.models import File
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.sentences import spoken
from zerentian.kernel.tables import MEDIA_TYPES, Problem


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [(_("比对线索"), reverse("exchange:clues")), (last, "")]


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_upload(request: Request) -> HttpResponse:
    """Take a filled-in workbook, which is then shown line by line; or the numbers of a paper, which are then typed in."""
    request.actor.require(Permission.CLUE_ANSWER)
    form, status = own.SheetForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["content"]
            try:
                check_upload_size(upload.size)
                kept = services.keep_sheet(content=upload, name=upload.name, by=request.actor)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                return redirect("exchange:sheet", kept.pk)
    context = {"form": form, "numbers": own.NumbersForm(), "crumbs": _crumbs(_("导入填好的核实表"))}
    return render(request, "exchange/sheet_upload.html", context, status=status)


@require_GET
def sheet_typed(request: Request) -> HttpResponse:
    """The clues of a paper, by their numbers, on the page where several are answered at once."""
    request.actor.require(Permission.CLUE_ANSWER)
    numbers = own.NumbersForm(request.GET)
    if numbers.is_valid():
        ids = numbers.cleaned_data["numbers"]
        found = {one.pk: one for one in queries.clues_by_id(request.actor.scope, ids)}
        for id in (one for one in ids if one not in found):
            text = _("没有编号为 %(code)s 的线索，或它不在您的管辖范围内") % {"code": code_of(id)}
            numbers.add_error("numbers", text)
        for id in (one for one in ids if one in found and found[one].state != Clue.State.OPEN):
            told = {"code": code_of(id), "who": found[id].answered_who}
            numbers.add_error("numbers", _("编号 %(code)s 的线索已由 %(who)s 核实，请从编号里去掉") % told)
        if not numbers.errors:
            return redirect(f"{reverse('exchange:clues_answer')}?{'&'.join(f'clue={id}' for id in ids)}")
    context = {"form": own.SheetForm(), "numbers": numbers, "crumbs": _crumbs(_("导入填好的核实表"))}
    return render(request, "exchange/sheet_upload.html", context, status=422)


def _mine(request: Request, pk: int) -> File:
    """A workbook that the actor sent in; 404 for anybody else's, and when its time is over."""
    request.actor.require(Permission.CLUE_ANSWER)
    found = services.sheet_of(pk, request.actor)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: Request, pk: int) -> HttpResponse:
    """What would be kept of a workbook, what was kept before, what can't be kept and why; confirmed, it is kept."""
    kept = _mine(request, pk)
    filled = services.read_sheet(kept, request.actor)
    form, status = own.ConfirmForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        whole = form.cleaned_data["whole"]
        try:
            done = _keep(request, filled, whole=whole)
        except Refused as refused:
            refuse_into(form, refused)
            status = 422
        else:
            _tell(request, filled, done)
            return redirect("exchange:sheet", pk)
    answers = [one.answer for one in (*filled.good, *filled.same) if one.answer]
    clues = queries.clues_by_id(request.actor.scope, [one.clue_id for one in answers])
    rows = {row["clue"].pk: row for row in listed(clues)}
    for one in clues:
        note_reading(page=READING, household_id=one.household_id, person_id=one.person_id, division=one.division)
    context = {
        "form": form, "sheet": kept, "filled": filled, "crumbs": _crumbs(_("核对填好的核实表")),
        "good": [_shown(one, rows) for one in filled.good], "same": [_shown(one, rows) for one in filled.same],
        "refused": [(one, _why(one.problems)) for one in filled.refused],
    }  # fmt: skip
    return render(request, "exchange/sheet.html", context, status=status)


def _shown(line: services.Line, rows: dict[int, dict[str, Any]]) -> dict[str, Any]:
    assert line.answer is not None
    conclusion = Clue.Conclusion(line.answer.conclusion).label
    return {**rows[line.answer.clue_id], "row": line.row, "conclusion": conclusion, "statement": line.answer.statement}


def _why(problems: Sequence[Problem]) -> list[str]:
    """What is wrong with a line and what to do, in the reader's language."""
    return [f"{spoken(one.text)}{spoken(one.todo)}" for one in problems]


def _keep(request: Request, filled: services.Filled, *, whole: bool) -> list[services.Done]:
    if whole and filled.refused:
        numbers = {"n": len(filled.refused)}
        raise Refused(
            _("有 %(n)s 行没有通过，按您的要求全部没有保存；请改好再上传，或取消“有一行不能保存就都不保存”") % numbers
        )
    answers = [one.answer for one in filled.good if one.answer]
    if not answers:
        raise Refused(_("没有可以保存的行"))
    return services.answer_many(answers=answers, whole=whole, by=request.actor)


def _tell(request: Request, filled: services.Filled, done: Sequence[services.Done]) -> None:
    """How many were kept, and by row which were not after all."""
    rows = {one.answer.clue_id: one.row for one in filled.good if one.answer}
    messages.success(request, _("已核实 %(n)s 条，等待审定") % {"n": sum(one.is_done for one in done)})
    for one in (one for one in done if not one.is_done):
        messages.warning(
            request, _("第 %(row)s 行没有保存：%(why)s") % {"row": rows[one.clue_id], "why": spoken(one.why)}
        )


@require_GET
def sheet_refused(request: Request, pk: int) -> HttpResponse:
    """The lines that can't be kept, as they were filled in, wrong cells marked."""
    filled = services.read_sheet(_mine(request, pk), request.actor)
    if not filled.refused:
        raise Refused(_("没有未通过的行"))
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "refused.xlsx"
        services.write_refused(path, filled)
        return attachment(path, f"{SHEET.title}-{_('未通过')}-{timezone.localdate()}.xlsx", MEDIA_TYPES["xlsx"])
