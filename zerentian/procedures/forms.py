"""Forms of cases: those of a step are made from its definition."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.organisations.forms.search import DivisionField
from zerentian.procedures import queries
from zerentian.procedures.models import Case, CaseObjection
from zerentian.procedures.queries import Wanted
from zerentian.procedures.rules.definition import FieldEntry, OutcomeEntry, StepEntry
from zerentian.procedures.rules.given import LONGEST, Vote

VOTE = {
    "entitled": _("应到人数"), "present": _("实到人数"), "in_favour": _("同意人数"), "against": _("不同意人数"),
}  # fmt: skip
STATES = [("", _("不限")), ("live", _("未办结")), *Case.State.choices]


def kind_choices() -> list[tuple[str, str]]:
    """Procedures in the reader's language."""
    return sorted({key: queries.words(one.title) for (key, _v), (_p, one) in queries.definitions().items()}.items())


class CaseFilter(forms.Form):
    """What the list of cases is narrowed by."""

    q = forms.CharField(label=_("姓名或案件号"), required=False, max_length=60)
    area = DivisionField(label=_("区划代码"), required=False, max_length=12)
    kind = forms.ChoiceField(label=_("程序"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=STATES)
    late = forms.BooleanField(label=_("只看逾期"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label=_("程序"), required=False, choices=[("", _("不限")), *kind_choices()]
        )  # fmt: skip

    def wanted(self) -> Wanted:
        """The filled and right fields."""
        self.is_valid()
        data = self.cleaned_data
        return Wanted(
            (data.get("q") or "").strip(), data.get("area"), data.get("kind") or "", data.get("state") or "",
            bool(data.get("late")),
        )  # fmt: skip


def _field(entry: FieldEntry) -> forms.Field:
    label = queries.words(entry)
    needed: dict[str, Any] = {"label": label, "required": entry.required}
    match entry.type:
        case "date":
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **needed)
        case "number":
            return forms.DecimalField(max_digits=14, decimal_places=2, **needed)
        case "count":
            return forms.IntegerField(min_value=0, max_value=999_999_999, **needed)
        case "yes_no":
            choices = [("yes", _("是")), ("no", _("否"))]
            return forms.TypedChoiceField(
                choices=choices,
                coerce=lambda value: value == "yes",
                empty_value=None,
                widget=forms.RadioSelect,
                **needed,
            )
        case "choice":
            options = [(one.key, queries.words(one)) for one in entry.choices]
            return forms.ChoiceField(choices=options if entry.required else [("", "—"), *options], **needed)
        case _:
            return forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), **needed)


