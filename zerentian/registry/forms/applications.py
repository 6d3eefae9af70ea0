"""The short pages of an application: each a few columns of a sheet, without reasons and versions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from zerentian.registry.forms.corrections import SHEETS, CorrectionForm

HEAD = ("name", "id_number", "sex", "birth_on", "document_note")
BASICS = ("natural_village", "address", "phone", "household_type", "cause", "other_causes")
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
_FROM_NUMBER = _("填了身份证号码的，可以不填")
_PLAIN = {"spellcheck": "false", "autocomplete": "off"}


class ApplicationForm(CorrectionForm):
    """Some columns of a row; `demanded` are those that must be filled in."""

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
        for key in {"sex", "birth_on"} & set(self.fields):
            self.fields[key].help_text = _FROM_NUMBER
        if "phone" in self.fields:
            self.fields["phone"].widget.attrs |= {"type": "tel", "inputmode": "tel", **_PLAIN}
        if "id_number" in self.fields:
            self.fields["id_number"].widget.attrs |= _PLAIN

    def facts(self) -> dict[str, Any]:
        """What was filled in, by field; an empty sealed value of a known row stays as it is."""
        return self.changes()


class HeadForm(ApplicationForm):
    """The first page: who applies, where he lives, and why he is poor."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, sheet="person", keys=HEAD, demanded=("name",))
        self.fields["name"].label = _("户主姓名")
        self._rest = ApplicationForm(
            data, sheet="household", keys=BASICS, demanded=PARTS["basics"][2], initial={"household_type": "ordinary"}
        )
        self.fields |= self._rest.fields
        self.initial = {**self.initial, **self._rest.initial}

    def clean(self) -> dict[str, Any]:
        """Boxes as the list that the sheet holds."""
        data = super().clean()
        data["other_causes"] = ",".join(data.get("other_causes") or [])
        return data

    def head(self) -> dict[str, Any]:
        """What was filled in of the head."""
        return {key: self.cleaned_data.get(key) for key in HEAD}

    def home(self) -> dict[str, Any]:
        """What was filled in of the household."""
        return {key: self.cleaned_data.get(key) for key in BASICS}


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
