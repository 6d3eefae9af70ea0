"""What this app answers when an app below asks: counts and links of divisions."""

from django.urls import reverse
from django.utils.translation import gettext as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import effect
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Level, level_of
from zerentian.registry.queries import counts_by_division
from zerentian.territory.queries import division


@effect("division.counts")
def count_households(*, codes: list[int], by: Actor) -> tuple[str, dict[int, int]]:
    """The column “registered households” of a table of divisions."""
    return _("建档立卡户"), counts_by_division(codes) if by.may(Permission.HOUSEHOLD_VIEW) else {}


@effect("division.links")
def link_households(*, code: int, by: Actor) -> list[tuple[str, str]]:
    """From a division to its households and its profile."""
    if not by.may(Permission.HOUSEHOLD_VIEW) or not by.scope.touches(code):
        return []
    links = [(_("户档案"), f"{reverse('registry:households')}?area={division(code).text}")]
    if level_of(code) is Level.VILLAGE:
        links.append((_("村情"), reverse("registry:village", args=[code])))
    elif level_of(code) is Level.COUNTY:
        links.append((_("县情"), reverse("registry:county", args=[code])))
    return links
