"""Where apps above plug in: named conditions, kinds of subject, and who is related to whom."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from zerentian.kernel.effects import effect, registered_for
from zerentian.kernel.refusal import Reason

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """What an app above is told of a case. `data` are all form fields given so far."""

    id: int
    kind: str
    version: str
    division: int
    subject_kind: str
    subject_id: int
    name: str
    step: str
    opened_on: date
    data: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition is met, and why not."""

    holds: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """Whom a case is about; `line` is what a notice may say of him, by publishable field."""

    name: str
    division: int
    url: str = ""
    line: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hint:
    """What the case will still be asked for, and the page where it is put right (empty: not by this reader)."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a comparison with other data says of a case's subject: the case's own ground, or still to be settled."""

    title: str
    told: str
    state: str
    conclusion: str
    statement: str
    due_on: date
    url: str
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Count:
    """A number that a figure is worked out of: a name of the vocabulary, and the page that shows where it comes from."""

    id: str
    n: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate that a condition rests on: the sum of `over` through `under`, and what is asked of it (`bar`, `limit`)."""

    id: str
    over: tuple[Count, ...]
    under: Count
    rate: str
    bar: str
    limit: str
    holds: bool

    def kept(self) -> dict[str, Any]:
        """As the record of a decision keeps it."""
        return {
            "id": self.id, "over": [[one.id, one.n] for one in self.over], "under": [self.under.id, self.under.n],
            "rate": self.rate, "bar": self.bar, "limit": self.limit, "holds": self.holds,
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Figure":
        """What a record kept."""
        over = tuple(Count(id, n) for id, n in kept["over"])
        return cls(
            kept["id"], over, Count(*kept["under"]), kept["rate"], kept["bar"], kept["limit"], kept["holds"]
        )  # fmt: skip


MANY = "many"  # the attribute of a function for one case that holds the one for a list

_conditions: dict[str, Callable[..., Verdict]] = {}
_subjects: dict[str, Callable[..., SubjectFacts | None]] = {}
_relations: list[Callable[..., Mapping[int, list[str]]]] = []
_hints: dict[str, Callable[..., list[Hint]]] = {}
_figures: dict[str, Callable[..., list[Figure]]] = {}


def condition(name: str) -> Callable[[F], F]:
    """Register `def f(*, case, parameters, on) -> Verdict` as the judge of a named rule."""

    def register(function: F) -> F:
        _conditions[name] = function
        return function

    return register


def conditions(name: str) -> Callable[[F], F]:
    """The same for a list: `def f(*, cases, parameters, on) -> dict[case id, Verdict]`, with as many questions as for one."""

    def register(function: F) -> F:
        @wraps(function)
        def one(*, case: CaseSummary, **facts: Any) -> Verdict:
            verdict: Verdict = function(cases=[case], **facts)[case.id]
            return verdict

        setattr(one, MANY, function)
        _conditions[name] = one
        return function

    return register


def carries(name: str) -> Callable[[F], F]:
    """Register `def f(*, cases, on, by)` as what carries an effect out, for one case or for a list decided at once.

    A Refused of a list counts for the whole list; procedures then ask again for each case alone.
    """

    def register(function: F) -> F:
        @wraps(function)
        def one(*, case: CaseSummary, **facts: Any) -> None:
            function(cases=[case], **facts)

        setattr(one, MANY, function)
        effect(name)(one)
        return function

    return register


def subject(kind: str) -> Callable[[F], F]:
    """Register `def f(*, subject_id, scope) -> SubjectFacts | None` for a kind of subject."""

    def register(function: F) -> F:
        _subjects[kind] = function
        return function

    return register


def subjects(kind: str) -> Callable[[F], F]:
    """The same for a list: `def f(*, subject_ids, scope) -> dict[subject id, SubjectFacts]`, of those in the scope."""

    def register(function: F) -> F:
        @wraps(function)
        def one(*, subject_id: int, scope: Any) -> SubjectFacts | None:
            found: SubjectFacts | None = function(subject_ids=[subject_id], scope=scope).get(subject_id)
            return found

        setattr(one, MANY, function)
        _subjects[kind] = one
        return function

    return register


def relation(function: F) -> F:
    """Register `def f(*, subject_kind, subject_ids, user_id, who) -> dict[subject id, list of sentences]`.

    It says how the user is related to each; a subject to whom he isn't may be missing.
    """
    if function not in _relations:
        _relations.append(function)
    return function


def hints(kind: str) -> Callable[[F], F]:
    """Register `def f(*, case, rules, on, by) -> list[Hint]` for a kind of subject; `rules` are the definition's conditions."""

    def register(function: F) -> F:
        _hints[kind] = function
        return function

    return register


