"""Short forms of the acts; each field is an argument of its act."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.organisations.forms.search import DivisionField
from zerentian.organisations.models import AssignmentKind, BodyKind, Department, PostKind


def _day(label: Any, *, required: bool = True, today: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        initial=timezone.localdate if today else None,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _reason(label: Any = None) -> forms.CharField:
    return forms.CharField(label=label or _("理由"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500)


class BodyForm(forms.Form):
    """What may be changed of a body."""

    name = forms.CharField(label=_("名称"), max_length=120)
    short_name = forms.CharField(label=_("简称"), max_length=40, required=False)
    department = forms.ChoiceField(
        label=_("部门"), choices=[("", "—"), *Department.choices], required=False, help_text=_("类别为“部门”时选择")
    )
    superior_id = forms.TypedChoiceField(label=_("上级机构"), coerce=int, empty_value=None, required=False)
    has_tasks = forms.BooleanField(label=_("有脱贫任务"), required=False, initial=True)
    tasks_reason = forms.CharField(label=_("无任务的理由"), max_length=200, required=False)
    staff_quota = forms.IntegerField(label=_("编制数"), min_value=0, required=False)
    staff_actual = forms.IntegerField(label=_("实有人数"), min_value=0, required=False)
    premises = forms.NullBooleanField(label=_("有办公场所"), required=False)
    budget = forms.DecimalField(label=_("工作经费（元）"), min_value=0, max_digits=16, decimal_places=2, required=False)
    budget_year = forms.IntegerField(label=_("经费年度"), min_value=2000, max_value=2100, required=False)
    phone = forms.CharField(label=_("办公电话"), max_length=20, required=False, help_text=_("不填则不变"))
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    founded_on = _day(_("设立日期"), required=False)
    reason = _reason()

    def __init__(self, *args: Any, superiors: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["superior_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("没有上级机构")), *superiors]
        field.widget.attrs["data-user-content"] = ""

    def clean(self) -> dict[str, Any]:
        """An empty phone stays as it is."""
        data = super().clean() or {}
        if not data.get("phone"):
            data.pop("phone", None)
        return data


class NewBodyForm(BodyForm):
    """A body to be set up."""

    division = DivisionField(label=_("区划代码"), max_length=12, help_text=_("6、9 或 12 位"))
    kind = forms.ChoiceField(label=_("类别"), choices=BodyKind.choices)
    code = forms.CharField(label=_("机构编号"), max_length=40, required=False, help_text=_("不填则自动编号"))
    field_order = ("division", "kind", "name", "short_name", "department", "superior_id", "code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["phone"].help_text = ""


class CloseForm(forms.Form):
    """Closing a body."""

    on = _day(_("撤销日期"), today=True)
    reason = _reason()


class PostForm(forms.Form):
    """A seat."""

    kind = forms.ChoiceField(label=_("岗位类别"), choices=PostKind.choices)
    title = forms.CharField(label=_("职务名称"), max_length=80)
    is_first_answerable = forms.BooleanField(label=_("第一责任人"), required=False)
    order = forms.IntegerField(label=_("排序"), initial=0, min_value=0, max_value=999)


class AppointForm(forms.Form):
    """A person to a post."""

    person_name = forms.CharField(label=_("姓名"), max_length=60)
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)
    starts_on = _day(_("任职日期"), today=True)
    approval_reference = forms.CharField(
        label=_("批准文号"), max_length=80, required=False, help_text=_("贫困县党政正职变动须经批准（第九条）")
    )
    approved_on = _day(_("批准日期"), required=False)
    approved_by = forms.CharField(label=_("批准机关"), max_length=80, required=False)


class EndForm(forms.Form):
    """Ending an assignment."""

    on = _day(_("最后一天"), today=True)
    reason = _reason()


class EndPostForm(EndForm):
    """Ending an appointment."""

    is_exempt = forms.BooleanField(label=_("无需批准（退休、去世等）"), required=False)


class ApproveForm(forms.Form):
    """The approval of a change of chief."""

    reference = forms.CharField(label=_("批准文号"), max_length=80)
    approved_on = _day(_("批准日期"), today=True)
    approved_by = forms.CharField(label=_("批准机关"), max_length=80)
    ground = forms.CharField(label=_("说明"), max_length=300, required=False)


class RevealForm(forms.Form):
    """Why a phone number is to be seen in full."""

    reason = _reason(_("查看理由"))


class AssignForm(forms.Form):
    """An area for a post or the body itself."""

    kind = forms.ChoiceField(label=_("类别"), choices=AssignmentKind.choices)
    post_id = forms.TypedChoiceField(
        label=_("岗位"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("包片、包村和第一书记选岗位，其余留空"),
    )
    division = DivisionField(label=_("对象区划代码"), max_length=12)
    starts_on = _day(_("开始日期"), today=True)
    reference = forms.CharField(label=_("依据"), max_length=120, required=False)

    def __init__(self, *args: Any, posts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["post_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *posts]
        field.widget.attrs["data-user-content"] = ""


class KeeperForm(forms.Form):
    """A grid's keeper."""

    keeper_post_id = forms.TypedChoiceField(label=_("网格员岗位"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, posts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["keeper_post_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("暂无网格员")), *posts]
        field.widget.attrs["data-user-content"] = ""


class GridForm(KeeperForm):
    """A new grid."""

    name = forms.CharField(label=_("网格名称"), max_length=60)
    field_order = ("name", "keeper_post_id")
