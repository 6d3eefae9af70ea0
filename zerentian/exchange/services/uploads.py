"""A department's program sends a file piece by piece, goes on where it was broken off, and delivers it at the end.

The file on disk is the whole truth of how far an upload has come: a piece that was cut off in the middle counts as
far as it came, and the digest that was announced decides whether the whole is right.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zerentian.exchange import queries
from zerentian.exchange.models import Delivery, Upload
from zerentian.exchange.services.deliveries import (
    Offer,
    Received,
    allowed,
    check_offer,
    deliver,
    known_file,
    one_at_a_time,
)
from zerentian.exchange.services.room import with_room
from zerentian.exchange.services.taking import BLOCK
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update
from zerentian.kernel.files import place
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Outrun, Reason, Refused

State = Upload.State


@dataclass(frozen=True, slots=True)
class Announced:
    """The file as its sender announces it."""

    name: str
    size: int
    sha256: str


def upload_file(upload: Upload) -> Path:
    """Where what has come so far lies."""
    return place("exchange", "uploads") / str(upload.pk)


def offset_of(upload: Upload) -> int:
    """How many bytes have come: where the next piece begins."""
    if upload.state == State.FINISHED:
        return int(upload.size)
    path = upload_file(upload)
    return path.stat().st_size if path.exists() else 0


@act("exchange.upload.begin", gettext_lazy("开始分段上传"), needs=Permission.EXCHANGE_DELIVER)
def begin_upload(*, offer: Offer, file: Announced, by: Actor) -> Upload:
    """Announce a file; the upload to go on with. The same file again gives the same upload, or the delivery that it became."""
    source, division = allowed(offer, by)
    if not 0 < file.size <= settings.ZERENTIAN_DELIVERY_LIMIT:
        limit = settings.ZERENTIAN_DELIVERY_LIMIT >> 20
        raise Refused(Reason(_("文件应大于 0 字节且不超过 %(limit)s MB") % {"limit": limit}, "size"))
    check_offer(offer, source, division, by)
    facts = {"source": source.id, "division": division, "sha256": file.sha256}
    told = {"kind": offer.kind, "period": offer.period, "replaces_id": offer.replaces, "size": file.size}
    one_at_a_time(file.sha256)
    known = known_file(source, division, file.sha256, offer.period)
    if known and (done := Upload.objects.filter(**facts, state=State.FINISHED, delivery=known).last()):
        found: Upload = done
        return found
    if begun := Upload.objects.filter(**facts, state=State.OPEN).first():
        if any(getattr(begun, name) != value for name, value in told.items()):
            raise Refused(
                Reason(_("同一个文件正在按另外的所属期、方式或大小上传；请先完成或取消上传 %(number)s") % {"number": begun.pk}, "sha256")
            )  # fmt: skip
        open_one: Upload = begun
        return open_one
    made: Upload = Upload.objects.create(
        **facts, **told, name=file.name[-255:], user_id=by.user_id, who=f"{by.name} {by.post_title}".strip(),
        ends_at=Now() + timedelta(hours=settings.ZERENTIAN_UPLOAD_HOURS), delivery=known,
        state=State.FINISHED if known else State.OPEN,
    )  # fmt: skip
    made.refresh_from_db()
    return made


def add_piece(*, upload_id: int, offset: int, piece: BinaryIO, by: Actor) -> Upload:
    """Put a piece behind what has come; Outrun when it doesn't begin there.

    Not an act: the database learns nothing, only the waiting file grows.
    """
    by.require(Permission.EXCHANGE_DELIVER)
    upload = _open(upload_id, by)
    with _held(upload) as out:
        have = out.seek(0, 2)
        if offset != have:
            raise Outrun(
                Reason(_("下一段应从第 %(have)s 字节开始；请查询 offset 后从那里继续") % {"have": have}, "Upload-Offset")
            )  # fmt: skip
        try:
            with with_room():
                while block := piece.read(BLOCK):
                    if out.tell() + len(block) > upload.size:
                        raise Refused(Reason(_("超出了申报的文件大小；请检查后重新开始上传"), "size"))
                    out.write(block)
                out.flush()
        except Refused:
            out.truncate(have)
            raise
    return upload


@contextmanager
def _held(upload: Upload) -> Iterator[BinaryIO]:
    """The file, held against another piece at the same time."""
    with upload_file(upload).open("ab") as out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Outrun(_("这个文件的另一段正在上传；请稍后查询 offset 再继续")) from error
        yield out


def _open(upload_id: int, by: Actor) -> Upload:
    found = queries.upload(by, upload_id)
    if found is None:
        raise Upload.DoesNotExist
    if found.state != State.OPEN:
        raise Outrun(Reason(_("这次上传已经结束：%(state)s") % {"state": found.get_state_display()}, "upload"))
    return found


@act("exchange.upload.finish", gettext_lazy("完成分段上传"), needs=Permission.EXCHANGE_DELIVER)
def finish_upload(*, upload_id: int, by: Actor) -> Delivery:
    """The whole file has come: compare it with what was announced and deliver it. Again, the same delivery."""
    upload = queries.upload(by, upload_id)
    if upload is not None and upload.state == State.FINISHED and upload.delivery is not None:
        return upload.delivery
    upload = _open(upload_id, by)
    with _held(upload) as file:
        size = file.seek(0, 2)
        if size != upload.size:
            told = {"have": size, "size": upload.size}
            raise Refused(Reason(_("文件还没有传完：已收到 %(have)s 字节，应为 %(size)s 字节") % told, "offset"))
        path = upload_file(upload)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != upload.sha256:
            file.truncate(0)
            raise Refused(Reason(_("收到的内容与申报的 SHA-256 不符，已清空；请从第 0 字节重新上传"), "sha256"))
        offer = Offer(
            upload.source, upload.period, upload.kind, Delivery.Way.API.value, upload.division, upload.replaces_id
        )  # fmt: skip
        delivery = deliver(offer=offer, content=Received(path, size, digest), name=upload.name, by=by)
    guarded_update(
        Upload.objects.filter(pk=upload.pk, state=State.OPEN), state=State.FINISHED, delivery=delivery
    )  # fmt: skip
    return delivery


@act("exchange.upload.cancel", gettext_lazy("取消分段上传"), needs=Permission.EXCHANGE_DELIVER)
def cancel_upload(*, upload_id: int, by: Actor) -> Upload:
    """Give an upload up; what has come is thrown away."""
    upload = _open(upload_id, by)
    guarded_update(Upload.objects.filter(pk=upload.pk, state=State.OPEN), state=State.CANCELLED)
    upload.refresh_from_db()
    return upload


@act("exchange.upload.expire", gettext_lazy("清理过期的分段上传"), needs=Permission.EXCHANGE_MATCH)
def expire_uploads(*, by: Actor) -> int:
    """End uploads whose time is over, by the database's clock, and take the files of ended ones away; how many ended."""
    over: int = Upload.objects.filter(state=State.OPEN, ends_at__lt=Now()).update(state=State.EXPIRED)
    waiting = set(Upload.objects.filter(state=State.OPEN).values_list("pk", flat=True))
    for path in place("exchange", "uploads").iterdir():
        known = Upload.objects.filter(pk=int(path.name)).exists() if path.name.isdecimal() else False
        if known and int(path.name) not in waiting:
            path.unlink(missing_ok=True)
    return over
