"""Changes of households' status, called inside the deciding transaction: nothing is deleted, every day is kept.

Each takes the locked households of one decision; when one of them may not change, none does.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from zerentian.kernel.refusal import Reason, Refused
from zerentian.registry.models import APPLICANT, Household, Person
from zerentian.registry.rules.standards import STANDING_EXITED, STANDING_POOR

IN_REGISTER = STANDING_POOR | STANDING_EXITED


def identify(homes: Sequence[Household], *, on: date) -> None:
    """Put on the register as poor; a household that was there before begins anew on that day."""
    _ask(homes, lambda home: home.status not in IN_REGISTER, "不能再次识别；返贫请办理返贫")
    _become(homes, status="poor", identified_on=on, exited_on=None, returned_on=None, removed_on=None)
    fresh = Person.objects.filter(household__in=[home.pk for home in homes], left_on=None, identified_on=None)
    fresh.update(identified_on=on)


def refuse(homes: Sequence[Household]) -> None:
    """An applicant is not identified and stays on file; a household with another status keeps it."""
    _become([home for home in homes if home.status == "applying"], status="not_identified")


def apply_again(home: Household) -> None:
    """An applicant who was refused, or had given up, applies once more."""
    _ask([home], lambda one: one.status in APPLICANT, "不是申请户")
    _become([home], status="applying")


def mark_for_exit(homes: Sequence[Household]) -> None:
    """Mark for exit; only those who are poor. One that bears the mark already keeps it."""
    _ask(homes, lambda home: home.status in STANDING_POOR, "不能标记预脱贫")
    _become(homes, status="pre_exit")


def take_mark_back(homes: Sequence[Household]) -> None:
    """Back to poor, or to returned where a household had fallen back; without a mark nothing changes."""
    marked = [home for home in homes if home.status == "pre_exit"]
    _become([home for home in marked if home.returned_on], status="returned")
    _become([home for home in marked if not home.returned_on], status="poor")


def exit_poverty(homes: Sequence[Household], *, on: date) -> None:
    """Left poverty on that day; policies continue."""
    _ask(homes, lambda home: home.status in STANDING_POOR, "不能登记脱贫")
    for home in homes:
        if home.identified_on and on < home.identified_on:
            raise Refused(Reason(f"脱贫日期不能早于识别日期 {home.identified_on}", "脱贫日期"))
    _become(homes, status="exited", exited_on=on)


def return_to_poverty(homes: Sequence[Household], *, on: date) -> None:
    """Fell back on that day; the day of the former exit stays."""
    _ask(homes, lambda home: home.status in STANDING_EXITED, "只有已脱贫的户才能登记返贫")
    _become(homes, status="returned", returned_on=on)


def take_return_back(homes: Sequence[Household]) -> None:
    """The finding that they fell back was set aside: they stand as having left, on the day that was kept."""
    _ask(homes, lambda home: home.status == "returned" and home.exited_on is not None, "不能恢复为已脱贫")
    _become(homes, status="exited", returned_on=None)


def remove_in_error(homes: Sequence[Household], *, on: date) -> None:
    """Registered in error: out of the count, still on file with everything that happened."""
    _ask(homes, lambda home: home.status in IN_REGISTER, "不能清退")
    _become(homes, status="removed", removed_on=on)


def reinstate(homes: Sequence[Household]) -> None:
    """A decision that took the household off was set aside: it stands as poor, or as returned, as before."""
    _ask(homes, lambda home: home.status in {*STANDING_EXITED, "removed"}, "不能恢复在册")
    _become([home for home in homes if home.returned_on], status="returned", exited_on=None, removed_on=None)
    _become([home for home in homes if not home.returned_on], status="poor", exited_on=None, removed_on=None)


def put_back(homes: Sequence[Household]) -> None:
    """A removal was set aside: each stands as its days tell that it stood before: poor, exited, or returned."""
    _ask(homes, lambda home: home.status == "removed", "不能恢复在册")
    for home in homes:
        left, fell_back = home.exited_on, home.returned_on
        before = "poor" if not left else "exited" if not fell_back or fell_back < left else "returned"
        _become([home], status="returned" if fell_back and not left else before, removed_on=None)


def _ask(homes: Iterable[Household], may: Callable[[Household], bool], what: str) -> None:
    for home in homes:
        if not may(home):
            raise Refused(Reason(f"{home.head_name}户现在的脱贫状态{what}，请先核对户档案", "脱贫状态"))


def _become(homes: Sequence[Household], **changes: Any) -> None:
    if homes:
        Household.objects.filter(pk__in=[home.pk for home in homes]).update(**changes)
    for home in homes:
        for name, value in changes.items():
            setattr(home, name, value)
