"""The filter above the list of bodies, and the upload of files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.scope import Level, parse_code
from zerentian.kernel.sentences import spoken
from zerentian.kernel.uploads import FilesField
from zerentian.organisations.models import BodyKind, Department
from zerentian.territory.queries import current_code

LEVELS = [
    ("", _("全部级别")), (int(Level.PROVINCE), _("省")), (int(Level.CITY), _("设区市")),
    (int(Level.COUNTY), _("县（市、区）")), (int(Level.TOWNSHIP), _("乡镇（街道）")), (int(Level.VILLAGE), _("村（居）")),
]  # fmt: skip


def division_code(text: str) -> int:
    """The present division of a typed code; ValidationError with a sentence otherwise."""
    try:
        code = current_code(parse_code(text))
    except ValueError as error:
        raise forms.ValidationError(spoken(str(error))) from error
    if code is None:
        raise forms.ValidationError(_("没有代码为 %(code)s 的区划") % {"code": text})
    return code


class DivisionField(forms.CharField):
    """A division by its official code; old codes become today's."""

    def clean(self, value: Any) -> Any:
        """The 12-digit code, or None when empty."""
        text = super().clean(value)
        return division_code(text) if text else None


class BodyFilter(forms.Form):
    """What the list of bodies is narrowed by."""

    q = forms.CharField(label=_("名称、编号或负责人"), required=False, max_length=60)
    area = DivisionField(label=_("区划代码"), required=False, max_length=12)
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[("", _("全部类别")), *BodyKind.choices])
    level = forms.TypedChoiceField(label=_("级别"), required=False, choices=LEVELS, coerce=int, empty_value=None)
    department = forms.ChoiceField(label=_("部门"), required=False, choices=[("", _("全部部门")), *Department.choices])
    ended = forms.BooleanField(label=_("含已撤销"), required=False)


class UploadForm(forms.Form):
    """The workbook, or CSV or Parquet files named after their sheets."""

    sources = FilesField(
        label=_("文件"), help_text=_("系统模板的工作簿（.xlsx），或以表名命名的 CSV、Parquet，可一次选多个")
    )
    whole = forms.BooleanField(
        label=_("有一行不通过就整批不导入"), required=False, help_text=_("不勾选时，通过检查的行先导入")
    )