class DecideForm(forms.Form):
    """What a decision needs: the step's fields, the vote of its meeting, the reason."""

    def __init__(self, *args: Any, step: StepEntry, outcome: OutcomeEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = () if outcome.bare else tuple(step.fields)
        self.votes = step.meeting is not None and not outcome.bare
        for entry in self.entries:
            self.fields[f"f_{entry.key}"] = _field(entry)
        if self.votes:
            for name, label in VOTE.items():
                self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=100_000)
        self.fields["reason"] = forms.CharField(
            label=_("理由") if outcome.reason else _("意见"), required=outcome.reason, max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip

    def given(self) -> dict[str, Any]:
        """What the act takes."""
        data = self.cleaned_data
        form = {one.key: data[f"f_{one.key}"] for one in self.entries if data[f"f_{one.key}"] not in (None, "")}
        vote = Vote(*(data[name] for name in VOTE)) if self.votes else None
        return {"form": form, "vote": vote, "reason": data["reason"]}


class ManyForm(DecideForm):
    """The same for a list that one meeting decides."""

    def __init__(self, *args: Any, step: StepEntry, outcome: OutcomeEntry, **kwargs: Any) -> None:
        super().__init__(*args, step=step, outcome=outcome, **kwargs)
        self.fields["meeting"] = forms.CharField(label=_("会议名称"), required=False, max_length=120)
        for paper in () if outcome.bare else step.evidence:
            self.fields[f"p_{paper.kind}"] = forms.FileField(
                label=queries.name_of("evidence", paper.kind),
                required=False,
                help_text=_("用于勾选的全部案件；已各自上传的不必再传"),
            )

    def papers(self) -> list[tuple[str, Any]]:
        """The files that were chosen, by kind of paper."""
        data = self.cleaned_data
        return [(name[2:], data[name]) for name in self.fields if name.startswith("p_") and data[name]]

    def given(self) -> dict[str, Any]:
        """What the act takes."""
        return {**super().given(), "meeting": self.cleaned_data["meeting"]}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class PaperForm(forms.Form):
    """A paper of the present step."""

    kind = forms.ChoiceField(label=_("材料"))
    file = forms.FileField(label=_("文件"), help_text=_("PDF、OFD、JPG、PNG、Word 或 Excel"))
    note = forms.CharField(label=_("说明"), required=False, max_length=200)

    def __init__(self, *args: Any, step: StepEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = [one.kind for one in step.evidence]
        every = [one.id for one in queries.vocabulary().evidence]
        asked = [(one, queries.name_of("evidence", one)) for one in wanted]
        others = [(one, queries.name_of("evidence", one)) for one in every if one not in wanted]
        self.fields["kind"] = forms.ChoiceField(
            label=_("材料"), choices=[(_("这一步要求的材料"), asked), (_("其余材料"), others)] if asked else others
        )  # fmt: skip


class ArchiveFilter(forms.Form):
    """What the list of incomplete files is narrowed by."""

    area = DivisionField(label=_("区划代码"), required=False, max_length=12)
    kind = forms.ChoiceField(label=_("程序"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不限")), *kind_choices()]
        self.fields["kind"] = forms.ChoiceField(label=_("程序"), required=False, choices=choices)


class SupplementForm(forms.Form):
    """A paper that a closed case lacks."""

    paper = forms.ChoiceField(label=_("缺少的材料"))
    file = forms.FileField(label=_("文件"), help_text=_("PDF、OFD、JPG、PNG、Word 或 Excel"))
    reason = forms.CharField(label=_("补交原因"), max_length=150)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"] = forms.ChoiceField(label=_("缺少的材料"), choices=choices)


class NoticeForm(forms.Form):
    """Who hears objections to the notice."""

    office = forms.CharField(label=_("异议受理单位"), max_length=60)
    phone = forms.CharField(
        label=_("受理电话"), required=False, max_length=20, help_text=_("单位座机，不能写个人手机号")
    )


class ListNoticeForm(NoticeForm):
    """The same for the cases of a list."""

    def __init__(self, *args: Any, cases: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(case.pk), case.name) for case in cases]
        self.fields["case"] = forms.MultipleChoiceField(
            choices=names, widget=forms.MultipleHiddenInput, initial=[key for key, _name in names]
        )

    def given(self) -> dict[str, str]:
        """What the act asks for besides the cases."""
        return {key: self.cleaned_data[key] for key in ("office", "phone")}


class ObjectionForm(forms.Form):
    """An objection made by visit, telephone or on paper."""

    source = forms.ChoiceField(
        label=_("来源"), widget=forms.RadioSelect,
        choices=[one for one in CaseObjection.Source.choices if one[0] != "notice"],
    )  # fmt: skip
    text = forms.CharField(label=_("意见"), min_length=5, max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))
    objector = forms.CharField(label=_("反映人"), required=False, max_length=60)


class AnswerForm(forms.Form):
    """What was found."""

    outcome = forms.ChoiceField(label=_("核查结论"), choices=CaseObjection.Outcome.choices, widget=forms.RadioSelect)
    answer = forms.CharField(label=_("答复"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 4}))


class ReviewForm(forms.Form):
    """What another person finds of a decision by somebody in conflict."""

    passes = forms.TypedChoiceField(
        label=_("复核意见"), widget=forms.RadioSelect, coerce=lambda value: value == "yes",
        choices=[("yes", _("同意原办理")), ("no", _("不同意，由他人重新办理"))],
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class DelegationForm(forms.Form):
    """Who decides in one's place, and until when."""

    to_user_id = forms.TypedChoiceField(
        label=_("受托人"), coerce=int, widget=forms.Select(attrs={"data-user-content": ""})
    )
    starts_on = forms.DateField(label=_("开始日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("结束日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kinds = forms.MultipleChoiceField(
        label=_("程序"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("不选即全部程序")
    )  # fmt: skip
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, colleagues: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("to_user_id", colleagues), ("kinds", kind_choices())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
