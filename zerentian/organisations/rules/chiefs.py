"""Whether the chiefs of poverty counties and heavily burdened townships stayed at their posts (articles 9 and 19)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from zerentian.kernel.scope import Level

CHIEF_KINDS = frozenset({"party_chief", "government_chief"})


@dataclass(frozen=True, slots=True)
class Protection:
    """What the rulebook and the register say on a day: who must stay, and for how long.

    counties: poverty county → (first day, last day or None) of its protection, article 9.
    townships: heavily burdened townships, article 19.
    minimum_months: shortest stay of a township's chief; approval_days: within how many days of the new
    chief's first day the approval must be recorded.
    """

    counties: Mapping[int, tuple[date, date | None]] = field(default_factory=dict)
    townships: frozenset[int] = frozenset()
    minimum_months: int = 0
    approval_days: int = 0

    @classmethod
    def joined(cls, answers: Iterable["Protection"]) -> "Protection":
        """What several apps know, put together."""
        known = list(answers)
        return cls(
            counties={code: days for one in known for code, days in one.counties.items()},
            townships=frozenset().union(*(one.townships for one in known)),
            minimum_months=max((one.minimum_months for one in known), default=0),
            approval_days=max((one.approval_days for one in known), default=0),
        )


@dataclass(frozen=True, slots=True)
class Tenure:
    """One chief's time at one post; `approval_reference` approves the change that brought this person."""

    post: int
    division: int
    level: Level
    person: str
    starts_on: date
    ends_on: date | None
    approval_reference: str = ""
    approved_on: date | None = None
    is_exempt: bool = False


class Verdict(StrEnum):
    """What a change of chief is judged to be."""

    FREE = "free"  # no rule asks for approval
    EXEMPT = "exempt"  # retirement or death
    APPROVED = "approved"
    LATE = "late"  # approved, but recorded after the limit
    VACANT = "vacant"  # ended, and nobody followed yet
    UNAPPROVED = "unapproved"

    @property
    def is_wrong(self) -> bool:
        """Whether somebody has to put it right."""
        return self in (Verdict.UNAPPROVED, Verdict.LATE, Verdict.VACANT)


@dataclass(frozen=True, slots=True)
class Change:
    """A chief left and, perhaps, another came."""

    before: Tenure
    after: Tenure | None
    verdict: Verdict
    months: int
    article: int

    @property
    def division(self) -> int:
        """The county or township."""
        return self.before.division


def months_between(first: date, last: date) -> int:
    """Whole months from the first day to the last, both in post."""
    left = last + timedelta(days=1)
    months = (left.year - first.year) * 12 + left.month - first.month
    return months if left.day >= first.day else months - 1


def changes(tenures: Iterable[Tenure], protection: Protection, on: date) -> list[Change]:
    """Every change of chief up to the day, judged; the newest first."""
    found = []
    for _, group in groupby(sorted(tenures, key=lambda t: (t.post, t.starts_on)), key=lambda t: t.post):
        held = list(group)
        for before, after in zip(held, [*held[1:], None], strict=True):
            if before.ends_on is not None and before.ends_on <= on:  # the last day counts: known at once
                found.append(_judge(before, after, protection, on))
    return sorted(found, key=lambda c: (c.before.ends_on or on, c.before.post), reverse=True)


def _judge(before: Tenure, after: Tenure | None, protection: Protection, on: date) -> Change:
    ended = before.ends_on or on
    months = months_between(before.starts_on, ended)
    article = 9 if before.level is Level.COUNTY else 19
    if not _is_protected(before, ended, months, protection):
        verdict = Verdict.FREE
    elif before.is_exempt:
        verdict = Verdict.EXEMPT
    elif after is None:
        verdict = Verdict.VACANT
    elif not after.approval_reference:
        verdict = Verdict.UNAPPROVED
    elif after.approved_on and (after.approved_on - after.starts_on).days > protection.approval_days:
        verdict = Verdict.LATE
    else:
        verdict = Verdict.APPROVED
    return Change(before, after, verdict, months, article)


def _is_protected(before: Tenure, ended: date, months: int, protection: Protection) -> bool:
    if before.level is Level.COUNTY:
        first, last = protection.counties.get(before.division, (date.max, None))
        return first <= ended and (last is None or ended <= last)
    if before.level is Level.TOWNSHIP:
        return before.division in protection.townships and months < protection.minimum_months
    return False
