"""Where apps above plug in: named conditions, kinds of subject, and who is related to whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

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


_conditions: dict[str, Callable[..., Verdict]] = {}
_subjects: dict[str, Callable[..., SubjectFacts | None]] = {}
_relations: list[Callable[..., list[str]]] = []


def condition(name: str) -> Callable[[F], F]:
    """Register `def f(*, case, parameters, on) -> Verdict` as the judge of a named rule."""

    def register(function: F) -> F:
        _conditions[name] = function
        return function

    return register


def subject(kind: str) -> Callable[[F], F]:
    """Register `def f(*, subject_id, scope) -> SubjectFacts | None` for a kind of subject."""

    def register(function: F) -> F:
        _subjects[kind] = function
        return function

    return register


def relation(function: F) -> F:
    """Register `def f(*, subject_kind, subject_id, user_id, who) -> list[str]`: how the user is related, in sentences."""
    if function not in _relations:
        _relations.append(function)
    return function


def judged(name: str, *, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> Verdict:
    """What the registered judge says; without one the condition is not met."""
    if name not in _conditions:
        return Verdict(False, (Reason(f"规则“{name}”还没有程序能够核对，请联系系统管理员"),))
    return _conditions[name](case=case, parameters=parameters, on=on)


def described(kind: str, subject_id: int, scope: Any) -> SubjectFacts | None:
    """Whom the id means, as far as the scope shows; None without a provider, too."""
    return _subjects[kind](subject_id=subject_id, scope=scope) if kind in _subjects else None


def is_described(kind: str) -> bool:
    """Whether somebody can say whom an id of this kind means."""
    return kind in _subjects


def relations(*, subject_kind: str, subject_id: int, user_id: int, who: str) -> list[str]:
    """How the user is related to the subject, in sentences."""
    facts = {"subject_kind": subject_kind, "subject_id": subject_id, "user_id": user_id, "who": who}
    return [sentence for provider in _relations for sentence in provider(**facts)]


def lacking(names: set[str]) -> list[str]:
    """The named conditions that no app judges."""
    return sorted(names - set(_conditions))
