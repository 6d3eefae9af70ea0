"""The filters above boards and lists, and the words that a dispute needs."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zerentian.assessment.queries import boards, snapshots
from zerentian.assessment.queries.boards import Filter
from zerentian.assessment.queries.evidence import kind_word
from zerentian.assessment.queries.periods import ledger_day, years_of
from zerentian.assessment.queries.words import DIFFERENCE_WORDS
from zerentian.kernel.drawing import LIGHTS
from zerentian.rulebook import queries as rulebook


class BoardFilter(forms.Form):
    """Year, kind of body, chapter, duty, status and name; a wrong value counts as none."""

    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int)
    kind = forms.ChoiceField(label=_("主体类别"), required=False)
    chapter = forms.TypedChoiceField(label=_("章"), required=False, coerce=int, empty_value=None)
    duty = forms.ChoiceField(label=_("责任事项"), required=False)
    status = forms.ChoiceField(label=_("状态"), required=False)
    name = forms.CharField(label=_("名称"), required=False, max_length=40)
    every = forms.BooleanField(label=_("含尚未测算的责任"), required=False)

    def __init__(self, data: Any, code: int, *, matrix: bool = True) -> None:
        today = ledger_day().year
        super().__init__({"year": today, **data.dict()})
        if not matrix:
            del self.fields["every"]
        self.fields["year"].choices = [(y, str(y)) for y in years_of(code)]  # type: ignore[attr-defined]
        first = _("默认") if matrix else _("全部")
        kinds = [(k, kind_word(k)) for k in boards.kinds_in(code, today)]
        self.fields["kind"].choices = [("", first), *kinds]  # type: ignore[attr-defined]
        chapters = [(c["number"], rulebook.spoken(_flat(c), "title")) for c in boards.chapters()]
        self.fields["chapter"].choices = [("", _("全部")), *chapters]  # type: ignore[attr-defined]
        duties = [(d.id, f"{d.id} {rulebook.spoken(d, 'title')}") for d in rulebook.duties(code)]
        self.fields["duty"].choices = [("", _("全部")), *duties]  # type: ignore[attr-defined]
        states = [("red", _("红灯（逾期、未达标）")), *((key, light.word) for key, light in LIGHTS.items())]
        self.fields["status"].choices = [("", _("全部")), *states]  # type: ignore[attr-defined]

    def wanted(self) -> Filter:
        """The filter; fields with a wrong value are left out."""
        self.is_valid()
        given = self.cleaned_data
        return Filter(
            year=given.get("year") or ledger_day().year,
            kind=given.get("kind") or "",
            duty=given.get("duty") or "",
            chapter=given.get("chapter"),
            status=given.get("status") or "",
            name=(given.get("name") or "").strip(),
            every=bool(given.get("every")),
        )


def _flat(chapter: dict[str, Any]) -> dict[str, str]:
    title = chapter["title"]
    return {"title": title["zh"], "title_en": title["en"]} if isinstance(title, dict) else chapter


class FigureFilter(forms.Form):
    """Which figure to count on a snapshot, in which area."""

    area = forms.CharField(widget=forms.HiddenInput)
    measure = forms.ChoiceField(label=_("指标"), required=False)

    def __init__(self, data: Any, *, area: int, hidden: frozenset[str] = frozenset()) -> None:
        super().__init__({"area": area, **(data.dict() if data else {})})
        choices = snapshots.measure_choices(hidden)
        self.fields["measure"].choices = [("", _("请选择")), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        """The measure, or nothing."""
        self.is_valid()
        return str(self.cleaned_data.get("measure") or "")


@dataclass(frozen=True, slots=True)
class Asked:
    """Two snapshots, and which of what differs to show."""

    before: str
    after: str
    view: str
    kind: str


class DifferenceFilter(forms.Form):
    """Two snapshots that are kept, a view, and which kind of difference; the last two days by default."""

    before = forms.ChoiceField(label=_("先前的快照"), required=False)
    after = forms.ChoiceField(label=_("后来的快照"), required=False)
    view = forms.ChoiceField(label=_("内容"), required=False)
    kind = forms.ChoiceField(label=_("变化"), required=False)

    def __init__(self, data: Any, *, hidden: frozenset[str] = frozenset()) -> None:
        kept = [(one.name, f"{one.as_of}（{one.name}）") for one in snapshots.recorded().filter(destroyed_at=None)]
        latest = kept[0][0] if kept else ""
        earlier = next((name for name, _label in kept if name[:10] < latest[:10]), kept[-1][0] if kept else "")
        super().__init__({"after": latest, "before": earlier, **data.dict()})
        for name in ("before", "after"):
            self.fields[name].choices = kept  # type: ignore[attr-defined]
        views = [one for one in snapshots.VIEWS.items() if one[0] not in hidden]
        self.fields["view"].choices = [("", _("全部")), *views]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("全部")), *DIFFERENCE_WORDS.items()]  # type: ignore[attr-defined]

    def asked(self) -> Asked | None:
        """What to show; None while fewer than two snapshots are kept or named."""
        self.is_valid()
        given = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        return Asked(**given) if given["before"] and given["after"] and given["before"] != given["after"] else None


class DisputeForm(forms.Form):
    """Why the records behind an entry are wrong."""

    reason = forms.CharField(
        label=_("哪些记录有误，为什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明户编号或机构、错在哪里、正确的情况和依据"),
    )  # fmt: skip


class DecisionForm(forms.Form):
    """An inspector's decision."""

    outcome = forms.ChoiceField(
        label=_("裁定"),
        choices=[("upheld", _("成立：记录有误，须更正")), ("rejected", _("不成立：按现有记录计"))],
    )
    reason = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
