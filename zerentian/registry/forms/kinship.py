"""The short pages of declared kinship."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.organisations.forms.search import DivisionField
from zerentian.registry.models import Kinship


class KinshipForm(forms.Form):
    """Who is related to the household, and how."""

    cadre = forms.CharField(
        label=_("干部姓名"), min_length=2, max_length=60, help_text=_("本人申报写本人；代他人申报写他的姓名")
    )
    relation = forms.ChoiceField(label=_("与该户的关系"), choices=Kinship.Relation.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("说明"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class EndKinshipForm(forms.Form):
    """Why a declaration holds no more."""

    reason = forms.CharField(
        label=_("理由和依据"), min_length=2, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class KinshipFilter(forms.Form):
    """Which declarations."""

    cadre = forms.CharField(label=_("干部姓名"), required=False, max_length=60)
    area = DivisionField(label=_("区划代码"), required=False, max_length=12)
    over = forms.BooleanField(label=_("包括已终止的"), required=False)

    def wanted(self) -> dict[str, Any]:
        """The filled and right fields."""
        self.is_valid()
        data = self.cleaned_data
        return {"cadre": (data.get("cadre") or "").strip(), "area": data.get("area"), "over": bool(data.get("over"))}
