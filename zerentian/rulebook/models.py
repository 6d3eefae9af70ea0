"""The law as rows: regulations, articles, duties and dated parameters; local measures, questions and official texts."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q

from zerentian.kernel.models import Access, Row


def _key_range(*fields: str) -> Func:
    """The fields as a one-value integer range, so that GiST can compare them without an extension."""
    return Func(
        *(F(field) for field in fields),
        # Alphabetical, as migrations write them: the order of keywords is part of an expression's identity.
        arg_joiner=" || ':' || ",
        template="int8range(hashtextextended(%(expressions)s, 0), hashtextextended(%(expressions)s, 0), '[]')",
    )


def _days() -> Func:
    return Func(F("valid_from"), F("valid_to"), function="daterange")


class Stamp(Row):
    """One row that changes whenever the law changes; every process keys its copy of the rulebook by it."""

    # The law itself belongs to no area and holds nothing personal: every signed-in reader sees all of it.
    access = Access.SYSTEM
    tracked = False
    stamp = models.UUIDField()
    changed_at = models.DateTimeField(db_default=models.functions.Now())


class Regulation(Row):
    """A loaded rule pack: title, area, dates, chapters, programmes and code lists."""

    access = Access.SYSTEM
    key = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    short_title = models.CharField(max_length=100)
    short_title_en = models.CharField(max_length=200)
    area = models.BigIntegerField()
    document_number = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.TextField()
    confirmed = models.BooleanField()
    based_on = models.JSONField(default=list)
    chapters = models.JSONField(default=list)


class Article(Row):
    """An article of a regulation with a title and summary of our own."""

    access = Access.SYSTEM
    regulation = models.CharField(max_length=60)
    number = models.IntegerField()
    chapter = models.IntegerField()
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=200)
    summary = models.TextField()
    summary_en = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("regulation", "number", name="article_stands_once")]


class DutyRecord(Row):
    """One version of a duty; `zerentian.rulebook.rules.duties.Duty` is what everyone works with."""

    access = Access.SYSTEM
    regulation = models.CharField(max_length=60)
    key = models.CharField(max_length=40)
    article = models.IntegerField()
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=200)
    statement = models.TextField()
    statement_en = models.TextField()
    subjects = models.JSONField()
    cycle = models.CharField(max_length=12)
    due = models.JSONField(null=True)
    requirements = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="duty_has_one_version_a_day",
                expressions=[(_key_range("regulation", "key"), "="), (_days(), "&&")],
            )
        ]


class ParameterRecord(Row):
    """One dated value of a policy number for an area."""

    access = Access.SYSTEM
    regulation = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=200)
    unit = models.CharField(max_length=20)
    article = models.IntegerField()
    description = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    area = models.BigIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    value = models.JSONField()
    source = models.TextField()
    confirmed = models.BooleanField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="parameter_has_one_value_a_day",
                expressions=[
                    (_key_range("regulation", "key"), "="),
                    (Func(F("area"), template="int8range(%(expressions)s, %(expressions)s, '[]')"), "="),
                    (_days(), "&&"),
                ],
            )
        ]


class Overlay(Row):
    """A city's or county's own measures (Article 34): they bind all below, so all may read them."""

    access = Access.SIGNED_IN
    division = models.BigIntegerField()
    title = models.CharField(max_length=200)
    document_number = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    submitted_on = models.DateField()
    submitted_by = models.CharField(max_length=120)
    content = models.JSONField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="overlay_of_a_title_stands_once_a_day",
                expressions=[
                    (_key_range("title"), "="),
                    (Func(F("division"), template="int8range(%(expressions)s, %(expressions)s, '[]')"), "="),
                    (_days(), "&&"),
                ],
            )
        ]
        indexes = [models.Index("division", "id", name="overlay_by_division")]


class Interpretation(Row):
    """A question on an article or duty, and its official, dated answer (Article 33)."""

    access = Access.SIGNED_IN
    division = models.BigIntegerField()
    regulation = models.CharField(max_length=60)
    article = models.IntegerField()
    duty = models.CharField(max_length=40, blank=True)
    question = models.TextField()
    asked_by = models.CharField(max_length=120)
    asked_on = models.DateField()
    due_on = models.DateField()
    answer = models.TextField(blank=True)
    document_number = models.CharField(max_length=100, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, answer="") | (Q(answered_on__isnull=False) & ~Q(answer="")),
                name="interpretation_answer_is_dated",
            )
        ]
        indexes = [
            models.Index("article", "id", name="interpretation_by_article"),
            models.Index("division", "id", name="interpretation_by_division"),
        ]

    @property
    def is_answered(self) -> bool:
        """Whether the official answer stands."""
        return self.answered_on is not None


class OfficialText(Row):
    """One uploaded version of a regulation's official text, split into articles; earlier versions stay."""

    access = Access.SIGNED_IN
    division = models.BigIntegerField()
    regulation = models.CharField(max_length=60)
    file_id = models.BigIntegerField()
    name = models.CharField(max_length=255)
    effective_on = models.DateField()
    uploaded_at = models.DateTimeField(db_default=models.functions.Now())
    uploaded_by = models.CharField(max_length=120)
    articles = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["regulation", "-id"], name="official_text_by_regulation")]
