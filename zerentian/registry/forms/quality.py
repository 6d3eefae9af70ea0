"""The filter of findings, the explanation of one, and why an explanation is revoked."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.registry.models import GROUPS
from zerentian.registry.rules.quality import RULES
from zerentian.registry.rules.quality.declared import FAULT, QUESTION
from zerentian.registry.services.quality.findings import Wanted, sentence_of

KINDS = dict(zip(GROUPS, (_("完整性"), _("有效性"), _("一致性"), _("及时性")), strict=True))
SEVERITIES = {FAULT: _("必须改正"), QUESTION: _("需要核对")}


class FindingFilter(forms.Form):
    """What findings are narrowed by; a wrong value counts as none."""

    kind = forms.ChoiceField(label=_("类别"), required=False)
    severity = forms.ChoiceField(label=_("轻重"), required=False)
    rule = forms.ChoiceField(label=_("规则"), required=False)
    excepted = forms.ChoiceField(
        label=_("例外说明"), required=False, choices=[("", _("未说明")), ("1", _("已说明，不计入"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("kind", [("", _("不限")), *KINDS.items()])
        self._offer("severity", [("", _("不限")), *SEVERITIES.items()])
        self._offer("rule", [("", _("不限")), *((rule.id, sentence_of(rule)) for rule in RULES.values())])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wanted(self) -> Wanted:
        """The filled and right fields."""
        self.is_valid()
        data = self.cleaned_data
        return Wanted(
            rule=data.get("rule") or "",
            kind=data.get("kind") or "",
            severity=data.get("severity") or "",
            excepted=bool(data.get("excepted")),
        )


class ExplainForm(forms.Form):
    """Why the record is right as it stands, and until when."""

    reason = forms.CharField(
        label=_("说明"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明实际情况和依据，如入户时间、证件、证明人"),
    )
    until = forms.DateField(label=_("有效期至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = last
        self.fields["until"].help_text = _("最晚 %(day)s；到期或档案改动后重新计入") % {"day": last}


class RevokeForm(forms.Form):
    """Why an explanation is taken back."""

    reason = forms.CharField(label=_("撤销理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
