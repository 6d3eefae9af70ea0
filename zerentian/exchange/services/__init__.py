"""Acts and jobs of the exchange: deliveries, matching, clues."""

from zerentian.exchange.services.deliveries import Offer, deliver, take_in_here, withdraw
from zerentian.exchange.services.matching import begin_match, match_here

__all__ = ["Offer", "begin_match", "deliver", "match_here", "take_in_here", "withdraw"]
