"""Export of bodies, posts, appointments, grids and assignments in the form that the import takes."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from zerentian.kernel.db import narrowed
from zerentian.kernel.privacy import mask_phone
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Scope, code_text
from zerentian.kernel.tables import Sheet, write_table, write_template
from zerentian.organisations.models import Appointment, Assignment, Body, Grid, Post
from zerentian.organisations.queries import choices, reach
from zerentian.organisations.rules.columns import SHEETS
from zerentian.territory.queries import name_of

# Above this a workbook with drop-downs gets slow to open; a bundle of CSV files comes instead.
MOST_IN_WORKBOOK = 40_000

# Column → path of the model's field, where they differ.
_PATHS: dict[str, dict[str, str]] = {
    "bodies": {"superior_code": "superior__code"},
    "posts": {"body_code": "body__code"},
    "appointments": {"post_code": "post__code"},
    "grids": {"keeper_post_code": "keeper_post__code"},
    "assignments": {"body_code": "body__code", "post_code": "post__code"},
}
_MODELS: dict[str, Any] = {
    "bodies": Body,
    "posts": Post,
    "appointments": Appointment,
    "grids": Grid,
    "assignments": Assignment,
}


def export_bodies(folder: Path, *, scope: Scope, area: int | None) -> Path:
    """Write what lies in the area and the scope; a workbook, or a zip of CSV files when it is long.

    Phones are masked; imported again they leave the recorded numbers as they are. Needs an open unit.
    """
    if area is None:
        raise Refused("请先选择区划")
    # Superiors may stand above the scope; their codes belong to the export.
    with narrowed(reach(scope)):
        return _export(folder, scope, area)


def _export(folder: Path, scope: Scope, area: int) -> Path:
    sizes = sum(_rows(sheet, scope, area).count() for sheet in SHEETS)
    stem = folder / f"机构和任职-{name_of(area)}"
    if sizes > MOST_IN_WORKBOOK:
        return _bundle(stem.with_suffix(".zip"), scope, area)
    path = stem.with_suffix(".xlsx")
    labels = {name: [word[1] for word in words] for name, words in choices().items()}
    shown = {name: {word[0]: word[1] for word in words} for name, words in choices().items()}
    filled = {s.name: list(_cells(s, scope, area, lambda c, v: shown[c].get(v, v))) for s in SHEETS}
    write_template(path, SHEETS, division=area, lists=labels, title="机构和任职", examples=filled)
    return path


def _rows(sheet: Sheet, scope: Scope, area: int) -> Any:
    return _MODELS[sheet.name].objects.within(scope).inside(area).order_by("division", "id")


def _cells(sheet: Sheet, scope: Scope, area: int, word: Callable[[str, str], str]) -> Iterator[dict[str, Any]]:
    paths = _PATHS[sheet.name]
    fields = [paths.get(c.key, c.key) for c in sheet.columns]
    for row in _rows(sheet, scope, area).values_list(*fields).iterator(chunk_size=5_000):
        yield {c.key: _cell(c.kind, c.codes, value, word) for c, value in zip(sheet.columns, row, strict=True)}


def _cell(kind: str, codes: str | None, value: Any, word: Callable[[str, str], str]) -> Any:
    if value is None or value == "":
        return None
    if kind == "division":
        return code_text(value)
    if kind == "phone":
        return mask_phone(value)
    if kind == "bool":
        return "是" if value else "否"
    if kind == "decimal":
        return float(value)
    return word(codes, value) if codes else value


def _bundle(path: Path, scope: Scope, area: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in SHEETS:
            part = path.with_name(f"{sheet.name}.csv")
            rows: Iterable[dict[str, Any]] = _cells(sheet, scope, area, lambda _codes, value: value)
            write_table(part, sheet.columns, rows, "csv", title=sheet.title, in_full=True, keys=True)
            archive.write(part, part.name)
            part.unlink()
    return path
