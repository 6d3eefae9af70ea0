"""Forms of the public pages."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """A place by name; never a person."""

    q = forms.CharField(
        label=_("乡镇或村的名称"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class CodeForm(forms.Form):
    """A notice by the number on the board."""

    code = forms.CharField(
        label=_("公示编号"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class NameForm(forms.Form):
    """A whole name, posted and never put into an address."""

    name = forms.CharField(
        label=_("户主姓名或项目名称"),
        min_length=2,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("请填写全名；只查正在公示的名单"),
    )


class ObjectionForm(forms.Form):
    """What somebody has against a notice; name and telephone as they like."""

    text = forms.CharField(
        label=_("您的意见"),
        min_length=5,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        help_text=_("请写明是哪一户、什么情况"),
    )
    name = forms.CharField(
        label=_("您的姓名"), required=False, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("您的电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        help_text=_("留下电话便于核实；加密保存，承办单位写明理由才能查看，村里看不到"),
    )
    once = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"once": uuid4().hex})
        super().__init__(*args, **kwargs)


class ReceiptForm(forms.Form):
    """The receipt number of one's own objection."""

    receipt = forms.CharField(
        label=_("受理号"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
