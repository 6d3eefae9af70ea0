"""Whether a definition can be worked with: every step reached, every step decided by somebody, every name known."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zerentian.kernel.refusal import Reason
from zerentian.kernel.scope import Level
from zerentian.procedures.rules.definition import (
    ConditionEntry,
    DeciderEntry,
    OutcomeEntry,
    Procedure,
    StepEntry,
    VocabularyFile,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the rest of the house knows: parameters, roles that may decide with their level, kinds of post."""

    vocabulary: VocabularyFile
    parameters: Collection[str]
    roles: Mapping[str, Level | None]
    posts: Collection[str]

    def names(self, kind: str) -> set[str]:
        """The ids of one list of the vocabulary."""
        return {one.id for one in getattr(self.vocabulary, kind)}


Fault = tuple[str, str]


def faults(procedure: Procedure, file: str, known: Known) -> list[Reason]:
    """Everything that is wrong with one definition; each names file, key and reason."""
    found = [*_names(procedure, known), *_graph(procedure)]
    for step in procedure.steps:
        found += _step_faults(procedure, step, known)
    return [Reason(text, f"{file} {procedure.id} {key}".strip()) for key, text in found]


def clashes(procedures: Sequence[tuple[str, Procedure]]) -> list[Reason]:
    """Versions of one procedure that are written twice or in force on the same day."""
    found = []
    for number, (file, one) in enumerate(procedures):
        for _other_file, other in procedures[:number]:
            if one.id != other.id:
                continue
            if one.version == other.version:
                found.append(Reason(f"版本 {one.version} 写了两次", f"{file} {one.id} version"))
            elif (one.valid_to is None or other.valid_from <= one.valid_to) and (
                other.valid_to is None or one.valid_from <= other.valid_to
            ):
                text = f"版本 {one.version} 与 {other.version} 的有效期重叠，请给较早的版本写 valid_to"
                found.append(Reason(text, f"{file} {one.id} valid_to"))
    return found


def _names(procedure: Procedure, known: Known) -> Iterator[Fault]:
    if procedure.subject not in known.names("subjects"):
        yield "subject", f"没有“{procedure.subject}”这类对象"
    ids = [step.id for step in procedure.steps]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"steps.{twice}", "步骤编号写了两次"
    if procedure.withdrawn and procedure.withdrawn not in known.names("effects"):
        yield "withdrawn", f"没有“{procedure.withdrawn}”这种效力"
    if procedure.start not in ids:
        yield "start", f"没有步骤“{procedure.start}”"
    yield from _decider("opened_by", procedure.opened_by, known)
    yield from _conditions(procedure.opens_when, "opens_when", known)


def _graph(procedure: Procedure) -> Iterator[Fault]:
    """Steps that nothing leads to, and steps from which no end is reached."""
    forward = {step.id: _next(step) for step in procedure.steps}
    ends = {step.id for step in procedure.steps if any(one.ends for one in step.outcomes)}
    reached = _closure({procedure.start}, forward)
    backward: dict[str, set[str]] = {}
    for one, others in forward.items():
        for other in others:
            backward.setdefault(other, set()).add(one)
    ending = _closure(ends, backward)
    for step in procedure.steps:
        if step.id not in reached:
            yield f"steps.{step.id}", "没有任何步骤通向这一步"
        if step.id not in ending:
            yield f"steps.{step.id}", "从这一步走不到任何结果"


def _next(step: StepEntry) -> set[str]:
    return {one.to for one in step.outcomes if one.to}


def _closure(start: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    seen, waiting = set(start), list(start)
    while waiting:
        for other in edges.get(waiting.pop(), set()) - seen:
            seen.add(other)
            waiting.append(other)
    return seen


def _decider(key: str, by: DeciderEntry, known: Known) -> Iterator[Fault]:
    able = 0
    for role in by.roles:
        if role not in known.roles:
            yield f"{key}.roles", f"没有角色“{role}”，或者它没有办理权限"
        elif known.roles[role] not in (None, by.at):
            yield f"{key}.roles", f"角色“{role}”不在这一级（{by.level}）工作"
        else:
            able += 1
    for post in by.posts:
        if post not in known.posts:
            yield f"{key}.posts", f"没有“{post}”这种职务"
        else:
            able += 1
    if not able:
        yield key, "没有人能办理：请写明 roles（角色）或 posts（职务）"


def _step_faults(procedure: Procedure, step: StepEntry, known: Known) -> Iterator[Fault]:
    key = f"steps.{step.id}"
    yield from _decider(f"{key}.by", step.by, known)
    if step.part not in known.names("parts"):
        yield f"{key}.part", f"没有“{step.part}”这种身份"
    for paper in step.evidence:
        if paper.kind not in known.names("evidence"):
            yield f"{key}.evidence", f"没有“{paper.kind}”这种材料"
    for back in step.back_to:
        if procedure.step(back) is None or back == step.id:
            yield f"{key}.back_to", f"不能退回到“{back}”"
    yield from _numbers(procedure, step, key, known)
    ids = [one.id for one in step.outcomes]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"{key}.outcomes.{twice}", "办理结果写了两次"
    for one in step.outcomes:
        yield from _outcome_faults(procedure, step, one, f"{key}.outcomes.{one.id}", known)


def _numbers(procedure: Procedure, step: StepEntry, key: str, known: Known) -> Iterator[Fault]:
    """Parameters of meeting, notice and limit."""
    named = []
    if step.meeting:
        named.append(("meeting.quorum", step.meeting.quorum))
    if step.limit and step.limit.parameter:
        named.append(("limit.parameter", step.limit.parameter))
    if step.notice:
        named.append(("notice.days", step.notice.days))
        if procedure.step(step.notice.upheld) is None:
            yield f"{key}.notice.upheld", f"没有步骤“{step.notice.upheld}”"
    for where, value in named:
        if isinstance(value, str) and value not in known.parameters:
            yield f"{key}.{where}", f"没有参数“{value}”"
        elif isinstance(value, int) and value < 1:
            yield f"{key}.{where}", "应大于零"


def _outcome_faults(
    procedure: Procedure, step: StepEntry, one: OutcomeEntry, key: str, known: Known
) -> Iterator[Fault]:
    if one.to and procedure.step(one.to) is None:
        yield f"{key}.to", f"没有步骤“{one.to}”"
    if one.ends and one.ends not in {result.key for result in procedure.results}:
        yield f"{key}.ends", f"没有结果“{one.ends}”"
    if one.effect and one.effect not in known.names("effects"):
        yield f"{key}.effect", f"没有“{one.effect}”这种效力"
    if one.vote and step.meeting is None:
        yield f"{key}.vote", "这一步没有会议，无法表决"
    yield from _conditions(one.conditions, f"{key}.conditions", known)


def _conditions(conditions: list[ConditionEntry], key: str, known: Known) -> Iterator[Fault]:
    takes = {rule.id: set(rule.parameters) for rule in known.vocabulary.conditions}
    for condition in conditions:
        if condition.rule not in takes:
            yield key, f"没有规则“{condition.rule}”"
            continue
        if set(condition.with_) != takes[condition.rule]:
            names = "、".join(sorted(takes[condition.rule])) or "（无）"
            yield key, f"规则“{condition.rule}”的参数应为 {names}"
        for parameter in condition.with_.values():
            if parameter not in known.parameters:
                yield key, f"没有参数“{parameter}”"
