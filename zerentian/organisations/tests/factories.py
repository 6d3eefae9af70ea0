"""Bodies and people of 兴国县, made by the acts themselves."""

from datetime import date
from typing import Any

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.scope import code_text
from zerentian.organisations.models import Appointment, Body, Post
from zerentian.organisations.services import appoint, create_post, set_up_body

PROVINCE, CITY, COUNTY = 360000000000, 360700000000, 360732000000
TOWNSHIP, VILLAGE = 360732100000, 360732100200
NEIGHBOUR = 360731000000


def body(division: int, kind: str = "party_government", *, by: Actor | None = None, **details: Any) -> Body:
    """A body at a division, named after it."""
    name = details.pop("name", f"{code_text(division)} {kind}")
    return set_up_body(division=division, kind=kind, name=name, by=by or system(), **details)


def chief(of: Body, name: str, starts_on: date = date(2017, 1, 1), kind: str = "party_chief", **details: Any) -> Post:
    """A first answerable seat with somebody in it."""
    seat = create_post(body_id=of.pk, kind=kind, title="书记", is_first_answerable=True, by=system())
    hold(seat, name, starts_on, **details)
    return seat


def hold(seat: Post, name: str, starts_on: date, **details: Any) -> Appointment:
    """Somebody in the seat."""
    return appoint(post_id=seat.pk, person_name=name, starts_on=starts_on, by=system(), **details)


def chain() -> dict[int, Body]:
    """Party committees and governments from the province to one village, each with its chief."""
    made: dict[int, Body] = {}
    above = None
    for code, who in ((PROVINCE, "赵省"), (CITY, "钱市"), (COUNTY, "孙县"), (TOWNSHIP, "李乡")):
        made[code] = body(code, superior_id=above)
        chief(made[code], who, phone="13812345678")
        above = made[code].pk
    made[VILLAGE] = body(VILLAGE, "village_committee", superior_id=above)
    chief(made[VILLAGE], "周村", kind="village_secretary")
    return made
