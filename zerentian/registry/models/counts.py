"""The official count of a cut-off date, kept beside the running one and never mixed with it."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row


class OfficialCount(Row):
    """What a village counted on a cut-off date; figures of an area are sums of its villages."""

    access = Access.DIVISION
    append_only = True
    division = models.BigIntegerField()
    cut_on = models.DateField(_("时点"))
    households = models.IntegerField(_("在册户数"))
    persons = models.IntegerField(_("在册人数"))
    poor_households = models.IntegerField(_("未脱贫户数"))
    poor_persons = models.IntegerField(_("未脱贫人数"))
    monitored_households = models.IntegerField(_("监测户数"))
    taken_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "时点数"
        constraints = [models.UniqueConstraint(fields=["cut_on", "division"], name="one_count_a_village_and_day")]
