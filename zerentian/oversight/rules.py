"""Drawing households for checks: the same seed and the same frame give the same households, in the same order."""

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from zerentian.kernel.refusal import Reason

SEED_LENGTH = 64
# What may be wrong with an exit or a registration, as the checkers' form asks.
FAILINGS = ("income", "housing", "water", "schooling", "medical", "unaware", "procedure", "not_poor", "other")


@dataclass(frozen=True, slots=True)
class Framed:
    """One household of the frame."""

    household: int
    village: int
    number: str


def frame_text(frame: Iterable[Framed]) -> bytes:
    """The frame as it is kept and hashed: one line a household, by village and number."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("village", "number", "household"))
    for one in sorted(frame, key=lambda f: (f.village, f.number, f.household)):
        rows.writerow((one.village, one.number, one.household))
    return written.getvalue().encode()


def read_frame(content: bytes) -> list[Framed]:
    """The frame out of what was kept."""
    rows = csv.DictReader(io.StringIO(content.decode()))
    return [Framed(int(row["household"]), int(row["village"]), row["number"]) for row in rows]


def digest(content: bytes) -> str:
    """The hash of a frame."""
    return hashlib.sha256(content).hexdigest()


def ordered(frame: Iterable[Framed], seed: str) -> Mapping[int, list[Framed]]:
    """The households of each village in the order of the draw: by the hash of seed and household."""
    villages: dict[int, list[Framed]] = defaultdict(list)
    for one in frame:
        villages[one.village].append(one)
    for found in villages.values():
        found.sort(key=lambda f: (digest(f"{seed}:{f.number}:{f.household}".encode()), f.household))
    return dict(sorted(villages.items()))


def size_of(households: int, share: Decimal, minimum: int) -> int:
    """How many households of a village are drawn: the share of them, rounded up, and not fewer than the minimum."""
    wanted = int((households * share / 100).to_integral_value(ROUND_CEILING))
    return min(households, max(wanted, minimum))


def drawn(frame: Collection[Framed], seed: str, share: Decimal, minimum: int) -> list[Framed]:
    """The sample, village by village."""
    return [
        one
        for found in ordered(frame, seed).values()
        for one in found[: size_of(len(found), share, minimum)]
    ]  # fmt: skip


def replacement(frame: Collection[Framed], seed: str, village: int, taken: Collection[int]) -> Framed | None:
    """The next household of the village in the order of the draw; None when all are taken."""
    return next((one for one in ordered(frame, seed).get(village, []) if one.household not in taken), None)


def draw_faults(events_from: date, events_to: date, seed: str, today: date) -> list[Reason]:
    """Why a round can't be drawn for this time with this seed."""
    found = []
    if events_from > events_to or events_to > today:
        found.append(Reason("起始日期应不晚于截止日期，截止日期应不晚于今天", "时间"))
    if len(seed) > SEED_LENGTH:
        found.append(Reason(f"种子不超过 {SEED_LENGTH} 个字", "种子"))
    return found


def result_faults(
    finding: str, failings: Sequence[str], note: str, visited_on: date | None, *, drawn_on: date, today: date
) -> list[Reason]:
    """What is missing in a result: a household found not authentic has its reasons, in words too."""
    found = []
    if visited_on is None or not drawn_on <= visited_on <= today:
        found.append(Reason("入户日期应在抽取之后、今天之前", "入户日期"))
    if finding == "not_authentic":
        if not failings:
            found.append(Reason("请选择哪些方面不真实", "问题"))
        if len(note.strip()) < 5:
            found.append(Reason("请写明不真实的事实", "情况说明"))
    elif failings:
        found.append(Reason("结论为真实，不应再选问题；如有问题请改结论", "问题"))
    return found
