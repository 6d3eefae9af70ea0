"""Local measures (Article 34): a city or county may add and tighten for its own area, never loosen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from zerentian.kernel.refusal import Reason
from zerentian.kernel.scope import Level, level_of
from zerentian.rulebook.rules.duties import Due, Duty, Requirement
from zerentian.rulebook.rules.pack import Defaults, DutyEntry, OverlayFile, TightenEntry, due_of

GROUND = "第三十四条"
PERCENT_LIMIT = Decimal(100)


@dataclass(frozen=True, slots=True)
class LocalRules:
    """A filed overlay: its area, the days it holds, and what it tightens and adds."""

    id: int
    title: str
    area: int
    valid_from: date
    valid_to: date | None
    content: OverlayFile

    def in_force(self, on: date) -> bool:
        """Whether it binds on that day (`valid_to` excluded)."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def added(self, regulation: str = "") -> list[Duty]:
        """The duties that it adds."""
        defaults = Defaults(valid_from=self.valid_from, source=self.title)
        return [entry.duty(regulation, defaults, self.title) for entry in self.content.add]


def overlay_faults(
    overlay: OverlayFile, duties: Mapping[str, Duty], measures: Collection[str], event_days: Mapping[str, int]
) -> list[Reason]:
    """Why the overlay can't be filed; empty when it only adds and tightens.

    duties: those in force in the area on its first day, overlays above applied; measures: ids that can be
    computed; event_days: parameter id → days now in force, for due dates given by a parameter.
    """
    level = level_of(overlay.area)
    faults = []
    if level not in (Level.CITY, Level.COUNTY):
        faults.append(Reason("只有设区市和县（市、区）可以制定配套措施", "适用地区", GROUND))
    if overlay.valid_to is not None and overlay.valid_to <= overlay.valid_from:
        faults.append(Reason("失效日期应晚于生效日期", "失效日期"))
    for index, item in enumerate(overlay.tighten):
        faults += _tighten_faults(item, duties, level, event_days, f"收紧第 {index + 1} 项")
    seen: set[str] = set()
    for index, entry in enumerate(overlay.add):
        faults += _add_faults(entry, duties, measures, level, seen, f"新增第 {index + 1} 项")
        seen.add(entry.id)
    return faults


def _tighten_faults(
    item: TightenEntry, duties: Mapping[str, Duty], level: Level, event_days: Mapping[str, int], where: str
) -> list[Reason]:
    duty = duties.get(item.duty)
    if duty is None:
        return [Reason(f"没有编号为 {item.duty} 的责任，或它在生效日不适用", where)]
    if not any(subject.lies_within(level) for subject in duty.subjects):
        return [Reason(f"责任 {duty.id} 由上级承担，本地不能改动", where, GROUND)]
    faults = []
    if item.target is not None:
        faults += _target_faults(item.measure, item.target, duty, where)
    if item.due is not None:
        faults += _due_faults(due_of(item.due), duty, event_days, where)
    return faults


def _told(target: Decimal, unit: str) -> str:
    """A target as a person reads it."""
    return f"{target.normalize():f}{'%' if unit == 'percent' else ''}"


def _target_faults(measure: str, target: Decimal, duty: Duty, where: str) -> list[Reason]:
    found = next((r for r in duty.requirements if r.measure == measure), None)
    if found is None:
        known = "、".join(r.measure for r in duty.requirements)
        return [Reason(f"责任 {duty.id} 没有指标 {measure}，它的指标是 {known}", where)]
    if found.unit == "percent" and not 0 <= target <= PERCENT_LIMIT and found.op in ("ge", "gt"):
        return [Reason(f"百分比目标应在 0 到 100 之间，写的是 {target.normalize():f}", where)]
    if target == found.target:
        return [Reason(f"责任 {duty.id} 的目标已经是 {_told(found.target, found.unit)}，没有收紧", where)]
    if not found.is_tighter(target):
        present, wanted = f"{SIGNS[found.op]} {_told(found.target, found.unit)}", _told(target, found.unit)
        text = f"责任 {duty.id} 现行目标 {present}，改为 {wanted} 属于放宽，只能收紧"
        return [Reason(text, where, GROUND)]
    return []


