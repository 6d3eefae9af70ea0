"""Who may be registered, leave, come back: the line of the right year and every guarantee, each failing with its reason.

A guarantee that nobody recorded counts as not met: an exit rests on what is known, never on a blank.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from zerentian.kernel.refusal import Reason

EXIT_GROUND = "责任制第十六条；厅字〔2016〕16 号"
ENTRY_GROUND = "责任制第二十二条"
COUNTY_GROUND = "责任制第六条；厅字〔2016〕16 号"

UNSAFE_GRADES = ("c", "d")
# What only a procedure decides; no correction and no file changes it.
DECIDED = (
    "status", "exited_on", "returned_on", "removed_on", "monitoring_kind", "risk_found_on", "risk_removed_on", "risk_removal",
)  # fmt: skip
SCHOOL_FROM, SCHOOL_TO = 6, 15  # years of age, both within compulsory schooling
STANDING_POOR = frozenset({"poor", "pre_exit", "returned"})
STANDING_EXITED = frozenset({"exited", "exited_no_policy"})


@dataclass(frozen=True, slots=True)
class Member:
    """What the standard asks about one member."""

    name: str
    birth_on: date | None = None
    school_status: str = ""
    excused: bool = False  # kept from school by the body, not by poverty
    insured: bool | None = True


@dataclass(frozen=True, slots=True)
class Living:
    """How a household stands on the day of judgement. None and "" mean that nobody recorded it."""

    status: str = ""
    year: int | None = None
    per_capita: Decimal | None = None
    food: bool | None = None
    clothing: bool | None = None
    house_grade: str = ""
    house_repaired: bool = False
    water_safe: bool | None = None
    water_minutes: int | None = None
    members: tuple[Member, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Bar:
    """The numbers of the day; None where the pack knows none."""

    line: Decimal | None
    carry_minutes: int | None = None


def may_exit(living: Living, bar: Bar, on: date) -> list[Reason]:
    """Why the household may not leave the register as lifted out of poverty; empty when it may."""
    if living.status not in STANDING_POOR:
        return [Reason("只有未脱贫、预脱贫或返贫的户才能退出", "脱贫状态", EXIT_GROUND)]
    return [*income_shortfall(living, bar, on), *shortfalls(living, bar, on)]


def income_shortfall(living: Living, bar: Bar, on: date) -> list[Reason]:
    """Why the income does not carry an exit on that day: none recorded, of a wrong year, or not above the line."""
    if living.per_capita is None or living.year is None:
        return [Reason("没有登记人均纯收入，请先登记收入", "收入", EXIT_GROUND)]
    if living.year not in (on.year, on.year - 1):
        return [Reason(f"最近的收入是 {living.year} 年的，请登记 {on.year} 年或上一年的收入", "收入", EXIT_GROUND)]
    if bar.line is None:
        return [Reason(f"规则库没有 {living.year} 年的退出收入标准，请先由主管部门确认", "收入", EXIT_GROUND)]
    if living.per_capita <= bar.line:
        words = f"{living.year} 年人均纯收入 {living.per_capita} 元，没有超过当年标准 {bar.line} 元"
        return [Reason(words, "收入", EXIT_GROUND)]
    return []


def shortfalls(living: Living, bar: Bar, on: date) -> list[Reason]:
    """Every guarantee that is lacking or not recorded: food, clothing, dwelling, water, schooling, medical care."""
    return [
        *_asked(living.food, "不愁吃", "吃不愁没有落实"),
        *_asked(living.clothing, "不愁穿", "穿不愁没有落实"),
        *_dwelling(living),
        *_water(living, bar),
        *(reason for member in living.members for reason in _schooling(member, on)),
        *(reason for member in living.members for reason in _insurance(member)),
    ]


def _asked(value: bool | None, where: str, lacking: str) -> list[Reason]:
    if value is None:
        return [Reason("没有登记，请入户核实后填写", where, EXIT_GROUND)]
    return [] if value else [Reason(lacking, where, EXIT_GROUND)]


def _dwelling(living: Living) -> list[Reason]:
    if not living.house_grade:
        return [Reason("没有登记住房等级，请先鉴定", "住房", EXIT_GROUND)]
    if living.house_grade in UNSAFE_GRADES and not living.house_repaired:
        return [Reason(f"住房鉴定为 {living.house_grade.upper()} 级危房，且没有改造完成", "住房", EXIT_GROUND)]
    return []


def _water(living: Living, bar: Bar) -> list[Reason]:
    found = _asked(living.water_safe, "饮水", "饮水不安全")
    far = bar.carry_minutes is not None and living.water_minutes is not None
    if far and (living.water_minutes or 0) > (bar.carry_minutes or 0):
        words = f"取水往返 {living.water_minutes} 分钟，超过 {bar.carry_minutes} 分钟"
        found.append(Reason(words, "饮水", EXIT_GROUND))
    return found


def _schooling(member: Member, on: date) -> list[Reason]:
    if member.excused or member.birth_on is None or not SCHOOL_FROM <= age(member.birth_on, on) <= SCHOOL_TO:
        return []
    if member.school_status == "dropped_out":
        return [Reason(f"{member.name} 处于义务教育阶段而失学辍学", "义务教育", EXIT_GROUND)]
    if not member.school_status:
        return [Reason(f"{member.name} 处于义务教育阶段，没有登记在校状况", "义务教育", EXIT_GROUND)]
    return []


def _insurance(member: Member) -> list[Reason]:
    if member.insured is None:
        return [Reason(f"{member.name} 没有登记是否参加基本医疗保险", "基本医疗", EXIT_GROUND)]
    return [] if member.insured else [Reason(f"{member.name} 没有参加基本医疗保险", "基本医疗", EXIT_GROUND)]


def age(birth_on: date, on: date) -> int:
    """Full years on the day."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def may_be_identified(living: Living, bar: Bar, on: date) -> list[Reason]:
    """Why the household does not count as poor: its income passes the line and nothing known is lacking."""
    if living.status in STANDING_POOR | STANDING_EXITED:
        return [Reason("该户已经在册，不能再次识别；返贫请办理返贫", "脱贫状态", ENTRY_GROUND)]
    return _is_poor(living, bar, on)


