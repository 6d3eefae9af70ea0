"""The filters above the registers of villages and counties, and the choice of an official count."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.registry.forms.search import AreaField, areas, codes

POOR = "listed"  # the villages or counties on the list, whichever kind


class RegisterFilter(forms.Form):
    """What a register is narrowed by."""

    q = forms.CharField(label=_("名称"), required=False, max_length=40)
    area = AreaField(label=_("地区"), required=False)
    kind = forms.ChoiceField(label=_("类型"), required=False)
    status = forms.ChoiceField(label=_("退出状态"), required=False)

    def __init__(self, *args: Any, actor: Actor, kinds: str, statuses: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.get("area", "")
        chosen = int(given) if given.isascii() and given.isdigit() and len(given) == 12 else None
        for name, choices in (
            ("area", areas(actor, chosen)),
            ("kind", [(POOR, _("在名单上的")), *codes(kinds, _("不限"))]),
            ("status", codes(statuses, _("不限"))),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self.fields["area"].widget.attrs["data-user-content"] = ""

    def chosen(self) -> dict[str, Any]:
        """The right fields; without any kind asked for, those on the list."""
        self.is_valid()
        return {"q": "", "area": None, "status": "", **self.cleaned_data, "kind": self.data.get("kind", POOR)}


class CutOffForm(forms.Form):
    """Which official count stands beside the running one."""

    cut_on = forms.ChoiceField(label=_("时点"), required=False)

    def __init__(self, *args: Any, dates: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cut_on"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.isoformat(), one.isoformat()) for one in dates]

    def chosen(self, dates: list[date]) -> date | None:
        """The asked date, else the newest."""
        asked = self.cleaned_data.get("cut_on") if self.is_valid() else ""
        return next((one for one in dates if one.isoformat() == asked), dates[0] if dates else None)
