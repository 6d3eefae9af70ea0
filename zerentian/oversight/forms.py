"""Forms of checks."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.oversight.models import Check, CheckRound
from zerentian.oversight.queries import FAILING_WORDS
from zerentian.oversight.rules import FAILINGS

_DAY = {"type": "date"}


class DrawForm(forms.Form):
    """What is checked, and of which time."""

    purpose = forms.ChoiceField(label=_("核查内容"), choices=CheckRound.Purpose.choices, widget=forms.RadioSelect)
    events_from = forms.DateField(
        label=_("退出或识别日期自"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )  # fmt: skip
    events_to = forms.DateField(label=_("至"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    seed = forms.CharField(
        label=_("随机种子"), required=False, max_length=64,
        help_text=_("可当众摇号填入；不填则由系统产生。同一名单、同一种子抽出的户相同"),
    )  # fmt: skip
    note = forms.CharField(label=_("备注"), required=False, max_length=300)

    def __init__(self, data: Any = None) -> None:
        today = timezone.localdate()
        start = {"purpose": "exits", "events_from": today.replace(month=1, day=1), "events_to": today}
        super().__init__(data, initial=start)


class ResultForm(forms.Form):
    """What was found at a household."""

    visited_on = forms.DateField(label=_("入户日期"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    finding = forms.ChoiceField(label=_("结论"), choices=Check.Finding.choices, widget=forms.RadioSelect)
    failings = forms.MultipleChoiceField(
        label=_("问题"), required=False, choices=[(key, FAILING_WORDS[key]) for key in FAILINGS],
        widget=forms.CheckboxSelectMultiple, help_text=_("结论为不真实时选择，可多选"),
    )  # fmt: skip
    note = forms.CharField(
        label=_("情况说明"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("结论为不真实时写明事实"),
    )  # fmt: skip
    help_continues = forms.TypedChoiceField(
        label=_("帮扶是否继续"), required=False, empty_value=None, coerce=lambda value: value == "yes",
        choices=[("", _("未了解")), ("yes", _("是")), ("no", _("否"))],
    )  # fmt: skip
    medium = forms.ChoiceField(label=_("凭证"), choices=Check.Medium.choices, widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("照片或扫描件"), help_text=_("JPG、PNG 照片或 PDF 扫描件，不超过 10 MB"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"visited_on": timezone.localdate(), "medium": "photo"})


class ReasonForm(forms.Form):
    """Why a household is replaced."""

    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("如：全家外出，两次未遇")
    )  # fmt: skip
