"""The complete file of a case as an official paper: what happened, every paper with its hash, notices, signatures."""

from datetime import date

from django.utils import translation

from zerentian.kernel.papers import Block, Grid, Pairs, Paper, Signatures
from zerentian.procedures import queries
from zerentian.procedures.models import Case, CaseNotice, CaseObjection

LANGUAGE = "zh-hans"  # an official paper
_SIGNED = ("农户（签字、按手印）", "村级负责人", "乡（镇）负责人", "县级负责人")


def dossier(case: Case, on: date) -> Paper:
    """The complete file, in Chinese. What objectors wrote and who they are is not in it."""
    with translation.override(LANGUAGE):
        file = queries.case_file(case, on)
        row = file.row
        about = [
            ("对象", row.name), ("地区", row.place), ("案件号", str(row.pk)), ("程序版本", f"{file.procedure.id} {row.version}"),
            ("立案", f"{row.opened_on}"), ("状态", row.state_word), ("步骤", row.step), ("结果", row.result or "—"),
        ]  # fmt: skip
        happened = [[f"{one['at']}", one["text"], one["who"], one["note"]] for one in file.timeline]
        asked = [
            [step, kind, f"{paper.has}/{paper.wanted}", "齐全" if paper.is_complete else "缺少"]
            for step, kind, paper in file.checklist
        ]
        papers = [
            [kind, paper.name, step, f"{paper.attached_at:%Y-%m-%d}", paper.sha256] for paper, kind, step in file.papers
        ]
        blocks: list[Block] = [
            Pairs("一、案件", about, 2),
            Grid("二、办理经过", ["日期", "步骤和结果", "办理人", "表决、理由和所填内容"], happened, [2, 4, 3, 5]),
            Grid("三、应归档材料", ["步骤", "材料", "份数", "是否齐全"], asked, [4, 4, 1, 2]),
            Grid("四、已归档材料", ["材料", "文件", "步骤", "日期", "内容摘要（SHA-256）"], papers, [3, 3, 3, 2, 5]),
            Grid("五、公示", ["拟稿", "发布", "期满", "编号", "情况"], [_notice(one) for one in file.notices], [2, 2, 2, 1, 2]),
            Grid("六、异议", ["提出", "来源", "期限", "结论", "答复"], [_objection(one) for one in file.objections], [2, 2, 2, 2, 5]),
            Signatures(_SIGNED, "七、签字"),
        ]  # fmt: skip
        return Paper(f"{row.title}案卷", f"{row.place}　{row.name}", blocks, f"责任田 {on} 打印")


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
