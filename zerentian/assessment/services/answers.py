"""What this app answers when an app below asks: links of divisions."""

from django.urls import reverse
from django.utils.translation import gettext as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import effect
from zerentian.kernel.permissions import Permission


@effect("division.links")
def link_board(*, code: int, by: Actor) -> list[tuple[str, str]]:
    """From a division to its board."""
    if not by.may(Permission.LEDGER_VIEW) or not by.scope.covers(code):
        return []
    return [(_("责任台账"), reverse("assessment:board", args=[code]))]
