"""Who may do what with a notice, and which of its acts are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zerentian.disclosure.rules.kinds import Kind
from zerentian.disclosure.rules.lines import Line, Publishable
from zerentian.kernel.refusal import Reason
from zerentian.kernel.scope import Level, level_of

LEVEL_WORDS = {
    Level.PROVINCE: "省级", Level.CITY: "市级", Level.COUNTY: "县级", Level.TOWNSHIP: "乡镇", Level.VILLAGE: "村",
}  # fmt: skip
MOST_LINES = 2_000


def composing_faults(kind: Kind, division: int, level: Level | None, on: date) -> list[Reason]:
    """Why somebody who works at `level` (None: the platform) may not compose this notice for the division."""
    found, article = [], f"第 {kind.entry.article} 条"
    if not kind.in_force(on):
        found.append(Reason(f"{kind.entry.title.zh}在 {on} 不适用", "种类", article))
    if level_of(division) is not kind.level:
        where = LEVEL_WORDS[kind.level]
        found.append(Reason(f"这类公示只在{where}张贴，其他各级不得转贴", "地区", article))
    if level is not None and level > kind.composed_by:
        found.append(Reason(f"这类公示由{LEVEL_WORDS[kind.composed_by]}拟稿", "种类", article))
    return found


def line_faults(kind: Kind, lines: Sequence[Line]) -> list[Reason]:
    """Why these lines may not stand on a notice of this kind: fields or results that it does not declare, no persons."""
    found: list[Reason] = []
    if not 0 < len(lines) <= MOST_LINES:
        found.append(Reason(f"名单应有 1 至 {MOST_LINES} 行", "名单"))
    allowed = {field.value for field in kind.entry.fields}
    for line in lines:
        if strange := sorted(set(line.kept()) - allowed):
            found.append(Reason(f"这类公示不公布 {'、'.join(strange)}", line.name))
        if Publishable.RESULT in kind.entry.fields and line.result not in kind.result_keys():
            found.append(Reason("结果应为所列结果之一", line.name))
        if kind.is_of_persons:
            found += line.person_faults()
    return found


def days_fault(days: int, least: int) -> list[Reason]:
    """Why a notice may not stand so many days."""
    if days < least:
        return [Reason(f"公示不得少于 {least} 天", "天数")]
    return [Reason("公示最多 60 天", "天数")] if days > max(60, least) else []


def review_faults(
    kind: Kind, *, state: str, composed_by: int | None, reviewer: int | None, level: Level | None, is_namesake: bool = False
) -> list[Reason]:  # fmt: skip
    """Why this person may not review the notice; a namesake of the composer may be the composer at another account."""
    if state != "draft":
        return [Reason("这份公示已经复核过或已发布，请刷新查看")]
    if reviewer is not None and reviewer == composed_by:
        return [Reason("拟稿人不能复核自己拟的公示，请由另一人复核")]
    if is_namesake:
        return [Reason("您与拟稿人同名，可能是同一人的另一账号，请由另一人复核")]
    if level is not None and level > kind.reviewed_by:
        return [Reason(f"这类公示由{LEVEL_WORDS[kind.reviewed_by]}或以上复核")]
    return []


def answer_faults(*, state: str, answerer: int | None, hands: Sequence[int | None]) -> list[Reason]:
    """Why this person may not answer the objection; `hands` composed or reviewed the notice."""
    if state != "open":
        return [Reason("这条异议已经答复")]
    if answerer is not None and answerer in hands:
        return [Reason("拟稿和复核这份公示的人不能答复对它的异议，请由另一人办理")]
    return []


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a notice tells what is due with it."""

    state: str
    due_on: date
    period_to: date | None
    proof_due_on: date | None
    proofs: int


def due_act(standing: Standing, on: date) -> tuple[str, date] | None:
    """What is to be done next with a notice and by when: review, publish, prove or end; None when nothing waits."""
    if standing.state == "draft":
        return "review", standing.due_on
    if standing.state == "reviewed":
        return "publish", standing.due_on
    if standing.state in ("published", "ended") and not standing.proofs and standing.proof_due_on:
        return "prove", standing.proof_due_on
    if standing.state == "published" and standing.period_to and on > standing.period_to:
        return "end", standing.period_to
    return None
