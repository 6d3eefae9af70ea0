"""The households, persons and incomes of one county, as the columns of the collection sheets."""

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from zerentian.sample.rules import people
from zerentian.sample.rules.names import full_names, surnames
from zerentian.sample.rules.places import Plan

# Of the households in the register: still poor, marked for exit, exited (policies go on), exited (ended), returned.
_STATUS = (("poor", 0.24), ("pre_exit", 0.05), ("exited", 0.60), ("exited_no_policy", 0.095), ("returned", 0.015))
RISEN = 0.5  # of the poor, those whose income stands above the line already: they may leave this year
COVERED = 0.93  # of the ordinary poor households whom the allowance is meant for, those who get it
_CAUSES = (
    ("illness", 0.42), ("disability", 0.14), ("schooling", 0.09), ("lack_of_labour", 0.11), ("lack_of_skill", 0.09),
    ("lack_of_funds", 0.06), ("lack_of_drive", 0.03), ("disaster", 0.02), ("lack_of_land", 0.02), ("poor_transport", 0.02),
)  # fmt: skip
_OTHER = ("lack_of_skill", "lack_of_funds", "poor_transport", "lack_of_land", "")
# Shares of households that fall short on purpose, to be seen in the ledger.
SHORT = {
    "no_grid": 0.03,
    "no_helper": 0.02,
    "unsafe_house": 0.006,
    "unsafe_water": 0.006,
    "stale": 0.04,
    "below_line": 0.004,
}

Texts = npt.NDArray[np.str_]
Columns = dict[str, npt.NDArray[np.generic] | pl.Series | list[object]]


def _pick(rng: np.random.Generator, choices: tuple[tuple[str, float], ...], count: int) -> Texts:
    names, shares = zip(*choices, strict=True)
    weights = np.array(shares)
    return rng.choice(np.array(names), count, p=weights / weights.sum())


