"""What every page that takes files shares: the field of several files, the page itself, and what it says of columns."""

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zerentian.kernel.files import check_upload_size
from zerentian.kernel.forms import refuse_into
from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables import Sheet

Begin = Callable[[list[tuple[BinaryIO, str]], bool], str]


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Every uploaded file, each checked; without any the field was left empty."""
        given = (data or [None]) if isinstance(data, list | tuple) else [data]
        checked = [super(FilesField, self).clean(one, initial) for one in given]
        return [one for one in checked if one is not None]


def upload_page(
    request: HttpRequest, form: forms.Form, template: str, sheets: Iterable[Sheet], begin: Begin
) -> HttpResponse:
    """The page with the form (`sources`, `whole`); posted, `begin` takes the files and says where to go on.

    What is refused stands on the form, with the page as it was.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sources = form.cleaned_data["sources"]
                for one in sources:
                    check_upload_size(one.size)
                return redirect(begin([(one, one.name) for one in sources], form.cleaned_data["whole"]))
            except Refused as refused:
                refuse_into(form, refused)
    return render(request, template, {"form": form, "columns": _columns(sheets)}, status=status)


def _columns(sheets: Iterable[Sheet]) -> list[tuple[str, str, bool, str]]:
    """What the page says about the columns: sheet, column, whether required, help."""
    english = (get_language() or "").startswith("en")
    return [
        (s.name if english else s.title, c.label_en if english else c.label, c.required, _(c.help) if c.help else "")
        for s in sheets
        for c in s.columns
    ]
