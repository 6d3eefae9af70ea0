"""The allow-list: the only values that a public notice can be composed of, each refused where it holds anything else."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from zerentian.kernel.published import faults_of_text
from zerentian.kernel.refusal import Reason, Refused

LONGEST_NAME, LONGEST_TITLE, LONGEST_GROUP, MOST_PEOPLE = 30, 60, 20, 40
LONGEST_PLAIN_NAME = 6  # without the dot that names of several parts have
_PERSON = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+(?:[·•][\u3400-\u9fff\U00020000-\U0003ffff]+)*")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_OFFICE_PHONE = re.compile(r"(?:0\d{2,3}-\d{7,8}|12\d{3})")


class Publishable(StrEnum):
    """A field that may stand in a line of a notice; there are no others."""

    GROUP = "group"
    NAME = "name"
    SIZE = "size"
    RESULT = "result"
    AMOUNT = "amount"
    PLACE = "place"


def _refuse(where: str, faults: list[str]) -> None:
    if faults:
        raise Refused(*(Reason(fault, where) for fault in faults))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list as anyone may read it.

    There is no other way for a value to come on a notice, and no field for an identity number, a phone, an account
    or a state of health. `name` is that of the head of a household, or of a village, county or project; `result` is
    the key of a result that the kind of notice declares, never a text of somebody's own.
    """

    name: str
    group: str = ""
    size: int | None = None
    result: str = ""
    amount: Decimal | None = None
    place: str = ""

    def __post_init__(self) -> None:
        """Refuse whatever is not what the field is for."""
        if not isinstance(self.name, str) or not self.name.strip():
            raise Refused(Reason("请填写", "名称"))
        _refuse("名称", faults_of_text(self.name, LONGEST_TITLE))
        _refuse("村民小组", faults_of_text(self.group, LONGEST_GROUP) + _group_faults(self.group))
        _refuse("地点", faults_of_text(self.place, LONGEST_TITLE))
        if self.size is not None and (type(self.size) is not int or not 0 < self.size <= MOST_PEOPLE * 10_000):
            raise Refused(Reason("应为人数", "人口"))
        if self.result and not _KEY.fullmatch(self.result):
            raise Refused(Reason("应为所列结果之一", "结果"))
        if self.amount is not None and (
            not isinstance(self.amount, Decimal) or not self.amount.is_finite() or not 0 <= self.amount < 10**10
        ):
            raise Refused(Reason("应为元", "金额"))

    def person_faults(self) -> list[Reason]:
        """Why the line is not one of a household: its name is no person's, or its size no household's."""
        found = []
        longest = LONGEST_NAME if re.search("[·•]", self.name) else LONGEST_PLAIN_NAME
        if not _PERSON.fullmatch(self.name) or not 2 <= len(self.name) <= longest:
            found.append(Reason("户主姓名只能是汉字（少数民族姓名可用间隔号）", self.name))
        if self.size is not None and self.size > MOST_PEOPLE:
            found.append(Reason(f"一户人口应为 1 至 {MOST_PEOPLE} 人", self.name))
        return found

    def kept(self) -> dict[str, Any]:
        """The filled fields, as JSON keeps them."""
        written = asdict(self)
        return {key: str(v) if isinstance(v, Decimal) else v for key, v in written.items() if v not in (None, "")}


def _group_faults(text: str) -> list[str]:
    return ["小组编号最多三位数字"] if re.search(r"\d{4,}", text) else []


def line_of(kept: Mapping[str, Any]) -> Line:
    """The line of what JSON or a form holds; a key outside the allow-list is refused, not passed over."""
    allowed = {field.name for field in fields(Line)}
    if strange := sorted(set(kept) - allowed):
        raise Refused(*(Reason("不在可公示的内容之内", str(key)[:20]) for key in strange))
    values = dict(kept)
    if values.get("amount") is not None:
        try:
            values["amount"] = Decimal(str(values["amount"]))
        except InvalidOperation as error:
            raise Refused(Reason("应为元", "金额")) from error
    if "name" not in values:
        raise Refused(Reason("请填写", "名称"))
    if wrong := [key for key in ("name", "group", "result", "place") if not isinstance(values.get(key, ""), str)]:
        raise Refused(*(Reason("应为文字", key) for key in wrong))
    return Line(**values)


@dataclass(frozen=True, slots=True)
class Channel:
    """Where an objection goes: an office, its own telephone, its address. Never a person's telephone."""

    office: str
    phone: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        """Refuse whatever is not what the field is for."""
        if not self.office.strip():
            raise Refused(Reason("请填写受理单位", "受理单位"))
        _refuse("受理单位", faults_of_text(self.office, LONGEST_TITLE))
        _refuse("地址", faults_of_text(self.address, LONGEST_TITLE))
        if self.phone and not _OFFICE_PHONE.fullmatch(self.phone):
            raise Refused(
                Reason("只能写单位的座机（如 0797-5312345）或 12317 一类的热线，不能写个人手机号", "受理电话")
            )

    def kept(self) -> dict[str, str]:
        """As JSON keeps it."""
        return asdict(self)


def channel_of(kept: Mapping[str, Any]) -> Channel:
    """The channel of what JSON or a form holds; other keys are refused."""
    if strange := sorted(set(kept) - {field.name for field in fields(Channel)}):
        raise Refused(*(Reason("不在可公示的内容之内", str(key)[:20]) for key in strange))
    return Channel(**{key: str(value) for key, value in kept.items()})
