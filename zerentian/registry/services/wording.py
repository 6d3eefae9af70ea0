"""Values of the register as people read them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from zerentian.kernel.privacy import mask_account, mask_id, mask_phone
from zerentian.kernel.tables import Column
from zerentian.rulebook import queries as rulebook

_MASKS = {"id_number": mask_id, "phone": mask_phone, "account": mask_account}


def word(column: Column, value: Any, *, in_full: bool = False, empty: str = "—") -> str:
    """One value: codes as labels, personal ones masked unless in full; a dash where there is none."""
    if value is None or value == "":
        return empty
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if column.codes:
        return "、".join(rulebook.label(column.codes, part) for part in str(value).split(","))
    if column.personal and not in_full:
        return _MASKS.get(column.kind, lambda text: text[:3] + "****")(str(value))
    if isinstance(value, Decimal):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, date) else str(value)
