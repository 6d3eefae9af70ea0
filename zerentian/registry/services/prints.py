"""Forms of a household and a village, put together from what is recorded; nothing is typed for them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils import timezone, translation

from zerentian.kernel.actor import Actor
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import job, start
from zerentian.kernel.models import Run
from zerentian.kernel.papers import WRITERS, Block, Grid, Pairs, Paper, Signatures, Text
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import begin as begin_readings
from zerentian.kernel.reads import note_reading, write_readings
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Scope
from zerentian.kernel.tables import Sheet
from zerentian.kernel.work import Work
from zerentian.procedures import queries as procedures
from zerentian.procedures.models import Case, CasePaper
from zerentian.registry import queries
from zerentian.registry.models import UNCOUNTED, Household, HouseholdPaper, Person, Village
from zerentian.registry.queries import HouseholdFile
from zerentian.registry.rules import official, standards
from zerentian.registry.rules.columns import HOUSEHOLDS, INCOMES, PERSONS, VILLAGES
from zerentian.registry.services.standing import bar_of, livings_of
from zerentian.registry.services.wording import word
from zerentian.territory import queries as territory

VILLAGE_RUN = "registry.prints"
LANGUAGE = "zh-hans"  # forms are official papers
_BASICS = ("head_name", "size", "status", "household_type", "standard", "cause", "other_causes", "identified_on", "exited_on",
           "natural_village", "address", "phone", "bank_name", "bank_account")  # fmt: skip
_HEAD = ("address", "natural_village", "head_name", "size", "phone", "bank_name", "bank_account")
_LIVING = ("house_grade", "house_structure", "house_area", "house_year", "is_relocated", "water_source", "water_safe", "water_minutes",
           "has_toilet", "has_power", "has_broadcast", "fuel", "road_type", "road_distance")  # fmt: skip
_LAND = ("farmland", "irrigated", "forest", "returned_forest", "orchard", "pasture", "water_area", "in_cooperative",
         "led_by_enterprise", "led_by_leader", "industry", "production_gain")  # fmt: skip
_HELP = ("helper_name", "helper_unit", "helper_unit_level", "helper_phone", "helper_since", "grid")
_WATCHED = ("monitoring_kind", "risk_kind", "risk_found_on", "risk_removed_on", "risk_removal")
_SOURCES = ("wage", "business", "asset_dividend", "other_property", "family_planning", "low_income_allowance", "extreme_support",
            "pension", "eco_compensation", "other_transfer", "production_cost", "net", "per_capita")  # fmt: skip
_MEMBER = ("name", "relation", "sex", "id_number", "education", "school_status", "health", "labour", "work_region", "work_months",
           "has_resident_medical", "has_resident_pension")  # fmt: skip
_ALLOWANCES = (
    "low_income_allowance",
    "extreme_support",
    "pension",
    "eco_compensation",
    "family_planning",
    "asset_dividend",
)
_BLANK_ROWS = 4
_HELPED = ("is_relocated", "in_cooperative", "led_by_enterprise", "led_by_leader", "industry")
_ASKED = ("收入", "不愁吃", "不愁穿", "住房", "饮水", "义务教育", "基本医疗")
_SIGNED = ("户主（签字、按手印）", "驻村第一书记（工作队长）", "村委会负责人", "乡（镇）负责人")


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a household: its key in addresses, its name, and what puts it together."""

    key: str
    title: str
    blocks: Callable[["Made"], list[Block]]
    large: bool = False
    broad: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A household as its forms show it."""

    file: HouseholdFile
    in_full: bool
    on: date
    scope: Scope

    @property
    def home(self) -> Household:
        """The household."""
        return self.file.household

    def pairs(self, sheet: Sheet, row: models.Model, keys: Iterable[str]) -> list[tuple[str, str]]:
        """(label, value) of some columns, a blank where nothing is recorded."""
        columns = [sheet.column(key) for key in keys]
        return [(c.label, word(c, getattr(row, c.key), in_full=self.in_full, empty="")) for c in columns]


def _members(made: Made, keys: Sequence[str] = _MEMBER, *, numbered: bool = False) -> Grid:
    head = [
        f"{official.ITEMS[key]} {PERSONS.column(key).label}" if numbered else PERSONS.column(key).label for key in keys
    ]
    rows = [[said for _label, said in made.pairs(PERSONS, one, keys)] for one in made.file.present]
    wide = {"id_number": 7, "name": 3}
    return Grid("家庭成员", head, rows or _blank(len(head)), [wide.get(key, 2) for key in keys])


def _blank(columns: int) -> list[list[str]]:
    """Ruled rows to fill in by hand where nothing is recorded yet."""
    return [[""] * columns for _row in range(_BLANK_ROWS)]


def _income(made: Made) -> Grid:
    years = made.file.incomes[:3]
    rows = []
    for key in _SOURCES:
        column = INCOMES.column(key)
        rows.append([column.label, *([word(column, getattr(one, key), empty="") for one in years] or [""])])
    heads = [f"{one.year} 年" for one in years] or ["____ 年"]
    return Grid("收入（元）", ["项目", *heads], rows, [3, *(2 for _one in heads)])


def _registration(made: Made) -> list[Block]:
    """In the order and by the item numbers of the form of 2014; what the register holds besides follows without."""
    home = made.home
    besides = [key for key in (*_BASICS, *_LIVING, *_LAND) if key not in {*official.ITEMS, *_HEAD}]
    years = made.file.incomes[:3] or [None]
    items = [official.income_items({} if one is None else vars(one)) for one in years]
    amounts = [
        [label, *("" if value is None else f"{value:,.2f}" for value in values)]
        for label, *values in ((rows[0][0], *(value for _label, value in rows)) for rows in zip(*items, strict=True))
    ]
    heads = ["____ 年" if one is None else f"{one.year} 年" for one in years]
    return [
        Pairs("一、基本情况", [*made.pairs(HOUSEHOLDS, home, _HEAD), *_numbered(made, official.STANDARD)], 3),
        _members(made, tuple(official.MEMBER), numbered=True),
        Grid("二、收支情况（元）", ["项目", *heads], amounts, [3, *(2 for _one in heads)]),
        Pairs("三、住房情况", _numbered(made, official.DWELLING), 4),
        Pairs("四、参与组织化和产业化情况", _numbered(made, official.ORGANISED), 3),
        Pairs("五、生活条件", _numbered(made, official.LIVING), 3),
        Pairs("册上另有的内容", made.pairs(HOUSEHOLDS, home, besides), 3),
        Pairs("帮扶", made.pairs(HOUSEHOLDS, home, _HELP), 3),
        Signatures(_SIGNED, "签字"),
    ]


def _numbered(made: Made, items: Mapping[str, str]) -> list[tuple[str, str]]:
    """Columns of the household under the numbers of the form."""
    pairs = made.pairs(HOUSEHOLDS, made.home, items)
    return [(f"{number} {label}", value) for number, (label, value) in zip(items.values(), pairs, strict=True)]


def _collection(made: Made) -> list[Block]:
    """Every field that the register holds, with blanks where something is to be asked."""
    home = made.home
    skipped = {"number", "division"}
    keys = [c.key for c in HOUSEHOLDS.columns if c.key not in skipped]
    persons = [c.key for c in PERSONS.columns if c.key not in {*skipped, "household_number"}]
    blocks: list[Block] = [Pairs("户信息", made.pairs(HOUSEHOLDS, home, keys), 2)]
    for number, one in enumerate(made.file.present, 1):
        blocks.append(Pairs(f"成员 {number}：{one.name}", made.pairs(PERSONS, one, persons), 2))
    return [*blocks, _income(made), Signatures(("采集人", "户主"), "签字")]


def _handbook(made: Made) -> list[Block]:
    home = made.home
    rows = procedures.rows_of(procedures.cases_of("household", home.pk, made.scope), made.on)
    done = [[one.title, str(one.opened_on), one.step, one.state_word, one.result] for one in rows]
    return [
        Pairs("家庭情况", made.pairs(HOUSEHOLDS, home, _BASICS), 2),
        _members(made, ("name", "relation", "sex", "id_number", "health", "labour")),
        Pairs("帮扶责任人", made.pairs(HOUSEHOLDS, home, _HELP), 2),
        _income(made),
        Pairs("防止返贫监测", made.pairs(HOUSEHOLDS, home, _WATCHED), 2),
        Grid("识别、退出和调整的办理", ["程序", "立案", "步骤", "状态", "结果"], done or _blank(5), [3, 2, 3, 2, 2]),
    ]


def _card(made: Made) -> list[Block]:
    """What the household should know about itself, on one sheet in large type."""
    home, last = made.home, made.file.incomes[0] if made.file.incomes else None
    allowances = [
        (INCOMES.column(key).label, f"{word(INCOMES.column(key), getattr(last, key))} 元")
        for key in _ALLOWANCES
        if last is not None and getattr(last, key)
    ]
    keys = ("head_name", "size", "status", "cause", "identified_on", "exited_on")
    blocks: list[Block] = [
        Pairs("我家的情况", made.pairs(HOUSEHOLDS, home, keys), 1),
        Pairs("谁来帮我", made.pairs(HOUSEHOLDS, home, ("helper_name", "helper_unit", "helper_phone")), 1),
    ]
    if last is not None:
        income = [
            ("年度", f"{last.year}"),
            ("家庭纯收入", f"{last.net:,.0f} 元"),
            ("人均纯收入", f"{last.per_capita:,.0f} 元"),
        ]
        blocks.append(Pairs("我家的收入", [*income, *allowances], 1))
    blocks.append(
        Grid("我家享受的帮扶措施", ["措施", "内容和标准", "从何时起", "经办人"], _measures(home), [3, 5, 3, 2])
    )
    return [*blocks, Text("有话要说", "对识别、退出、帮扶有意见，可向村委会、乡（镇）扶贫工作站反映，或拨打 12317。")]


def _measures(home: Household) -> list[list[str]]:
    """What the register knows of the help that the household gets; a line to write on follows for what it doesn't."""
    known = [
        [HOUSEHOLDS.column(key).label, word(HOUSEHOLDS.column(key), getattr(home, key), empty=""), "", ""]
        for key in _HELPED
        if getattr(home, key)
    ]
    return [*known, *_blank(4)]


