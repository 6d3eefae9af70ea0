"""Some public notices in every state, so that a demonstration shows what hangs, what waits and what was objected to."""

import struct
import zlib
from io import BytesIO

from django.utils import timezone

from zerentian.disclosure import services as disclosure
from zerentian.disclosure.models import Notice, Objection
from zerentian.disclosure.rules.lines import Channel, Line
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, ancestor
from zerentian.registry.models import Household
from zerentian.sample.services.officers import officer
from zerentian.territory import queries as territory

MOST = 24  # villages with a notice
PROPOSED = ("poor", "pre_exit")
FIRST = 360732100200  # the village of the demonstration's accounts comes first
_ROLES = {Level.COUNTY: "county_officer", Level.TOWNSHIP: "township_officer", Level.VILLAGE: "village_officer"}
_SAID = ("这一户去年在镇上买了房，请核实", "名单里漏了我们组的一户", "这一户有人在县城上班，请再核一核")


def hang_notices() -> int:
    """A notice of exit in each of some villages, from draft to answered objection; how many."""
    made = 0
    for number, (village, lines) in enumerate(_lists()):
        try:
            _hang(number, village, lines)
        except Refused:
            continue  # a name of the sample that is no name for a notice
        made += 1
    return made


def _lists() -> list[tuple[int, list[Line]]]:
    """Villages with the heads of some households that are still poor: whoever is proposed for exit has not left yet."""
    with unit(system(), writes=False):
        rows = Household.objects.filter(status__in=PROPOSED).values_list("division", flat=True)
        villages = sorted(
            set(rows.order_by("division").distinct()[: MOST * 20]), key=lambda code: (code != FIRST, code)
        )
        found = []
        for village in villages[:: max(1, len(villages) // MOST)][:MOST]:
            homes = Household.objects.filter(division=village, status__in=PROPOSED).order_by("id")[:8]
            found.append((village, [Line(h.head_name, size=h.size or 1, result="proposed") for h in homes]))
    return found


def _hang(number: int, village: int, lines: list[Line]) -> None:
    own, above = _somebody(village, Level.VILLAGE), _somebody(village, Level.TOWNSHIP)
    office = Channel(f"{territory.name_of(ancestor(village, Level.TOWNSHIP))}扶贫工作站", "0797-5312345")
    made = disclosure.compose_notice(kind="exit.household", division=village, lines=lines, channel=office, by=own)
    if number % 8 == 1:
        return
    disclosure.review_notice(notice_id=made.pk, passes=True, by=above)
    if number % 8 == 2:
        return
    disclosure.publish_notice(notice_id=made.pk, by=own)
    if number % 8 == 3:
        return
    disclosure.prove_posting(
        notice_id=made.pk, photo=BytesIO(picture()), place="村委会门口公开栏", posted_at=timezone.now(), by=own
    )
    if number % 8 == 7:
        disclosure.take_down_notice(notice_id=made.pk, reason="名单顺序有误，重新公示", by=above)
    elif number % 4 == 0:
        _object(number, made)


def _object(number: int, notice: Notice) -> None:
    with unit(disclosure.PUBLIC):
        disclosure.file_objection(code=notice.code, text=_SAID[number % len(_SAID)], by=disclosure.PUBLIC)
    if number % 8 == 0:
        return
    county = _somebody(notice.division, Level.COUNTY)
    with unit(county, writes=False):
        row = Objection.objects.get(notice_id=notice.pk)
    answer = "经入户核实，情况与公示一致，公示不变。"
    disclosure.answer_objection(objection_id=row.pk, outcome="rejected", answer=answer, by=county)


def _somebody(village: int, level: Level) -> Actor:
    """Somebody of the village or above who may do what notices ask."""
    return officer(_ROLES[level], village, permissions=frozenset(Permission))


def picture(width: int = 320, height: int = 240) -> bytes:
    """A grey PNG in place of a photo."""
    rows = b"".join(b"\0" + bytes([200]) * width for _row in range(height))

    def block(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", head) + block(b"IDAT", zlib.compress(rows)) + block(b"IEND", b"")
