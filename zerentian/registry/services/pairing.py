"""Answers which households are paired with a helper, who sees no others."""

from django.db.models import Q

from zerentian.kernel.effects import effect
from zerentian.kernel.privacy import token
from zerentian.registry.models import Household


@effect("accounts.paired_households")
def paired_households(*, division: int, appointment_id: int | None, phone: str) -> list[int]:
    """The households of the division whose helper holds the appointment or has the telephone number."""
    paired = Q()
    if appointment_id is not None:
        paired |= Q(helper_appointment_id=appointment_id)
    if number := "".join(filter(str.isdigit, phone)):
        paired |= Q(helper_phone_token=token(number, "phone"))
    return list(Household.objects.inside(division).filter(paired).values_list("pk", flat=True)) if paired else []
