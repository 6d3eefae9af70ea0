"""Closed cases whose file lacks something, by the measure that the ledger goes by."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import announce
from zerentian.kernel.scope import Level, range_of
from zerentian.procedures.models import Case, StepRecord
from zerentian.procedures.queries.cases import Paper, cases_by_id, checklist
from zerentian.procedures.queries.definitions import definition, name_of, words
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

MEASURE = "archives.complete"
# The last passage of each step that asks for a notice whose posting nobody proved: what the measure counts as lacking.
_UNPROVED = """
select distinct s.case_file, s.step, s.notice from facts.case_step s left join facts.notice n on n.notice = s.notice
where s.case_file = any(%s) and s.notice_needed and n.proved_on is null order by 1
"""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that a file lacks; `notice` is the notice without a photo, `paper` the paper that is missing."""

    text: str
    paper: Paper | None = None
    notice: int | None = None


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A closed case whose file is incomplete."""

    case: Case
    title: str
    village: str
    closed_on: date | None
    lacks: tuple[Lack, ...]


def incomplete_ids(area: int, kind: str = "") -> list[int]:
    """The closed cases of the area that the measure of complete archives holds against it, village by village."""
    within, evidence = range_of(area), rulebook.measures()[MEASURE].evidence_sql
    with connection.cursor() as cursor:
        cursor.execute(
            f"select e.id from ({evidence}) e where e.division >= %s and e.division < %s and (%s = '' or e.label = %s) "  # noqa: S608
            "order by e.division, e.id",
            [within.lo, within.hi, kind, kind],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def incomplete(ids: Sequence[int], by: Actor) -> list[Incomplete]:
    """What each of the cases lacks, in the order given."""
    cases = cases_by_id(by.scope, ids)
    unproved: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_UNPROVED, [list(cases)])
        for case_id, step, notice in cursor.fetchall():
            unproved[case_id].append((step, notice))
    return [_incomplete(cases[pk], unproved[pk]) for pk in ids if pk in cases]


def _incomplete(case: Case, unproved: Sequence[tuple[str, int | None]]) -> Incomplete:
    procedure = definition(case.definition_id)
    lacks = [
        Lack(
            f"{words(procedure.at(one.step).title)}：{name_of('evidence', one.kind)}（{one.has}/{one.wanted}）",
            paper=one,
        )
        for one in lacking(case)
    ]
    lacks += [
        Lack(_("%(step)s：公示张贴照片") % {"step": words(procedure.at(step).title)}, notice=notice)
        for step, notice in unproved
    ]
    village = territory.full_name(case.division, above=Level.COUNTY)
    return Incomplete(case, words(procedure.title), village, case.closed_on, tuple(lacks))


def lacking(case: Case) -> list[Paper]:
    """The papers that the steps of a case asked for and that nobody handed in."""
    records = list(StepRecord.objects.filter(case=case).order_by("turn"))
    return [one for one in checklist(case, definition(case.definition_id), records) if not one.is_complete]


def pages_of_notices(ids: Sequence[int], by: Actor) -> dict[int, str]:
    """Notice → the page where a photo of it is added."""
    told = announce("notice.pages", ids=list(ids), by=by) if ids else []
    return {number: page for given in told for number, _state, page in given}
