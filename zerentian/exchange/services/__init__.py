"""Acts and jobs of the exchange: deliveries, matching, clues."""

from zerentian.exchange.services.answering import answer_clue, answer_reply, return_clue, settle_clue
from zerentian.exchange.services.calendar import keep_calendar
from zerentian.exchange.services.deliveries import Offer, broken_off, check_again, deliver, take_in_here, withdraw
from zerentian.exchange.services.folders import Look, look
from zerentian.exchange.services.keeping import destroy_due, escalate_clues, look_after
from zerentian.exchange.services.matching import begin_match, match_here, repeat_match
from zerentian.exchange.services.reading import read_due, read_here, reads
from zerentian.exchange.services.uploads import (
    Announced,
    add_piece,
    begin_upload,
    cancel_upload,
    expire_uploads,
    finish_upload,
    offset_of,
)

__all__ = [
    "Announced",
    "Look",
    "Offer",
    "add_piece",
    "answer_clue",
    "answer_reply",
    "begin_match",
    "begin_upload",
    "broken_off",
    "cancel_upload",
    "check_again",
    "deliver",
    "destroy_due",
    "escalate_clues",
    "expire_uploads",
    "finish_upload",
    "keep_calendar",
    "look",
    "look_after",
    "match_here",
    "offset_of",
    "read_due",
    "read_here",
    "reads",
    "repeat_match",
    "return_clue",
    "settle_clue",
    "take_in_here",
    "withdraw",
]
