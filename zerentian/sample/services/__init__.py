"""What the sample does: write its files, and make an installation ready with them."""

from zerentian.sample.services import benches, delivery_benches, link_bench, match_bench
from zerentian.sample.services.files import write_sample
from zerentian.sample.services.installing import Installation

__all__ = ["Installation", "benches", "delivery_benches", "link_bench", "match_bench", "write_sample"]
