"""Values of the register as people read them."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.urls import reverse

from zerentian.kernel.privacy import SealedField
from zerentian.kernel.tables import Sheet
from zerentian.registry.forms.corrections import label_of
from zerentian.registry.services.wording import word
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

__all__ = ["crumbs", "facts", "personal_keys", "word", "words_of"]


def facts(sheet: Sheet, row: models.Model, keys: Iterable[str], *, in_full: bool = False) -> list[tuple[str, str]]:
    """(label, value) of some columns."""
    columns = [sheet.column(key) for key in keys]
    return [(label_of(c), word(c, getattr(row, c.key), in_full=in_full)) for c in columns]


def words_of(sheet: Sheet) -> Any:
    """For the versions of a row: the label of a code; None leaves the value as it is."""
    codes = {c.key: c.codes for c in sheet.columns if c.codes}

    def speak(name: str, value: Any) -> str | None:
        listed = codes.get(name)
        return "、".join(rulebook.label(listed, part) for part in str(value).split(",")) if listed else None

    return speak


def personal_keys(model: type[models.Model]) -> tuple[str, ...]:
    """The sealed fields of a table."""
    return tuple(f.name for f in model._meta.concrete_fields if isinstance(f, SealedField))


def crumbs(code: int, last: str = "") -> list[tuple[str, str]]:
    """The divisions down to one, each leading to its households."""
    base = reverse("registry:households")
    path = [(p.name, f"{base}?area={p.text}") for p in territory.chain(code)]
    return [*path, (last, "")] if last else [*path[:-1], (path[-1][0], "")] if path else []
