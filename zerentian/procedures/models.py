"""Cases: where each stands, what happened in it, its papers, notices and objections, and who acts for whom."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row
from zerentian.kernel.privacy import SealedField


class Definition(Row):
    """A version of a procedure as cases began under it; what the rule pack says later doesn't change it."""

    access = Access.SYSTEM
    append_only = True
    key = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    regulation = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    stored_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint("key", "digest", name="definition_is_stored_once")]


class Case(Row):
    """One procedure with one subject. `turn` counts its records: who moves it must have seen the last one.

    `waits_level` is the level that holds it; `data` are all form fields given so far; `held` is the decision of
    somebody in conflict until another person has reviewed it.
    """

    class State(models.TextChoices):
        """Where the case stands."""

        OPEN = "open", _("办理中")
        SUSPENDED = "suspended", _("已中止")
        REVIEW = "review", _("待回避复核")
        CLOSED = "closed", _("已办结")
        WITHDRAWN = "withdrawn", _("已撤回")

    access = Access.HOUSEHOLD
    household_column = "household_id"
    personal = ("name", "data", "held")
    division = models.BigIntegerField()
    household_id = models.BigIntegerField(null=True)
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    step = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    turn = models.IntegerField(default=1)
    result = models.CharField(max_length=40, blank=True)
    held = models.JSONField(null=True)
    waits_level = models.SmallIntegerField()
    step_since = models.DateField()
    due_on = models.DateField(null=True)
    escalated_on = models.DateField(null=True)
    came_back = models.BooleanField(default=False)
    opened_on = models.DateField()
    opened_by = models.BigIntegerField(null=True)
    opened_who = models.CharField(max_length=120)
    closed_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index("division", "id", name="case_by_division"),
            models.Index("subject_kind", "subject_id", name="case_by_subject"),
            models.Index("state", "waits_level", "due_on", name="case_by_holder"),
        ]
        constraints = [
            models.UniqueConstraint(
                "kind", "subject_kind", "subject_id",
                condition=Q(state__in=("open", "suspended", "review")), name="case_of_a_subject_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("closed", "withdrawn"), closed_on__isnull=False)
                | Q(~Q(state__in=("closed", "withdrawn")), closed_on__isnull=True),
                name="case_that_is_over_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(result=""), name="case_that_is_closed_has_its_result",
            ),
            models.CheckConstraint(
                condition=Q(state="review") | Q(held__isnull=True), name="case_under_review_holds_a_decision"
            ),
        ]  # fmt: skip


class StepRecord(Row):
    """One thing that happened in a case. All of them, in the order of `turn`, lead to where it stands.

    `level` and `capacity` (a role or kind of post) are those by which somebody was entitled to decide, `due_on` is the
    last day of the step that was decided. `figures` are the rates that it was decided by, as they stood.
    """

    class What(models.TextChoices):
        """What happened."""

        OPENED = "opened", _("立案")
        DECIDED = "decided", _("办理")
        HELD = "held", _("待回避复核")
        CONFIRMED = "confirmed", _("复核同意")
        TURNED_DOWN = "turned_down", _("复核不同意")
        SENT_BACK = "sent_back", _("退回")
        SUSPENDED = "suspended", _("因异议中止")
        RESUMED = "resumed", _("恢复办理")
        ESCALATED = "escalated", _("超期上报")
        WITHDRAWN = "withdrawn", _("撤回")

    access = Access.DIVISION
    append_only = True
    personal = ("form", "reason")
    case = models.ForeignKey(Case, models.PROTECT, related_name="records")
    division = models.BigIntegerField()
    turn = models.IntegerField()
    what = models.CharField(max_length=12, choices=What)
    step = models.CharField(max_length=40)
    part = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    to_step = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=Case.State)
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=120)
    role = models.CharField(max_length=30, blank=True)
    for_user = models.BigIntegerField(null=True)
    for_who = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)
    form = models.JSONField(default=dict)
    vote = models.JSONField(null=True)
    meeting = models.CharField(max_length=120, blank=True)
    conflicts = models.JSONField(default=list)
    figures = models.JSONField(default=list)
    level = models.SmallIntegerField(null=True)
    capacity = models.CharField(max_length=40, blank=True)
    due_on = models.DateField(null=True)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index("user_id", F("id").desc(), name="step_record_by_user"),
            models.Index("division", name="step_record_by_division"),  # facts are read by county
        ]
        constraints = [models.UniqueConstraint("case", "turn", name="step_record_follows_one_turn")]


class CasePaper(Row):
    """A paper of a case: the file, the hash of its content, and the step that it was handed in at."""

    access = Access.DIVISION
    append_only = True
    case = models.ForeignKey(Case, models.PROTECT, related_name="papers")
    division = models.BigIntegerField()
    step = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    file_id = models.BigIntegerField()
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    attached_at = models.DateTimeField(db_default=Now())
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index("case", "id", name="case_paper_by_case")]


class CaseNotice(Row):
    """The public notice of a step, as its owner tells of it; several cases may share one (`subject`)."""

    access = Access.DIVISION
    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    division = models.BigIntegerField()
    step = models.CharField(max_length=40)
    turn = models.IntegerField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    notice_id = models.BigIntegerField(null=True)
    asked_on = models.DateField()
    published_on = models.DateField(null=True)
    until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    taken_down_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index("case", "id", name="case_notice_by_case"),
            models.Index("subject", name="case_notice_by_subject"),
        ]


class CaseObjection(Row):
    """An objection to a case; while one is open the case waits. `objection_id` is that of a public notice."""

    class Source(models.TextChoices):
        """How it came."""

        NOTICE = "notice", _("对公示的异议")
        VISIT = "visit", _("来访")
        PHONE = "phone", _("电话")
        PAPER = "paper", _("书面")

    class Outcome(models.TextChoices):
        """What was found."""

        UPHELD = "upheld", _("成立")
        PARTLY = "partly", _("部分成立")
        REJECTED = "rejected", _("不成立")

    access = Access.DIVISION
    personal = ("objector", "text")
    case = models.ForeignKey(Case, models.PROTECT, related_name="objections")
    division = models.BigIntegerField()
    step = models.CharField(max_length=40)
    source = models.CharField(max_length=10, choices=Source)
    objection_id = models.BigIntegerField(null=True)
    objector = SealedField(blank=True)
    text = SealedField(blank=True)
    raised_on = models.DateField()
    raised_who = models.CharField(max_length=120, blank=True)
    due_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(blank=True)
    receipt_token = models.BinaryField(null=True)
    answered_on = models.DateField(null=True)
    answered_who = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index("case", "id", name="case_objection_by_case"),
            models.Index("receipt_token", name="case_objection_by_receipt", condition=Q(receipt_token__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", answered_on__isnull=True) | ~Q(outcome="") & Q(answered_on__isnull=False),
                name="case_objection_answer_is_dated",
            )
        ]


class Delegation(Row):
    """Somebody decides for somebody else, from a day to a day; every decision names both."""

    access = Access.DIVISION
    division = models.BigIntegerField()
    from_user = models.BigIntegerField()
    from_who = models.CharField(max_length=120)
    role = models.CharField(max_length=30)
    post = models.CharField(max_length=20, blank=True)
    to_user = models.BigIntegerField()
    to_who = models.CharField(max_length=120)
    kinds = models.JSONField(default=list)
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=300)
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index("to_user", "ends_on", name="delegation_by_receiver")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="delegation_is_to_another"),
        ]
