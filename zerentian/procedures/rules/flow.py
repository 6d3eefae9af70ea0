"""What may happen next in a case, by whom, and why not. Pure: facts and definition in, moves out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zerentian.kernel.refusal import Reason
from zerentian.kernel.scope import Level, ancestor, level_of, range_of
from zerentian.procedures.rules.definition import DeciderEntry, OutcomeEntry, Procedure, StepEntry
from zerentian.procedures.rules.plugs import Verdict

OPEN, SUSPENDED, REVIEW, CLOSED, WITHDRAWN = "open", "suspended", "review", "closed", "withdrawn"
STATES = (OPEN, SUSPENDED, REVIEW, CLOSED, WITHDRAWN)
LIVE = (OPEN, SUSPENDED, REVIEW)
RUNNING = (OPEN, REVIEW)  # whose time runs: an objection stops it


@dataclass(frozen=True, slots=True)
class Why:
    """A sentence on what is missing: a text with gaps, and what fills them (names are in both languages)."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def reason(self) -> Reason:
        """The sentence in Chinese."""
        return Reason(self.text % {k: v[0] if isinstance(v, tuple) else v for k, v in self.values.items()})


@dataclass(frozen=True, slots=True)
class Hand:
    """One capacity in which somebody acts: his own, or that of a person who delegated to him (`for_user`)."""

    user_id: int | None
    who: str
    division: int | None
    role: str
    post: str = ""
    may_decide: bool = True
    for_user: int | None = None
    for_who: str = ""

    @property
    def level(self) -> Level | None:
        """The level at which it works."""
        return level_of(self.division) if self.division is not None else None

    @property
    def person(self) -> int | None:
        """Whose capacity it is."""
        return self.for_user or self.user_id


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The notice of the present step."""

    published_on: date | None = None
    until: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Where a case stands. `parts` are (user, part) of everybody who decided in it so far."""

    division: int
    step: str
    state: str
    turn: int = 1
    evidence: Mapping[str, int] = field(default_factory=dict)
    notice: NoticeFacts | None = None
    open_objections: int = 0
    parts: frozenset[tuple[int, str]] = frozenset()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    held_by: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Something that may happen next; `why_not` is empty when the asker may do it now."""

    act: str
    what: str
    title: tuple[str, str]
    by: DeciderEntry
    why_not: tuple[Why, ...] = ()
    is_against: bool = False  # decides against the subject, with a reason

    @property
    def is_open(self) -> bool:
        """Whether the asker may do it now."""
        return not self.why_not


def fits(by: DeciderEntry, division: int, hand: Hand) -> bool:
    """Whether the hand is one that decides there: right level, its area holds the case, right role or post."""
    if not hand.may_decide or hand.division is None or hand.level is not by.at:
        return False
    return division in range_of(hand.division) and (hand.role in by.roles or hand.post in by.posts)


def capacity(by: DeciderEntry, hand: Hand) -> str:
    """The role, or else the kind of post, by which a hand that fits decides."""
    return hand.role if hand.role in by.roles else hand.post


def hand_for(by: DeciderEntry, division: int, hands: Sequence[Hand]) -> Hand | None:
    """The capacity in which somebody may decide: his own before a delegated one."""
    return next((hand for hand in hands if fits(by, division, hand)), None)


def holder_of(by: DeciderEntry, division: int) -> int:
    """The division at which a step waits."""
    return ancestor(division, by.at)


def possible(case: CaseFacts, definition: Procedure, hands: Sequence[Hand], today: date) -> list[Move]:
    """Everything that the definition foresees at this point, each with why the asker may not do it now."""
    step = definition.step(case.step)
    if step is None or case.state not in LIVE:
        return []
    moves = []
    standing = _standing(case)
    if case.state == REVIEW:
        moves.append(_review(case, step, hands))
    for outcome in step.outcomes:
        why = (*_who(step.by, case, hands), *standing, *lacks(case, step, outcome, today))
        title = (outcome.title.zh, outcome.title.en)
        moves.append(Move("decide", outcome.id, title, step.by, why, outcome.reason))
    for back in step.back_to:
        title = (definition.at(back).title.zh, definition.at(back).title.en)
        moves.append(Move("send_back", back, title, step.by, (*_who(step.by, case, hands), *standing)))
    opened = definition.opened_by
    moves.append(
        Move("withdraw", "", ("撤回", "Withdraw"), opened, (*_who(opened, case, hands), *_gone_up(opened, step)))
    )
    return moves


def _gone_up(opened: DeciderEntry, step: StepEntry) -> tuple[Why, ...]:
    """Why whoever began a case can't end it: it lies with a level above, whose part in it isn't his to undo."""
    return (Why("案件已到上级，由上级退回以后才能撤回"),) if step.by.at < opened.at else ()


def _standing(case: CaseFacts) -> tuple[Why, ...]:
    """Why nothing can be decided at all for now."""
    if case.state == SUSPENDED:
        return (Why("有 %(n)s 件异议未答复，案件已中止", {"n": case.open_objections}),)
    if case.state == REVIEW:
        return (Why("办理人需要回避，等待另一人复核"),)
    return ()


def _who(by: DeciderEntry, case: CaseFacts, hands: Sequence[Hand]) -> tuple[Why, ...]:
    if hand_for(by, case.division, hands) is not None:
        return ()
    return (Why("由 %(level)s 的 %(who)s 办理", {"level": by.level, "who": " ".join((*by.roles, *by.posts))}),)


def lacks(case: CaseFacts, step: StepEntry, outcome: OutcomeEntry, today: date) -> list[Why]:
    """What an outcome still needs, whoever decides: papers, the notice, conditions."""
    return [*([] if outcome.bare else _missing(case, step, today)), *_unmet(case, outcome)]


def _missing(case: CaseFacts, step: StepEntry, today: date) -> list[Why]:
    found = []
    for paper in step.evidence:
        has = case.evidence.get(paper.kind, 0)
        if has < paper.count:
            values = {"paper": paper.kind, "has": has, "count": paper.count}
            found.append(Why("缺少材料：%(paper)s（已有 %(has)s 份，应有 %(count)s 份）", values))
    return found + _notice_missing(case, step, today)


def _notice_missing(case: CaseFacts, step: StepEntry, today: date) -> list[Why]:
    if step.notice is None:
        return []
    notice = case.notice
    if notice is None:
        return [Why("还没有公示")]
    if notice.published_on is None or notice.until is None:
        return [Why("公示还没有发布")]
    if today <= notice.until:
        return [Why("公示到 %(day)s 期满", {"day": notice.until})]
    return [] if notice.ended_on else [Why("公示已到期，请先办理期满结束")]


def _unmet(case: CaseFacts, outcome: OutcomeEntry) -> list[Why]:
    """Conditions that are not met. One that was not judged is not met."""
    found = []
    for condition in outcome.conditions:
        verdict = case.verdicts.get(condition.rule)
        if verdict is None:
            found.append(Why("条件“%(rule)s”还没有核对", {"rule": condition.rule}))
        elif not verdict.holds:
            reasons = "；".join(str(one) for one in verdict.reasons)
            found.append(Why("条件“%(rule)s”不满足：%(reasons)s", {"rule": condition.rule, "reasons": reasons}))
    return found


def _review(case: CaseFacts, step: StepEntry, hands: Sequence[Hand]) -> Move:
    """Who may pass what a person in conflict decided: another person, at that level or above, over the same area."""
    able = [hand for hand in hands if _may_review(step.by.at, case.division, hand)]
    why: tuple[Why, ...] = ()
    if not able:
        why = (Why("由本级或上级的另一人复核"),)
    elif all(case.held_by in (hand.user_id, hand.person) for hand in able):
        why = (Why("需要回避的人不能复核自己的办理"),)
    return Move("review", "", ("复核", "Review"), step.by, why)


def _may_review(level: Level, division: int, hand: Hand) -> bool:
    at = hand.level
    return hand.may_decide and at is not None and at <= level and division in range_of(hand.division or 0)


def other_parts(case: CaseFacts, part: str, user_id: int | None) -> list[str]:
    """The other parts that a person already played in the case."""
    return sorted({other for who, other in case.parts if who == user_id and other != part})
