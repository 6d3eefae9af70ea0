"""The quality of the register: rules asked ahead, findings kept, exceptions explained."""

from zerentian.registry.services.quality.checking import check, refresh, start

__all__ = ["check", "refresh", "start"]
