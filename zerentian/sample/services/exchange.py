"""The sample's exchange: a department delivers, the match runs, villages have answered some of the clues."""

from io import BytesIO
from pathlib import Path

import polars as pl
from django.utils import timezone

from zerentian.exchange import services as exchange
from zerentian.exchange.models import Clue
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, Scope, ancestor
from zerentian.rulebook.queries import law_area
from zerentian.sample.rules.deliveries import vehicles
from zerentian.sample.services.officers import officer

NEEDED = ["id_number", "name", "birth_on", "division"]
# In the demonstration's township every third clue is settled, every third answered, the others wait.
_ENDS = (
    ("wrong_data", "车管所核实为同名同姓，号码录错，本人从未购车"),
    ("explained", "车辆是为耕作购买的旧车，已计入家庭资产，收入仍低于标准"),
    ("changed", "该车已于去年转让，过户手续齐全"),
)  # fmt: skip


def exchange_once(files: Path, township: int, seed: int) -> int:
    """Deliver the vehicles of the quarter before, match, answer some; how many clues there are."""
    today = timezone.localdate()
    made = vehicles(pl.read_parquet(files / "persons.parquet", columns=NEEDED), township, today, seed)
    by, content = officer("province_officer", law_area()), BytesIO(made.rows.write_csv().encode())
    offer = exchange.Offer("vehicles", _quarter_before(today.year, (today.month - 1) // 3))
    with unit(by):
        delivery = exchange.deliver(offer=offer, content=content, name="vehicles.csv", by=by, here=True)
    exchange.take_in_here(delivery_id=delivery.pk, by=by)
    with unit(by):
        match = exchange.begin_match(by=by, here=True)
    exchange.match_here(match_id=match.pk, by=by)
    with unit(by, writes=False):
        found = Clue.objects.count()
        near = list(Clue.objects.within(Scope.of([township])).order_by("id").values_list("id", "division"))
    if not found:
        raise Refused("样例的部门数据没有比出一条线索，请检查样例文件")
    for number, (pk, village) in enumerate(
        near, start=2
    ):  # the first one waits, so that the village has something to do
        _answer(pk, village, number)
    return found


def _quarter_before(year: int, quarters: int) -> str:
    """The last full quarter: `quarters` of the year are over."""
    return f"{year}-Q{quarters}" if quarters else f"{year - 1}-Q4"


def _answer(pk: int, village: int, number: int) -> None:
    if number % 3 == 2:
        return
    conclusion, statement = _ENDS[number // 3 % len(_ENDS)]
    own, above = officer("village_officer", village), officer("township_officer", ancestor(village, Level.TOWNSHIP))
    with unit(own):
        exchange.answer_clue(clue_id=pk, conclusion=conclusion, statement=statement, by=own)
    if number % 3 == 0:
        with unit(above):
            exchange.settle_clue(clue_id=pk, by=above)
