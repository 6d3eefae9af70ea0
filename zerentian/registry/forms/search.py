"""The filter above the list of households, and the questions before an export."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.scope import chain_of, parse_code
from zerentian.kernel.sentences import spoken
from zerentian.registry.queries import STILL_POOR, Wanted
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

PROBLEMS = [
    ("", _("不限")), ("housing", _("住房不安全")), ("water", _("饮水不安全")), ("education", _("有辍学儿童")),
    ("medical", _("有人未参加医保")), ("food", _("吃不愁有问题")), ("clothing", _("穿不愁有问题")),
    ("income", _("收入低于扶贫标准")), ("grid", _("未划入网格")), ("stale", _("核实已过期")),
]  # fmt: skip
HELPERS = [("", _("不限")), ("with", _("有帮扶责任人")), ("without", _("没有帮扶责任人"))]


def codes(name: str, empty: Any) -> list[tuple[str, Any]]:
    """The values of a code list in the reader's language, after an empty one."""
    return [("", empty), *((key, rulebook.label(name, key)) for key in rulebook.code_list(name).keys)]


class AreaField(forms.ChoiceField):
    """A division of the scope: its own, those below, and those around the chosen one."""

    def valid_value(self, value: Any) -> bool:
        """Any division may be named in the address, also one that the list does not offer."""
        return bool(str(value).isdecimal())

    def clean(self, value: Any) -> Any:
        """The present 12-digit code, or None."""
        text = super().clean(value)
        if not text:
            return None
        try:
            code = territory.current_code(parse_code(text))
        except ValueError as error:
            raise forms.ValidationError(spoken(str(error))) from error
        if code is None:
            raise forms.ValidationError(_("没有代码为 %(code)s 的区划") % {"code": text})
        return code


def areas(actor: Actor, chosen: int | None) -> list[tuple[str, str]]:
    """What the area field offers: the actor's area, and below it level by level towards the chosen one."""
    own = actor.division
    if own is None:
        return [("", str(_("全部")))]
    options = [("", territory.name_of(own))]
    path = [code for code in chain_of(chosen) if code >= own] if chosen and chosen in actor.scope else [own]
    _add(options, own, path, 1)
    return options


def _add(options: list[tuple[str, str]], above: int, path: list[int], depth: int) -> None:
    for place in territory.children(above):
        options.append((place.text, "　" * depth + place.name))
        if place.id in path:
            _add(options, place.id, path, depth + 1)


class HouseholdFilter(forms.Form):
    """What the list of households is narrowed by."""

    q = forms.CharField(
        label=_("姓名、拼音、户编号或证件号码"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    area = AreaField(label=_("地区"), required=False)
    status = forms.ChoiceField(label=_("脱贫状态"), required=False)
    household_type = forms.ChoiceField(label=_("贫困户属性"), required=False)
    cause = forms.ChoiceField(label=_("主要致贫原因"), required=False)
    problem = forms.ChoiceField(label=_("存在的问题"), required=False, choices=PROBLEMS)
    helper = forms.ChoiceField(label=_("帮扶责任人"), required=False, choices=HELPERS)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = str(self.data.get("area", ""))
        code = parse_code(chosen) if chosen.isdecimal() and len(chosen) in (2, 4, 6, 9, 12) else None
        self._offer("area", areas(actor, code))
        self.fields["area"].widget.attrs["data-user-content"] = ""
        still = (STILL_POOR, _("未脱贫（含预脱贫、返贫）"))
        self._offer("status", [*(offered := codes("poverty_status", _("在册")))[:1], still, *offered[1:]])
        self._offer("household_type", codes("household_type", _("不限")))
        self._offer("cause", codes("poverty_cause", _("不限")))

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wanted(self) -> Wanted:
        """The filled and right fields."""
        self.is_valid()
        data = self.cleaned_data

        def chosen(name: str) -> str:
            return data.get(name) or ""

        return Wanted(
            text=chosen("q"),
            area=data.get("area"),
            status=chosen("status"),
            household_type=chosen("household_type"),
            cause=chosen("cause"),
            problem=chosen("problem"),
            helper=chosen("helper"),
        )


class ExportForm(forms.Form):
    """What to write, and how."""

    sheet = forms.ChoiceField(
        label=_("内容"),
        choices=[("households", _("户")), ("persons", _("人口"))],
        widget=forms.RadioSelect,
        initial="households",
    )
    form = forms.ChoiceField(
        label=_("格式"),
        choices=[("xlsx", "Excel"), ("csv", "CSV"), ("parquet", "Parquet")],
        widget=forms.RadioSelect,
        initial="xlsx",
    )
    in_full = forms.BooleanField(label=_("证件、电话、账号不遮盖"), required=False)
    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("导出完整信息时必填，并记入查阅记录"),
    )

    def __init__(self, *args: Any, may_reveal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_reveal:
            del self.fields["in_full"], self.fields["reason"]
