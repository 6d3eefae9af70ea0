"""The sample's exchange: every department delivers, the match runs, villages have answered some of the clues."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.utils import timezone

from zerentian.exchange import queries
from zerentian.exchange import services as exchange
from zerentian.exchange.models import Clue
from zerentian.exchange.rules import desks
from zerentian.exchange.rules.sources import terms
from zerentian.kernel.actor import Actor
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Scope
from zerentian.rulebook.queries import law_area
from zerentian.sample.services.deliveries import Order, write_deliveries
from zerentian.sample.services.officers import officer

MOST_ANSWERED = 60  # clues of the demonstration's township that somebody has looked at
# Of them every third waits to be settled; the others of the township wait for an answer.
_ENDS = (
    ("explained", "情况属实，已计入家庭收入和资产，核算后仍符合条件"),
    ("wrong_data", "入户看过原件，同名同姓或号码录错，与本人无关"),
    ("changed", "上年已经变化，手续齐全，入户时看过原件"),
    ("confirmed", "入户看过实物和凭证，部门所记属实"),
)  # fmt: skip
_NOTES = {"wrong_data": "入户看过原件，不是本人，请核对号码和姓名"}


def exchange_once(files: Path, out: Path, township: int, seed: int) -> int:
    """Deliver every source for the period before, match, answer some; how many clues there are."""
    today = timezone.localdate()
    written = write_deliveries(files, out, Order("demo", seed, today, "csv"))
    by = officer("province_officer", law_area())
    for source in written:
        deliver_file(source, out / f"{source}.csv", today, by)
    with unit(by):
        match = exchange.begin_match(by=by, here=True)
    exchange.match_here(match_id=match.pk, by=by)
    with unit(by, writes=False):
        found = Clue.objects.count()
        rows = Clue.objects.within(Scope.of([township])).filter(state="open").order_by("id")
        near = by_turns(rows.values_list("id", "source", "division"))
        holders = dict(rows.values_list("id", "holder"))
    if not found:
        raise Refused("样例的部门数据没有比出一条线索，请检查样例文件")
    for number, (pk, village) in enumerate(near[:MOST_ANSWERED]):
        answer_at_desk(pk, village, holders[pk], number)
    return found


def by_turns(clues: Iterable[tuple[int, str, int]]) -> list[tuple[int, int]]:
    """(id, village) of (id, source, village), one of each source by turns, so that every department has something answered."""
    turns: dict[str, int] = {}
    found = []
    for pk, source, village in clues:
        turns[source] = turns.get(source, 0) + 1
        found.append((turns[source], pk, village))
    return [(pk, village) for _turn, pk, village in sorted(found)]


def deliver_file(source: str, path: Path, today: date, by: Actor) -> None:
    """One department's file, as the last period's; refused when the platform does not take it whole."""
    period = terms(queries.source(source).file.cadence, 0, date(today.year - 1, 1, 1), today)[-1].period
    with unit(by):
        delivery = exchange.deliver(
            offer=exchange.Offer(source, period, division=law_area()), content=path, name=path.name, by=by, here=True
        )
    run = exchange.take_in_here(delivery_id=delivery.pk, by=by)
    if run.status != run.Status.DONE:
        raise Refused(f"样例的“{queries.source(source).file.title.zh}”没有收妥：{run.error}")


def answer_at_desk(pk: int, village: int, desk: str, number: int) -> None:
    """The desk where the clue lies answers, the one above settles two of three."""
    conclusion, statement = _ENDS[number % len(_ENDS)]
    own, above = (officer(f"{one}_officer", village) for one in (desk, desks.above(desk)))
    with unit(own):
        exchange.answer_clue(clue_id=pk, conclusion=conclusion, statement=statement, by=own)
    if number % 3:
        with unit(above):
            exchange.settle_clue(clue_id=pk, note=_NOTES.get(conclusion, ""), by=above)
