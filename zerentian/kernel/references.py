"""Foreign keys without a constraint of their own, which triggers keep once a statement; `references.sql` says why."""

from django.db import models

from zerentian.kernel.models import Row


def reference_statements(model: type[Row]) -> list[str]:
    """The SQL that gives a table and those it refers to their triggers; safe to run again."""
    done = []
    for name in model.kept_by_statement:
        field = model._meta.get_field(name)
        assert isinstance(field, models.ForeignKey)
        target = field.remote_field.model
        done += _statements(model._meta.db_table, str(field.column), target._meta.db_table)
    return done


def _statements(table: str, column: str, target: str) -> list[str]:
    changed = f"old.{column} is distinct from new.{column}"
    return [
        f"drop trigger if exists refer_{column} on {table}",
        f"create trigger refer_{column} after insert on {table} referencing new table as fresh"
        f" for each statement execute function kernel_refers('{column}', '{target}')",
        f"drop trigger if exists refer_{column}_anew on {table}",
        f"create trigger refer_{column}_anew after update of {column} on {table} for each row when ({changed})"
        f" execute function kernel_refers('{column}', '{target}')",
        f"drop trigger if exists referred_{table} on {target}",
        f"create trigger referred_{table} after delete on {target} referencing old table as stale"
        f" for each statement execute function kernel_referred('{table}', '{column}')",
        f"drop trigger if exists key_stays on {target}",
        f"create trigger key_stays before update of id on {target} for each row when (old.id <> new.id)"
        " execute function kernel_key_stays()",
    ]
