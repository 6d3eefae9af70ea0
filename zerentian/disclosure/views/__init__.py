"""Pages of notices and objections."""

from zerentian.disclosure.views.acts import (
    notice_change,
    notice_end,
    notice_new,
    notice_prove,
    notice_publish,
    notice_review,
    notice_start,
    notice_take_down,
)
from zerentian.disclosure.views.objections import objection, objection_record, objection_reveal, objections
from zerentian.disclosure.views.pages import due, kinds, notice, notice_print, notices, notices_export

__all__ = [
    "due", "kinds", "notice", "notice_change", "notice_end", "notice_new", "notice_print", "notice_prove", "notice_publish", "notice_review",
    "notice_start", "notice_take_down", "notices", "notices_export", "objection", "objection_record", "objection_reveal",
    "objections",
]  # fmt: skip
