"""What this app answers when another asks: links of divisions, what waits for somebody today."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from zerentian.disclosure import queries
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


@effect("today.wanted")
def waiting_notices(*, by: Actor, on: date) -> list[tuple[str, str]]:
    """Notices that wait for the actor's own hand, and objections that his office holds."""
    counts = queries.due_of(by, on)
    lines = [
        (_("待复核公示 %(n)s 份"), counts["review"]),
        (_("待发布公示 %(n)s 份"), counts["publish"]),
        (_("待上传张贴照片 %(n)s 份"), counts["prove"]),
        (_("待期满结束公示 %(n)s 份"), counts["end"]),
    ]
    found = [(text % {"n": n}, reverse("disclosure:due")) for text, n in lines if n]
    if counts["answer"]:
        found.append(
            (_("待答复异议 %(n)s 条") % {"n": counts["answer"]}, f"{reverse('disclosure:objections')}?state=open")
        )
    return found