def _acceptance(made: Made) -> list[Block]:
    """Each thing that an exit is judged by: what is recorded, and whether it is met."""
    home = made.home
    living = livings_of([home], made.on)[home.pk]
    bar = bar_of(home.division, "exit.household.line", living.year, made.on)
    against = standards.may_exit(living, bar, made.on)
    rows, recorded = [], _recorded(home, living, bar)
    for where in _ASKED:
        reasons = [reason.text for reason in against if reason.where == where]
        rows.append([where, "；".join(reasons) or recorded[where], "未达标" if reasons else "达标"])
    others = [reason for reason in against if reason.where not in _ASKED]
    verdict = "各项均达到标准，可以退出。" if not against else "尚未达到退出标准。"
    return [
        Pairs("户信息", made.pairs(HOUSEHOLDS, home, ("head_name", "size", "status", "cause")), 2),
        Grid("逐项核实（收入线和各项保障缺一不可）", ["项目", "登记情况", "结论"], rows, [2, 6, 2]),
        _members(made, ("name", "relation", "school_status", "has_resident_medical", "health")),
        Text("核实结论", verdict + "".join(f"{reason.text}。" for reason in others)),
        Signatures((*_SIGNED, "县级核实人"), "签字"),
    ]


def _recorded(home: Household, living: standards.Living, bar: standards.Bar) -> dict[str, str]:
    """What the register holds of each thing that an exit is judged by."""
    told = {
        key: word(HOUSEHOLDS.column(key), getattr(home, key))
        for key in ("food_secured", "clothing_secured", "water_safe")
    }
    grade = word(HOUSEHOLDS.column("house_grade"), home.house_grade)
    insured = sum(1 for one in living.members if one.insured)
    out = sum(1 for one in living.members if one.school_status == "dropped_out")
    return {
        "收入": f"{living.year} 年人均纯收入 {living.per_capita} 元，当年标准 {bar.line} 元",
        "不愁吃": f"不愁吃：{told['food_secured']}",
        "不愁穿": f"不愁穿：{told['clothing_secured']}",
        "住房": f"住房等级：{grade}" + ("，危房改造已完成" if living.house_repaired else ""),
        "饮水": f"饮水安全：{told['water_safe']}",
        "义务教育": f"登记失学辍学 {out} 人",
        "基本医疗": f"{len(living.members)} 人中 {insured} 人参加基本医疗保险",
    }


