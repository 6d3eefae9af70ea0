"""How an app beside this one has a notice composed: it announces `notice.wanted`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from zerentian.disclosure.models import Notice, Posting
from zerentian.disclosure.rules.lines import Channel, line_of
from zerentian.disclosure.services.notices import compose_notice
from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import effect
from zerentian.kernel.models import File
from zerentian.kernel.permissions import Permission


@effect("notice.pages")
def notice_pages(*, ids: Sequence[int], by: Actor) -> list[tuple[int, str, str]]:
    """(number, state, page) of notices, as far as the reader may see them."""
    if not by.may(Permission.NOTICE_VIEW):
        return []
    rows = Notice.objects.within(by.scope).filter(pk__in=ids).order_by("pk")
    return [(row.pk, str(row.get_state_display()), reverse("disclosure:notice", args=[row.pk])) for row in rows]


@effect("notice.proofs")
def notice_proofs(*, ids: Sequence[int], by: Actor) -> list[dict[str, Any]]:
    """Place, time and hash of each photo that proves that notices hung, as far as the reader may see them."""
    if not by.may(Permission.NOTICE_VIEW):
        return []
    rows = list(Posting.objects.within(by.scope).filter(notice__in=ids).order_by("notice", "pk"))
    hashes = dict(File.objects.filter(pk__in=[row.file_id for row in rows]).values_list("pk", "sha256"))
    return [
        {
            "notice": row.notice_id, "place": row.place, "at": row.posted_at, "who": row.uploaded_who,
            "sha256": hashes.get(row.file_id, ""),
        }
        for row in rows
    ]  # fmt: skip


@effect("notice.wanted")
def notice_wanted(
    *,
    kind: str,
    division: int,
    subject: str,
    lines: Sequence[Mapping[str, Any]],
    office: str,
    by: Actor,
    phone: str = "",
    days: int | None = None,
) -> int:
    """Draft the notice that a step asks for; its id. Refused like the act itself."""
    found = [line_of(line) for line in lines]
    channel = Channel(office, phone)
    return int(
        compose_notice(kind=kind, division=division, lines=found, channel=channel, subject=subject, days=days, by=by).pk
    )