def may_return(living: Living, bar: Bar, on: date) -> list[Reason]:
    """Why the household cannot be marked as returned to poverty."""
    if living.status not in STANDING_EXITED:
        return [Reason("只有已脱贫的户才能登记返贫", "脱贫状态", ENTRY_GROUND)]
    return _is_poor(living, bar, on)


def _is_poor(living: Living, bar: Bar, on: date) -> list[Reason]:
    """Below the line, or a guarantee known to be lacking; a blank is no proof of poverty."""
    if living.per_capita is None or bar.line is None:
        return [Reason("没有登记收入，或规则库没有当年的标准，不能认定", "收入", ENTRY_GROUND)]
    if living.year not in (on.year, on.year - 1):
        return [Reason(f"最近的收入是 {living.year} 年的，请登记近一年的收入", "收入", ENTRY_GROUND)]
    if living.per_capita < bar.line or lacks_a_guarantee(living, on):
        return []
    words = f"人均纯收入 {living.per_capita} 元不低于标准 {bar.line} 元，各项保障也没有短板"
    return [Reason(words, "识别标准", ENTRY_GROUND)]


def lacks_a_guarantee(living: Living, on: date) -> bool:
    """Whether something recorded says that a guarantee is lacking."""
    dropped = any(
        m.birth_on and m.school_status == "dropped_out" and not m.excused
        and SCHOOL_FROM <= age(m.birth_on, on) <= SCHOOL_TO for m in living.members
    )  # fmt: skip
    return (
        False in (living.food, living.clothing, living.water_safe)
        or (living.house_grade in UNSAFE_GRADES and not living.house_repaired)
        or dropped
        or any(m.insured is False for m in living.members)
    )


