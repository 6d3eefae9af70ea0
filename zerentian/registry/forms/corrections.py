"""Short forms for corrections, each made from the columns of its sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.privacy import SealedField
from zerentian.kernel.tables import Column, Sheet
from zerentian.registry.models import HouseholdPaper
from zerentian.registry.rules.columns import HOUSEHOLDS, INCOMES, PERSONS, VILLAGES
from zerentian.rulebook import queries as rulebook

# Part of a file → (its title, the columns that its form holds).
INCOMES_PART = "incomes"  # confirmed like a part of the file, corrected year by year
HOUSEHOLD_PARTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "basics": (_("基本情况"), (
        "natural_village", "address", "head_name", "phone", "bank_name", "bank_account", "size", "household_type", "standard",
        "cause", "other_causes",
    )),
    "dwelling": (_("住房"), (
        "house_grade", "house_structure", "house_area", "house_year", "house_repaired_on", "is_relocated", "relocated_on",
    )),
    "water": (_("饮水"), ("water_source", "water_safe", "water_minutes")),
    "living": (_("生活条件"), (
        "has_toilet", "has_power", "has_production_power", "has_broadcast", "fuel", "road_type", "road_distance",
    )),
    "guarantee": (_("不愁吃穿"), ("food_secured", "clothing_secured")),
    "land": (_("土地"), (
        "farmland", "irrigated", "forest", "returned_forest", "orchard", "pasture", "water_area",
    )),
    "production": (_("生产"), (
        "industry", "production_gain", "in_cooperative", "led_by_enterprise", "led_by_leader", "in_mutual_fund",
        "mutual_fund_amount",
    )),
    "help": (_("网格和帮扶"), ("grid", "helper_name", "helper_unit", "helper_unit_level", "helper_phone", "helper_since")),
    "monitoring": (_("监测"), ("monitoring_kind", "risk_kind", "risk_found_on", "risk_removed_on", "risk_removal")),
}  # fmt: skip
# Leaving is an act of its own, which keeps the size right: registry/services/changes.
PERSON_PARTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "identity": (_("身份"), (
        "name", "relation", "sex", "birth_on", "document_type", "id_number", "document_note", "phone", "ethnicity",
        "political_status", "identified_on", "joined_on", "join_kind",
    )),
    "school": (_("教育"), (
        "education", "school_status", "school_name", "dropout_reason", "speaks_mandarin",
    )),
    "health": (_("健康"), (
        "health", "disability_kind", "disability_grade", "disability_card_on", "has_serious_illness_aid", "other_health_help",
    )),
    "work": (_("劳动和就业"), (
        "labour", "work_region", "work_place", "work_months", "employer", "industry_class", "job_channel", "works_abroad",
        "public_post", "public_post_months",
    )),
    "insurance": (_("保障和保险"), (
        "has_allowance", "has_extreme_support", "has_resident_medical", "has_employee_medical", "has_serious_illness_insurance",
        "has_commercial_supplement", "has_premium_subsidy", "has_resident_pension", "has_employee_pension",
    )),
}  # fmt: skip
INCOME_KEYS = (
    "period_from", "period_to", "size", "wage", "business", "asset_dividend", "other_property", "family_planning",
    "low_income_allowance", "extreme_support", "pension", "eco_compensation", "other_transfer", "production_cost",
    "medical_expense",
)  # fmt: skip
VILLAGE_PARTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "people": (_("人口"), tuple(c.key for c in VILLAGES.columns[4:19])),
    "land": (_("土地和道路"), tuple(c.key for c in VILLAGES.columns[19:30])),
    "services": (_("基础设施和公共服务"), tuple(c.key for c in VILLAGES.columns[30:45])),
    "economy": (_("产业和队伍"), tuple(c.key for c in VILLAGES.columns[45:])),
}
SHEETS: dict[str, Sheet] = {"household": HOUSEHOLDS, "person": PERSONS, "income": INCOMES, "village": VILLAGES}
_YES_NO = [("", _("未采集")), ("true", _("是")), ("false", _("否"))]


def label_of(column: Column) -> str:
    """The column's label in the reader's language."""
    return column.label_en if (get_language() or "").startswith("en") else column.label


class CorrectionForm(forms.Form):
    """Some columns of one row, the row's version, and why it is corrected."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        sheet: Sheet,
        keys: Sequence[str],
        row: models.Model | None = None,
        choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.row, self.keys = row, tuple(keys)
        known = {key: self._initial(key) for key in keys} if row is not None else {}
        super().__init__(data, initial={**known, **(initial or {})})
        for key in keys:
            self.fields[key] = _field(sheet.column(key), row, (choices or {}).get(key))
        self.fields["reason"] = forms.CharField(
            label=_("更正理由"),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("写明依据，如入户核实、证件核对"),
        )

    def _initial(self, key: str) -> Any:
        known = self.row._meta.get_field(key) if self.row is not None else None
        value = getattr(self.row, key)
        if isinstance(known, SealedField):
            return ""
        if isinstance(known, models.BooleanField):
            return "" if value is None else str(value).lower()
        return value

    def clean(self) -> dict[str, Any]:
        """An empty personal number stays as it is."""
        data = super().clean() or {}
        for key in self.keys:
            field = self.fields.get(key)
            if isinstance(field, forms.MultipleChoiceField):
                data[key] = ",".join(data.get(key) or [])
        return data

    def changes(self) -> dict[str, Any]:
        """Field → new value of what really changed."""
        found = {}
        for key in self.keys:
            if key not in self.cleaned_data:
                continue
            value = self.cleaned_data[key]
            if self.row is None:
                found[key] = value
            elif isinstance(self.row._meta.get_field(key), SealedField):
                if value:
                    found[key] = value
            elif value != getattr(self.row, key) and not (value in (None, "") and getattr(self.row, key) in (None, "")):
                found[key] = value
        return found


