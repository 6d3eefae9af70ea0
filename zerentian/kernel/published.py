"""What a text that the public may read must not hold: numbers of documents, telephones and accounts, states of health."""

import re
import unicodedata

_DIGIT_RUN = re.compile(r"\d{7,}")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d)")
_SEPARATORS = re.compile(r"[\W_]+")
_SPOKEN = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "00123456789123456789" + "1")
# What is no part of a name, a place or a result, and tells of health, documents or money of a person.
NEVER = (
    "残疾", "慢性病", "大病", "重病", "患病", "患有", "癌", "肿瘤", "尿毒", "艾滋", "精神", "瘫痪", "透析",
    "身份证", "证件号", "银行卡", "账号", "帐号", "开户", "手机", "微信", "电话",
)  # fmt: skip


def faults_of_text(text: str, longest: int) -> list[str]:
    """Why a text may not be published: too long, or a number or a word that tells what is private.

    Numbers are found however they are written: in full width, in Chinese digits, with anything in between.
    """
    found = []
    plain = unicodedata.normalize("NFKC", text)
    if len(text) > longest:
        found.append(f"最多 {longest} 个字")
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co") for sign in text):
        found.append("含有看不见的字符，请删去")
    if _DIGIT_RUN.search(_SEPARATORS.sub("", plain.translate(_SPOKEN))):
        found.append("含有像证件号码、电话或账号的数字，公示中不能出现")
    found += [f"含有“{word}”，这类个人信息不能公示" for word in NEVER if word in _SEPARATORS.sub("", plain)]
    return found


def faults_of_answer(text: str, longest: int) -> list[str]:
    """The same as `faults_of_text` for an answer of several lines, which may name days like 2026-11-23.

    A day parts no number: digits before and behind it count as one, since a document's number holds a day of birth.
    """
    return faults_of_text(_DAY.sub(" ", "".join(text.splitlines())), longest)