MONITORING_GROUND = "责任制第二十四条"


def may_be_monitored(
    living: Living, line: Decimal, sudden: bool, on: date, rolling: Decimal | None = None, window: str = ""
) -> list[Reason]:  # fmt: skip
    """Why a household is not watched: it is poor already, or earns above the line and nothing sudden befell it.

    `rolling` is its income per head over the `window` of months before. Where a household at the edge is judged by it,
    `window` says which; one that has left poverty may be judged by the income of this year or the last instead.
    """
    if living.status in STANDING_POOR:
        return [Reason("该户仍是贫困户，按贫困户帮扶，不另列监测对象", "脱贫状态", MONITORING_GROUND)]
    if sudden:
        return []
    yearly = not window or living.status in STANDING_EXITED
    income = living.per_capita if rolling is None and yearly and _is_recent(living, on) else rolling
    if income is None:
        wanted = "近一年" if yearly else f"{window}（边缘户按滚动计算，不按自然年）"
        words = f"没有登记{wanted}的收入"
    elif income < line:
        return []
    else:
        words = f"人均纯收入 {income} 元不低于监测线 {line} 元"
    return [Reason(f"{words}，也没有突发严重困难", "收入", MONITORING_GROUND)]


def _is_recent(living: Living, on: date) -> bool:
    """Whether the income is of this year or the last; an older one proves nothing."""
    return living.year in (on.year, on.year - 1)


def risk_is_gone(living: Living, firm_from: date | None, line: Decimal, on: date) -> list[Reason]:
    """Why the risk of a watched household doesn't count as gone: not watched long enough, income, each guarantee.

    `firm_from` is the first day on which it was watched long enough; None for a household that isn't watched.
    """
    ground = MONITORING_GROUND
    if firm_from is None:
        return [Reason("该户不是监测对象，或风险已经消除", "监测对象类型", ground)]
    found = []
    if on < firm_from:
        found.append(Reason(f"观察期到 {firm_from} 才满", "观察期", ground))
    if living.per_capita is None or not _is_recent(living, on):
        found.append(Reason("没有登记近一年的收入", "收入", ground))
    elif living.per_capita < line:
        found.append(Reason(f"人均纯收入 {living.per_capita} 元，低于监测线 {line} 元", "收入", ground))
    return [*found, *shortfalls(living, Bar(line), on)]


@dataclass(frozen=True, slots=True)
class VillageFacts:
    """What a village's exit is judged by; persons, and the services that must be there."""

    status: str
    population: int | None
    poor: int | None
    without_safe_water: int | None = 0
    dangerous_houses: int | None = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate with what it is worked out of: the sum of `over` through `under`, in percent, against its limit.

    `bar` is what is asked: "lt" below, "le" not above, "ge" not below the limit.
    """

    id: str
    title: str
    over: tuple[tuple[str, int], ...]
    under: tuple[str, int]
    bar: str
    limit: Decimal
    ground: str

    @property
    def share(self) -> Fraction:
        """The rate, exact."""
        return share(sum(n for _name, n in self.over), self.under[1])

    @property
    def holds(self) -> bool:
        """Whether it is as asked; a rate on the limit is never decided by rounding."""
        limit = Fraction(self.limit)
        return {"lt": self.share < limit, "le": self.share <= limit, "ge": self.share >= limit}[self.bar]

    def reasons(self) -> list[Reason]:
        """Why it stands against the exit; empty when it doesn't."""
        if self.holds:
            return []
        words = {
            "lt": f"{spoken(self.share)}，应低于 {self.limit}%",
            "le": f"{spoken(self.share)}，高于 {self.limit}%",
            "ge": f"{spoken(self.share)}，低于 {self.limit}%",
        }
        return [Reason(words[self.bar], self.title, self.ground)]


