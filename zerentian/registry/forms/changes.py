"""The short pages of member changes: each asks for one change, its day and its reason."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.registry.forms.applications import MEMBER, ApplicationForm
from zerentian.registry.models import Absence, Household, Person
from zerentian.registry.services.changes import JOINS, LEAVES
from zerentian.rulebook import queries as rulebook

Choices = list[tuple[Any, Any]]


def _labels(name: str, keys: Iterable[str]) -> Choices:
    return [(key, rulebook.label(name, key)) for key in keys]


def _relations(first: Any) -> Choices:
    return [("", first), *_labels("relation", (key for key in rulebook.code_list("relation").keys if key != "head"))]


def _people(people: Sequence[Person]) -> Choices:
    return [(one.pk, f"{one.name}（{rulebook.label('relation', one.relation)}）") for one in people]


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _reason(help_text: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=_("理由和依据"), max_length=500, widget=area, help_text=help_text)


def _radio(label: Any, choices: Choices, **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **more)


class JoinForm(ApplicationForm):
    """Who joins, why and since when; who has no identity number fills in the folded fields."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, sheet="person", keys=MEMBER, demanded=("name", "relation", "health"))
        first = {
            "kind": _radio(_("增加原因"), _labels("change_kind", JOINS)),
            "on": _day(_("增加日期"), initial=timezone.localdate),
        }
        self.fields = {**first, **self.fields, "reason": _reason(_("如出生证明、结婚证、户口迁移证"))}
        self.fields["relation"] = forms.ChoiceField(label=_("与户主关系"), choices=_relations(_("（请选择）")))


class LeaveForm(forms.Form):
    """Who leaves, why and since when."""

    def __init__(self, data: Any = None, *, people: Sequence[Person], chosen: Any = None) -> None:
        super().__init__(data)
        self.fields = {
            "person": _radio(_("谁"), _people(people), coerce=int, initial=chosen),
            "kind": _radio(_("减少原因"), _labels("change_kind", LEAVES)),
            "on": _day(_("减少日期"), initial=timezone.localdate),
            "reason": _reason(_("如死亡证明、结婚证、户口迁移证、入伍通知书")),
        }


class AwayForm(forms.Form):
    """Who is away, since when, until when, and where."""

    def __init__(self, data: Any = None, *, people: Sequence[Person], chosen: Any = None) -> None:
        super().__init__(data)
        self.fields = {
            "person": _radio(_("谁"), _people(people), coerce=int, initial=chosen),
            "since": _day(_("离家日期"), initial=timezone.localdate),
            "expected_on": _day(_("预计返回日期"), required=False, help_text=_("不知道的空着")),
            "place": forms.CharField(label=_("去向"), required=False, max_length=120, help_text=_("如广东东莞务工")),
        }


class BackForm(forms.Form):
    """Who is back, and since when."""

    def __init__(self, data: Any = None, *, absences: Sequence[Absence]) -> None:
        super().__init__(data)
        who = [(one.pk, f"{one.person.name}（{one.since:%Y-%m-%d} {one.place}）") for one in absences]
        self.fields = {
            "absence": _radio(_("谁"), who, coerce=int, initial=absences[0].pk if len(absences) == 1 else None),
            "on": _day(_("返回日期"), initial=timezone.localdate),
        }


class MoveForm(forms.Form):
    """Who goes over to which household of the village, and what he is there."""

    def __init__(
        self, data: Any = None, *, people: Sequence[Person], homes: Sequence[Household], chosen: Any = None
    ) -> None:
        super().__init__(data)
        self.fields = {
            "person": _radio(_("谁"), _people(people), coerce=int, initial=chosen),
            "to": _households(homes, _("转到哪一户")),
            "relation": forms.ChoiceField(label=_("与那一户户主的关系"), choices=_relations(_("（请选择）"))),
            "on": _day(_("转户日期"), initial=timezone.localdate),
            "reason": _reason(_("如投靠子女生活")),
        }


class WhoForm(forms.Form):
    """The first of two pages: which member, or which household."""

    def __init__(self, data: Any = None, *, people: Sequence[Person] = (), homes: Sequence[Household] = ()) -> None:
        super().__init__(data)
        self.fields["with"] = (
            _radio(_("新户主"), _people(people), coerce=int) if people else _households(homes, _("并入哪一户"))
        )


class RelationsForm(forms.Form):
    """What each of the members is to the head; `stay` is what leaving one empty means."""

    quiet = True

    def __init__(
        self,
        data: Any = None,
        *,
        people: Sequence[Person],
        guesses: Mapping[int, str] | None = None,
        stay: Any = "",
        head: Any = "",
        example: Any = "",
    ) -> None:
        super().__init__(data)
        self.keys = [one.pk for one in people]
        choices = _relations(stay or _("（请选择）"))
        if head:
            choices.insert(1, ("head", head))
        for one, (_pk, words) in zip(people, _people(people), strict=True):
            self.fields[f"relation_{one.pk}"] = forms.ChoiceField(
                label=words, choices=choices, required=not stay, initial=(guesses or {}).get(one.pk, "")
            )
        self.fields["on"] = _day(_("变动日期"), initial=timezone.localdate)
        self.fields["reason"] = _reason(example)

    def relations(self) -> dict[int, str]:
        """Member → relation, of those for whom one was chosen."""
        given = {pk: self.cleaned_data.get(f"relation_{pk}") or "" for pk in self.keys}
        return {pk: relation for pk, relation in given.items() if relation}


class UndoForm(forms.Form):
    """Why a change is taken back."""

    reason = forms.CharField(label=_("撤销理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def _households(homes: Sequence[Household], label: Any) -> forms.TypedChoiceField:
    names = [(one.pk, f"{one.head_name} · {one.natural_village} · {one.number}") for one in homes]
    return forms.TypedChoiceField(label=label, choices=[("", _("（请选择）")), *names], coerce=int)
