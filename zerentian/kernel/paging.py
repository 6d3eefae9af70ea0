"""Lists in pages by cursor: stable while rows come and go, and as quick on the last page as on the first."""

import base64
import binascii
import struct
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zerentian.kernel.refusal import Reason, Refused

LONGEST = 500  # rows of one page
_KEY = struct.Struct(">QQ")


def cursor_of(division: int, row_id: int) -> str:
    """The cursor behind a row; opaque to whoever receives it."""
    return base64.urlsafe_b64encode(_KEY.pack(division, row_id)).decode().rstrip("=")


def position(cursor: str) -> tuple[int, int]:
    """The (division, id) of a cursor; Refused when it is none of ours."""
    try:
        raw = base64.urlsafe_b64decode((cursor + "=" * (-len(cursor) % 4)).encode("ascii"))
        division, row_id = _KEY.unpack(raw)
    except (UnicodeEncodeError, binascii.Error, struct.error, ValueError) as error:
        raise Refused(Reason(_("游标不对，请用上一页答复中的 next"), where="cursor")) from error
    if max(division, row_id) >= 2**63:
        raise Refused(Reason(_("游标不对，请用上一页答复中的 next"), where="cursor"))
    return division, row_id


def page(rows: QuerySet[Any], cursor: str, limit: int) -> tuple[list[Any], str | None]:
    """The rows behind the cursor in the order of (division, id), and the next cursor, None on the last page."""
    if cursor:
        division, row_id = position(cursor)
        rows = rows.filter(division__gte=division).exclude(Q(division=division) & Q(pk__lte=row_id))
    found = list(rows.order_by("division", "id")[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], cursor_of(last.division, last.pk)
