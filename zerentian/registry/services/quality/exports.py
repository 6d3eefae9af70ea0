"""Findings and explanations as workbooks."""

from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import get_language

from zerentian.kernel.scope import Level
from zerentian.kernel.tables import Column, write_table
from zerentian.registry.models import Household, QualityException
from zerentian.registry.rules.quality import RULES
from zerentian.registry.services.quality.findings import Line, sentence_of
from zerentian.territory import queries as territory

MOST = 20_000
_PLACE = (
    Column("place", "地区", "Place", width=24),
    Column("number", "户编号", "Household number", width=22),
    Column("head", "户主", "Head"),
)
_FINDINGS = (
    *_PLACE,
    Column("person", "成员", "Member"),
    Column("sentence", "疑点", "Finding", width=44),
    Column("todo", "怎么办", "What to do", width=36),
    Column("found_on", "发现日期", "Found on", "date"),
    Column("reason", "例外说明", "Explanation", width=44),
    Column("until", "有效期至", "Holds until", "date"),
)
_EXCEPTIONS = (
    *_PLACE,
    Column("sentence", "疑点", "Finding", width=44),
    Column("reason", "例外说明", "Explanation", width=44),
    Column("who", "说明人", "Explained by", width=24),
    Column("made_on", "说明日期", "Explained on", "date"),
    Column("until", "有效期至", "Holds until", "date"),
    Column("revoked_by", "撤销人", "Revoked by", width=24),
    Column("revoked_why", "撤销理由", "Why revoked", width=36),
)


def export_findings(path: Path, found: Iterable[Line]) -> int:
    """Write findings to a workbook; how many."""
    rows = (
        (
            *_where(line.household), line.person, sentence_of(line.rule), line.rule.todo, line.finding.found_on,
            line.exception.reason if line.exception else "", line.exception.until if line.exception else None,
        )
        for line in found
    )  # fmt: skip
    return write_table(path, _FINDINGS, rows, "xlsx", title="档案疑点", language=get_language() or "zh")


def export_exceptions(path: Path, found: Iterable[QualityException]) -> int:
    """Write explanations to a workbook; how many."""
    made = list(found)
    homes = Household.objects.in_bulk({one.household_id for one in made})
    rows = (
        (
            *_where(homes[one.household_id]), sentence_of(RULES[one.rule]), one.reason, one.made_by, one.made_at.date(), one.until,
            one.revoked_by, one.revoked_why,
        )
        for one in made if one.household_id in homes
    )  # fmt: skip
    return write_table(path, _EXCEPTIONS, rows, "xlsx", title="质量例外说明", language=get_language() or "zh")


def _where(home: Household) -> tuple[str, str, str]:
    return territory.full_name(home.division, above=Level.TOWNSHIP), home.number, home.head_name
