"""The sheet of clues for those without a connection: its columns, the number of a clue on it, and an answer in parts as one text."""

import re
import unicodedata
from datetime import date

from stdnum.iso7064 import mod_97_10

from zerentian.kernel.tables import Column, Sheet

# What was done to find out, as the drop-down and the paper have it.
HOWS = ("入户查看", "电话询问", "查看资料", "部门核对", "其他")
SHEET = Sheet(
    "clues", "线索核实表",
    (
        Column("clue", "线索编号", "Clue number", required=True, width=10, help="导入时靠它找到线索，请不要改动"),
        Column("head", "户主", "Household head", required=True, width=9),
        Column("whom", "涉及的人", "About whom", width=12),
        Column("place", "村、组", "Village and group", width=16),
        Column("rule", "线索", "Clue", width=24),
        Column("department", "部门数据所记", "What the department has", width=26),
        Column("register", "户档案所记", "What the register has", width=24),
        Column("ask", "要问清的", "What to ask", width=30),
        Column("due", "期限", "Deadline", width=11),
        Column("conclusion", "核实结论", "Conclusion", "code", required=True, codes="conclusion", width=14, help="从下拉项中选择"),
        Column("how", "核实方式", "How it was found out", "code", codes="how", width=11, help="从下拉项中选择，可以不填"),
        Column("on", "核实日期", "Looked at on", "date", width=12, help="如 2016-05-01，可以不填"),
        Column("asked", "询问了谁", "Who was asked", width=12, help="姓名或身份，如“户主本人”“村民小组长”，可以不填"),
        Column("statement", "核实情况", "What was found", required=True, width=40,
               help="看到什么、问了谁、依据是什么；不要写身份证号、电话"),
    ),
)  # fmt: skip
OPEN = ("conclusion", "how", "on", "asked", "statement")
_CODE = re.compile(r"(\d{1,15})\s*[-‐-―−－]\s*(\d{2})")


def code_of(clue_id: int) -> str:
    """The number of a clue on paper: two check digits behind it tell a slip of the pen (ISO 7064, mod 97-10)."""
    return f"{clue_id}-{mod_97_10.calc_check_digits(str(clue_id))}"


def clue_of(text: str) -> int:
    """The clue that a written number means; 0, which no clue has, for one that is wrong."""
    found = _CODE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or not mod_97_10.is_valid(found[1] + found[2]):
        return 0
    return int(found[1])


def as_one(statement: str, *, how: str = "", on: date | None = None, asked: str = "") -> str:
    """What was found as one text: when, how and from whom first, as far as it was filled in."""
    day = f"{on.year}年{on.month}月{on.day}日" if on else ""
    lead = "，".join(filter(None, (day, how, f"询问{asked.strip()}" if asked.strip() else "")))
    return f"{lead}：{statement.strip()}" if lead else statement.strip()


def plain(text: str) -> str:
    """A text without regard to width and to how its lines are broken: browsers and spreadsheets don't agree on that."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
