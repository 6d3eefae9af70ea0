"""Changes of a household's status, called inside the deciding transaction: nothing is deleted, every day is kept."""

from datetime import date

from zerentian.kernel.refusal import Reason, Refused
from zerentian.registry.models import Household
from zerentian.registry.rules.standards import STANDING_EXITED, STANDING_POOR

IN_REGISTER = STANDING_POOR | STANDING_EXITED


def identify(home: Household, *, on: date) -> None:
    """Put on the register as poor; a household that was there before begins anew on that day."""
    if home.status in IN_REGISTER:
        raise _wrong(home, "不能再次识别；返贫请办理返贫")
    home.status, home.identified_on, home.exited_on, home.returned_on, home.removed_on = "poor", on, None, None, None
    home.save()


def mark_for_exit(home: Household) -> None:
    """Mark for exit; only one who is poor."""
    if home.status not in ("poor", "returned"):
        raise _wrong(home, "不能标记预脱贫")
    home.status = "pre_exit"
    home.save()


def take_mark_back(home: Household) -> None:
    """Back to poor, or to returned where the household had fallen back; without a mark nothing changes."""
    if home.status == "pre_exit":
        home.status = "returned" if home.returned_on else "poor"
        home.save()


def exit_poverty(home: Household, *, on: date) -> None:
    """Left poverty on that day; policies continue."""
    if home.status not in STANDING_POOR:
        raise _wrong(home, "不能登记脱贫")
    if home.identified_on and on < home.identified_on:
        raise Refused(Reason(f"脱贫日期不能早于识别日期 {home.identified_on}", "脱贫日期"))
    home.status, home.exited_on = "exited", on
    home.save()


def return_to_poverty(home: Household, *, on: date) -> None:
    """Fell back on that day; the day of the former exit stays."""
    if home.status not in STANDING_EXITED:
        raise _wrong(home, "只有已脱贫的户才能登记返贫")
    home.status, home.returned_on = "returned", on
    home.save()


def remove_in_error(home: Household, *, on: date) -> None:
    """Registered in error: out of the count, still on file with everything that happened."""
    if home.status not in IN_REGISTER:
        raise _wrong(home, "不能清退")
    home.status, home.removed_on = "removed", on
    home.save()


def _wrong(home: Household, what: str) -> Refused:
    return Refused(Reason(f"{home.head_name}户现在的脱贫状态{what}，请先核对户档案", "脱贫状态"))
