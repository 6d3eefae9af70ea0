"""The quality of the register: rules asked ahead, findings kept, exceptions explained."""

from zerentian.registry.services.quality.checking import check, refresh, start
from zerentian.registry.services.quality.explaining import exceptions, explain, latest_day, revoke
from zerentian.registry.services.quality.exports import export_exceptions, export_findings

__all__ = [
    "check",
    "exceptions",
    "explain",
    "export_exceptions",
    "export_findings",
    "latest_day",
    "refresh",
    "revoke",
    "start",
]
