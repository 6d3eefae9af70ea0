"""The upload of files to import."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.uploads import FilesField


class UploadForm(forms.Form):
    """The collection workbook, or CSV or Parquet files, or a zip of them."""

    sources = FilesField(
        label=_("文件"),
        help_text=_("采集工作簿（.xlsx），或 CSV、Parquet，或它们的 .zip；可一次选多个。空白的单元格不改动已有内容"),
    )
    whole = forms.BooleanField(
        label=_("全部正确才导入"), required=False, help_text=_("不勾选时，通过检查的行先导入，未通过的行改好后再传")
    )
