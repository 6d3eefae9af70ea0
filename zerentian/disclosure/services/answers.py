"""What this app answers when an app below asks: links of divisions."""

from django.urls import reverse
from django.utils.translation import gettext as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import effect
from zerentian.kernel.permissions import Permission
from zerentian.territory.queries import division


@effect("division.links")
def link_notices(*, code: int, by: Actor) -> list[tuple[str, str]]:
    """From a division to its notices."""
    if not by.may(Permission.NOTICE_VIEW) or not by.scope.touches(code):
        return []
    return [(_("公示"), f"{reverse('disclosure:notices')}?area={division(code).text}")]
