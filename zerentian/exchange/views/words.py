"""Words that the pages of the exchange share."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Clue, Reply
from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.refusal import Outrun, Refused

KINDS = {"doubt": _("疑似不符"), "gap": _("应享未享"), "record": _("信息不一致")}
SEVERITIES = {"clear": _("清"), "strict": _("严"), "check": _("核")}
STEPS = {
    "raised": _("比对发现"), "answered": _("已核实"), "settled": _("已审定"), "returned": _("退回重新核实"),
    "reopened": _("出现新依据，重新核实"), "escalated": _("逾期，升级督办"),
}  # fmt: skip
HOLDERS = {"village": _("村"), "township": _("乡镇"), "county": _("县")}
FIELDS = {
    "number": _("证件号码"),
    "name": _("姓名"),
    "born": _("出生日期"),
    "place": _("地区"),
    "tail": _("号码末四位"),
    "sex": _("性别"),
}
AGREEMENTS = {
    "same": (_("一致"), "good"), "sound": (_("读音一致"), "info"), "near": (_("仅一处不同"), "info"), "short": (_("少一字"), "info"),
    "half": (_("一字不同"), "warn"), "differs": (_("不同"), "bad"), "missing": (_("未提供"), "neutral"),
}  # fmt: skip
CADENCES = {"monthly": _("每月"), "quarterly": _("每季"), "half_yearly": _("每半年"), "yearly": _("每年")}
LEVELS = {"province": _("省级"), "city": _("市级"), "county": _("县级")}


def spoken(zh: str, en: str) -> str:
    """The text in the reader's language."""
    return en if (get_language() or "").startswith("en") else zh


def rule_title(clue: Clue | Reply) -> str:
    """What the rule of a clue is called; its id where the sources have it no more."""
    rule = queries.rule_of(clue)
    return spoken(rule.title, rule.title_en) if rule else clue.rule


def source_title(id: str) -> str:
    """What a source is called; its id where there is none of it any more."""
    source = queries.sources().get(id)
    return spoken(source.file.title.zh, source.file.title.en) if source else id


def agreements(fields: Mapping[str, str]) -> list[tuple[Any, Any, str]]:
    """Field by field what agreed and what differed between both records: field, in words, colour."""
    shown = [(key, fields[key]) for key in FIELDS if key in fields]
    return [(FIELDS[key], *AGREEMENTS.get(level, (level, "neutral"))) for key, level in shown]


def state_tone(clue: Clue, is_late: bool) -> str:
    """The colour of a clue's state."""
    if clue.state == "settled":
        return "good"
    return "bad" if is_late else "info"


def answer_with(
    request: Request, form: forms.Form, do: Callable[..., Any], *, template: str, done: Any, goes_to: Callable[[Any], str],
    context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    """Show the form, or carry the act out; when it is refused, the form again with the reasons."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                result = do(by=request.actor, **form.cleaned_data)
            except Outrun:
                raise
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, done)
                return redirect(goes_to(result))
    return render(request, template, {"form": form, **context}, status=status)
