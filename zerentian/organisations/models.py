"""Bodies, their posts, who held them when, grids of households, and who was assigned to which area."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row
from zerentian.kernel.privacy import SealedField


class BodyKind(models.TextChoices):
    """Kinds of answerable bodies; the keys of code list `body_kind`."""

    PARTY_GOVERNMENT = "party_government", _("党委和政府")
    LEADING_GROUP = "leading_group", _("扶贫开发领导小组")
    POVERTY_OFFICE = "poverty_office", _("扶贫和移民办")
    DEPARTMENT = "department", _("部门")
    VILLAGE_COMMITTEE = "village_committee", _("村“两委”")
    ASSIGNED_UNIT = "assigned_unit", _("定点帮扶单位")
    RESIDENT_TEAM = "resident_team", _("驻村工作队")
    TOWNSHIP_STATION = "township_station", _("乡镇扶贫工作站")
    VILLAGE_WORKROOM = "village_workroom", _("村扶贫工作室")
    FINANCING_BODY = "financing_body", _("脱贫攻坚投融资主体")
    MILITARY_UNIT = "military_unit", _("军队和武警部队")
    PARTY_GROUP = "party_group", _("民主党派")
    SOCIAL_ACTOR = "social_actor", _("民营企业、社会组织和公民个人")


class Department(models.TextChoices):
    """Lines of departments; the keys of code list `department`."""

    ORGANISATION = "organisation", _("组织部")
    DISCIPLINE = "discipline", _("纪委")
    PROCURATORATE = "procuratorate", _("检察院")
    AUDIT = "audit", _("审计")
    FINANCE = "finance", _("财政")
    AGRICULTURE = "agriculture", _("农业")
    HUMAN_RESOURCES = "human_resources", _("人力资源和社会保障")
    REFORM = "reform", _("发展和改革")
    HOUSING = "housing", _("住房和城乡建设")
    RURAL_WORK = "rural_work", _("农村工作部")
    TRANSPORT = "transport", _("交通运输")
    WATER = "water", _("水利")
    FORESTRY = "forestry", _("林业")
    CIVIL_AFFAIRS = "civil_affairs", _("民政")
    HEALTH = "health", _("卫生和计划生育")
    EDUCATION = "education", _("教育")
    PUBLIC_SECURITY = "public_security", _("公安")
    DISABLED_FEDERATION = "disabled_federation", _("残联")
    NATURAL_RESOURCES = "natural_resources", _("国土资源")
    MARKET_SUPERVISION = "market_supervision", _("市场监管")
    MEDICAL_INSURANCE = "medical_insurance", _("医疗保障")
    EMERGENCY = "emergency", _("应急管理")
    TAXATION = "taxation", _("税务")
    JUSTICE = "justice", _("司法行政")
    BANKING = "banking", _("人民银行和金融管理")
    INSURANCE_SUPERVISION = "insurance_supervision", _("保险监管")


class PostKind(models.TextChoices):
    """Kinds of posts; the keys of code list `post_kind`."""

    PARTY_CHIEF = "party_chief", _("党委主要负责人")
    GOVERNMENT_CHIEF = "government_chief", _("政府主要负责人")
    DEPUTY_IN_CHARGE = "deputy_in_charge", _("分管负责人")
    DIRECTOR = "director", _("单位主要负责人")
    HEAD = "head", _("负责人（队长）")
    VILLAGE_SECRETARY = "village_secretary", _("村党组织书记")
    VILLAGE_DIRECTOR = "village_director", _("村委会主任")
    COMMITTEE_MEMBER = "committee_member", _("村“两委”委员")
    GRID_KEEPER = "grid_keeper", _("网格员")
    FIRST_SECRETARY = "first_secretary", _("第一书记")
    TEAM_MEMBER = "team_member", _("驻村工作队员")
    STATION_CHIEF = "station_chief", _("扶贫工作站站长")
    STATION_MEMBER = "station_member", _("扶贫工作站工作人员")
    WORKROOM_MEMBER = "workroom_member", _("扶贫工作室工作人员")
    OFFICER = "officer", _("工作人员")
    HELPER = "helper", _("结对帮扶责任人")


class AssignmentKind(models.TextChoices):
    """Ways in which a person or body is given an area."""

    AREA = "area", _("领导包片")
    VILLAGE = "village", _("干部包村")
    ASSIGNED_UNIT = "assigned_unit", _("定点帮扶")
    RESIDENT_TEAM = "resident_team", _("驻村工作队")
    FIRST_SECRETARY = "first_secretary", _("第一书记")


class Body(Row):
    """Whoever answers for duties: a party committee and government, an office, a department, a team …"""

    access = Access.DIVISION
    personal = ("phone", "phone_token")
    division = models.BigIntegerField()
    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=BodyKind)
    level = models.SmallIntegerField()
    department = models.CharField(max_length=24, choices=Department, blank=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    superior = models.ForeignKey("self", models.PROTECT, null=True, related_name="subordinates")
    has_tasks = models.BooleanField(default=True)
    tasks_reason = models.CharField(max_length=200, blank=True)
    staff_quota = models.IntegerField(null=True)
    staff_actual = models.IntegerField(null=True)
    premises = models.BooleanField(null=True)
    budget = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    budget_year = models.SmallIntegerField(null=True)
    phone = SealedField()
    phone_token = models.BinaryField(null=True)
    address = models.CharField(max_length=200, blank=True)
    founded_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True)
                | models.Q(founded_on__isnull=True)
                | models.Q(ended_on__gte=models.F("founded_on")),
                name="body_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(department="") | ~models.Q(kind="department"), name="department_names_its_line"
            ),
            models.CheckConstraint(
                condition=models.Q(has_tasks=True) | ~models.Q(tasks_reason=""), name="body_without_tasks_says_why"
            ),
            models.CheckConstraint(
                condition=models.Q(superior__isnull=True) | ~models.Q(superior=models.F("id")),
                name="body_is_not_its_own_superior",
            ),
        ]
        indexes = [
            models.Index("division", "id", name="body_by_division"),
            models.Index("kind", "division", name="body_by_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


class Post(Row):
    """One seat in a body: it is held by one person at a time."""

    access = Access.DIVISION
    body = models.ForeignKey(Body, models.PROTECT, related_name="posts")
    division = models.BigIntegerField()
    code = models.CharField(max_length=50, unique=True)
    kind = models.CharField(max_length=20, choices=PostKind)
    title = models.CharField(max_length=80)
    is_first_answerable = models.BooleanField(default=False)
    order = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index("division", "id", name="post_by_division"),
            models.Index("kind", "division", name="post_by_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def shown_title(self) -> str:
        """The title; for readers of another language with the kind of post in theirs."""
        if (get_language() or "zh").startswith("zh"):
            return self.title
        return f"{self.title} ({self.get_kind_display()})"


class Appointment(Row):
    """One person in one post from a day to a day; `ends_on` is the last day in post.

    `approval_reference` approves the change that brought this person; `is_exempt` says that the end
    of this appointment needs no approval (retirement, death).
    """

    access = Access.DIVISION
    personal = ("person_name", "phone", "phone_token")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    division = models.BigIntegerField()
    person_name = models.CharField(max_length=60)
    phone = SealedField()
    phone_token = models.BinaryField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    approval_reference = models.CharField(max_length=80, blank=True)
    approved_on = models.DateField(null=True)
    approved_by = models.CharField(max_length=80, blank=True)
    is_exempt = models.BooleanField(default=False)
    user_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="appointment_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_on__isnull=True) | ~models.Q(approval_reference=""),
                name="approval_day_has_its_reference",
            ),
            models.UniqueConstraint("post", condition=models.Q(ends_on__isnull=True), name="post_is_held_by_one"),
            models.UniqueConstraint("post", "person_name", "starts_on", name="appointment_stands_once"),
        ]
        indexes = [models.Index("division", "id", name="appointment_by_division")]

    def __str__(self) -> str:
        return self.person_name


class Grid(Row):
    """A part of a village whose households one keeper looks after."""

    access = Access.DIVISION
    division = models.BigIntegerField()
    name = models.CharField(max_length=60)
    keeper_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="grids")

    class Meta:
        constraints = [models.UniqueConstraint("division", "name", name="grid_name_once_in_village")]

    def __str__(self) -> str:
        return self.name


class Assignment(Row):
    """A post or body that takes an area; `division` is the area taken."""

    access = Access.DIVISION
    kind = models.CharField(max_length=16, choices=AssignmentKind)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="assignments")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="assignments")
    division = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reference = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(body__isnull=False, post__isnull=True)
                | models.Q(body__isnull=True, post__isnull=False),
                name="assignment_is_of_a_post_or_a_body",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="assignment_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                "kind", "body", "post", "division", "starts_on", nulls_distinct=False, name="assignment_stands_once"
            ),
        ]
        indexes = [models.Index("division", "id", name="assignment_by_division")]