def _due_faults(due: Due, duty: Duty, event_days: Mapping[str, int], where: str) -> list[Reason]:
    now = duty.due
    if now is None:
        return [Reason(f"责任 {duty.id} 没有到期日，不能提前", where)]
    if now.parameter:
        now = Due(days=event_days.get(now.parameter))
    if bool(due.month) != bool(now.month) or due.parameter or (due.days is None) != (now.days is None):
        form = "{month, day}" if now.month else "{days}"
        return [Reason(f"责任 {duty.id} 的到期写成 {form}，请用同样的形式", where)]
    if due.rank() == now.rank():
        return [Reason(f"责任 {duty.id} 的到期没有变化", where)]
    if due.rank() > now.rank():
        text = f"责任 {duty.id} 现行到期为{due_words(now)}，改为{due_words(due)}属于推迟，只能提前"
        return [Reason(text, where, GROUND)]
    return []


def _add_faults(
    entry: DutyEntry,
    duties: Mapping[str, Duty],
    measures: Collection[str],
    level: Level,
    seen: Collection[str],
    where: str,
) -> list[Reason]:
    faults = []
    if entry.id in duties or entry.id in seen:
        faults.append(Reason(f"编号 {entry.id} 已经有了，请另取，如 {entry.id.split('.')[0]}.L1", where))
    duty = entry.duty("", Defaults(valid_from=date.min, source=""))
    for subject in duty.subjects:
        if not subject.lies_within(level):
            faults.append(Reason(f"新增责任 {entry.id} 的承担者不在本地范围内", f"{where} 责任主体", GROUND))
    for requirement in duty.requirements:
        if requirement.measure not in measures:
            faults.append(Reason(f"指标 {requirement.measure} 还不能计算，只能用已有的指标", f"{where} 指标"))
    return faults


SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "="}


def due_words(due: Due) -> str:
    """The due date in words, for sentences and pages."""
    if due.month:
        return f"{'次年 ' if due.year else ''}{due.month} 月 {due.day} 日"
    if due.parameter:
        return f"按参数 {due.parameter}"
    return "期末当日" if not due.days else f"{due.days} 日内"


def apply_overlays(duties: Iterable[Duty], overlays: Iterable[LocalRules], *, on: date) -> list[Duty]:
    """The duties with every overlay in force applied, wider areas first; nothing is ever loosened by it."""
    found = {duty.id: duty for duty in duties}
    for overlay in sorted((o for o in overlays if o.in_force(on)), key=lambda o: (level_of(o.area), o.id)):
        for item in overlay.content.tighten:
            if item.duty in found:
                found[item.duty] = _tightened(found[item.duty], item, overlay.title)
        for duty in overlay.added(_regulation(found)):
            found.setdefault(duty.id, duty)
    return list(found.values())


def _regulation(duties: Mapping[str, Duty]) -> str:
    return next((duty.regulation for duty in duties.values()), "")


def _tightened(duty: Duty, item: TightenEntry, local: str) -> Duty:
    def tighter(requirement: Requirement) -> Requirement:
        if item.target is None or requirement.measure != item.measure or not requirement.is_tighter(item.target):
            return requirement
        return replace(requirement, target=item.target)

    requirements = tuple(tighter(r) for r in duty.requirements)
    due = duty.due
    if item.due is not None and due is not None:
        proposed = due_of(item.due)
        if due.parameter or proposed.rank() < due.rank():
            due = proposed
    if (requirements, due) == (duty.requirements, duty.due):
        return duty
    return replace(duty, requirements=requirements, due=due, local=local)
