"""Filters of the kernel's lists; how a form shows what was refused."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.refusal import Refused
from zerentian.kernel.sentences import spoken_reason


class _Search(forms.Form):
    """A filter whose wrong fields are left out rather than refused."""

    def wanted(self) -> dict[str, Any]:
        """The filled and right fields."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ActSearch(_Search):
    """What was done."""

    who = forms.CharField(label=_("谁"), required=False, max_length=60)
    name = forms.CharField(label=_("办理事项"), required=False, max_length=80)
    subject = forms.CharField(label=_("对象"), required=False, max_length=120)
    since = _day(_("自"))
    until = _day(_("至"))


class ReadingSearch(_Search):
    """Who read whom."""

    who = forms.CharField(label=_("谁"), required=False, max_length=60)
    household_id = forms.IntegerField(label=_("户（内部号）"), required=False, min_value=1)
    person_id = forms.IntegerField(label=_("人（内部号）"), required=False, min_value=1)
    since = _day(_("自"))
    until = _day(_("至"))


def refuse_into(form: forms.Form, refused: Refused) -> None:
    """Show the reasons of a refused act on its form, each at the field that it names, so that nothing typed is lost."""
    for reason in refused.reasons:
        said = spoken_reason(reason)
        if reason.where in form.fields:
            form.add_error(reason.where, str(said.text))
        else:
            form.add_error(None, str(said))
