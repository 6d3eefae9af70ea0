"""The acts of the ledger: compute it, dispute an entry, decide a dispute; and its benchmarks."""

from zerentian.assessment.services import answers, benches  # noqa: F401 - register their effects
from zerentian.assessment.services.disputes import decide_dispute, raise_dispute
from zerentian.assessment.services.exports import begin_export
from zerentian.assessment.services.keeping import keep_snapshots
from zerentian.assessment.services.reckoning import recompute, start_recompute

__all__ = ["begin_export", "decide_dispute", "keep_snapshots", "raise_dispute", "recompute", "start_recompute"]
