"""What the quality rules ask about one household, for its file."""

from typing import Any

from django import template

from zerentian.kernel.permissions import Permission
from zerentian.registry.models import Household
from zerentian.registry.services.quality import findings
from zerentian.registry.views.quality import shown

register = template.Library()


@register.inclusion_tag("registry/quality_household.html", takes_context=True)
def household_quality(context: dict[str, Any], household: Household) -> dict[str, Any]:
    """{% household_quality household %}: the findings of the household with links to put them right."""
    actor = context["request"].actor
    may = actor.may(Permission.HOUSEHOLD_CHANGE) and household.division in actor.scope
    found = findings.of_household(household.pk, actor.scope)
    return {"lines": [shown(line, may_change=may) for line in found], "path": context["request"].path}