def _archive(made: Made) -> list[Block]:
    """Every paper kept of the household, by the procedure that it belongs to."""
    home = made.home
    cases = {
        one.pk: one for one in Case.objects.within(made.scope).filter(subject_kind="household", subject_id=home.pk)
    }
    rows = []
    for paper in CasePaper.objects.filter(case__in=list(cases)).order_by("id"):
        procedure = procedures.definition(cases[paper.case_id].definition_id)
        source = f"{procedures.words(procedure.title)}（案件 {paper.case_id}）{procedures.words(procedure.at(paper.step).title)}"
        rows.append(
            [procedures.name_of("evidence", paper.kind), source, f"{paper.attached_at:%Y-%m-%d}", paper.sha256[:12]]
        )
    for own in HouseholdPaper.objects.within(made.scope).filter(household=home).order_by("id"):
        rows.append([own.get_kind_display(), "户材料", f"{own.attached_at:%Y-%m-%d}", own.sha256[:12]])
    numbered = [[str(n), *row, ""] for n, row in enumerate(rows, 1)]
    head = ["序号", "材料", "来源", "日期", "内容摘要码", "页数"]
    return [Grid("", head, numbered, [1, 3, 6, 3, 4, 1]), Signatures(("归档人",))]


FORMS = {
    one.key: one
    for one in (
        Form("registration", "贫困户登记表", _registration, broad=True),
        Form("collection", "贫困户信息采集表", _collection),
        Form("handbook", "扶贫手册", _handbook),
        Form("card", "贫困户明白卡", _card, large=True),
        Form("acceptance", "贫困户退出验收表", _acceptance),
        Form("archive", "户档案目录", _archive),
    )
}


