"""The acts of the ledger: compute it, dispute an entry, decide a dispute, export a board."""

from zerentian.assessment.services.disputes import decide_dispute, raise_dispute
from zerentian.assessment.services.reckoning import recompute, start_recompute

__all__ = ["decide_dispute", "raise_dispute", "recompute", "start_recompute"]
