"""The acts of the ledger: compute it, dispute an entry, decide a dispute; and its benchmarks."""

from zerentian.assessment.services import benches  # noqa: F401 - registers its effects
from zerentian.assessment.services.disputes import decide_dispute, raise_dispute
from zerentian.assessment.services.reckoning import recompute, start_recompute

__all__ = ["decide_dispute", "raise_dispute", "recompute", "start_recompute"]
