"""Acts: the only way to write. One decorator opens the transaction, asks the permission and records who and why."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.db import joined, noted_act, read_settings
from zerentian.kernel.models import Act
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused

F = TypeVar("F", bound=Callable[..., Any])
Title = str | Promise

# The record and the setting under which history is written, in one statement.
_RECORD = """
with made as (
  insert into kernel_act (name, user_id, post_id, who, reason, ground, subject, division, parent_id, run_id) values
  (%(name)s, %(user_id)s, %(post_id)s, %(who)s, %(reason)s, %(ground)s, %(subject)s, %(division)s, %(parent_id)s, %(run_id)s)
  returning id, at
)
select id, at, set_config('zerentian.act', id::text, true) from made
"""
current_run: ContextVar[int | None] = ContextVar("current_run", default=None)
registry: dict[str, tuple[str, Permission | None]] = {}
# What people call an act; those that are done inside a job have no function of their own.
titles: dict[str, Title] = {
    "audit.export": _("导出审计记录"),
    "personal.reveal": _("查看完整个人信息"),
    "run.cancel": _("取消任务"),
    "snapshot.take": _("取快照"),
    "kernel.rotate_keys": _("更换密钥"),
}


@contextmanager
def acting(
    name: str, *, by: Actor, reason: str = "", ground: str = "", subject: str = "", division: int | None = None,
    last: bool = False,
) -> Iterator[Act]:  # fmt: skip
    """Record one act; every change inside is written to history under it. Needs an open unit.

    With `last` the transaction ends with the act, and nothing needs to be put back after it.
    """
    before = read_settings()
    facts = {
        "name": name,
        "user_id": by.user_id,
        "post_id": by.post_id,
        "who": f"{by.name} {by.post_title}".strip(),
        "reason": reason,
        "ground": ground,
        "subject": subject,
        "division": division,
        "parent_id": int(before[-1]) if before[-1] else None,
        "run_id": current_run.get(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, facts)
        id, at, _act = cursor.fetchone()
    with noted_act(str(id), last=last):
        yield Act(id=id, at=at, **facts)


def title_of(name: str) -> str:
    """What people call the act; its name where it has no title."""
    return str(titles.get(name, name))


def act(name: str, title: Title = "", *, needs: Permission | None, reason_required: bool = False) -> Callable[[F], F]:
    """Make a keyword-only function an act: permission, one transaction, the record, the history.

    The function takes `by: Actor`, and may take `reason` and `ground`, which are recorded.
    Outside a unit (jobs, commands, tests) the act opens its own.
    """

    def decorate(function: F) -> F:
        registry[name] = (f"{function.__module__}.{function.__qualname__}", needs)
        if title:
            titles[name] = title

        @wraps(function)
        def run(*, by: Actor, **arguments: Any) -> Any:
            if needs is not None:
                by.require(needs)
            reason = str(arguments.get("reason") or "")
            if reason_required and not reason.strip():
                raise Refused("请写明理由")
            ground, alone = str(arguments.get("ground") or ""), not connection.in_atomic_block
            with joined(by), acting(name, by=by, reason=reason, ground=ground, last=alone):
                return function(by=by, **arguments)

        return run  # type: ignore[return-value]

    return decorate
