"""The present state of a case out of its records; a record that the definition forbids is named."""

from collections.abc import Iterable
from dataclasses import dataclass

from zerentian.procedures.rules.definition import Procedure
from zerentian.procedures.rules.flow import CLOSED, OPEN, REVIEW, SUSPENDED, WITHDRAWN

# What happened → the states in which it may.
_FROM = {
    "decided": (OPEN,), "held": (OPEN,), "confirmed": (REVIEW,), "turned_down": (REVIEW,), "sent_back": (OPEN,),
    "suspended": (OPEN, REVIEW), "resumed": (SUSPENDED,), "escalated": (OPEN, SUSPENDED, REVIEW),
    "withdrawn": (OPEN, SUSPENDED, REVIEW),
}  # fmt: skip

_TO = {"held": REVIEW, "suspended": SUSPENDED, "turned_down": OPEN, "withdrawn": WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Happened:
    """One record, as far as it moves the case."""

    what: str
    step: str
    outcome: str = ""
    to_step: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case is."""

    step: str
    state: str
    result: str = ""


class Forbidden(Exception):
    """A record that the definition does not allow at its place."""


def replay(definition: Procedure, records: Iterable[Happened]) -> Place:
    """The place that the records lead to; Forbidden when one of them could not happen."""
    place: Place | None = None
    for one in records:
        place = _after(definition, place, one)
    if place is None:
        raise Forbidden("the case was never opened")
    return place


def _after(definition: Procedure, place: Place | None, one: Happened) -> Place:
    if place is None or one.what == "opened":
        if place is not None or one.what != "opened":
            raise Forbidden(f"{one.what} at the beginning or opened twice")
        return Place(definition.start, OPEN)
    if one.step != place.step or place.state not in _FROM[one.what]:
        raise Forbidden(f"{one.what} of step {one.step} while at {place.step}, {place.state}")
    if one.what in ("decided", "confirmed"):
        return _decided(definition, place, one.outcome)
    if one.what == "sent_back":
        return _sent_back(definition, place, one.to_step)
    if one.what == "resumed":
        return _resumed(definition, place, one.to_step)
    return Place(place.step, _TO.get(one.what, place.state))


def _decided(definition: Procedure, place: Place, outcome: str) -> Place:
    step = definition.step(place.step)
    found = step.outcome(outcome) if step else None
    if found is None:
        raise Forbidden(f"step {place.step} has no outcome {outcome}")
    return Place(found.to, OPEN) if found.to else Place(place.step, CLOSED, found.ends)


def _sent_back(definition: Procedure, place: Place, to_step: str) -> Place:
    step = definition.step(place.step)
    if step is None or to_step not in step.back_to:
        raise Forbidden(f"step {place.step} may not send back to {to_step}")
    return Place(to_step, OPEN)


def _resumed(definition: Procedure, place: Place, to_step: str) -> Place:
    """An upheld objection leads back to the step that the notice names, or lets the case stand where it is."""
    step = definition.step(place.step)
    if to_step and (step is None or step.notice is None or step.notice.upheld != to_step):
        raise Forbidden(f"an objection at {place.step} may not lead to {to_step}")
    return Place(to_step or place.step, OPEN)
