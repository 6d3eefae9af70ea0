"""Files kept once under the hash of their content, and who may take them away."""

import hashlib
import mimetypes
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db.models.base import ModelState
from django.utils import timezone

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import joined, unit
from zerentian.kernel.models import File
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied, Reason, Refused

BLOCK = 1 << 20
MOST_DRAINED = 4 << 30  # bytes of a refused upload that are read away before the connection is simply closed


def place(*parts: str) -> Path:
    """A folder below the home of this installation, made when missing."""
    folder = Path(settings.ZERENTIAN_HOME).joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def path_of(sha256: str) -> Path:
    """Where content of this hash lies."""
    return place("files", sha256[:2]) / sha256


def store(
    source: Path | bytes | BinaryIO,
    *,
    name: str,
    purpose: str,
    by: Actor,
    division: int | None = None,
    needs: Permission | None = None,
    expires_at: datetime | None = None,
) -> File:
    """Keep the content and record it; `needs` is what others than `by` must hold to download it.

    `source` is a path, bytes or an open upload. An upload above ZERENTIAN_UPLOAD_LIMIT is refused.
    """
    sha256, size = _keep(source)
    row = File(
        sha256=sha256,
        name=Path(name).name[:255] or "file",
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=size,
        division=division,
        user_id=by.user_id,
        purpose=purpose[:80],
        needs=needs.value if needs else "",
        expires_at=expires_at,
    )
    with joined(by):
        row.save()
    return row


def store_for(divisions: Sequence[int], source: Path | bytes | BinaryIO, *, by: Actor, **facts: Any) -> dict[int, File]:
    """Keep the content once and record it for each division, so that the readers of each see it; by division."""
    first = store(source, by=by, division=divisions[0], **facts)
    others = []
    for division in divisions[1:]:
        other = copy(first)
        other.pk, other.division, other._state = None, division, ModelState()
        others.append(other)
    with joined(by):
        return dict(zip(divisions, [first, *File.objects.bulk_create(others)], strict=True))


def open_file(file_id: int) -> Path:
    """The path of a stored file, to read from; File.DoesNotExist outside the scope."""
    return path_of(File.objects.get(pk=file_id).sha256)


def require_download(file: File, by: Actor) -> None:
    """Raise Denied unless the file is the actor's own, or of its area and its permissions suffice."""
    if by.user_id is not None and file.user_id == by.user_id:
        return
    if file.needs:
        by.require(Permission(file.needs))
    elif file.division is None:
        raise Denied("这个文件只有生成它的人可以下载")


def check_upload_size(size: int | None) -> None:
    """Refuse a too large upload before it is read; `size` in bytes."""
    limit = settings.ZERENTIAN_UPLOAD_LIMIT
    if size is not None and size > limit:
        raise Refused(
            f"文件有 {size / BLOCK:.0f} MB，超过上限 {limit / BLOCK:.0f} MB。"
            "请按县或乡镇拆成几个文件，或改用 CSV、Parquet 由管理员在服务器上导入"
        )


class LimitedUpload(TemporaryFileUploadHandler):
    """Puts uploads on disk, and answers one that is too large by its announced length, without keeping a byte."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        """Read a too large body away, so that the browser gets the answer instead of a broken connection."""
        limit = settings.ZERENTIAN_UPLOAD_LIMIT
        if content_length <= limit + BLOCK:
            return
        left = min(content_length, MOST_DRAINED)
        while left > 0 and (block := input_data.read(min(left, BLOCK))):
            left -= len(block)
        raise RequestDataTooBig(f"an upload of {content_length} bytes, above {limit}")


def purge(now: datetime | None = None) -> int:
    """Forget files whose time is over, and content that no row names any more (older than a day); how many rows."""
    moment = now or timezone.now()
    with unit(system()):
        gone, _ = File.objects.filter(expires_at__lt=moment).delete()
        kept = set(File.objects.values_list("sha256", flat=True).distinct())
    for path in place("files").glob("??/*"):
        if path.name not in kept and path.stat().st_mtime < (moment - timedelta(days=1)).timestamp():
            path.unlink(missing_ok=True)
    return gone


def _keep(source: Path | bytes | BinaryIO) -> tuple[str, int]:
    """Copy to the store under its hash, by an atomic rename; (hash, size)."""
    digest, size = hashlib.sha256(), 0
    handle, draft = tempfile.mkstemp(dir=place("files"), prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as out:
            for block in _blocks(source):
                size += len(block)
                if not isinstance(source, Path | bytes):
                    check_upload_size(size)
                digest.update(block)
                out.write(block)
        target = path_of(digest.hexdigest())
        if target.exists():
            target.touch()
        else:
            shutil.move(draft, target)
    finally:
        Path(draft).unlink(missing_ok=True)
    return digest.hexdigest(), size


def _blocks(source: Path | bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
    elif isinstance(source, Path):
        with source.open("rb") as stream:
            while block := stream.read(BLOCK):
                yield block
    else:
        while block := source.read(BLOCK):
            yield block


PHOTOS = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}  # how a file begins → its ending


def suffix_of(file: BinaryIO, marks: Mapping[bytes, str], *, most: int, too_large: Reason, strange: Reason) -> str:
    """The ending that fits how the file begins; Refused when it is none of `marks`, or over `most` bytes."""
    head = file.read(16)
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > most:
        raise Refused(too_large)
    for mark, suffix in marks.items():
        if head.startswith(mark):
            return suffix
    raise Refused(strange)
