"""The complete file of a case as official papers: a cover with every paper and its hash, what happened, signatures."""

from datetime import date
from typing import Any

from django.utils import timezone, translation

from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import announce
from zerentian.kernel.papers import Block, Grid, Pairs, Paper, Signatures
from zerentian.kernel.scope import ancestor
from zerentian.procedures import queries
from zerentian.procedures.models import Case, CaseNotice, CaseObjection, StepRecord
from zerentian.procedures.rules.definition import Procedure
from zerentian.procedures.rules.plugs import Figure
from zerentian.rulebook.rules.duties import LEVELS
from zerentian.territory import queries as territory

LANGUAGE = "zh-hans"  # an official paper
_OF_HOUSEHOLD = "农户（签字、按手印）"
_OF_LEVEL = {
    "village": "村级负责人", "township": "乡（镇）负责人", "county": "县级负责人", "city": "市级负责人", "province": "省级负责人",
}  # fmt: skip
_NONE = "无"


def dossier(case: Case, on: date, by: Actor) -> list[Paper]:
    """The complete file, in Chinese: cover, file, signatures. What objectors wrote and who they are is not in it."""
    with translation.override(LANGUAGE):
        file = queries.case_file(case, on)
        decided = decisions(case)
        row, foot = file.row, f"责任田 {on} 打印　案件号 {case.pk}"
        where = f"{row.place}　{row.name}"
        return [
            Paper(f"{row.title}案卷", where, _cover(file, decided), foot),
            Paper(f"{row.title}办理记录", where, _file(file, by), foot),
            Paper(f"{row.title}签字页", where, _signatures(file, decided), foot),
        ]


def decisions(case: Case) -> list[StepRecord]:
    """What was decided in a case, in order."""
    return list(StepRecord.objects.filter(case=case, what__in=("decided", "confirmed")).order_by("turn"))


def body_of(case: Case, record: StepRecord) -> str:
    """The village, township, county or above that took a decision."""
    level = LEVELS[queries.definition(case.definition_id).at(record.step).by.level]
    return territory.name_of(ancestor(case.division, level))


def _cover(file: queries.CaseFile, decided: list[StepRecord]) -> list[Block]:
    row, case = file.row, file.case
    about = [
        ("案件号", str(row.pk)), ("程序", row.title), ("对象", row.name), ("地区", row.place),
        ("立案", f"{row.opened_on}"), ("办结", f"{case.closed_on or '—'}"), ("状态", row.state_word), ("结果", row.result or "—"),
        ("现在步骤", row.step), ("程序版本", f"{file.procedure.id} {row.version}"),
    ]  # fmt: skip
    bodies = [
        [queries.words(file.procedure.at(one.step).title), body_of(case, one), one.who, f"{one.on}"] for one in decided
    ]
    papers = [
        [str(number), kind, paper.name, _handed_in(case, paper.attached_at, step), paper.sha256, ""]
        for number, (paper, kind, step) in enumerate(file.papers, 1)
    ]
    return [
        Pairs("案卷封面", about, 2),
        Grid("决定机关", ["步骤", "机关", "办理人", "日期"], bodies or [[_NONE, "", "", ""]], [4, 4, 4, 2]),
        Grid(
            "卷内材料目录", ["序号", "材料", "文件", "步骤和日期", "内容摘要（SHA-256）", "页码"],
            papers or [["", _NONE, "", "", "", ""]], [1, 3, 3, 3, 5, 1],
        ),
        Signatures(("立卷人", "检查人")),
    ]  # fmt: skip


def _handed_in(case: Case, at: Any, step: str) -> str:
    day = timezone.localdate(at)
    late = "，办结后补交" if case.closed_on and day > case.closed_on else ""
    return f"{step}　{day}{late}"


