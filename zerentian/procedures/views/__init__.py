"""Pages of cases and procedures."""

from zerentian.procedures.views.acts import (
    answer_objection,
    ask_notice,
    ask_notices,
    attach,
    back,
    case_open,
    decide,
    object_to,
    resume,
    review,
    withdraw,
)
from zerentian.procedures.views.archives import archives, supplement
from zerentian.procedures.views.definitions import definition, definitions
from zerentian.procedures.views.delegations import delegation_end, delegations
from zerentian.procedures.views.lists import cases, cases_export, inbox, today
from zerentian.procedures.views.many import decide_many
from zerentian.procedures.views.pages import case, case_letter, case_print

__all__ = [
    "answer_objection", "archives", "supplement", "ask_notice", "ask_notices", "attach", "back", "case", "case_letter",
    "case_open", "case_print", "cases", "cases_export", "decide",
    "decide_many", "definition", "definitions", "delegation_end", "delegations", "inbox", "object_to", "resume", "review", "today",
    "withdraw",
]  # fmt: skip
