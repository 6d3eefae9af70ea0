"""What people type on the pages of the rulebook, turned into overlays, questions and texts."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.periods import Cycle
from zerentian.kernel.scope import Level, Scope
from zerentian.kernel.templatetags.ui import quantity
from zerentian.rulebook import queries
from zerentian.rulebook.rules.duties import Duty, Requirement
from zerentian.rulebook.rules.overlay import SIGNS
from zerentian.territory import queries as territory

LEVEL_CHOICES = [
    ("city", _("市级")),
    ("county", _("县级")),
    ("township", _("乡级")),
    ("village", _("村级")),
    ("any", _("各级")),
]
CYCLE_CHOICES = [
    (Cycle.YEARLY.value, _("每年")),
    (Cycle.HALF_YEARLY.value, _("每半年")),
    (Cycle.QUARTERLY.value, _("每季度")),
    (Cycle.MONTHLY.value, _("每月")),
    (Cycle.STANDING.value, _("常态")),
    (Cycle.ON_EVENT.value, _("逢事即办")),
]


def _date(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def _offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    cast("forms.ChoiceField", form.fields[name]).choices = choices


def area_choices(scope: Scope) -> list[tuple[int, str]]:
    """Cities and counties that lie wholly in the scope, by code."""
    places = [*territory.everything(Level.CITY), *territory.everything(Level.COUNTY)]
    return [(p.code, p.name) for p in sorted(places, key=lambda p: p.code) if scope.covers(p.code)]


class OverlayForm(forms.Form):
    """What every local measure says about itself."""

    title = forms.CharField(label=_("文件名称"), max_length=200)
    document_number = forms.CharField(label=_("文号"), max_length=100, required=False)
    area = forms.TypedChoiceField(label=_("适用地区"), coerce=int)
    valid_from = _date(
        label=_("生效日期"), help_text=_("应在生效前报备：早于今天的，责任 34.1（配套措施按时报备率）会因此不达标")
    )
    late = forms.BooleanField(label=_("生效后才报备，仍要提交"), required=False)
    valid_to = _date(label=_("失效日期"), required=False, help_text=_("不写则一直有效"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "area", area_choices(scope))
        if not self._is_late():
            del self.fields["late"]

    def _is_late(self) -> bool:
        """Whether the day typed is past, so that filing comes after it."""
        try:
            return date.fromisoformat(self.data.get("valid_from", "")) < timezone.localdate()
        except ValueError:
            return False

    def clean(self) -> dict[str, Any]:
        """A day that is past counts as filed late; that is said before anything is saved."""
        cleaned = super().clean() or self.cleaned_data
        if "late" in self.fields and not cleaned.get("late"):
            self.add_error(
                "valid_from",
                _(
                    "这一天已经过去，算生效后才报备：本地责任 34.1 会不达标。请改为今天或以后，或勾选“生效后才报备，仍要提交”"
                ),
            )
        return cleaned

    def head(self) -> dict[str, Any]:
        """The overlay without its items."""
        data = self.cleaned_data
        return {key: data[key] for key in ("title", "document_number", "area", "valid_from", "valid_to")}

    def due(self) -> dict[str, int] | None:
        """The due date as rule packs write it; None when nothing was typed."""
        data = self.cleaned_data
        if data.get("due_month") or data.get("due_day"):
            return {"month": data.get("due_month") or 0, "day": data.get("due_day") or 0}
        return None if data.get("due_days") is None else {"days": data["due_days"]}


def requirement_choices(duties: list[Duty]) -> list[tuple[str, str]]:
    """Each requirement of each duty with its present target, and each due date."""
    return [
        (f"{duty.id}|{r.measure}", f"{duty.id} {queries.spoken(duty, 'title')}: {_measure(r)}")
        for duty in duties
        for r in duty.requirements
    ]


def _measure(requirement: Requirement) -> str:
    missing = "" if requirement.measure in queries.measures() else _("（尚未测算）")
    target = f"{SIGNS[requirement.op]} {quantity(requirement.target, requirement.unit)}"
    return f"{queries.measure_title(requirement.measure)} {target}{missing}"


class TightenForm(OverlayForm):
    """A tighter target or an earlier date for one requirement."""

    requirement = forms.ChoiceField(label=_("责任和指标"))
    target = forms.DecimalField(label=_("新的目标"), required=False, help_text=_("不改目标则留空"))
    due_month = forms.IntegerField(label=_("到期月"), min_value=1, max_value=12, required=False)
    due_day = forms.IntegerField(label=_("到期日"), min_value=1, max_value=31, required=False)
    due_days = forms.IntegerField(label=_("到期天数"), min_value=0, max_value=366, required=False)

    def __init__(self, *args: Any, duties: list[Duty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "requirement", requirement_choices(duties))

    def content(self) -> dict[str, Any]:
        """The overlay as rule packs write it."""
        duty, measure = self.cleaned_data["requirement"].split("|")
        target = self.cleaned_data["target"]
        item = {"duty": duty, "measure": measure, "target": target, "due": self.due()}
        return {**self.head(), "tighten": [item]}


class AddForm(OverlayForm):
    """A duty of one's own on a measure that exists."""

    id = forms.CharField(label=_("编号"), max_length=40, help_text=_("条.序号，如 24.L1"))
    duty_title = forms.CharField(label=_("责任名称"), max_length=100)
    statement = forms.CharField(label=_("责任内容"), widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label=_("责任主体"))
    level = forms.ChoiceField(label=_("层级"), choices=LEVEL_CHOICES)
    cycle = forms.ChoiceField(label=_("周期"), choices=CYCLE_CHOICES)
    due_month = forms.IntegerField(label=_("到期月"), min_value=1, max_value=12, required=False)
    due_day = forms.IntegerField(label=_("到期日"), min_value=1, max_value=31, required=False)
    due_days = forms.IntegerField(label=_("到期天数"), min_value=0, max_value=366, required=False)
    measure = forms.ChoiceField(label=_("指标"))
    op = forms.ChoiceField(label=_("关系"), choices=[(key, SIGNS[key]) for key in SIGNS])
    target = forms.DecimalField(label=_("目标"))
    over = forms.ChoiceField(label=_("口径"), choices=[("area", _("所辖范围合计")), ("own", _("主体自身"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = queries.code_list("body_kind").values
        _offer(self, "kind", [(code.key, queries.label("body_kind", code.key)) for code in kinds])
        _offer(self, "measure", [(m.id, queries.spoken(m, "title")) for m in queries.measures().values()])

    def content(self) -> dict[str, Any]:
        """The overlay as rule packs write it; local texts stand for both languages."""
        data = self.cleaned_data
        measure = queries.measures()[data["measure"]]
        duty = {
            "id": data["id"],
            "title": {"zh": data["duty_title"], "en": data["duty_title"]},
            "statement": {"zh": data["statement"], "en": data["statement"]},
            "subjects": [{"kind": data["kind"], "level": data["level"]}],
            "cycle": data["cycle"],
            "due": self.due(),
            "requires": [
                {
                    "measure": measure.id,
                    "op": data["op"],
                    "value": data["target"],
                    "unit": measure.unit,
                    "over": data["over"],
                }
            ],
        }
        return {**self.head(), "add": [duty]}


class UploadForm(forms.Form):
    """A YAML file of local measures."""

    file = forms.FileField(label=_("YAML 文件"))


class WithdrawForm(forms.Form):
    """From when a local measure ends, and why."""

    on = _date(label=_("废止日期"))
    reason = forms.CharField(label=_("理由"), max_length=300)


class QuestionForm(forms.Form):
    """A question on an article or duty."""

    about = forms.ChoiceField(label=_("条文或责任"))
    question = forms.CharField(label=_("问题"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        law = queries.book()
        choices = []
        for number, article in law.articles.items():
            choices.append(
                (
                    f"{number}|",
                    _("第 %(number)s 条 %(title)s") % {"number": number, "title": queries.spoken(article, "title")},
                )
            )
            choices += [
                (f"{number}|{d.id}", f"　{d.id} {queries.spoken(d, 'title')}")
                for d in law.duties
                if d.article == number
            ]
        _offer(self, "about", choices)

    def arguments(self) -> dict[str, Any]:
        """The arguments of the act."""
        article, duty = self.cleaned_data["about"].split("|")
        return {"article": int(article), "duty": duty, "question": self.cleaned_data["question"]}


class AnswerForm(forms.Form):
    """The official answer."""

    answer = forms.CharField(label=_("答复"), widget=forms.Textarea(attrs={"rows": 4}))
    document_number = forms.CharField(label=_("文号"), max_length=100, required=False)


class TextForm(forms.Form):
    """A version of the official text."""

    regulation = forms.ChoiceField(label=_("法规"))
    file = forms.FileField(label=_("正式文本（.docx 或 .txt）"))
    effective_on = _date(label=_("施行日期"))
    is_partial = forms.BooleanField(
        label=_("缺条也仍要采用"),
        required=False,
        help_text=_("文件缺少条文时才需要勾选；缺的条文在页面上就没有正式文本"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "regulation", [(r.key, queries.spoken(r, "title")) for r in queries.book().regulations])