def _file(file: queries.CaseFile, by: Actor) -> list[Block]:
    happened = [[f"{one['at']}", one["text"], one["who"], one["note"]] for one in file.timeline]
    asked = [
        [step, kind, f"{paper.has}/{paper.wanted}", "齐全" if paper.is_complete else "缺少"]
        for step, kind, paper in file.checklist
    ]
    notices = [_notice(one) for one in file.notices] or [[_NONE, "", "", "", ""]]
    objections = [_objection(one) for one in file.objections] or [[_NONE, "", "", "", ""]]
    return [
        Grid("一、办理经过", ["日期", "步骤和结果", "办理人", "表决、理由和所填内容"], happened, [2, 4, 3, 5]),
        Grid("二、应归档材料", ["步骤", "材料", "份数", "是否齐全"], asked or [[_NONE, "", "", ""]], [4, 4, 1, 2]),
        Grid("三、公示", ["拟稿", "发布", "期满", "编号", "情况"], notices, [2, 2, 2, 1, 2]),
        Grid("四、张贴证明", ["公示编号", "张贴地点", "拍摄时间", "上传人", "照片内容摘要（SHA-256）"], _proofs(file, by), [1, 3, 2, 2, 5]),
        Grid("五、异议", ["提出", "来源", "期限", "结论", "答复"], objections, [2, 2, 2, 2, 5]),
        *_rates(file),
    ]  # fmt: skip


def _rates(file: queries.CaseFile) -> list[Block]:
    """The rates that each decision rested on, as they stood; nothing for a procedure without."""
    rows = [
        [f"{record.on}", queries.words(file.procedure.at(record.step).title), one.title, one.sum, one.rate, one.asked,
         "达标" if one.holds else "未达标"]
        for record in decisions(file.case)
        for one in queries.figures_shown(map(Figure.of, record.figures))
    ]  # fmt: skip
    head = ["日期", "步骤", "指标", "计算", "结果", "标准", "是否达标"]
    return [Grid("六、办理时的指标", head, rows, [3, 3, 3, 6, 2, 3, 2])] if rows else []


def _proofs(file: queries.CaseFile, by: Actor) -> list[list[str]]:
    """Photo, place and time of each notice; a notice that was published and has none says so."""
    ids = [one.notice_id for one in file.notices if one.notice_id]
    told = [proof for given in announce("notice.proofs", ids=ids, by=by) for proof in given] if ids else []
    rows = [
        [f"{one['notice']}", one["place"], f"{timezone.localtime(one['at']):%Y-%m-%d %H:%M}", one["who"], one["sha256"]]
        for one in told
    ]
    proved = {one["notice"] for one in told}
    bare = [one for one in file.notices if one.published_on and one.notice_id not in proved]
    rows += [[f"{one.notice_id or '—'}", "缺少张贴照片", "", "", ""] for one in bare]
    return rows or [[_NONE, "", "", "", ""]]


def _signatures(file: queries.CaseFile, decided: list[StepRecord]) -> list[Block]:
    signed = [[queries.words(file.procedure.at(one.step).title), one.who, "", ""] for one in decided]
    return [
        Grid("经办人签字", ["步骤", "办理人", "签字", "日期"], signed or [[_NONE, "", "", ""]], [4, 4, 4, 2]),
        Signatures(tuple(_signers(file.procedure)), "负责人签字"),
    ]


def _signers(procedure: Procedure) -> list[str]:
    """Who signs the complete file: the household where it is about one, and the head of each level that decides a step."""
    levels = {step.by.level for step in procedure.steps}
    heads = [title for level, title in _OF_LEVEL.items() if level in levels]
    return [_OF_HOUSEHOLD, *heads] if procedure.subject == "household" else heads


def _notice(one: CaseNotice) -> list[str]:
    if one.taken_down_on:
        state = f"{one.taken_down_on} 撤下"
    elif one.ended_on:
        state = f"{one.ended_on} 期满结束"
    else:
        state = "公示中" if one.published_on else "待发布"
    days = [f"{day or '—'}" for day in (one.asked_on, one.published_on, one.until)]
    return [*days, f"{one.notice_id or '—'}", state]


def _objection(one: CaseObjection) -> list[str]:
    outcome = one.get_outcome_display() if one.outcome else "未答复"
    return [f"{one.raised_on}", one.get_source_display(), f"{one.due_on}", outcome, one.answer]
