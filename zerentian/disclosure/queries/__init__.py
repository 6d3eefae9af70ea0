"""What other apps and the pages ask about notices."""

from zerentian.disclosure.queries.kinds import kind_of, kinds, kinds_in_force, least_days, shown_kind
from zerentian.disclosure.queries.notices import (
    DueItem,
    Wanted,
    due,
    due_of,
    notice,
    notices,
    notices_of,
    objection,
    objections,
    open_objections,
    past_their_days,
)
from zerentian.disclosure.queries.public import (
    PUBLIC,
    Progress,
    progress_of,
    public_notice,
    public_notices,
    public_notices_naming,
    taken_down_on,
)
from zerentian.disclosure.queries.records import Heard, Proof, Record, heard, proof_of, record_of, title_of
from zerentian.disclosure.queries.sheets import RUNNING, Sheet, sheet_of, takes_objections

__all__ = [
    "PUBLIC", "RUNNING", "DueItem", "Heard", "Progress", "Proof", "Record", "Sheet", "Wanted",
    "due", "due_of", "heard", "kind_of", "kinds", "kinds_in_force", "least_days", "notice", "notices", "notices_of",
    "objection", "objections", "open_objections", "past_their_days", "progress_of", "proof_of", "public_notice",
    "public_notices", "public_notices_naming", "record_of", "sheet_of", "shown_kind", "taken_down_on", "takes_objections", "title_of",
]  # fmt: skip
