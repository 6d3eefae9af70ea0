"""How often an address asked, so that nobody floods the office with objections or tries receipt numbers."""

from django.db import models

from zerentian.kernel.models import Access, Row


class Caller(Row):
    """The bucket of one address, known by its token only; forgotten after a day."""

    access = Access.SYSTEM
    tracked = False
    token = models.BinaryField(unique=True)
    left = models.FloatField()
    refilled_at = models.DateTimeField(db_index=True)
