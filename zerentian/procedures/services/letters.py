"""The letter that tells an applicant how his case ended: why, by which article, and how to appeal; in plain words."""

from datetime import date

from django.utils import translation

from zerentian.kernel.papers import Block, Grid, Pairs, Paper, Signatures, Text
from zerentian.kernel.refusal import Refused
from zerentian.procedures import queries
from zerentian.procedures.models import Case, StepRecord
from zerentian.procedures.rules.appeals import appeal_about
from zerentian.procedures.rules.definition import Procedure
from zerentian.procedures.services.dossiers import LANGUAGE, body_of, decisions


def letter(case: Case, on: date) -> Paper:
    """One page, in Chinese; Refused while the case is not closed."""
    if case.state != Case.State.CLOSED:
        raise Refused("案件还没有办结，没有可以告知的结果")
    with translation.override(LANGUAGE):
        procedure, last = queries.definition(case.definition_id), decisions(case)[-1]
        row = queries.row_of(case, on)
        about = [
            ("办理事项", row.title), ("案件号", str(case.pk)), ("作出决定的机关", body_of(case, last)),
            ("决定日期", f"{case.closed_on}"), ("结果", row.result), ("依据", f"实施细则第{procedure.article}条"),
        ]  # fmt: skip
        told = f"{case.name}：您户的“{row.title}”已经办结，结果是“{row.result}”。现将有关情况告知如下。"
        blocks: list[Block] = [Text("", told), Pairs("", about, 2)]
        if reason := _reason(procedure, last):
            blocks.append(Text("为什么", reason))
        blocks += [*_appeal(case, on), Signatures(("告知人", "收到人（签字、按手印）"), "送达")]
        title = "不予通过告知书" if is_refusal(procedure, last) else "办理结果告知书"
        return Paper(title, row.place, blocks, f"责任田 {on} 打印")


def is_refusal(procedure: Procedure, last: StepRecord) -> bool:
    """Whether the last decision turned the applicant down: those are the outcomes that need a reason."""
    outcome = procedure.at(last.step).outcome(last.outcome)
    return outcome is not None and outcome.reason


def _reason(procedure: Procedure, last: StepRecord) -> str:
    outcome = procedure.at(last.step).outcome(last.outcome)
    words = [queries.words(procedure.at(last.step).title), queries.words(outcome.title) if outcome else ""]
    said = "：".join(word for word in words if word)
    return f"{said}。{last.reason}" if last.reason else ""


def _appeal(case: Case, on: date) -> list[Block]:
    """How to appeal, by the procedure of appeals that is in force; nothing against an appeal itself."""
    kind = appeal_about(case.subject_kind)
    found = [one for _pack, one in queries.definitions().values() if one.id == kind and one.in_force(on)]
    if not found or case.kind == kind:
        return []
    steps = [[one.title, one.by, one.limit or "—"] for one in queries.steps_shown(found[0])]
    how = (
        "您可以到村委会、乡（镇）扶贫工作站或县扶贫办，书面或口头提出申诉，请说明案件号；也可以拨打 12317。"
        "现行规则没有规定申诉的截止日期，请在收到本告知书后尽早提出。申诉不收费用，也不影响您再次申请。"
    )
    return [Text("不同意怎么办", how), Grid("申诉怎么办理", ["步骤", "由谁办理", "期限"], steps, [4, 5, 2])]
