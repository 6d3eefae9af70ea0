"""What this app answers when an app below asks: counts and links on the pages of divisions."""

from django.urls import reverse
from django.utils.translation import gettext as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import effect
from zerentian.kernel.permissions import Permission
from zerentian.organisations.queries import counts_by_division
from zerentian.territory.queries import division


@effect("division.counts")
def count_bodies(*, codes: list[int], by: Actor) -> tuple[str, dict[int, int]]:
    """The column “bodies” of a table of divisions; what lies outside the scope counts none."""
    return _("机构"), counts_by_division(codes) if by.may(Permission.BODY_VIEW) else {}


@effect("division.links")
def link_bodies(*, code: int, by: Actor) -> list[tuple[str, str]]:
    """From a division to its bodies and its chain."""
    if not by.may(Permission.BODY_VIEW) or not by.scope.touches(code):
        return []
    bodies = f"{reverse('organisations:bodies')}?area={division(code).text}"
    return [(_("责任链"), reverse("organisations:chain", args=[code])), (_("机构"), bodies)]
