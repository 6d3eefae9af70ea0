"""Papers of a case."""

from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.files import store
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.procedures import queries
from zerentian.procedures.models import CasePaper
from zerentian.procedures.rules.flow import LIVE
from zerentian.procedures.services.deciding import require_hand
from zerentian.procedures.services.moving import day_of, located

KINDS = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".xlsx", ".ofd")


@act("procedures.case.attach", _("上传案件材料"), needs=Permission.CASE_DECIDE)
def attach(
    *, case_id: int, kind: str, source: Path | bytes | BinaryIO, name: str, by: Actor, note: str = ""
) -> CasePaper:
    """Add a paper to the present step; its content is kept under its hash, and nothing replaces it."""
    case = located(case_id, by)
    if case.state not in LIVE:
        raise Refused("案件已经办结，不能再添材料")
    require_hand(case, by, day_of(None, case))
    if kind not in {entry.id for entry in queries.vocabulary().evidence}:
        raise Refused(Reason("没有这种材料", "材料"))
    if not name.lower().endswith(KINDS):
        raise Refused(Reason("请上传 PDF、OFD、JPG、PNG、Word 或 Excel 文件", "文件"))
    file = store(
        source, name=name, purpose="案件材料", by=by, division=case.division, needs=Permission.CASE_VIEW
    )  # fmt: skip
    made: CasePaper = CasePaper.objects.create(
        case=case, division=case.division, step=case.step, kind=kind, file_id=file.pk, name=file.name,
        sha256=file.sha256, note=note.strip()[:200], user_id=by.user_id, who=queries.who(by),
    )  # fmt: skip
    return made
