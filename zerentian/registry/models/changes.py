"""What happened to a household's members, who is away for a time, what was confirmed, which papers are attached."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row
from zerentian.registry.models.register import Household, Person


class HouseholdChange(Row):
    """One change of a household's members; a split, a merger or a move names the other household as well.

    before: what the undoing act needs, by row key; undoes: the change that this one takes back.
    """

    class Kind(models.TextChoices):
        """What kind of change it was."""

        JOIN = "join", _("增加成员")
        LEAVE = "leave", _("减少成员")
        HEAD = "head", _("更换户主")
        SPLIT = "split", _("分户")
        MERGE = "merge", _("合户")
        MOVE = "move", _("转户")
        UNDO = "undo", _("撤销变动")

    access = Access.HOUSEHOLD
    household_column = "household_id"
    append_only = True
    personal = ("people", "reason")

    household = models.ForeignKey(Household, models.PROTECT, related_name="changes", db_index=False)
    other = models.ForeignKey(Household, models.PROTECT, related_name="+", null=True, db_index=False)
    division = models.BigIntegerField(_("村代码"))
    kind = models.CharField(_("变动"), max_length=8, choices=Kind)
    cause = models.CharField(_("变动原因"), max_length=32, blank=True)
    on = models.DateField(_("变动日期"))
    people = models.CharField(_("涉及成员"), max_length=400)
    reason = models.CharField(_("理由"), max_length=500)
    before = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", models.PROTECT, related_name="undone", null=True)
    made_at = models.DateTimeField(_("办理时间"), db_default=Now())
    made_by = models.CharField(_("办理人"), max_length=120)

    class Meta:
        verbose_name = "户的变动"
        indexes = [
            models.Index("household", "id", name="change_by_household"),
            models.Index("other", "id", name="change_by_other", condition=models.Q(other__isnull=False)),
        ]


class Absence(Row):
    """A member who is away for a time; he counts as before."""

    access = Access.HOUSEHOLD
    household_column = "household_id"
    personal = ("place",)

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences", db_index=False)
    household_id = models.BigIntegerField()
    division = models.BigIntegerField(_("村代码"))
    since = models.DateField(_("离家日期"))
    expected_on = models.DateField(_("预计返回日期"), null=True, blank=True)
    place = models.CharField(_("去向"), max_length=120, blank=True)
    back_on = models.DateField(_("返回日期"), null=True, blank=True)

    class Meta:
        verbose_name = "暂时外出"
        indexes = [models.Index("household_id", "id", name="absence_by_household")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(back_on__isnull=True), name="one_open_absence_each"
            )
        ]


class Confirmation(Row):
    """That one part of a file was found right, or put right: by whom, when and how; an empty part is the whole file."""

    access = Access.HOUSEHOLD
    household_column = "household_id"
    append_only = True

    household_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    division = models.BigIntegerField(_("村代码"))
    part = models.CharField(_("内容"), max_length=20, blank=True)
    on = models.DateField(_("核实日期"))
    how = models.CharField(_("核实方式"), max_length=60)
    made_by = models.CharField(_("核实人"), max_length=120)

    class Meta:
        verbose_name = "分项核实"
        indexes = [models.Index("household_id", "id", name="confirmation_by_household")]


class HouseholdPaper(Row):
    """A photo or paper of a household: the file, the hash of its content, and what it shows."""

    class Kind(models.TextChoices):
        """What is on it."""

        HOUSE = "house", _("住房照片")
        FAMILY = "family", _("家庭照片")
        BOOKLET = "booklet", _("户口簿")
        IDENTITY = "identity", _("身份证件")
        DISABILITY = "disability", _("残疾证")
        ILLNESS = "illness", _("病历或诊断证明")
        SCHOOLING = "schooling", _("就学证明")
        INCOME = "income", _("收入凭据")
        OTHER = "other", _("其他材料")

    access = Access.HOUSEHOLD
    household_column = "household_id"
    append_only = True

    household = models.ForeignKey(Household, models.PROTECT, related_name="papers", db_index=False)
    division = models.BigIntegerField(_("村代码"))
    kind = models.CharField(_("种类"), max_length=12, choices=Kind)
    file_id = models.BigIntegerField()
    name = models.CharField(_("文件"), max_length=255)
    sha256 = models.CharField(max_length=64)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    attached_at = models.DateTimeField(_("上传时间"), db_default=Now())
    made_by = models.CharField(_("上传人"), max_length=120)

    class Meta:
        verbose_name = "户材料"
        indexes = [models.Index("household", "id", name="paper_by_household")]
