"""Read endpoints of the rulebook: duties of an area, dated parameters, measures and code lists."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from zerentian.kernel.http import Request, area_asked
from zerentian.kernel.permissions import Permission
from zerentian.rulebook import queries
from zerentian.rulebook.models import Article
from zerentian.rulebook.rules.codes import CodeList
from zerentian.rulebook.rules.duties import Duty
from zerentian.rulebook.rules.measures import Measure
from zerentian.rulebook.rules.parameters import Parameter

router = Router(tags=["rulebook"])
_DUTY = {
    "id": "12.2", "article": 12, "title": "网格覆盖所有户", "title_en": "Every household lies in a grid",
    "statement": "…", "statement_en": "…",
    "subjects": [{"kind": "village_committee", "level": "village", "department": ""}],
    "cycle": "standing", "due": None,
    "requirements": [
        {"measure": "households.in_grid", "op": ">=", "target": "100", "unit": "percent", "over": "area", "at_risk": "95"}
    ],
    "valid_from": "2016-12-01", "valid_to": None, "source": "第十二条", "regulation": "jiangxi-2016", "local": "",
}  # fmt: skip


class ArticleOut(Schema):
    """An article of the regulation with a title and summary of our own."""

    number: int
    chapter: int
    title: str
    title_en: str
    summary: str
    summary_en: str


class SubjectOut(Schema):
    """Who owes a duty."""

    kind: str
    level: str
    department: str = ""


class RequirementOut(Schema):
    """A figure and its target; percent values run from 0 to 100."""

    measure: str
    op: str
    target: Decimal
    unit: str
    over: str
    at_risk: Decimal


class DutyOut(Schema):
    """A duty as it stands in an area on a day; `local` names the local measure that added or tightened it."""

    model_config = {"json_schema_extra": {"examples": [_DUTY]}}

    id: str
    article: int
    title: str
    title_en: str
    statement: str
    statement_en: str
    subjects: list[SubjectOut]
    cycle: str
    due: dict[str, Any] | None
    requirements: list[RequirementOut]
    valid_from: date
    valid_to: date | None
    source: str
    regulation: str
    local: str


class ValueOut(Schema):
    """A dated value for an area (12-digit code)."""

    area: int
    valid_from: date
    valid_to: date | None
    value: int | Decimal | str
    source: str
    confirmed: bool


class ParameterOut(Schema):
    """A dated number of policy with all its values."""

    id: str
    title: str
    title_en: str
    unit: str
    article: int
    values: list[ValueOut]


class MeasureOut(Schema):
    """A figure: its definition and the SELECT that computes it."""

    id: str
    title: str
    title_en: str
    unit: str
    grain: str
    definition: str
    definition_en: str
    article: int
    sql: str
    facts: list[str]


class CodeOut(Schema):
    """A value of a code list."""

    key: str
    zh: str
    en: str
    national: str
    confirmed: bool


class CodeListOut(Schema):
    """A code list."""

    id: str
    title: str
    title_en: str
    values: list[CodeOut]


@router.get(
    "/articles",
    response=list[ArticleOut],
    summary=_("条文列表"),
    description=_("法规各条的标题和要点。"),
)
def list_articles(request: Request) -> list[Article]:
    """The articles of the regulation in force."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    return sorted(queries.book().articles.values(), key=lambda article: article.number)


@router.get(
    "/duties",
    response=list[DutyOut],
    summary=_("责任列表"),
    description=_("某日某地有效的责任，已计入本地和上级的实施细则。"),
)
def list_duties(request: Request, area: str = "", on: date | None = None) -> list[DutyOut]:
    """The regulation's duties, with the local measures of the area and of those above applied."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    return [_duty(duty) for duty in queries.duties(area_asked(area), on or timezone.localdate())]


@router.get("/duties/{duty_id}", response=DutyOut, summary=_("一项责任"), description=_("某日某地有效的一项责任。"))
def read_duty(request: Request, duty_id: str, area: str = "", on: date | None = None) -> DutyOut:
    """One duty as it stands in the area on the day."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    try:
        return _duty(queries.duty(duty_id, area_asked(area), on))
    except KeyError as error:
        raise Http404(str(error.args[0])) from error


@router.get(
    "/parameters",
    response=list[ParameterOut],
    summary=_("政策参数"),
    description=_("有生效日期、区划和出处的政策数值；confirmed 为 false 的待主管部门确认。"),
)
def list_parameters(request: Request) -> list[Parameter]:
    """Every parameter with its values by day and area; `confirmed` false waits for the competent office."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    return list(queries.book().parameters.values())


@router.get("/measures", response=list[MeasureOut], summary=_("指标列表"), description=_("指标的定义和计算用的 SQL。"))
def list_measures(request: Request) -> list[Measure]:
    """Every measure with its definition and SQL."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    return list(queries.measures().values())


@router.get(
    "/codes", response=list[CodeListOut], summary=_("代码表"), description=_("存储的键、中英文名称和国家代码。")
)
def list_codes(request: Request) -> list[CodeList]:
    """Every code list: stored keys, labels and national codes."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    return list(queries.code_lists().values())


def _duty(duty: Duty) -> DutyOut:
    return DutyOut(**queries.duty_fields(duty) | {"id": duty.id, "local": duty.local})