def village_rates(facts: VillageFacts, limit: Decimal) -> list[Rate]:
    """The incidence of a village; nothing while it cannot be worked out."""
    if not facts.population or facts.poor is None:
        return []
    over, under = (("registered_poor", facts.poor),), ("population", facts.population)
    return [Rate("village.incidence", "贫困发生率", over, under, "lt", limit, EXIT_GROUND)]


def village_may_exit(facts: VillageFacts, limit: Decimal) -> list[Reason]:
    """Why the village may not leave the list of poor villages."""
    if facts.status == "exited":
        return [Reason("该村已经退出", "退出状态", EXIT_GROUND)]
    rates = village_rates(facts, limit)
    if not rates:
        return [Reason("没有登记总人口或未脱贫人数，不能计算贫困发生率", "贫困发生率", EXIT_GROUND)]
    found = [reason for rate in rates for reason in rate.reasons()]
    for value, where in ((facts.without_safe_water, "饮水不安全户"), (facts.dangerous_houses, "危房户")):
        if value is None:
            found.append(Reason("没有登记，请核实后填写", where, EXIT_GROUND))
        elif value:
            found.append(Reason(f"还有 {value} 户没有解决", where, EXIT_GROUND))
    return found


@dataclass(frozen=True, slots=True)
class CountyFacts:
    """The counts of a county's evaluation: persons for the three rates, households for the approval."""

    rural_population: int
    poor: int
    estimated_wrong: int
    estimated_missed: int
    exited_sample: int
    wrong_found: int
    unregistered_sample: int
    missed_found: int
    surveyed: int
    approving: int


@dataclass(frozen=True, slots=True)
class CountyBar:
    """The thresholds of the four rates, in percent."""

    incidence: Decimal
    wrong: Decimal
    missed: Decimal
    approval: Decimal


def county_rates(facts: CountyFacts, bar: CountyBar) -> list[Rate]:
    """The four rates of a county's exit; nothing while a sample is empty."""
    f = facts
    if min(f.rural_population, f.exited_sample, f.unregistered_sample, f.surveyed) < 1:
        return []
    counted = (
        ("registered_poor", f.poor),
        ("estimated_wrong", f.estimated_wrong),
        ("estimated_missed", f.estimated_missed),
    )
    listed = (
        ("composite", "综合贫困发生率", counted, ("rural_population", f.rural_population), "lt", bar.incidence),
        ("wrong_exits", "错退率", (("wrong_found", f.wrong_found),), ("exited_sample", f.exited_sample), "le", bar.wrong),
        (
            "missed", "漏评率", (("missed_found", f.missed_found),), ("unregistered_sample", f.unregistered_sample),
            "le", bar.missed,
        ),
        ("approval", "群众认可度", (("approving", f.approving),), ("surveyed", f.surveyed), "ge", bar.approval),
    )  # fmt: skip
    return [
        Rate(f"county.{key}", title, over, under, asked, limit, COUNTY_GROUND)
        for key, title, over, under, asked, limit in listed
    ]


def county_may_exit(facts: CountyFacts, bar: CountyBar) -> list[Reason]:
    """Why the county may not leave the list: any one of the four rates that fails blocks it."""
    rates = county_rates(facts, bar)
    if not rates:
        return [Reason("评估抽样没有做完：人口、抽样人数和调查户数都要大于零", "四项指标", COUNTY_GROUND)]
    beyond = [
        Reason(
            f"查出或认可的数 {rate.over[0][1]} 大于抽查或调查的数 {rate.under[1]}，请核对", rate.title, COUNTY_GROUND
        )
        for rate in rates[1:]
        if rate.over[0][1] > rate.under[1]
    ]
    return beyond or [reason for rate in rates for reason in rate.reasons()]


def share(part: int, whole: int) -> Fraction:
    """Percent, exact: a rate on the threshold is never decided by rounding."""
    return Fraction(part * 100, whole)


def spoken(rate: Fraction) -> str:
    """A rate for people, with three decimals where two would read as the threshold."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".") + "%"
