"""What the checks found, as kept: sums by rule and area, findings one by one, scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import get_language

from zerentian.kernel.scope import Level, Scope
from zerentian.registry.models import (
    GROUPS,
    Household,
    HouseholdIncome,
    Person,
    QualityChange,
    QualityException,
    QualityFinding,
    QualityScore,
    QualityTally,
)
from zerentian.registry.rules.quality import RULES, Rule

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What findings are narrowed by."""

    rule: str = ""
    kind: str = ""
    severity: str = ""
    excepted: bool = False

    @property
    def rules(self) -> list[str]:
        """The ids of the rules that fit."""
        return [
            rule.id
            for rule in RULES.values()
            if self.rule in ("", rule.id) and self.kind in ("", rule.group) and self.severity in ("", rule.severity)
        ]


@dataclass(frozen=True, slots=True)
class Share:
    """Checks made and passed, and the share in percent; None where nothing was checked."""

    kind: str
    checks: int
    passed: int

    @property
    def percent(self) -> float | None:
        """Passed in a hundred checks."""
        return 100 * self.passed / self.checks if self.checks else None


@dataclass(frozen=True, slots=True)
class Line:
    """One finding with the people and the words that belong to it."""

    finding: QualityFinding
    rule: Rule
    household: Household
    person: str
    income_id: int | None
    exception: QualityException | None


def is_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def sentence_of(rule: Rule) -> str:
    """The rule's sentence in the reader's language."""
    return rule.sentence_en if is_english() else rule.sentence


def by_rule(scope: Scope, area: int, wanted: Wanted) -> list[tuple[Rule, int, int]]:
    """(rule, open findings, explained ones) in the area, the most first."""
    rows = QualityTally.objects.within(scope).inside(area).filter(rule__in=wanted.rules)
    sums = rows.values_list("rule").annotate(found=Sum("found"), excepted=Sum("excepted")).order_by()
    found = [(RULES[rule], n - excepted, excepted) for rule, n, excepted in sums]
    return sorted(found, key=lambda one: (-one[1], -one[2], one[0].id))


def by_part(scope: Scope, area: int, below: Level, wanted: Wanted) -> dict[int, int]:
    """Open findings by part of the area: the divisions of the level below."""
    rows = QualityTally.objects.within(scope).inside(area).filter(rule__in=wanted.rules)
    sums = rows.values_list(F("division") / below.span * below.span).annotate(n=Sum(F("found") - F("excepted")))
    return dict(sums.order_by())


def scores(scope: Scope, area: int) -> list[Share]:
    """The shares of the four kinds and, first and with an empty name, of all."""
    columns = [f"{kind}_{what}" for kind in GROUPS for what in ("checks", "passed")]
    rows = QualityScore.objects.within(scope).inside(area)
    sums = rows.aggregate(**{column: Sum(column) for column in columns})
    shares = [Share(kind, sums[f"{kind}_checks"] or 0, sums[f"{kind}_passed"] or 0) for kind in GROUPS]
    return [Share("", sum(s.checks for s in shares), sum(s.passed for s in shares)), *shares]


def score_by_part(scope: Scope, area: int, below: Level) -> dict[int, Share]:
    """The share of all kinds by part of the area."""
    checks: Any = sum((F(f"{kind}_checks") for kind in GROUPS[1:]), F(f"{GROUPS[0]}_checks"))
    passed: Any = sum((F(f"{kind}_passed") for kind in GROUPS[1:]), F(f"{GROUPS[0]}_passed"))
    rows = QualityScore.objects.within(scope).inside(area)
    sums = rows.values_list(F("division") / below.span * below.span).annotate(checks=Sum(checks), passed=Sum(passed))
    return {part: Share("", n, ok) for part, n, ok in sums.order_by()}


def checked(scope: Scope, area: int) -> tuple[Any, bool]:
    """The day of the oldest check in the area, and whether changes wait for their check."""
    first = QualityScore.objects.within(scope).inside(area).order_by("checked_on").values_list("checked_at").first()
    return (first[0] if first else None), QualityChange.objects.inside(area).exists()


def findings(scope: Scope, area: int, wanted: Wanted) -> "QuerySet[QualityFinding]":
    """The findings of the area that are wanted: open ones, or explained ones."""
    rows: QuerySet[QualityFinding] = QualityFinding.objects.within(scope).inside(area)
    return rows.filter(rule__in=wanted.rules, exception_id__isnull=not wanted.excepted)


def of_household(household_id: int, scope: Scope) -> list[Line]:
    """Everything the rules ask about one household, explained findings last."""
    rows = QualityFinding.objects.within(scope).filter(household_id=household_id)
    return lines(list(rows.order_by(F("exception_id").asc(nulls_first=True), "id")))


def page_of(rows: "QuerySet[QualityFinding]", after: str = "", before: str = "") -> tuple[list[Line], str, str]:
    """One page in the order of place and household, and the cursors behind and before it."""
    keys = ("division", "household_id", "id")
    back = bool(before) and not after
    bound = _bound(before if back else after)
    if bound:
        rows = rows.filter(_beyond(keys, bound, "lt" if back else "gt"))
    found = list(rows.order_by(*(f"-{key}" if back else key for key in keys))[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    if back:
        found.reverse()
    following, previous = (True, more) if back else (more, bool(bound))
    return (
        lines(found),
        _cursor(found[-1]) if found and following else "",
        _cursor(found[0]) if found and previous else "",
    )


def _cursor(row: QualityFinding) -> str:
    return f"{row.division}~{row.household_id}~{row.pk}"


def _bound(text: str) -> list[int]:
    parts = text.split("~")
    return [int(p) for p in parts] if len(parts) == 3 and all(p.isdecimal() and len(p) < 19 for p in parts) else []


def _beyond(keys: Sequence[str], bound: Sequence[int], side: str) -> Q:
    """Rows behind the bound; the plain range on the first key lets the index begin there."""
    first = Q(**{f"{keys[0]}__{side}": bound[0]})
    if len(keys) == 1:
        return first
    return Q(**{f"{keys[0]}__{side}e": bound[0]}) & (first | _beyond(keys[1:], bound[1:], side))


def lines(found: Iterable[QualityFinding]) -> list[Line]:
    """The findings with household, person and explanation; four reads however many they are."""
    rows = list(found)
    homes = Household.objects.in_bulk({row.household_id for row in rows})
    about = [row.subject_id for row in rows if RULES[row.rule].subject == "person"]
    names = dict(Person.objects.filter(pk__in=about).values_list("pk", "name"))
    incomes = HouseholdIncome.objects.filter(household__in=homes).order_by("household_id", "-year")
    newest = dict(incomes.distinct("household_id").values_list("household_id", "pk"))
    said = QualityException.objects.in_bulk({row.exception_id for row in rows if row.exception_id})
    return [
        Line(
            row, RULES[row.rule], homes[row.household_id],
            names.get(row.subject_id, "") if RULES[row.rule].subject == "person" else "",
            newest.get(row.household_id), said.get(row.exception_id) if row.exception_id else None,
        )
        for row in rows if row.household_id in homes
    ]  # fmt: skip