def _field(column: Column, row: models.Model | None, choices: Sequence[tuple[str, str]] | None) -> forms.Field:
    how: dict[str, Any] = {
        "label": label_of(column),
        "required": column.required and column.kind != "decimal",
        "help_text": _(column.help) if column.help else "",
    }
    known = row._meta.get_field(column.key) if row is not None else None
    if isinstance(known, SealedField):
        hint = {"help_text": _("不填则不变"), "required": False, "max_length": 60}
        return forms.CharField(**{**how, **hint}, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    if choices is not None:
        named = forms.Select(attrs={"data-user-content": ""})  # what people called it
        return forms.ChoiceField(**how, choices=[("", _("（无）")), *choices], widget=named)
    match column.kind:
        case "code":
            return forms.ChoiceField(**how, choices=_codes(column))
        case "codes":
            field = forms.MultipleChoiceField(**how, choices=_codes(column)[1:], widget=forms.CheckboxSelectMultiple)
            field.prepare_value = _split  # type: ignore[method-assign]
            return field
        case "bool":
            return forms.TypedChoiceField(**how, choices=_YES_NO, coerce=lambda text: text == "true", empty_value=None)
        case "date":
            return forms.DateField(**how, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        case "integer" | "year":
            return forms.IntegerField(**how)
        case "decimal":
            return forms.DecimalField(**how, max_digits=14, decimal_places=getattr(known, "decimal_places", 2))
    longest = getattr(known, "max_length", None) or 120
    return forms.CharField(**how, max_length=longest)


def _codes(column: Column) -> list[tuple[str, Any]]:
    name = column.codes or ""
    return [("", _("（未填）")), *((key, rulebook.label(name, key)) for key in rulebook.code_list(name).keys)]


def _split(value: Any) -> Any:
    """A stored list of codes as the boxes that are ticked."""
    return [part for part in value.split(",") if part] if isinstance(value, str) else value


class RevealForm(forms.Form):
    """Why somebody needs to see everything."""

    reason = forms.CharField(label=_("查看理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


# One click that says how a part was checked and that nothing changed.
UNCHANGED = [("入户核实", _("入户核实无变化")), ("电话核实", _("电话核实无变化"))]


class ConfirmForm(forms.Form):
    """How it was made sure that a household's file is right."""

    how = forms.ChoiceField(
        label=_("这次怎样核实"),
        choices=[("入户核实", _("入户核实")), ("电话核实", _("电话核实")), ("村民代表核实", _("村民代表核实"))],
    )


class PaperForm(forms.Form):
    """A photo or paper of a household."""

    kind = forms.ChoiceField(label=_("种类"), choices=HouseholdPaper.Kind.choices)
    file = forms.FileField(label=_("文件"), help_text=_("照片（JPG、PNG）或 PDF、OFD、Word、Excel；手机可直接拍照上传"))
    note = forms.CharField(label=_("说明"), required=False, max_length=200)