def figures(rule: str) -> Callable[[F], F]:
    """Register `def f(*, case, parameters, on) -> list[Figure]`: what a named condition is judged by."""

    def register(function: F) -> F:
        _figures[rule] = function
        return function

    return register


def has_figures(rule: str) -> bool:
    """Whether a condition is judged by figures that can be shown."""
    return rule in _figures


def figured(rule: str, *, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> list[Figure]:
    """The figures of a condition; none for one that has no such."""
    return _figures[rule](case=case, parameters=parameters, on=on) if rule in _figures else []


def hinted(*, case: CaseSummary, rules: frozenset[str], on: date, by: Any) -> list[Hint]:
    """What stands against the case's conditions as things are, also those of later steps."""
    listener = _hints.get(case.subject_kind)
    return listener(case=case, rules=rules, on=on, by=by) if listener else []


def judged(name: str, *, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> Verdict:
    """What the registered judge says; without one the condition is not met."""
    if name not in _conditions:
        return Verdict(False, (Reason(f"规则“{name}”还没有程序能够核对，请联系系统管理员"),))
    return _conditions[name](case=case, parameters=parameters, on=on)


def judged_many(
    name: str, *, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date
) -> dict[int, Verdict]:  # fmt: skip
    """The same for a list of cases with the same parameters, by case."""
    if many := getattr(_conditions.get(name), MANY, None):
        found: dict[int, Verdict] = many(cases=cases, parameters=parameters, on=on)
        return found
    return {case.id: judged(name, case=case, parameters=parameters, on=on) for case in cases}


def carried_out(name: str, *, cases: Sequence[CaseSummary], on: date, by: Any) -> None:
    """Have every listener of an effect carry it out for the cases."""
    for listener in registered_for(name):
        if many := getattr(listener, MANY, None):
            many(cases=cases, on=on, by=by)
        else:
            for case in cases:
                listener(case=case, on=on, by=by)


def described(kind: str, subject_id: int, scope: Any) -> SubjectFacts | None:
    """Whom the id means, as far as the scope shows; None without a provider, too."""
    return _subjects[kind](subject_id=subject_id, scope=scope) if kind in _subjects else None


def described_many(kind: str, subject_ids: Sequence[int], scope: Any) -> dict[int, SubjectFacts]:
    """The same for a list; what lies outside the scope is missing."""
    if many := getattr(_subjects.get(kind), MANY, None):
        found: dict[int, SubjectFacts] = many(subject_ids=subject_ids, scope=scope)
        return found
    told = {one: described(kind, one, scope) for one in subject_ids}
    return {one: facts for one, facts in told.items() if facts is not None}


def is_described(kind: str) -> bool:
    """Whether somebody can say whom an id of this kind means."""
    return kind in _subjects


def relations(*, subject_kind: str, subject_ids: Sequence[int], user_id: int, who: str) -> dict[int, list[str]]:
    """How the user is related to each subject, in sentences."""
    found: dict[int, list[str]] = {}
    for provider in _relations:
        told = provider(subject_kind=subject_kind, subject_ids=subject_ids, user_id=user_id, who=who)
        for subject_id, sentences in told.items():
            found.setdefault(subject_id, []).extend(sentences)
    return found


def lacking(names: set[str]) -> list[str]:
    """The named conditions that no app judges."""
    return sorted(names - set(_conditions))
