"""Forms of notices and objections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.disclosure import queries
from zerentian.disclosure.models import Notice, Objection
from zerentian.disclosure.queries import Wanted
from zerentian.disclosure.queries.kinds import field_name
from zerentian.disclosure.rules.kinds import Kind
from zerentian.disclosure.rules.lines import Channel
from zerentian.disclosure.rules.typed import asked_fields, read_lines
from zerentian.kernel.forms import refuse_into
from zerentian.kernel.refusal import Refused
from zerentian.organisations.forms.search import DivisionField
from zerentian.rulebook.queries import spoken

PROOFS = [("", _("不限")), ("with", _("有张贴照片")), ("without", _("没有张贴照片"))]


def kind_choices(empty: Any) -> list[tuple[str, Any]]:
    """The kinds of notice in the reader's language, after an empty one."""
    return [("", empty), *((kind.id, _title(kind)) for kind in queries.kinds().values())]


def _title(kind: Kind) -> str:
    words = kind.entry.title
    return spoken({"title": words.zh, "title_en": words.en}, "title")


class NoticeFilter(forms.Form):
    """What the list of notices is narrowed by."""

    code = forms.CharField(label=_("公示编号"), required=False, max_length=12)
    area = DivisionField(label=_("区划代码"), required=False, max_length=12)
    kind = forms.ChoiceField(label=_("种类"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("不限")), *Notice.State.choices])
    proof = forms.ChoiceField(label=_("张贴照片"), required=False, choices=PROOFS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", kind_choices(_("不限")))

    def wanted(self) -> Wanted:
        """The filled and right fields."""
        self.is_valid()
        data = self.cleaned_data

        def text(name: str) -> str:
            return data.get(name) or ""

        return Wanted(data.get("area"), text("kind"), text("state"), text("code").strip(), text("proof"))


def choose(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    """Give a field its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class StartForm(forms.Form):
    """Which notice, and for which place."""

    kind = forms.ChoiceField(label=_("公示种类"))
    area = DivisionField(
        label=_("张贴地区的区划代码"), max_length=12, help_text=_("村 12 位，乡镇 9 位，县、市、省 6 位")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [(kind.id, _title(kind)) for kind in queries.kinds_in_force()])


class ComposeForm(forms.Form):
    """The list, how long, and where to object."""

    text = forms.CharField(
        label=_("名单"),
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-user-content": ""}),
    )
    days = forms.IntegerField(label=_("公示天数"), min_value=1, max_value=60)
    office = forms.CharField(label=_("异议受理单位"), max_length=60)
    phone = forms.CharField(
        label=_("受理电话"), required=False, max_length=20, help_text=_("单位座机，如 0797-5312345；不能写个人手机号")
    )
    address = forms.CharField(label=_("受理地址"), required=False, max_length=60)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        words = [str(field_name(field, kind)) for field in asked_fields(kind)]
        self.fields["text"].help_text = _("每行一条：%(parts)s，用空格、逗号或制表符分开，可从表格中粘贴") % {
            "parts": " · ".join(words)
        }

    def clean(self) -> dict[str, Any]:
        """What the act takes: lines and channel instead of texts."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            lines = read_lines(self.kind, data["text"])
            channel = Channel(data["office"].strip(), data["phone"].strip(), data["address"].strip())
        except Refused as refused:
            refuse_into(self, refused)
            return data
        return {"lines": lines, "channel": channel, "days": data["days"]}


class ReviewForm(forms.Form):
    """What the second person finds."""

    passes = forms.TypedChoiceField(
        label=_("复核意见"),
        choices=[("yes", _("同意发布")), ("no", _("退回修改"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("退回的原因"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class PostingForm(forms.Form):
    """The photo of the board."""

    photo = forms.FileField(label=_("张贴照片"), help_text=_("JPG 或 PNG，拍清公示和它所在的公开栏，不超过 10 MB"))
    place = forms.CharField(label=_("张贴地点"), max_length=120, help_text=_("如：村委会门口公开栏"))
    posted_at = forms.DateTimeField(
        label=_("拍照时间"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    latitude = forms.DecimalField(label=_("纬度"), required=False, min_value=-90, max_value=90, decimal_places=5)
    longitude = forms.DecimalField(label=_("经度"), required=False, min_value=-180, max_value=180, decimal_places=5)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class RecordForm(forms.Form):
    """An objection made by telephone or on paper."""

    source = forms.ChoiceField(
        label=_("来源"),
        choices=[(s.value, s.label) for s in (Objection.Source.PHONE, Objection.Source.PAPER)],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=_("意见"), min_length=5, max_length=2_000, widget=forms.Textarea(attrs={"rows": 5}))
    name = forms.CharField(label=_("反映人"), required=False, max_length=60)
    phone = forms.CharField(label=_("联系电话"), required=False, max_length=30)


class AnswerForm(forms.Form):
    """What was found."""

    outcome = forms.ChoiceField(label=_("核查结论"), choices=Objection.Outcome.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("答复"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("反映人凭受理号可看到；不要写证件号码、电话、账号和病情"),
    )


class ObjectionFilter(forms.Form):
    """Which objections."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("不限")), *Objection.State.choices, ("late", _("逾期未答复"))],
    )
    area = DivisionField(label=_("区划代码"), required=False, max_length=12)

    def wanted(self) -> dict[str, Any]:
        """The filled and right fields."""
        self.is_valid()
        return {"state": self.cleaned_data.get("state") or "", "area": self.cleaned_data.get("area")}
