"""What is missing in a case, in the reader's language."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from zerentian.accounts.queries import role_name
from zerentian.accounts.rules import ROLES
from zerentian.kernel.refusal import Reason
from zerentian.kernel.sentences import spoken
from zerentian.organisations.models import PostKind
from zerentian.procedures.queries.definitions import name_of
from zerentian.procedures.rules.definition import DeciderEntry
from zerentian.procedures.rules.flow import Why

LEVELS = {
    "province": lambda: _("省级"), "city": lambda: _("市级"), "county": lambda: _("县级"), "township": lambda: _("乡镇级"),
    "village": lambda: _("村级"),
}  # fmt: skip
# The sentences of the rules, here so that the catalogue has them.
SENTENCES = {
    "有 %(n)s 件异议未答复，案件已中止": lambda: _("有 %(n)s 件异议未答复，案件已中止"),
    "办理人需要回避，等待另一人复核": lambda: _("办理人需要回避，等待另一人复核"),
    "由 %(level)s 的 %(who)s 办理": lambda: _("由%(level)s的%(who)s办理"),
    "缺少材料：%(paper)s（已有 %(has)s 份，应有 %(count)s 份）": lambda: _(
        "缺少材料：%(paper)s（已有 %(has)s 份，应有 %(count)s 份）"
    ),
    "还没有公示": lambda: _("还没有公示"),
    "公示还没有发布": lambda: _("公示还没有发布"),
    "公示到 %(day)s 期满": lambda: _("公示到 %(day)s 期满"),
    "公示已到期，请先办理期满结束": lambda: _("公示已到期，请先办理期满结束"),
    "条件“%(rule)s”还没有核对": lambda: _("条件“%(rule)s”还没有核对"),
    "条件“%(rule)s”不满足：%(reasons)s": lambda: _("条件“%(rule)s”不满足：%(reasons)s"),
    "由本级或上级的另一人复核": lambda: _("由本级或上级的另一人复核"),
    "案件已到上级，由上级退回以后才能撤回": lambda: _("案件已到上级，由上级退回以后才能撤回"),
    "需要回避的人不能复核自己的办理": lambda: _("需要回避的人不能复核自己的办理"),
}


def why_words(why: Why) -> str:
    """One sentence on what is missing."""
    return SENTENCES[why.text]() % {key: _value(key, value) for key, value in why.values.items()}


def why_reason(why: Why) -> Reason:
    """The same as the reason of a refusal."""
    return Reason(why_words(why))


def _value(key: str, value: Any) -> Any:
    match key:
        case "paper":
            return name_of("evidence", value)
        case "rule":
            return name_of("conditions", value)
        case "level":
            return level_words(value)
        case "who":
            return holders(value.split())
        case "reasons":
            return spoken(value)
    return date_format(value) if isinstance(value, date) else value


def level_words(level: str) -> str:
    """A level as people call it."""
    return LEVELS[level]()


def holders(keys: list[str]) -> str:
    """Roles and kinds of post as people call them."""
    posts = dict(PostKind.choices)
    return _("、").join(role_name(ROLES[key]) if key in ROLES else str(posts.get(key, key)) for key in keys)


def decider_words(by: DeciderEntry) -> str:
    """Who decides."""
    return _("%(level)s：%(who)s") % {"level": level_words(by.level), "who": holders([*by.roles, *by.posts])}


def part_words(part: str) -> str:
    """A part in a case."""
    return name_of("parts", part)
