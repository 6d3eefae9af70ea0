"""Forms of the exchange."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue, Delivery
from zerentian.exchange.queries import spoken
from zerentian.exchange.rules.sheets import clue_of
from zerentian.exchange.rules.sources import Source
from zerentian.kernel.uploads import FilesField
from zerentian.organisations.models import Department


class ClueSearch(forms.Form):
    """Which clues a list shows; wrong fields are left out rather than refused."""

    text = forms.CharField(label=_("户编号、户主或姓名"), required=False, max_length=60)
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
    source = forms.ChoiceField(label=_("数据来源"), required=False)
    rule = forms.ChoiceField(label=_("规则"), required=False)
    conclusion = forms.ChoiceField(label=_("结论"), required=False, choices=[("", _("全部")), *Clue.Conclusion.choices])

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        found: list[Source] = list(queries.sources().values())
        titles = [(one.id, spoken(one.file.title.zh, one.file.title.en)) for one in found]
        rules = [(rule.id, spoken(rule.title, rule.title_en)) for one in found for rule in one.rules]
        for name, choices in (("source", titles), ("rule", rules)):
            field: Any = self.fields[name]
            field.choices = [("", _("全部")), *choices]

    def wanted(self) -> dict[str, Any]:
        """The filled and right fields."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class FigureSearch(forms.Form):
    """Which clues are counted; wrong fields are left out rather than refused."""

    since = forms.DateField(label=_("发现日期自"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("至"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.ChoiceField(label=_("数据来源"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["source"]
        titles = [(one.id, spoken(one.file.title.zh, one.file.title.en)) for one in queries.sources().values()]
        field.choices = [("", _("全部")), *titles]

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
        source.choices = [("", _("全部")), *((s.id, spoken(s.file.title.zh, s.file.title.en)) for s in sources)]
        department: Any = self.fields["department"]
        lines = sorted({s.file.department for s in sources})
        department.choices = [("", _("全部")), *((line, Department(line).label) for line in lines)]

    def wanted(self) -> dict[str, Any]:
        """The filled and right fields."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_bound else {}


class BoardSearch(forms.Form):
    """Whose board is shown; an unknown department is left out rather than refused."""

    department = forms.ChoiceField(label=_("部门"), required=False)

    def __init__(self, lines: Sequence[str], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["department"]
        field.choices = [("", _("全部")), *((line, Department(line).label) for line in lines)]

    def wanted(self) -> str:
        """The department's line; empty for all."""
        return str(self.cleaned_data["department"]) if self.is_valid() else ""


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


class HandOverForm(forms.Form):
    """To which desk or person a clue goes, and why."""

    to = forms.ChoiceField(label=_("转交给"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, hands: Sequence[queries.Hand], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["to"]
        field.choices = [(one.key, one.name) for one in hands]


class ManyAnswersForm(forms.Form):
    """What was found about the clues of a list: in common, and where a line says otherwise, its own."""

    conclusion = forms.ChoiceField(
        label=_("共同的核实结论"), required=False, choices=[("", _("逐条填写")), *Clue.Conclusion.choices],
    )  # fmt: skip
    statement = forms.CharField(
        label=_("共同的核实情况"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("下面没有单独填写的各条都用它；不要写身份证号、电话"),
    )  # fmt: skip

    def __init__(self, clues: Sequence[Clue], data: Any = None) -> None:
        super().__init__(data)
        self.clues = clues
        for one in clues:
            self.fields[f"conclusion_{one.pk}"] = forms.ChoiceField(
                label=_("结论"), required=False, choices=[("", _("同上")), *Clue.Conclusion.choices]
            )
            self.fields[f"statement_{one.pk}"] = forms.CharField(
                label=_("核实情况"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
            )

    def fields_of(self, clue: Clue) -> list[Any]:
        """The two fields of one line."""
        return [self[f"conclusion_{clue.pk}"], self[f"statement_{clue.pk}"]]

    def answers(self) -> list[services.Answer]:
        """One answer for each clue, what is common filled in."""
        return [services.Answer(one.pk, self._of(one, "conclusion"), self._of(one, "statement")) for one in self.clues]

    def _of(self, clue: Clue, name: str) -> str:
        return str(self.cleaned_data.get(f"{name}_{clue.pk}") or self.cleaned_data.get(name) or "")

    def clean(self) -> dict[str, Any]:
        """Each line complete."""
        cleaned: dict[str, Any] = super().clean() or {}
        fields = {"结论": "conclusion", "核实情况": "statement"}
        for answer in self.answers():
            for fault in services.faults_of(answer.conclusion, answer.statement):
                self.add_error(f"{fields[fault.where]}_{answer.clue_id}", fault.text)
        return cleaned


class SheetForm(forms.Form):
    """A filled-in workbook of a list."""

    content = forms.FileField(
        label=_("填好的核实表"), help_text=_("在线索列表下载、填好的 .xlsx 文件；只读填了内容的行"),
    )  # fmt: skip


class ConfirmForm(forms.Form):
    """Whether one line that can't be kept holds up all."""

    whole = forms.BooleanField(label=_("有一行不能保存就都不保存"), required=False)


class NumbersForm(forms.Form):
    """The numbers of clues as a paper has them."""

    numbers = forms.CharField(
        label=_("线索编号"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("照纸上的写，如 12-62；几条一起录入时用空格隔开"),
    )  # fmt: skip

    def clean_numbers(self) -> list[int]:
        """The clues that are meant, each number right by its check digits."""
        given = re.split(r"[\s,，、;；]+", self.cleaned_data["numbers"].strip())
        if len(given) > services.MOST_AT_ONCE:
            raise forms.ValidationError(_("一次最多 %(n)s 条，请分几次录入") % {"n": services.MOST_AT_ONCE})
        wrong = [one for one in given if not clue_of(one)]
        if wrong:
            raise forms.ValidationError([
                _("编号“%(code)s”写错了，请照纸上的再核对（短横线后是两位校验码）") % {"code": one[:30]} for one in wrong
            ])  # fmt: skip
        return list(dict.fromkeys(clue_of(one) for one in given))


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
        label=_("更正哪一次交付"), required=False, empty_label=_("不是更正"), queryset=Delivery.objects.none(), help_text=_("方式为更正时选择"),
    )  # fmt: skip
    nothing = forms.BooleanField(
        label=_("本期没有新增和变化"), required=False, help_text=_("增量时可选：不用选文件，照样有回执，按期交付；也可以交只有表头的文件"),
    )  # fmt: skip
    content = forms.FileField(
        label=_("文件"), required=False, help_text=_("CSV（UTF-8 或 GB18030）、xlsx、Parquet，可用 gz 或 zip 压缩"),
    )  # fmt: skip

    def __init__(self, source: Source, periods: list[str], stored: Any, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        period: Any = self.fields["period"]
        period.choices = [(one, one) for one in periods]
        kind: Any = self.fields["kind"]
        kind.help_text = _("全量：这一期的整张表，替换以前的全部数据；更正：只替换所选那次交付的行")
        if source.file.mode == "full":
            kind.choices = [c for c in Delivery.Kind.choices if c[0] != "increment"]
            del self.fields["nothing"]
        else:
            kind.initial = "increment"
            kind.help_text = _(
                "增量：只交新增和变化的行，其余保留；全量：整张表，替换以前的全部数据；更正：只替换所选那次交付的行"
            )
        replaces: Any = self.fields["replaces"]
        replaces.queryset = stored
        replaces.label_from_instance = lambda one: f"{one.period} · {one.receipt}"

    def clean(self) -> dict[str, Any]:
        """A file, or that there is nothing: of the two exactly one."""
        given: dict[str, Any] = super().clean() or {}
        nothing, content = given.get("nothing", False), given.get("content")
        if nothing and given.get("kind") not in (None, "increment"):
            self.add_error("nothing", _("只有增量可以没有内容；全量要交整张表，撤销以前的数据请用撤回"))
        elif nothing and content:
            self.add_error("nothing", _("选了文件就不要勾选这一项"))
        elif not nothing and not content and "content" not in self.errors:
            self.add_error("content", _("请选择文件"))
        return given
