"""The short pages of an application: each a few columns of a sheet, without reasons and versions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.registry.forms.corrections import SHEETS, CorrectionForm
from zerentian.registry.rules import identity
from zerentian.rulebook import queries as rulebook

HEAD = ("name", "id_number", "sex", "birth_on", "document_note")
BASICS = ("natural_village", "address", "phone", "household_type", "cause", "other_causes")
FIRST = ("natural_village", "address", "phone", "cause")  # of these, what the first page asks
MEMBER = (
    "name", "relation", "id_number", "sex", "birth_on", "document_note", "health", "labour", "school_status",
    "has_resident_medical",
)  # fmt: skip
DWELLING = ("house_grade", "house_structure", "house_area", "house_year", "water_safe", "water_source", "water_minutes")
GUARANTEE = ("food_secured", "clothing_secured")
INCOME = (
    "wage", "business", "production_cost", "asset_dividend", "other_property", "family_planning", "low_income_allowance",
    "extreme_support", "pension", "eco_compensation", "other_transfer",
)  # fmt: skip
# Part of the file that is one page → (its title, its columns, those that must be filled in).
PARTS: dict[str, tuple[Any, tuple[str, ...], tuple[str, ...]]] = {
    "basics": (_("住址和致贫原因"), BASICS, ("natural_village", "household_type", "cause")),
    "dwelling": (_("住房和饮水"), DWELLING, ("house_grade", "water_safe")),
    "guarantee": (_("吃和穿"), GUARANTEE, GUARANTEE),
}
_WITHOUT_NUMBER = ("sex", "birth_on", "document_note")
_PLAIN = {"spellcheck": "false", "autocomplete": "off"}


class ApplicationForm(CorrectionForm):
    """Some columns of a row; `demanded` are those that must be filled in.

    What only somebody without an identity number needs is folded away; `quiet` forms do not say at each field that
    it may stay empty.
    """

    quiet = False

    def __init__(
        self,
        data: Any = None,
        *,
        sheet: str,
        keys: Sequence[str],
        demanded: Sequence[str] = (),
        row: models.Model | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, sheet=SHEETS[sheet], keys=keys, row=row, initial=initial)
        del self.fields["reason"], self.fields["version"]
        for key, field in self.fields.items():
            field.required = key in demanded
            if isinstance(field, forms.DecimalField):
                field.min_value = 0
                field.widget.attrs |= {"inputmode": "decimal", "min": "0"}
        if "phone" in self.fields:
            self.fields["phone"].widget.attrs |= {"type": "tel", "inputmode": "tel", **_PLAIN}
        if "id_number" in self.fields:
            self.fields["id_number"].widget.attrs |= _PLAIN

    def clean_id_number(self) -> str:
        """A wrong number is said together with everything else that is wrong, not one round later."""
        number = str(self.cleaned_data.get("id_number") or "")
        if number and "*" not in number:
            earliest = int(rulebook.parameter("quality.id.minimum_year", rulebook.law_area()))
            fault = identity.fault_of(identity.normal_one(number), earliest_year=earliest, today=timezone.localdate())
            if fault:
                raise forms.ValidationError(fault)
        return number

    def plain_fields(self) -> list[forms.BoundField]:
        """What everybody fills in."""
        return [field for field in self.visible_fields() if field.name not in _WITHOUT_NUMBER]

    def folded_fields(self) -> list[forms.BoundField]:
        """What only somebody without an identity number fills in."""
        return [field for field in self.visible_fields() if field.name in _WITHOUT_NUMBER]

    def is_unfolded(self) -> bool:
        """Whether the folded fields lie open: something is wrong, or one of them is filled in and no number is."""
        known = self.row is not None and not getattr(self.row, "id_number", "")
        return bool(self.is_bound and self.errors) or known

    def facts(self) -> dict[str, Any]:
        """What was filled in, by field; an empty sealed value of a known row stays as it is."""
        return self.changes()


class HeadForm(ApplicationForm):
    """The first page: who applies, where he lives, and why he is poor."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, sheet="person", keys=HEAD, demanded=("name",))
        self.fields["name"].label = _("户主姓名")
        self._rest = ApplicationForm(data, sheet="household", keys=FIRST, demanded=PARTS["basics"][2])
        self.fields |= self._rest.fields

    def head(self) -> dict[str, Any]:
        """What was filled in of the head."""
        return {key: self.cleaned_data.get(key) for key in HEAD}

    def home(self) -> dict[str, Any]:
        """What was filled in of the household."""
        return {"household_type": "ordinary", **{key: self.cleaned_data.get(key) for key in FIRST}}


def member_form(data: Any = None, *, row: models.Model | None = None, is_head: bool = False) -> ApplicationForm:
    """One member; the head's relation is not asked."""
    keys = tuple(key for key in MEMBER if not (is_head and key == "relation"))
    return ApplicationForm(data, sheet="person", keys=keys, demanded=("name", "relation", "health"), row=row)


def part_form(part: str, data: Any = None, *, row: models.Model) -> ApplicationForm:
    """One page of how the household lives."""
    _title, keys, demanded = PARTS[part]
    return ApplicationForm(data, sheet="household", keys=keys, demanded=demanded, row=row)


class YearForm(ApplicationForm):
    """The income of one year, item by item; an empty item is none."""

    quiet = True

    def __init__(self, data: Any = None, *, years: Sequence[int], row: models.Model | None = None) -> None:
        super().__init__(data, sheet="income", keys=INCOME, row=row)
        year = forms.TypedChoiceField(label=_("年度"), choices=[(one, str(one)) for one in years], coerce=int)
        self.fields = {"year": year, **self.fields}
        self.initial["year"] = getattr(row, "year", years[0])

    def facts(self) -> dict[str, Any]:
        """Every item of the year, also the empty ones."""
        return {key: self.cleaned_data.get(key) for key in ("year", *INCOME)}


class ReasonForm(forms.Form):
    """Why a member is dropped, or an application is given up."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
