"""Puts the rows of an import's files, checked one by one and sealed, into the staging tables, batch by batch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection, models

from zerentian.kernel.privacy import SealedField, encrypt_many, tokens
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Scope, code_text
from zerentian.kernel.tables import Problem, Sheet, read_batches, schema_of, sheets_in, typed, unknown_file
from zerentian.kernel.tables.guards import Form, form_of
from zerentian.registry.models import (
    Household,
    ImportProblem,
    Person,
    StagedCounty,
    StagedHousehold,
    StagedIncome,
    StagedMark,
    StagedPerson,
    StagedVillage,
)
from zerentian.registry.rules import identity
from zerentian.registry.rules.checks import Limits, examine, in_the_future, out_of_range, too_long
from zerentian.registry.rules.columns import SHEETS
from zerentian.registry.rules.names import spoken_many
from zerentian.territory import queries as territory

BATCH = 25_000
PARSED = 5_000  # rows of a batch from a workbook, which is slow to take out of its cells: the checks run beside that
_NULL = "\x02"  # control characters are cleaned away, so no text is this one
STAGED: dict[str, type[models.Model]] = {
    "households": StagedHousehold,
    "persons": StagedPerson,
    "incomes": StagedIncome,
    "villages": StagedVillage,
    "counties": StagedCounty,
}
# Sheet → sealed column → (the model whose field the ciphertext is bound to, purpose of the token).
_SEALED: dict[str, dict[str, tuple[type[models.Model], str]]] = {
    "households": {
        "address": (Household, "address"),
        "phone": (Household, "phone"),
        "bank_account": (Household, "account"),
        "helper_phone": (Household, "phone"),
    },
    "persons": {"id_number": (Person, "person.id"), "phone": (Person, "phone")},
}
_PROBLEM_COLUMNS = ("import_id", "sheet", "file", "row", "key", "text", "todo", "stops", "number")


@dataclass(frozen=True, slots=True)
class Context:
    """What every row of an import is checked against."""

    import_id: int
    scope: Scope
    limits: Limits
    lists: Mapping[str, Sequence[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Source:
    """One sheet in one of the files."""

    file: int
    path: Path
    sheet: Sheet


@dataclass(slots=True)
class Batch:
    """Rows of one sheet after the checks: the good ones as lines for COPY, and what is wrong with the others."""

    source: Source
    height: int
    good: bytes
    refused: list[Problem] = field(default_factory=list)
    questions: list[Problem] = field(default_factory=list)
    numbers: dict[int, str] = field(default_factory=dict)


def sources(files: Iterable[tuple[int, Path]], names: Sequence[str]) -> list[Source]:
    """The sheets of the files in the order in which they build on each other; Refused for a file without any."""
    found = []
    for number, path in files:
        try:
            sheets = sheets_in(path, SHEETS)
        except Refused as refused:
            raise Refused(*(Reason(reason.text, names[number]) for reason in refused.reasons)) from refused
        if not sheets:
            raise Refused(unknown_file(path, names[number], SHEETS))
        found += [Source(number, path, sheet) for sheet in sheets]
    return sorted(found, key=lambda s: (SHEETS.index(s.sheet), s.file))


def raw_batches(source: Source) -> Iterator[tuple[pl.DataFrame, list[Problem]]]:
    """The rows of one sheet as read, in batches, each with what could not be read; the last may hold problems only."""
    problems: list[Problem] = []
    raw = pl.DataFrame(schema=schema_of(source.sheet))
    size = PARSED if form_of(source.path) is Form.WORKBOOK else BATCH
    for raw in read_batches(source.path, source.sheet, problems=problems, size=size):
        yield raw, problems[:]
        problems.clear()
    if problems:
        yield raw.clear(), problems[:]


def examined(source: Source, raw: pl.DataFrame, problems: list[Problem], context: Context) -> Batch:
    """Type, check and seal one batch of rows as read."""
    name = source.sheet.name
    values = typed(raw, source.sheet, problems, lists=context.lists)
    values = _placed(values, name, context, problems)
    values = _without_masks(values, source.sheet)
    values = _with_identity(values, context) if name == "persons" else values
    problems += too_long(values, _lengths(STAGED[name]))
    problems += in_the_future(name, values, context.limits)
    problems += out_of_range(values)
    refused, questions = examine(name, values, context.limits)
    problems += refused
    wrong = {p.row for p in problems}
    good = values.filter(~pl.col("row").is_in(list(wrong))) if wrong else values
    numbers = _numbers(values, wrong | {p.row for p in questions})
    ready = csv_of(_ready(good, source, context)) if good.height else b""
    return Batch(source, raw.height, ready, problems, [q for q in questions if q.row not in wrong], numbers)


def _numbers(values: pl.DataFrame, rows: set[int]) -> dict[int, str]:
    """Row → the number by which people know it, of the rows that something is said about."""
    key = next((k for k in ("number", "household_number", "division") if k in values.columns), "row")
    some = values.filter(pl.col("row").is_in(list(rows))).select("row", pl.col(key).cast(pl.String).fill_null(""))
    return dict(some.iter_rows())


def _placed(values: pl.DataFrame, name: str, context: Context, problems: list[Problem]) -> pl.DataFrame:
    """Codes of earlier days become today's; unknown ones, other levels and other people's areas are refused."""
    given = values["division"]
    today: dict[int, int] = {}
    for code in given.drop_nulls().unique().to_list():
        problem, current = _place(code, name, context.scope)
        today[code] = current
        if problem is not None:
            rows = values["row"].filter((given == code).fill_null(value=False))
            problems += [Problem(row, "division", *problem) for row in rows]
    return values.with_columns(given.replace_strict(today, default=None, return_dtype=pl.Int64).alias("division"))


def _place(code: int, name: str, scope: Scope) -> tuple[tuple[str, str] | None, int]:
    current = territory.current_code(code)
    if current is None:
        return (f"没有区划 {code_text(code)}", "；请在“区划”页查正确的代码"), code
    level, word = (1_000_000, "县级") if name == "counties" else (1, "村级")
    if (level == 1 and current % 1000 == 0) or current % level:
        return (f"应为{word}区划代码", "；请改正"), current
    if current not in scope:
        return (f"{territory.full_name(current)}不在您的管辖范围内", "；请由有权的单位导入"), current
    return None, current


def _without_masks(values: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """A number that comes back masked from an export says nothing: what the register has stays."""
    hidden = [c.key for c in sheet.columns if c.personal and c.kind in ("id_number", "phone", "account")]
    masked = [
        pl.when(pl.col(k).str.contains("*", literal=True)).then(None).otherwise(pl.col(k)).alias(k) for k in hidden
    ]
    return values.with_columns(masked)


def _with_identity(values: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Numbers in normal form, and beside them what they tell; without a document nothing is checked."""
    numbers = identity.normal(values["id_number"])
    numbers = numbers.set((values["document_type"] == "none").fill_null(value=False), None)
    fault = identity.faults(numbers, earliest_year=context.limits.id_minimum_year, today=context.limits.today)
    return values.with_columns(
        numbers.alias("id_number"),
        fault.alias("_fault"),
        identity.sexes(numbers).alias("_sex"),
        identity.birth_dates(numbers).alias("_born"),
    ).with_columns(pl.coalesce("birth_on", "_born").alias("birth_on"))


