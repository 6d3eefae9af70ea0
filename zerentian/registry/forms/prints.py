"""What is asked before forms are printed: which form of a village, as what file, and why in full."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.registry.services.prints import FORMS

FILE_TYPES = [("pdf", "PDF"), ("docx", "Word")]


class FullForm(forms.Form):
    """Why a form is printed with the personal data in full."""

    reason = forms.CharField(label=_("打印完整信息的理由"), min_length=2, max_length=200)


class VillagePrintForm(forms.Form):
    """Which form of every household of a village."""

    form = forms.ChoiceField(label=_("表"), choices=[(one.key, one.title) for one in FORMS.values()])
    file_type = forms.ChoiceField(label=_("格式"), choices=FILE_TYPES)
    in_full = forms.BooleanField(
        label=_("打印完整的证件号码、电话和账号"), required=False, help_text=_("须写明理由，并留下查阅记录")
    )
    reason = forms.CharField(label=_("理由"), required=False, max_length=200)

    def __init__(self, *args: Any, may_reveal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].widget.attrs["data-user-content"] = ""  # forms are Chinese, and so are their names
        if not may_reveal:
            del self.fields["in_full"], self.fields["reason"]
