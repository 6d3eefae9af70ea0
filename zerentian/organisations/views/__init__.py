"""Pages of bodies, posts, appointments and grids."""

from zerentian.organisations.views.acts import (
    appoint,
    appointment_approve,
    appointment_end,
    assign,
    assignment_end,
    body_change,
    body_close,
    body_new,
    grid_keeper,
    grid_new,
    phone,
    post_new,
)
from zerentian.organisations.views.files import body_export, body_import, body_import_preview, body_template
from zerentian.organisations.views.pages import alerts, bodies, body, chain

__all__ = [
    "alerts",
    "appoint",
    "appointment_approve",
    "appointment_end",
    "assign",
    "assignment_end",
    "bodies",
    "body",
    "body_change",
    "body_close",
    "body_export",
    "body_import",
    "body_import_preview",
    "body_new",
    "body_template",
    "chain",
    "grid_keeper",
    "grid_new",
    "phone",
    "post_new",
]