def household_paper(form: Form, file: HouseholdFile, scope: Scope, *, in_full: bool = False) -> Paper:
    """One form of one household, in Chinese; personal data masked unless `in_full`."""
    with translation.override(LANGUAGE):
        home, on = file.household, timezone.localdate()
        place = territory.full_name(home.division)
        blocks = form.blocks(Made(file, in_full, on, scope))
        foot = f"责任田 {on} 打印" + ("" if in_full else "，证件号码、电话和账号已遮盖")
        return Paper(form.title, f"{place}　户编号 {home.number}", blocks, foot, broad=form.broad, large=form.large)


def village_paper(code: int, scope: Scope) -> Paper:
    """The form of a village by its newest record; Refused where none was recorded."""
    form = Village.objects.within(scope).filter(division=code).order_by("-year").first()
    if form is None:
        raise Refused("这个村还没有村级采集表")
    with translation.override(LANGUAGE):
        skipped = {"division"}
        columns = [c for c in VILLAGES.columns if c.key not in skipped]
        counted = _counted(code, scope)
        rows = [(c.label, counted.get(c.key) or word(c, getattr(form, c.key), empty="")) for c in columns]
        signed = Signatures(("村委会负责人", "驻村工作队长", "乡（镇）负责人"), "签字")
        place, on = territory.full_name(code), timezone.localdate()
        return Paper("行政村登记表", f"{place}　{form.year} 年", [Pairs("", rows, 2), signed], f"责任田 {on} 打印")


def _counted(code: int, scope: Scope) -> dict[str, str]:
    """What the register itself counts in the village; nobody types it into the village's form."""
    homes = Household.objects.within(scope).filter(division=code).exclude(status__in=UNCOUNTED)
    people = Person.objects.within(scope).filter(division=code, left_on__isnull=True, household__in=homes)
    return {"registered_households": str(homes.count()), "registered_persons": str(people.count())}


def begin_prints(*, code: int, form: str, file_type: str, by: Actor, in_full: bool = False, reason: str = "") -> Run:
    """Start putting one form of every household of a village into one file; in full only with a reason."""
    if in_full:
        by.require(Permission.PERSONAL_REVEAL)
        if len(reason.strip()) < 2:
            raise Refused("打印完整信息须写明理由")
    if form not in FORMS or file_type not in WRITERS:
        raise Refused("没有这种表或格式")
    title = f"打印{FORMS[form].title}"
    return start(
        VILLAGE_RUN,
        title=title,
        by=by,
        division=code,
        code=code,
        form=form,
        file_type=file_type,
        in_full=in_full,
        reason=reason,
    )


@job(VILLAGE_RUN)
def print_village(*, run: Work, by: Actor, code: int, form: str, file_type: str, in_full: bool, reason: str) -> None:
    """The forms of a village, household by household; a reading of each is kept."""
    by.require(Permission.HOUSEHOLD_CHANGE)
    if in_full:
        by.require(Permission.PERSONAL_REVEAL)
    made, papers = FORMS[form], []
    begin_readings()
    with unit(by, writes=False):
        rows = Household.objects.within(by.scope).filter(division=code).exclude(status__in=UNCOUNTED).order_by("number")
        ids = list(rows.values_list("pk", flat=True))
        if not ids:
            raise Refused("这个村没有在册户")
        run.begin(len(ids))
        for number, pk in enumerate(ids, 1):
            file = queries.household_file(pk, by.scope, timezone.localdate())
            if file is not None:
                papers.append(household_paper(made, file, by.scope, in_full=in_full))
                shown = ",".join(Household.personal) if in_full else ""
                note_reading(page="registry.prints", household_id=pk, division=code, in_full=shown[:200], reason=reason)
            if number % 20 == 0:
                run.advance(20)
                run.check()
        run.advance(len(ids) % 20)
    path = run.folder / f"{made.title}.{file_type}"
    WRITERS[file_type](papers, path)
    write_readings(by)
    run.result(path, path.name, needs=Permission.HOUSEHOLD_CHANGE)
