"""The acts of public notices."""

from zerentian.disclosure.queries import PUBLIC
from zerentian.disclosure.services.answers import link_notices, waiting_notices
from zerentian.disclosure.services.daily import end_notices_daily
from zerentian.disclosure.services.exports import MOST, export_notices
from zerentian.disclosure.services.notices import (
    compose_notice,
    end_due_notices,
    end_notice,
    may_review,
    prove_posting,
    publish_notice,
    review_notice,
    revise_notice,
    take_down_notice,
)
from zerentian.disclosure.services.objections import answer_objection, file_objection, record_objection
from zerentian.disclosure.services.wanted import notice_wanted

__all__ = [
    "MOST", "PUBLIC", "answer_objection", "compose_notice", "end_due_notices", "end_notice", "end_notices_daily", "export_notices",
    "file_objection", "link_notices", "may_review", "notice_wanted", "prove_posting", "publish_notice", "record_objection", "review_notice",
    "revise_notice",
    "take_down_notice", "waiting_notices",
]  # fmt: skip
