"""What people type: sign-in, password, second factor, users, roles, tokens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.accounts.queries import role_name
from zerentian.accounts.rules import ROLES
from zerentian.kernel.scope import parse_code
from zerentian.kernel.sentences import spoken
from zerentian.organisations.models import Appointment


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("用户名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class CodeForm(forms.Form):
    """The six digits of the second factor, or a recovery code of eight."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(forms.Form):
    """The old password and a new one, twice."""

    old = forms.CharField(
        label=_("原密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("新密码"),
        strip=False,
        help_text=_("至少 10 个字符，不能全是数字，不能是常见密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一遍"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Both new ones are the same."""
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("两次输入的新密码不一样"))
        return data


class UserForm(forms.Form):
    """A new user."""

    username = forms.RegexField(
        r"^[A-Za-z0-9._-]{3,60}$",
        label=_("用户名"),
        help_text=_("3 至 60 个字母、数字、点、横线"),
        error_messages={"invalid": _("用户名只能用字母、数字、点和横线，至少 3 个字符")},
    )
    name = forms.CharField(label=_("姓名"), max_length=60)
    phone = forms.CharField(label=_("电话"), max_length=20, required=False)


class DivisionField(forms.CharField):
    """A division by its official code."""

    def clean(self, value: Any) -> int | None:
        """The 12-digit code."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_code(text)
        except ValueError as error:
            raise forms.ValidationError(spoken(str(error))) from error


def _day(label: Any, required: bool = True) -> forms.DateField:
    """A date in the only form that browsers take, whatever the reader's language."""
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class GrantForm(forms.Form):
    """A role for an area, from a day."""

    role = forms.ChoiceField(label=_("角色"), choices=lambda: [(r.key, role_name(r)) for r in ROLES.values()])
    appointment_id = forms.TypedChoiceField(
        label=_("任职"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("选了任职，管辖范围就是任职机构的区划，任职结束时角色一并结束"),
    )
    division = DivisionField(
        label=_("区划代码"), max_length=12, required=False, help_text=_("没有选任职时必填，2、4、6、9 或 12 位")
    )
    starts_on = _day(_("开始日期"))
    ends_on = _day(_("结束日期"), required=False)
    reason = forms.CharField(label=_("理由"), max_length=300)

    def __init__(self, *args: Any, appointments: list[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [(a.pk, f"{a.post.body.name} {a.post.title}（{a.starts_on.isoformat()}）") for a in appointments]
        self.fields["appointment_id"].widget.attrs["data-user-content"] = ""
        self.fields["appointment_id"].choices = [("", "—"), *held]  # type: ignore[attr-defined]
        if not held:
            del self.fields["appointment_id"]

    def clean(self) -> dict[str, Any]:
        """An area, of its own or by an appointment."""
        data = super().clean() or {}
        if not data.get("appointment_id") and not data.get("division") and "division" not in self.errors:
            self.add_error("division", _("请填区划代码，或选一项任职"))
        return data


class ReasonForm(forms.Form):
    """Why something is done to an account."""

    reason = forms.CharField(label=_("理由"), max_length=300)


class TokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(label=_("用途"), max_length=80, help_text=_("例如：县政务数据平台每日读取"))
    division = DivisionField(label=_("区划代码"), max_length=12)
    permissions = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = choices  # type: ignore[attr-defined]
