"""Acts and jobs of the exchange: deliveries, matching, clues."""

from zerentian.exchange.services.answering import answer_clue, answer_reply, return_clue, settle_clue
from zerentian.exchange.services.calendar import keep_calendar
from zerentian.exchange.services.deliveries import Offer, deliver, take_in_here, withdraw
from zerentian.exchange.services.keeping import destroy_due, escalate_clues
from zerentian.exchange.services.matching import begin_match, match_here

__all__ = [
    "Offer",
    "answer_clue",
    "answer_reply",
    "begin_match",
    "deliver",
    "destroy_due",
    "escalate_clues",
    "keep_calendar",
    "match_here",
    "return_clue",
    "settle_clue",
    "take_in_here",
    "withdraw",
]