def _lengths(model: type[models.Model]) -> dict[str, int]:
    """Longest texts of the columns."""
    return {
        f.name: f.max_length for f in model._meta.concrete_fields if isinstance(f, models.CharField) and f.max_length
    }


def _ready(good: pl.DataFrame, source: Source, context: Context) -> pl.DataFrame:
    """The columns of the staging table, in its order."""
    name = source.sheet.name
    done = good.with_columns(_derived(good, name)).with_columns(_sealed(good, name))
    done = done.with_columns(import_id=pl.lit(context.import_id), file=pl.lit(source.file))
    return done.select(_column(done, f) for f in columns_of(STAGED[name]))


def columns_of(model: type[models.Model]) -> list["models.Field[Any, Any]"]:
    """The fields of a staging table without its own key."""
    return [f for f in model._meta.concrete_fields if not f.primary_key]


def _column(frame: pl.DataFrame, wanted: "models.Field[Any, Any]") -> pl.Expr:
    """A column of the frame as the database takes it; texts are empty rather than missing."""
    if wanted.column not in frame.columns:
        empty = "" if isinstance(wanted, models.CharField | SealedField) else None
        return pl.lit(empty, dtype=pl.String).alias(wanted.column)
    column = pl.col(wanted.column)
    return column.fill_null("") if isinstance(wanted, models.CharField) else column


