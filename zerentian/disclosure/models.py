"""Public notices, the proof that they were posted, and the objections to them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row
from zerentian.kernel.privacy import SealedField


class Notice(Row):
    """One notice of a division. Its lines hold publishable fields only, and are fixed once it is published.

    `subject` names what it is for, as the app above calls it (a case, a list); `code` is its public address. `repeats` is
    false for a kind that is posted once only. `due_on` is the day by which it should be published. Never deleted: it ends,
    or is taken down with a reason.
    """

    class State(models.TextChoices):
        """Where the notice stands."""

        DRAFT = "draft", _("待复核")
        REVIEWED = "reviewed", _("待发布")
        PUBLISHED = "published", _("公示中")
        ENDED = "ended", _("已期满")
        TAKEN_DOWN = "taken_down", _("已撤下")

    access = Access.DIVISION
    division = models.BigIntegerField()
    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)
    repeats = models.BooleanField(default=False)
    lines = models.JSONField()
    channel = models.JSONField()
    days = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    composed_on = models.DateField()
    composed_by = models.BigIntegerField(null=True)
    composed_who = models.CharField(max_length=120)
    due_on = models.DateField()
    reviewed_on = models.DateField(null=True)
    reviewed_by = models.BigIntegerField(null=True)
    reviewed_who = models.CharField(max_length=120, blank=True)
    returned_note = models.CharField(max_length=300, blank=True)
    published_on = models.DateField(null=True)
    published_who = models.CharField(max_length=120, blank=True)
    period_to = models.DateField(null=True)
    proof_due_on = models.DateField(null=True)
    proved_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    taken_down_on = models.DateField(null=True)
    taken_down_who = models.CharField(max_length=120, blank=True)
    taken_down_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index("division", F("id").desc(), name="notice_by_division"),
            models.Index("state", "period_to", name="notice_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "division", "subject"],
                condition=~Q(subject="") & Q(state__in=("draft", "reviewed", "published")),
                name="notice_of_a_subject_is_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["kind", "division", "subject"],
                condition=~Q(subject="") & ~Q(state="taken_down") & Q(repeats=False),
                name="notice_that_is_posted_once_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("composed_by")),
                name="notice_is_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "taken_down")) | Q(reviewed_on__isnull=False),
                name="notice_is_published_after_review",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True, period_to__isnull=True)
                | Q(published_on__isnull=False, period_to__gte=F("published_on")),
                name="notice_period_starts_with_publishing",
            ),
        ]

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.state == self.State.DRAFT


class Posting(Row):
    """The proof that a notice hung where it should: a photo with its place and time."""

    access = Access.DIVISION
    append_only = True
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="postings")
    division = models.BigIntegerField()
    file_id = models.BigIntegerField()
    place = models.CharField(max_length=120)
    posted_at = models.DateTimeField()
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    uploaded_at = models.DateTimeField(db_default=Now())
    uploaded_who = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index("notice", "id", name="posting_by_notice")]


class Objection(Row):
    """An objection to a notice: who holds it, until when, what was answered.

    Whoever objects keeps the receipt number; the database holds its token only. `once` is the token of the form.
    """

    class Source(models.TextChoices):
        """How it came."""

        PUBLIC = "public", _("网页")
        PHONE = "phone", _("电话")
        PAPER = "paper", _("书面")

    class State(models.TextChoices):
        """Whether it is answered."""

        OPEN = "open", _("办理中")
        ANSWERED = "answered", _("已答复")

    class Outcome(models.TextChoices):
        """What was found."""

        UPHELD = "upheld", _("成立")
        PARTLY = "partly", _("部分成立")
        REJECTED = "rejected", _("不成立")

    access = Access.DIVISION
    personal = ("name", "phone", "text")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections")
    division = models.BigIntegerField()
    receipt_token = models.BinaryField(unique=True)
    once = models.BinaryField(null=True, unique=True)
    source = models.CharField(max_length=10, choices=Source)
    name = SealedField()
    phone = SealedField()
    text = SealedField()
    made_on = models.DateField()
    recorded_by = models.BigIntegerField(null=True)
    recorded_who = models.CharField(max_length=120, blank=True)
    holder = models.BigIntegerField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    answered_by = models.BigIntegerField(null=True)
    answered_who = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index("division", "id", name="objection_by_division"),
            models.Index("notice", "id", name="objection_by_notice"),
            models.Index("state", "due_on", name="objection_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_on__isnull=True)
                | (Q(state="answered", answered_on__isnull=False) & ~Q(answer="") & ~Q(outcome="")),
                name="objection_answer_is_dated",
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its answer."""
        return self.state == self.State.OPEN
