"""Rules whose settled clues are mostly false, with the threshold that would have done better."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zerentian.exchange import queries
from zerentian.exchange.models import Clue, ClueEvidence
from zerentian.exchange.queries.figures import Tally
from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.rules.thresholds import Better, Bound, Settled, better, bounds
from zerentian.kernel.scope import Scope
from zerentian.rulebook.queries import law_area, parameter
from zerentian.rulebook.rules.parameters import Parameter

FALSE = Clue.Conclusion.WRONG_DATA  # as in the figures: the share of wrong data
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one parameter of a rule could be instead; `better` is None where no stricter value does better."""

    parameter: Parameter
    present: Decimal
    better: Better | None


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A rule that is mostly wrong; without suggestions it has no number that a shown column is held against."""

    rule: ClueRule
    tally: Tally
    suggestions: list[Suggestion]


def doubtful_rules(scope: Scope, today: date, owners: Collection[str] | None = None) -> list[Doubtful]:
    """The rules of these owners (None: of all) with more wrong data among the settled clues than the law's limit."""
    limit = float(parameter("exchange.rule.false_limit", law_area(), today))
    least = int(parameter("exchange.rule.least_settled", law_area(), today))
    rules = {rule.id: rule for source in queries.sources().values() for rule in source.rules}
    found = []
    for tally in queries.tallies(scope, "rule", today):
        rule = rules.get(tally.key)
        if rule is None or owners is not None and rule.owner not in owners or tally.answered < least:
            continue
        if (tally.false_share or 0) > limit:
            found.append(Doubtful(rule, tally, _suggestions(rule, scope, today)))
    return sorted(found, key=lambda one: (-(one.tally.false_share or 0), one.rule.id))


def _suggestions(rule: ClueRule, scope: Scope, today: date) -> list[Suggestion]:
    source, names = queries.source(rule.id.partition(".")[0]), dict(rule.parameters)
    found = []
    for bound in bounds(rule):
        value = source.parameter(names[bound.name], law_area(), today)
        if value is None or isinstance(value.value, bool | str):
            continue
        present = Decimal(str(value.value))
        made = better(bound, present, _settled(rule.id, bound, scope))
        found.append(Suggestion(source.parameters[names[bound.name]], present, made))
    return found


def _settled(rule: str, bound: Bound, scope: Scope) -> Iterator[Settled]:
    """The settled clues of a rule, each with what its answered evidence shows in the column; of nobody else's."""
    rows = ClueEvidence.objects.within(scope).filter(clue__rule=rule, clue__state=Clue.State.SETTLED, answered=True)
    told = rows.order_by("clue_id").values_list("clue_id", "clue__conclusion", f"shown__{bound.column}")
    last, is_false = None, False
    pieces: list[dict[str, str | None]] = []
    for clue, conclusion, value in told.iterator(_BATCH):
        if clue != last and pieces:
            yield Settled(pieces, is_false)
            pieces = []
        last, is_false = clue, conclusion == FALSE
        pieces.append({bound.column: value})
    if pieces:
        yield Settled(pieces, is_false)
