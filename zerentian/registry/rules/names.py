"""Pinyin and its initials of people's names, for search; family names, as far as they tell who may be related."""

from functools import lru_cache

import polars as pl
from pypinyin import Style, lazy_pinyin

# Characters that are read otherwise when they stand as a surname.
_SURNAMES = {
    "单": "shan", "解": "xie", "曾": "zeng", "仇": "qiu", "查": "zha", "朴": "piao", "区": "ou", "任": "ren", "盖": "ge",
    "缪": "miao", "乐": "yue", "翟": "zhai", "尹": "yin", "覃": "qin", "晁": "chao", "尉": "yu", "万": "wan", "召": "shao",
}  # fmt: skip


@lru_cache(maxsize=20_000)
def _syllable(character: str) -> str:
    """One character's reading without tone; other characters in lower case, blanks and dots left out."""
    if character in " ·•.":
        return ""
    return lazy_pinyin(character, style=Style.NORMAL)[0].lower()


def spoken(name: str) -> tuple[str, str]:
    """The name in pinyin without blanks, and its initials: 欧阳小明 → (ouyangxiaoming, oyxm)."""
    syllables = [_syllable(character) for character in name]
    if name and name[0] in _SURNAMES:
        syllables[0] = _SURNAMES[name[0]]
    return "".join(syllables)[:120], "".join(s[:1] for s in syllables)[:20]


def spoken_many(names: pl.Series) -> tuple[pl.Series, pl.Series]:
    """`spoken` of a column, each different name and character once; empty for missing names."""
    given = names.fill_null("")
    different = given.unique()
    characters = pl.Series(sorted(set("".join(different))), dtype=pl.String)
    readings = {character: _syllable(character) for character in characters}
    syllables = different.str.extract_all("(?s).").list.eval(
        pl.element().replace_strict(readings, default="", return_dtype=pl.String)
    )
    first = different.str.slice(0, 1).replace_strict({**readings, **_SURNAMES}, default="", return_dtype=pl.String)
    known = pl.DataFrame(
        {
            "name": different,
            "pinyin": (first + syllables.list.slice(1).list.join("")).str.slice(0, 120),
            "initials": (
                first.str.slice(0, 1) + syllables.list.slice(1).list.eval(pl.element().str.slice(0, 1)).list.join("")
            ).str.slice(0, 20),
        }
    )
    found = given.to_frame("name").join(known, on="name", how="left", maintain_order="left")
    return found["pinyin"], found["initials"]


# Family names of two characters; every other one has one.
DOUBLE = frozenset((
    "欧阳", "上官", "司马", "诸葛", "东方", "独孤", "南宫", "司徒", "司空", "皇甫", "尉迟", "公孙", "令狐", "慕容", "长孙", "宇文",
    "轩辕", "夏侯", "申屠", "太史", "端木", "澹台", "钟离", "淳于", "闻人", "万俟", "闾丘", "公羊", "呼延", "拓跋", "赫连", "濮阳",
    "单于", "鲜于",
))  # fmt: skip


def surname(name: str) -> str:
    """The family name; empty for no name."""
    plain = "".join(name.split())
    return plain[:2] if plain[:2] in DOUBLE and len(plain) > 2 else plain[:1]


def same_surname(one: str, other: str) -> bool:
    """Whether two people bear the same family name."""
    return bool(surname(one)) and surname(one) == surname(other)
