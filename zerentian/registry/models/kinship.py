"""Relatives of those who decide, as declared."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row
from zerentian.registry.models.register import Household


class Kinship(Row):
    """That somebody who decides cases is related to a household: said by himself or by another, ended only by another."""

    class Relation(models.TextChoices):
        """How they are related."""

        SPOUSE = "spouse", _("配偶")
        PARENT = "parent", _("父母或子女")
        SIBLING = "sibling", _("兄弟姐妹")
        GRANDPARENT = "grandparent", _("祖父母、外祖父母或孙辈")
        IN_LAW = "in_law", _("配偶的父母、子女的配偶等姻亲")
        OTHER = "other", _("其他近亲属")

    access = Access.HOUSEHOLD
    household_column = "household_id"
    personal = ("cadre", "note")

    household = models.ForeignKey(Household, models.PROTECT, related_name="kinships", db_index=False)
    division = models.BigIntegerField(_("村代码"))
    cadre = models.CharField(_("干部姓名"), max_length=60)
    user_id = models.BigIntegerField(null=True)
    relation = models.CharField(_("与该户的关系"), max_length=12, choices=Relation)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    declared_on = models.DateField(_("申报日期"))
    declared_by = models.CharField(_("申报人"), max_length=120)
    declared_by_id = models.BigIntegerField(null=True)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    ended_by = models.CharField(_("终止办理人"), max_length=120, blank=True)
    ended_reason = models.CharField(_("终止理由"), max_length=300, blank=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "亲属申报"
        indexes = [
            models.Index("household", "id", name="kinship_by_household"),
            models.Index("division", "id", name="kinship_by_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "cadre"], condition=Q(ended_on__isnull=True), name="kinship_is_declared_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by="") | Q(ended_on__isnull=False) & ~Q(ended_by=""),
                name="kinship_that_ended_says_by_whom",
            ),
        ]
