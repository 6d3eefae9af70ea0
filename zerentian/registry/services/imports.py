"""The acts of an import: begin it with files, confirm what was checked, or give it up."""

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update
from zerentian.kernel.files import place, store
from zerentian.kernel.jobs import perform, start
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables.guards import inflate
from zerentian.registry.models import Import
from zerentian.registry.services.applying import APPLY
from zerentian.registry.services.checking import CHECK
from zerentian.registry.services.staging import forget

State = Import.State

Upload = tuple[Path | BinaryIO, str]


@act("registry.import.begin", _("上传采集表"), needs=Permission.REGISTRY_IMPORT)
def begin_import(
    *, files: Sequence[Upload], division: int, by: Actor, whole: bool = False, here: bool = False
) -> Import:
    """Keep the files (path or upload, name) and start checking them for the area; `whole`: all rows or none."""
    if not by.scope.covers(division):
        raise Refused("这个区划不在您的管辖范围内")
    kept = [
        {"id": store(source, name=name, purpose="registry.import", by=by, division=division, needs=Permission.REGISTRY_IMPORT).pk,
         "name": Path(name).name}
        for source, name in _unpacked(files)
    ]  # fmt: skip
    if not kept:
        raise Refused("没有选择文件")
    who = f"{by.name} {by.post_title}".strip()
    made = Import.objects.create(division=division, user_id=by.user_id, who=who, files=kept, whole=whole)
    if not here:
        run = start(CHECK, title=f"检查导入文件 #{made.pk}", by=by, division=division, import_id=made.pk)
        Import.objects.filter(pk=made.pk).update(check_run_id=run.pk)
        made.refresh_from_db()
    return made


def _unpacked(files: Iterable[Upload]) -> Iterable[Upload]:
    """The files; a zip of CSV or Parquet files as its members."""
    for source, name in files:
        if not name.lower().endswith(".zip"):
            yield source, name
            continue
        try:
            archive = zipfile.ZipFile(source)
        except zipfile.BadZipFile as error:
            raise Refused(f"“{name}”已损坏，打不开；请重新打包后再上传") from error
        members = [m for m in archive.infolist() if m.filename.lower().endswith((".csv", ".parquet", ".xlsx"))]
        if not members:
            raise Refused(f"“{name}”里没有 .xlsx、.csv 或 .parquet 文件")
        if sum(m.file_size for m in members) > 8 * settings.ZERENTIAN_UPLOAD_LIMIT or len(members) > 20:
            raise Refused(f"“{name}”解开后过大，可能是恶意文件，已拒绝；请分开上传")
        for number, member in enumerate(members):
            target = place("uploads") / f"{timezone.now():%H%M%S%f}-{number}"
            with target.open("wb") as out:
                out.writelines(inflate(archive, member))
            try:
                yield target, Path(member.filename).name
            finally:
                target.unlink(missing_ok=True)


def check_here(*, import_id: int, by: Actor) -> Run:
    """Check in this process (commands); the finished run."""
    return perform(CHECK, title=f"检查导入文件 #{import_id}", by=by, import_id=import_id)


def apply_here(*, import_id: int, by: Actor) -> Run:
    """Take over in this process (commands); the finished run."""
    confirm_import(import_id=import_id, by=by, here=True)
    return perform(APPLY, title=f"导入户档案 #{import_id}", by=by, import_id=import_id)


@act("registry.import.confirm", _("确认导入"), needs=Permission.REGISTRY_IMPORT)
def confirm_import(*, import_id: int, by: Actor, here: bool = False) -> Import:
    """Say yes to a checked import: its good rows are taken over by a run."""
    made: Import = Import.objects.within(by.scope).get(pk=import_id)
    refused = sum(numbers["refused"] for numbers in made.counts.get("sheets", {}).values())
    if made.whole and refused:
        raise Refused(f"有 {refused} 行未通过检查，按要求整批不导入；请更正后重新上传")
    guarded_update(Import.objects.filter(pk=import_id, state=State.CHECKED), state=State.APPLYING)
    if not here:
        run = start(APPLY, title=f"导入户档案 #{import_id}", by=by, division=made.division, import_id=import_id)
        Import.objects.filter(pk=import_id).update(apply_run_id=run.pk)
    made.refresh_from_db()
    return made


@act("registry.import.withdraw", _("放弃导入"), needs=Permission.REGISTRY_IMPORT)
def withdraw_import(*, import_id: int, by: Actor) -> None:
    """Give a checked import up: nothing is taken over, and what was staged is forgotten."""
    rows = Import.objects.within(by.scope).filter(pk=import_id, state=State.CHECKED)
    guarded_update(rows, state=State.WITHDRAWN)
    forget(import_id)
