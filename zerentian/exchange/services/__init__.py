"""Acts and jobs of the exchange: deliveries, matching, clues."""

from zerentian.exchange.services.answering import (
    MOST_AT_ONCE,
    Answer,
    Done,
    answer_clue,
    answer_many,
    faults_of,
    hand_over_clue,
    reopen_clue,
    return_clue,
    settle_clue,
    settle_many,
)
from zerentian.exchange.services.calendar import keep_calendar
from zerentian.exchange.services.cases import open_case_of_clue
from zerentian.exchange.services.deliveries import (
    Offer,
    broken_off,
    check_again,
    deliver,
    header_of,
    take_in_here,
    withdraw,
)
from zerentian.exchange.services.folders import Look, look
from zerentian.exchange.services.keeping import destroy_due, escalate_clues, look_after
from zerentian.exchange.services.matching import begin_match, clues_of, match_here, repeat_match
from zerentian.exchange.services.reading import read_due, read_here, reads
from zerentian.exchange.services.ready import keep_found, keep_ready
from zerentian.exchange.services.replying import Identified, answer_reply, identify_reply
from zerentian.exchange.services.sheets import (
    PURPOSE,
    Filled,
    Line,
    conclusions,
    keep_sheet,
    read_sheet,
    sheet_of,
    write_refused,
    write_sheet,
)
from zerentian.exchange.services.standing import keep_register
from zerentian.exchange.services.storing import Limits
from zerentian.exchange.services.tables import begin_table, keep_table, limits_of, stored_form
from zerentian.exchange.services.telling import Told, identify_rows
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
    "Told",
    "write_sheet",
    "write_refused",
    "sheet_of",
    "read_sheet",
    "keep_sheet",
    "PURPOSE",
    "Filled",
    "Line",
    "conclusions",
    "Announced",
    "Look",
    "Answer",
    "Done",
    "Limits",
    "MOST_AT_ONCE",
    "Offer",
    "add_piece",
    "answer_clue",
    "answer_many",
    "answer_reply",
    "begin_match",
    "begin_table",
    "begin_upload",
    "broken_off",
    "cancel_upload",
    "check_again",
    "clues_of",
    "deliver",
    "destroy_due",
    "escalate_clues",
    "expire_uploads",
    "faults_of",
    "finish_upload",
    "header_of",
    "Identified",
    "identify_reply",
    "identify_rows",
    "hand_over_clue",
    "keep_calendar",
    "keep_found",
    "keep_ready",
    "keep_register",
    "keep_table",
    "limits_of",
    "look",
    "look_after",
    "match_here",
    "offset_of",
    "read_due",
    "read_here",
    "reads",
    "repeat_match",
    "open_case_of_clue",
    "reopen_clue",
    "return_clue",
    "settle_clue",
    "settle_many",
    "stored_form",
    "take_in_here",
    "withdraw",
]
