"""Acts on bodies, posts, appointments, grids and assignments; their import and export."""

from zerentian.organisations.services import answers
from zerentian.organisations.services.areas import assign, end_assignment, keep_grid, set_up_grid
from zerentian.organisations.services.bodies import change_body, close_body, set_up_body
from zerentian.organisations.services.exports import export_bodies
from zerentian.organisations.services.imports import IMPORT, apply_import, begin_import
from zerentian.organisations.services.posts import (
    appoint,
    approve_change,
    create_post,
    end_appointment,
    reveal_phone,
)

__all__ = [
    "answers",
    "IMPORT",
    "apply_import",
    "export_bodies",
    "appoint",
    "approve_change",
    "assign",
    "begin_import",
    "change_body",
    "close_body",
    "create_post",
    "end_appointment",
    "end_assignment",
    "keep_grid",
    "reveal_phone",
    "set_up_body",
    "set_up_grid",
]