class Families:
    """One county's families; the answer key lists what was planted."""

    def __init__(
        self, plan: Plan, sizes: npt.NDArray[np.int64], county: int, seed: int, today: date, line: float
    ) -> None:
        self.rng = np.random.default_rng([seed, 5, county])
        self.county, self.today, self.line = county, today, line
        self.sizes = sizes
        self.count = len(sizes)
        self.village = np.repeat(plan.villages, plan.households)
        self.in_village = np.arange(self.count) - np.repeat(
            np.cumsum(plan.households) - plan.households, plan.households
        )
        self.key: list[dict[str, object]] = []
        self.members = people.members(self.rng, sizes, today)
        self.conditions = people.conditions(self.rng, self.members)
        self.names = people.name_members(self.rng, self.members, self.count)
        self.status = _pick(self.rng, _STATUS, self.count)
        self.exited = np.isin(self.status, ["exited", "exited_no_policy"])
        # Drawn apart: with other numbers after it, every sample of a seed would change.
        lucky = np.random.default_rng([seed, 6, county]).random(self.count) < RISEN
        self.risen = np.isin(self.status, ["poor", "pre_exit"]) & lucky
        self.kind = _pick(
            self.rng, (("ordinary", 0.62), ("low_income_allowance", 0.33), ("extreme_support", 0.05)), self.count
        )
        self.kind = np.where(self._covered(seed), "low_income_allowance", self.kind)
        self.identified = self.days(date(2014, 1, 1), date(2016, 12, 31))
        self.number = np.char.add(
            np.char.add(self.village.astype(str), "H"), np.char.zfill((self.in_village + 1).astype(str), 4)
        )

    def _covered(self, seed: int) -> npt.NDArray[np.bool_]:
        """Ordinary households, still poor, with somebody badly ill or disabled or nobody able to work: nearly all get the allowance."""
        what, home = self.conditions, self.members.home
        frail = np.bincount(home, np.isin(what["health"], ["serious_illness", "disabled"]), self.count) > 0
        able = np.bincount(home, np.isin(what["labour"], ["ordinary", "skilled"]), self.count) > 0
        drawn = np.random.default_rng([seed, 7, self.county]).random(self.count) < COVERED
        return (self.kind == "ordinary") & ~self.exited & (frail | ~able) & drawn

    def short(self, kind: str, among: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.bool_]:
        """Which households fall short in the given way; each is named in the answer key."""
        hit = self.rng.random(self.count) < SHORT[kind]
        if among is not None:
            hit &= among
        for index in np.flatnonzero(hit):
            self.key.append(
                {
                    "kind": kind,
                    "row": str(self.number[index]),
                    "division": int(self.village[index]),
                    "seen_in": "ledger",
                }
            )
        return hit

    def days(self, first: date, last: date) -> npt.NDArray[np.datetime64]:
        """A random day for each household."""
        return people.spread_days(self.rng, first, last, self.count)

    def households(self) -> pl.DataFrame:
        """One row a household."""
        heads = np.cumsum(self.sizes) - self.sizes
        return people.frame(
            {
                "number": self.number,
                "division": self.village,
                "natural_village": np.char.add(np.char.add("第", (self.in_village % 12 + 1).astype(str)), "组"),
                "head_name": self.names[heads],
                "size": self.sizes,
                "phone": self.phones(),
                "bank_name": people.pick(self.rng, ("农商银行", "农业银行", "邮储银行"), self.count),
                "bank_account": np.char.add(
                    "6228", np.char.zfill(self.rng.integers(0, 10**15, self.count).astype(str), 15)
                ),
                **self._standing(),
                **self._help(),
                **self._dwelling(),
                **self._land(),
            }
        )

    def _standing(self) -> Columns:
        """Why it is poor, in which state it stands, and when that was last confirmed."""
        rng, n, year = self.rng, self.count, self.today.year
        cause = self._causes()
        other = np.array(_OTHER)[rng.integers(0, len(_OTHER), n)]
        years = np.arange(year - 4, year)
        exited_on = np.array([np.datetime64(f"{y}-11-30") for y in years])[rng.integers(0, len(years), n)]
        never = np.datetime64("NaT")
        returned = self.days(date(year - 1, 1, 1), self.today)
        last_year = self.days(date(year - 2, 1, 1), date(year - 2, 12, 31))
        confirmed = np.where(self.short("stale"), last_year, self.days(date(year, 1, 1), self.today))
        return {
            "status": self.status,
            "household_type": self.kind,
            "standard": np.where(rng.random(n) < 0.97, "national", "provincial"),
            "cause": cause,
            "other_causes": np.where(other == cause, "", other),
            "identified_on": self.identified,
            "exited_on": pl.Series(np.where(self.exited, exited_on, never)),
            "returned_on": pl.Series(np.where(self.status == "returned", returned, never)),
            "confirmed_on": confirmed,
            "confirmed_by": people.pick(rng, ("包村干部", "第一书记", "村扶贫专干"), n),
            "confirmed_how": people.pick(rng, ("入户走访", "电话核实"), n),
            "food_secured": self.exited | (rng.random(n) < 0.97),
            "clothing_secured": self.exited | (rng.random(n) < 0.98),
        }

    def _causes(self) -> Texts:
        """The main cause of each: illness where somebody is ill, schooling where somebody studies, and so on."""
        what, home = self.conditions, self.members.home
        health, school = what["health"], what["school"]
        signs = {
            "illness": np.isin(health, ["chronic_illness", "serious_illness"]),
            "disability": health == "disabled",
            "schooling": ~np.isin(school, ["not_student", "preschool_age"]),
        }
        drawn = _pick(self.rng, _CAUSES, self.count)
        other = _pick(self.rng, tuple(c for c in _CAUSES if c[0] not in signs), self.count)
        for name, sign in signs.items():
            there = np.bincount(home[sign], minlength=self.count) > 0
            drawn = np.where((drawn == name) & ~there, other, drawn)
        return drawn

    def _help(self) -> Columns:
        """Its grid and its helper."""
        rng, n, year = self.rng, self.count, self.today.year
        none = self.short("no_helper")
        grid = np.char.add(np.char.add("第", (self.in_village // 45 + 1).astype(str)), "网格")
        since = self.days(date(year - 2, 1, 1), date(year - 1, 12, 31))
        units = ("县教育局", "县卫健委", "县农业局", "县财政局", "乡(镇)政府")
        return {
            "grid": np.where(self.short("no_grid"), "", grid),
            "helper_name": np.where(none, "", full_names(rng, surnames(rng, n), rng.random(n) < 0.7)),
            "helper_unit": np.where(none, "", people.pick(rng, units, n)),
            "helper_unit_level": np.where(none, "", "county"),
            "helper_phone": np.where(none, "", self.phones()),
            "helper_since": pl.Series(np.where(none, np.datetime64("NaT"), since)),
        }

    def _dwelling(self) -> Columns:
        """House, water, power and road."""
        rng, n = self.rng, self.count
        bad_house = self.short("unsafe_house", self.exited) | (~self.exited & (rng.random(n) < 0.03))
        bad_water = self.short("unsafe_water", self.exited) | (~self.exited & (rng.random(n) < 0.03))
        sound = _pick(rng, (("a", 0.7), ("b", 0.3)), n)
        source = _pick(rng, (("treated_tap", 0.7), ("protected_well", 0.3)), n)
        structures = (("brick_concrete", 0.62), ("brick_wood", 0.25), ("reinforced_concrete", 0.13))
        return {
            "house_area": np.round(rng.gamma(9, 12, n) + 20, 0),
            "house_structure": _pick(rng, structures, n),
            "house_year": rng.integers(1975, self.today.year, n),
            "house_grade": np.where(bad_house, people.pick(rng, ("c", "d"), n), sound),
            "is_relocated": rng.random(n) < 0.04,
            "water_safe": ~bad_water,
            "water_source": np.where(bad_water, "unprotected_well", source),
            "fuel": _pick(rng, (("firewood", 0.35), ("bottled_gas", 0.3), ("electricity", 0.35)), n),
            "road_type": _pick(rng, (("cement", 0.86), ("gravel", 0.1), ("earth", 0.04)), n),
            "road_distance": np.round(rng.gamma(1.4, 0.8, n), 1),
            "has_toilet": rng.random(n) < 0.9,
            "has_power": rng.random(n) < 0.999,
            "has_production_power": rng.random(n) < 0.98,
            "has_broadcast": rng.random(n) < 0.97,
        }

    def _land(self) -> Columns:
        """Land and what it lives from."""
        rng, n = self.rng, self.count
        return {
            "farmland": np.round(rng.gamma(2.2, 1.4, n), 1),
            "forest": np.round(rng.gamma(1.8, 4.0, n), 1),
            "in_cooperative": rng.random(n) < 0.35,
            "led_by_enterprise": rng.random(n) < 0.12,
            "led_by_leader": rng.random(n) < 0.1,
            "industry": people.pick(rng, ("油茶", "脐橙", "白莲", "养鸡", "水稻", "茶叶", "务工为主"), n),
        }

    def phones(self) -> Texts:
        """A mobile number for each household."""
        tail = np.char.zfill(self.rng.integers(0, 10**8, self.count).astype(str), 8)
        return np.char.add(self.rng.choice(np.array(["138", "139", "150", "187", "180"]), self.count), tail)

    def persons(self) -> pl.DataFrame:
        """One row a person."""
        who, what, rng = self.members, self.conditions, self.rng
        n = len(who.home)
        order = np.arange(n) - np.repeat(np.cumsum(self.sizes) - self.sizes, self.sizes)
        allowance = np.isin(self.kind, ["low_income_allowance"])[who.home]
        disabled = what["health"] == "disabled"
        extreme = np.isin(self.kind, ["extreme_support"])[who.home]
        issued = np.maximum(self.identified[who.home], who.born)
        return people.frame(
            {
                "number": np.char.add(np.char.add(self.number[who.home], "-"), (order + 1).astype(str)),
                "household_number": self.number[who.home],
                "division": self.village[who.home],
                "name": self.names,
                "sex": np.where(who.is_male, "male", "female"),
                "document_type": np.repeat("identity_card", n),
                "id_number": people.identity_numbers(rng, self.county, who.born, who.is_male),
                "birth_on": who.born,
                "relation": who.relation,
                "ethnicity": what["ethnicity"],
                "political_status": what["political"],
                "education": what["education"],
                "school_status": what["school"],
                "health": what["health"],
                "disability_kind": np.where(disabled, rng.choice(np.array(["physical", "visual", "hearing", "intellectual", "mental"]), n), ""),
                "disability_grade": np.where(disabled, rng.choice(np.array(["grade_1", "grade_2", "grade_3", "grade_4"]), n), ""),
                "disability_card_on": np.where(disabled, issued, np.datetime64("NaT", "D")),
                "labour": np.where(extreme & np.isin(what["labour"], ["ordinary", "skilled"]), "weak", what["labour"]),
                "work_region": what["work_region"],
                "work_months": what["work_months"],
                "has_resident_medical": what["has_medical"],
                "has_serious_illness_insurance": what["has_medical"],
                "has_resident_pension": what["has_pension"],
                "has_allowance": allowance,
                "has_extreme_support": extreme,
                "identified_on": self.identified[who.home],
                "joined_on": self.identified[who.home],
            }
        )  # fmt: skip

    def incomes(self) -> pl.DataFrame:
        """One row a household: last year's income by source."""
        year = self.today.year - 1
        below = self.short("below_line", self.exited)
        above = (self.exited & ~below) | self.risen
        works = np.bincount(self.members.home, np.asarray(self.conditions["work_months"], np.int64) > 0, self.count) > 0
        made = people.incomes(self.rng, self.sizes, above, self.kind, works, self.line)
        return people.frame(
            {
                "household_number": self.number,
                "division": self.village,
                "year": np.full(self.count, year),
                "period_from": pl.Series([date(year, 1, 1)] * self.count),
                "period_to": pl.Series([date(year, 12, 31)] * self.count),
                "size": self.sizes,
                **made,
                "per_capita": np.round(made["net"] / self.sizes, 2),
            }
        )
