"""Who may dispute an entry, and who may decide (the figure stays visible meanwhile)."""

from zerentian.assessment.rules.status import Status


def dispute_problem(*, status: str, held: str, is_within: bool) -> str:
    """Why the records behind an entry can't be disputed now; empty when they can.

    held: the state of the dispute that is not settled yet, or nothing.
    is_within: whether the body's area lies in the scope of who asks.
    """
    if not is_within:
        return "只有本单位或其上级的工作人员可以对这条记录提出申诉"
    if held == "open":
        return "这条记录已有申诉在办，请等待裁定"
    if held:
        return "这条记录的申诉已裁定成立，请先更正记录"
    if status in (Status.NOT_APPLICABLE, Status.NOT_MEASURED):
        return "这一项没有测算出数字，没有可申诉的记录"
    return ""


def decision_problem(*, state: str, raised_by: int | None, decider: int | None) -> str:
    """Why a dispute can't be decided by this person; empty when it can."""
    if state != "open":
        return "这条申诉已经裁定过了"
    if raised_by is not None and raised_by == decider:
        return "申诉人不能裁定自己的申诉"
    return ""
