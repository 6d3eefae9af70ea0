"""Papers of a case."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce
from zerentian.kernel.files import store_for
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.procedures import queries
from zerentian.procedures.models import Case, CasePaper
from zerentian.procedures.rules.flow import LIVE
from zerentian.procedures.services.deciding import require_hands
from zerentian.procedures.services.moving import day_of

KINDS = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".xlsx", ".ofd")
# How a file of each kind begins; Word, Excel and OFD are zip archives.
_BEGINS = {".pdf": b"%PDF-", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"}
_ZIP = b"PK\x03\x04"
_SHORTEST_REASON = 2
_LONGEST = 8  # bytes of a beginning


@act("procedures.case.attach", _("上传案件材料"), needs=Permission.CASE_DECIDE)
def attach(
    *, case_id: int, kind: str, source: Path | bytes | BinaryIO, name: str, by: Actor, note: str = ""
) -> CasePaper:
    """Add a paper to the present step; its content is kept under its hash, and nothing replaces it."""
    return attach_many(case_ids=[case_id], kind=kind, source=source, name=name, note=note, by=by)[0]


@act("procedures.case.attach_many", _("上传案件材料"), needs=Permission.CASE_DECIDE)
def attach_many(
    *, case_ids: Sequence[int], kind: str, source: Path | bytes | BinaryIO, name: str, by: Actor, note: str = ""
) -> list[CasePaper]:
    """Add one paper to several cases: the minutes of a meeting that decides them all. Its content is kept once."""
    found = queries.cases_by_id(by.scope, case_ids)
    if not case_ids or set(case_ids) - set(found):
        raise Http404
    cases = list(found.values())
    if any(case.state not in LIVE for case in cases):
        raise Refused("案件已经办结，不能再添材料")
    require_hands(cases, by, max(day_of(None, case) for case in cases))
    _require_right(kind, source, name)
    places = sorted({case.division for case in cases})
    files = store_for(places, source, name=name, purpose="案件材料", by=by, needs=Permission.CASE_VIEW)
    return list(CasePaper.objects.bulk_create(
        CasePaper(
            case=case, division=case.division, step=case.step, kind=kind, file_id=files[case.division].pk,
            name=files[case.division].name, sha256=files[case.division].sha256, note=note.strip()[:200],
            user_id=by.user_id, who=queries.who(by),
        )
        for case in cases
    ))  # fmt: skip


@act("procedures.case.supplement", _("补交案件材料"), needs=Permission.CASE_DECIDE)
def supplement(
    *, case_id: int, step: str, kind: str, source: Path | bytes | BinaryIO, name: str, reason: str, by: Actor
) -> CasePaper:
    """Add a paper that a closed case lacks, with who, when and why so late; the decision and its records stay as they are."""
    case = queries.cases_by_id(by.scope, [case_id], lock=True).get(case_id)
    if case is None:
        raise Http404
    if case.state != Case.State.CLOSED:
        raise Refused("案件还在办理，请在案件页上传材料")
    if (step, kind) not in {(one.step, one.kind) for one in queries.lacking(case)}:
        raise Refused(Reason("这份案卷不缺这种材料", "材料"))
    if len(reason.strip()) < _SHORTEST_REASON:
        raise Refused(Reason("请写明为什么补交", "补交原因"))
    _require_right(kind, source, name)
    file = store_for([case.division], source, name=name, purpose="案件材料", by=by, needs=Permission.CASE_VIEW)[
        case.division
    ]
    made: CasePaper = CasePaper.objects.create(
        case=case, division=case.division, step=step, kind=kind, file_id=file.pk, name=file.name, sha256=file.sha256,
        note=f"办结后补交：{reason.strip()}"[:200], user_id=by.user_id, who=queries.who(by),
    )  # fmt: skip
    announce("records.changed", division=case.division, by=by)
    return made


def _require_right(kind: str, source: Path | bytes | BinaryIO, name: str) -> None:
    if kind not in {entry.id for entry in queries.vocabulary().evidence}:
        raise Refused(Reason("没有这种材料", "材料"))
    if not name.lower().endswith(KINDS) or not _is_what_it_says(source, Path(name).suffix.lower()):
        raise Refused(Reason("请上传 PDF、OFD、JPG、PNG、Word 或 Excel 文件；改了扩展名的其他文件不收", "文件"))


def _is_what_it_says(source: Path | bytes | BinaryIO, suffix: str) -> bool:
    """Whether a file begins as files of its ending do."""
    if isinstance(source, bytes):
        head = source[:_LONGEST]
    elif isinstance(source, Path):
        with source.open("rb") as stream:
            head = stream.read(_LONGEST)
    else:
        head = source.read(_LONGEST)
        source.seek(0)
    return head.startswith(_BEGINS.get(suffix, _ZIP))