def _derived(good: pl.DataFrame, name: str) -> list[pl.Series]:
    """Pinyin for search and the masked number of persons."""
    if name != "persons":
        return []
    pinyin, initials = spoken_many(good["name"])
    return [
        pinyin,
        initials,
        identity.masked(good["id_number"]).fill_null("").alias("id_mask"),
        good["id_number"].is_not_null().alias("id_valid"),
    ]


def _sealed(good: pl.DataFrame, name: str) -> list[pl.Series]:
    """Personal columns as ciphertext, and their search tokens."""
    found = []
    for key, (model, purpose) in _SEALED.get(name, {}).items():
        about = model._meta.get_field(key)
        assert isinstance(about, SealedField)
        plain = good[key].to_list()
        # A disability card begins with its holder's identity number: the same person, the same token.
        known = good[key].str.slice(0, 18).to_list() if key == "id_number" else plain
        found.append(pl.Series(key, encrypt_many(plain, about.about), dtype=pl.Binary))
        found.append(pl.Series(f"{key.removesuffix('_number')}_token", tokens(known, purpose), dtype=pl.Binary))
    return found


def stage(batch: Batch, context: Context) -> None:
    """Write one batch to the staging table, in the open transaction."""
    if batch.good:
        name = batch.source.sheet.name
        copy_in(STAGED[name]._meta.db_table, [f.column for f in columns_of(STAGED[name])], batch.good)
    for problems, stops in ((batch.refused, True), (batch.questions, False)):
        tell(context.import_id, batch.source, problems, stops=stops, numbers=batch.numbers)


def tell(
    import_id: int, source: Source, problems: Sequence[Problem], *, stops: bool, numbers: Mapping[int, str]
) -> None:
    """Keep what is wrong with rows, or asked about them."""
    if not problems:
        return
    rows = [
        (
            import_id,
            source.sheet.name,
            source.file,
            p.row,
            p.key,
            p.text[:300],
            p.todo[:300],
            stops,
            numbers.get(p.row, "")[:40],
        )
        for p in problems
    ]
    kinds = [pl.Int64, pl.String, pl.Int64, pl.Int64, pl.String, pl.String, pl.String, pl.Boolean, pl.String]
    frame = pl.DataFrame(rows, schema=dict(zip(_PROBLEM_COLUMNS, kinds, strict=True)), orient="row")
    copy_in(ImportProblem._meta.db_table, _PROBLEM_COLUMNS, csv_of(frame))


def csv_of(frame: pl.DataFrame) -> bytes:
    """The frame as COPY takes it: bytes as hex, quotes only where a text needs them.

    The database reads lines without quotes a third faster.
    """
    hexed = [(pl.lit("\\x") + pl.col(c).bin.encode("hex")).alias(c) for c, t in frame.schema.items() if t == pl.Binary]
    buffer = BytesIO()
    frame.with_columns(hexed).write_csv(buffer, include_header=False, null_value=_NULL, quote_style="necessary")
    return buffer.getvalue()


def copy_in(table: str, columns: Sequence[str], lines: bytes) -> None:
    """COPY lines into a table without row-level security."""
    names = ", ".join(f'"{c}"' for c in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table} ({names}) from stdin (format csv, null '{_NULL}')") as copy,
    ):
        view = memoryview(lines)
        for start in range(0, len(view), 1 << 20):
            copy.write(view[start : start + (1 << 20)])


def forget(import_id: int) -> None:
    """Empty the staging tables of one import."""
    with connection.cursor() as cursor:
        for model in STAGED.values():
            cursor.execute(f"delete from {model._meta.db_table}_seen where import_id = %s", [import_id])  # noqa: S608
    StagedMark.objects.filter(import_id=import_id).delete()
