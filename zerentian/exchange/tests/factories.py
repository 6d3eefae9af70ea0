"""Deliveries of vehicles and matches, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO

from django.conf import settings

from tests.databases import owner
from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.exchange import services
from zerentian.exchange.models import Clue, Delivery, MatchRun
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.registry.tests.factories import identity, make_household, make_person

HEAD = "plate,owner_id,owner_name,kind,usage,registered_on,price,state,area\n"
NUMBER = identity(date(1980, 5, 6), serial=12)


def delivered(text: str | bytes, **offer: object) -> Delivery:
    """A file of vehicles, taken in."""
    by = actor_of_cast("province")
    with unit(by):
        found = services.deliver(
            offer=services.Offer(**{"source": "vehicles", "period": "2026-Q3", **offer}),  # type: ignore[arg-type]
            content=BytesIO(text.encode() if isinstance(text, str) else text), name="vehicles.csv", by=by, here=True,
        )  # fmt: skip
    services.take_in_here(delivery_id=found.pk, by=by)
    with unit(system()):
        found.refresh_from_db()
    return found


def matched() -> MatchRun:
    """A match of what is there."""
    with unit(system()):
        made = services.begin_match(by=actor_of_cast("province"), here=True)
    services.match_here(match_id=made.pk, by=actor_of_cast("province"))
    with unit(system()):
        made.refresh_from_db()
    return made


def row(plate: str, number: str, *, name: str = "王小明", kind: str = "小型轿车", price: str = "80000") -> str:
    return f"{plate},{number},{name},{kind},非营运,2015-03-02,{price},正常,360732\n"


def raised() -> Clue:
    """A household whose member owns a car, found by a match."""
    with unit(system()):
        make_person(make_household(), id_number=NUMBER, name="王小明")
    delivered(HEAD + row("赣B12345", NUMBER))
    matched()
    with unit(system()):
        return Clue.objects.latest("id")


@contextmanager
def department_database(name: str, password: str = "x") -> Iterator[str]:
    """A database of its own, of another role, as a department has one; its address."""
    at = settings.DATABASES["owner"]
    with owner("postgres") as keeper:
        keeper.execute(f"drop database if exists {name}")
        keeper.execute(f"create database {name}")
    try:
        yield f"postgresql://{at['USER']}@/{name}?host={at['HOST']}&port={at['PORT']}&password={password}"
    finally:
        with owner("postgres") as keeper:
            keeper.execute(f"drop database {name} with (force)")
