"""Acts on the register: import, correction and export, and the jobs behind them."""

from zerentian.registry.services import benches, pairing, protection, quality
from zerentian.registry.services.answers import count_households, link_households
from zerentian.registry.services.applying import apply_import
from zerentian.registry.services.checking import check_import
from zerentian.registry.services.confirming import attach_paper, confirm_household, confirm_part, confirm_person
from zerentian.registry.services.corrections import (
    correct_household,
    correct_income,
    correct_person,
    correct_village,
    record_income,
    record_rolling_income,
    version_of,
)
from zerentian.registry.services.exports import begin_export, collection_template, export_list
from zerentian.registry.services.imports import (
    apply_here,
    begin_import,
    check_here,
    confirm_import,
    withdraw_import,
)

__all__ = [
    "benches",
    "pairing",
    "protection",
    "quality",
    "apply_here",
    "apply_import",
    "begin_export",
    "begin_import",
    "check_here",
    "collection_template",
    "attach_paper",
    "confirm_household",
    "confirm_part",
    "confirm_person",
    "correct_household",
    "correct_income",
    "correct_person",
    "correct_village",
    "count_households",
    "export_list",
    "link_households",
    "record_income",
    "record_rolling_income",
    "version_of",
    "check_import",
    "confirm_import",
    "withdraw_import",
]
