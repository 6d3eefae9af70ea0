"""Acts of procedures."""

from zerentian.procedures.services.daily import escalate, escalate_due
from zerentian.procedures.services.deciding import MOST as MOST_AT_ONCE
from zerentian.procedures.services.deciding import Decided, advance, decide_many, review_conflict, send_back
from zerentian.procedures.services.delegating import delegate, end_delegation
from zerentian.procedures.services.dossiers import dossier
from zerentian.procedures.services.exports import MOST_EXPORTED, export_cases, export_incomplete
from zerentian.procedures.services.letters import letter
from zerentian.procedures.services.moving import located
from zerentian.procedures.services.notices import ask_notice
from zerentian.procedures.services.objections import answer_objection, object_to, resume
from zerentian.procedures.services.opening import (
    Opened,
    open_case,
    open_many,
    require_opener,
    store_definition,
    withdraw,
)
from zerentian.procedures.services.papers import attach, attach_many, supplement
from zerentian.procedures.services.today import message_of, today_of

__all__ = [
    "Opened", "message_of", "open_many", "today_of",
    "MOST_AT_ONCE", "MOST_EXPORTED", "export_cases",
    "Decided", "advance", "answer_objection", "ask_notice", "attach", "attach_many", "decide_many", "delegate", "end_delegation",
    "escalate", "escalate_due", "located", "object_to", "open_case", "resume", "review_conflict", "send_back", "store_definition",
    "dossier", "letter", "supplement", "export_incomplete", "require_opener", "withdraw",
]  # fmt: skip
