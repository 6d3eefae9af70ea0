"""Words that the pages of the exchange share."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.forms import ReasonForm
from zerentian.exchange.models import Clue, Reply
from zerentian.exchange.queries import spoken
from zerentian.exchange.rules.contracts import ContractField
from zerentian.kernel import sentences
from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.refusal import Outrun, Refused
from zerentian.kernel.templatetags.ui import number, yes_no
from zerentian.rulebook.queries import source_words
from zerentian.rulebook.templatetags.rulebook_tags import unit_words

T = TypeVar("T")
KINDS = {"doubt": _("疑似不符"), "gap": _("应享未享"), "record": _("信息不一致")}
SEVERITIES = {"clear": _("清"), "strict": _("严"), "check": _("核")}
STEPS = {
    "raised": _("比对发现"), "answered": _("已核实"), "settled": _("已审定"), "returned": _("退回重新核实"),
    "reopened": _("重新核实"), "escalated": _("逾期，升级督办"), "handed": _("转交"), "opened": _("启动程序"),
    "corrected": _("部门已更正"), "upheld": _("部门坚持原数据"),
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
# The order in which a clue is looked into: first, after the rule's own questions, and which conclusion fits what was found.
FIRST = {
    "doubt": _("先确认是不是本人：核对姓名、出生日期和住址，同名不等于同一人"),
    "gap": _("先确认是不是本人，家里现在的情况是否和部门数据一致"),
    "record": _("先看原件（证件、证书、名册），弄清哪一边的记录是对的"),
}
LAST = {
    "doubt": _("看实物和凭证，能拍照的拍照；写明看到什么、问了谁、依据是什么"),
    "gap": _("问清有没有申请过、谁经办、为什么没有享受；拍下证件或证明"),
    "record": _("拍下原件；写明以哪一边为准、依据是什么"),
}
CHOICES = {
    "doubt": (
        (_("部门所记是真的，这一户不该在册"), "confirmed"), (_("部门所记是真的，但有合理解释，仍符合条件"), "explained"),
        (_("不是本人，或部门的记录有错"), "wrong_data"), (_("以前是这样，现在已经没有了（已卖、已注销、已离职）"), "changed"),
    ),
    "gap": (
        (_("符合条件，确实没有享受"), "confirmed"), (_("不符合条件，或已从别的途径享受"), "explained"),
        (_("不是本人，或部门的记录有错"), "wrong_data"), (_("核实前已经办理"), "changed"),
    ),
    "record": (
        (_("部门的记录对，户档案要更正"), "confirmed"), (_("两边都有道理，已说明原因"), "explained"),
        (_("户档案对，部门的记录有错"), "wrong_data"), (_("两边现在已经一致"), "changed"),
    ),
}  # fmt: skip
CADENCES = {"monthly": _("每月"), "quarterly": _("每季"), "half_yearly": _("每半年"), "yearly": _("每年")}
MODES = {"full": _("每次交整张表"), "incremental": _("平时交增量")}
TYPES = {
    "string": _("文字"), "integer": _("整数"), "number": _("数，可带小数"), "date": _("日期"), "boolean": _("是或否"), "year": _("年份"),
}  # fmt: skip
LEVELS = {"province": _("省级"), "city": _("市级"), "county": _("县级")}


def rule_title(clue: Clue | Reply) -> str:
    """What the rule of a clue is called; its id where the sources have it no more."""
    return queries.title_of(clue.rule)


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


def limits(field: ContractField) -> list[str]:
    """What the contract asks of a column besides its type and its list of values, in words."""
    asked = field.constraints
    told = (
        (_("不小于 %(n)s"), asked.minimum), (_("不大于 %(n)s"), asked.maximum),
        (_("至少 %(n)s 个字"), asked.min_length), (_("最多 %(n)s 个字"), asked.max_length),
    )  # fmt: skip
    return [words % {"n": f"{n:g}" if isinstance(n, float) else n} for words, n in told if n is not None]


def told_after_reason(request: Request, tell: Callable[..., T]) -> tuple[forms.Form, T | None, int]:
    """The form that asks why, what is told once a reason is given, None before, and the status of the answer."""
    form = ReasonForm(request.POST or None)
    if request.method != "POST":
        return form, None, 200
    if form.is_valid():
        try:
            return form, tell(reason=form.cleaned_data["reason"], by=request.actor), 200
        except Outrun:
            raise
        except Refused as refused:
            refuse_into(form, refused)
    return form, None, 422


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
                messages.success(request, done(result) if callable(done) else done)
                return redirect(goes_to(result))
    return render(request, template, {"form": form, **context}, status=status)


def amount(value: Any, unit: str) -> str:
    """A number of policy with its unit, as people read it."""
    if unit in ("flag", "yes_no"):
        return yes_no(bool(value))
    words = unit_words(unit)
    return f"{number(value)}{'' if words == '%' else ' '}{words}".strip()


def origin(source: str) -> str:
    """Where a number of policy comes from, in the reader's language."""
    return sentences.spoken(source_words(source))
