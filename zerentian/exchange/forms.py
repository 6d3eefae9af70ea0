"""Forms of the exchange."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Clue, Delivery
from zerentian.exchange.rules.sources import Source
from zerentian.kernel.uploads import FilesField
from zerentian.organisations.models import Department


def _spoken(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else zh


class ClueSearch(forms.Form):
    """Which clues a list shows; wrong fields are left out rather than refused."""

    text = forms.CharField(label=_("户编号或户主"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("状态"), required=False,
        choices=[
            ("", _("全部")), ("open", _("待核实")),
            ("late", _("已过期限")), ("answered", _("待审定")), ("settled", _("已办结")), ("gone", _("依据已消失"))],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("类别"), required=False,
        choices=[("", _("全部")), ("doubt", _("疑似不符")), ("gap", _("应享未享")), ("record", _("信息不一致"))],
    )  # fmt: skip
    rule = forms.ChoiceField(label=_("规则"), required=False)
    conclusion = forms.ChoiceField(label=_("结论"), required=False, choices=[("", _("全部")), *Clue.Conclusion.choices])

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        rules = [rule for source in queries.sources().values() for rule in source.rules]
        field: Any = self.fields["rule"]
        field.choices = [("", _("全部")), *((rule.id, _spoken(rule.title, rule.title_en)) for rule in rules)]

    def wanted(self) -> dict[str, Any]:
        """The filled and right fields."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CalendarSearch(forms.Form):
    """Which lines of the calendar are shown; wrong fields are left out rather than refused."""

    STATES = (("late", _("逾期未交")), ("open", _("未到期")), ("came", _("按期交付")), ("came_late", _("迟交")))

    source = forms.ChoiceField(label=_("数据来源"), required=False)
    department = forms.ChoiceField(label=_("部门"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *STATES])

    def __init__(self, sources: list[Source], data: Any = None) -> None:
        super().__init__(data)
        source: Any = self.fields["source"]
        source.choices = [("", _("全部")), *((s.id, _spoken(s.file.title.zh, s.file.title.en)) for s in sources)]
        department: Any = self.fields["department"]
        lines = sorted({s.file.department for s in sources})
        department.choices = [("", _("全部")), *((line, Department(line).label) for line in lines)]

    def wanted(self) -> dict[str, Any]:
        """The filled and right fields."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_bound else {}


class AnswerForm(forms.Form):
    """What was found to be true."""

    conclusion = forms.ChoiceField(label=_("核实结论"), choices=Clue.Conclusion.choices, widget=forms.RadioSelect)
    statement = forms.CharField(
        label=_("核实情况"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("看到什么、问了谁、依据是什么；不要写身份证号、电话"),
    )  # fmt: skip
    photos = FilesField(
        label=_("照片或扫描件"), required=False, help_text=_("JPG、PNG 照片或 PDF，可多选，每个不超过 10 MB"),
    )  # fmt: skip

    def clean_photos(self) -> list[Any]:
        """The files that were chosen, none where the field was left empty."""
        return [file for file in self.cleaned_data["photos"] if file]


class ReasonForm(forms.Form):
    """Why something is sent back or taken back."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ReplyForm(forms.Form):
    """What a department answers."""

    corrected = forms.TypedChoiceField(
        label=_("处理结果"), coerce=lambda value: value == "yes",
        choices=[("yes", _("已更正")), ("no", _("数据无误"))], widget=forms.RadioSelect,
    )  # fmt: skip
    answer = forms.CharField(label=_("说明"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class DeliverForm(forms.Form):
    """A file for a source."""

    period = forms.ChoiceField(label=_("所属期"))
    kind = forms.ChoiceField(label=_("方式"), choices=Delivery.Kind.choices, widget=forms.RadioSelect, initial="full")
    replaces = forms.ModelChoiceField(
        label=_("更正哪一次交付"), required=False, queryset=Delivery.objects.none(), help_text=_("方式为更正时选择"),
    )  # fmt: skip
    content = forms.FileField(
        label=_("文件"), help_text=_("CSV（UTF-8 或 GB18030）、xlsx、Parquet，可用 gz 或 zip 压缩"),
    )  # fmt: skip

    def __init__(self, source: Source, periods: list[str], stored: Any, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        period: Any = self.fields["period"]
        period.choices = [(one, one) for one in periods]
        kind: Any = self.fields["kind"]
        if source.file.mode == "full":
            kind.choices = [c for c in Delivery.Kind.choices if c[0] != "increment"]
        replaces: Any = self.fields["replaces"]
        replaces.queryset = stored
        replaces.label_from_instance = lambda one: f"{one.period} · {one.receipt}"
