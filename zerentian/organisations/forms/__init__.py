"""Forms of the organisations app: short forms of its acts, filters and uploads."""

from zerentian.organisations.forms.acts import (
    AppointForm,
    ApproveForm,
    AssignForm,
    BodyForm,
    CloseForm,
    EndForm,
    EndPostForm,
    GridForm,
    KeeperForm,
    NewBodyForm,
    PostForm,
    RevealForm,
)
from zerentian.organisations.forms.search import BodyFilter, UploadForm

__all__ = [
    "AppointForm",
    "ApproveForm",
    "AssignForm",
    "BodyFilter",
    "BodyForm",
    "CloseForm",
    "EndForm",
    "EndPostForm",
    "GridForm",
    "KeeperForm",
    "NewBodyForm",
    "PostForm",
    "RevealForm",
    "UploadForm",
]
