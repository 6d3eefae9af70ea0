"""The official text of a regulation: split into chapters and articles, and compared between two versions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}
_NUMBER = "[零〇一二两三四五六七八九十百]+"
_CHAPTER = re.compile(rf"^\s*第({_NUMBER})章[\s　]*(.*)$")
# An article opens a line, or follows the end of a sentence on the same line and is then set off by a space.
_ARTICLE = re.compile(rf"(?:^[\s　]*第({_NUMBER})条|(?<=[。；！？”）])[\s　]*第({_NUMBER})条(?=[\s　]))")


@dataclass(frozen=True, slots=True)
class TextArticle:
    """One article of the official text; paragraphs are lines."""

    number: int
    chapter: int
    chapter_title: str
    text: str


class Dated(Protocol):
    """A version that comes into force on a day."""

    effective_on: date


V = TypeVar("V", bound=Dated)


def text_in_force(texts: Iterable[V], on: date) -> V | None:
    """Which of a regulation's texts, the last first, stands on a day: one of next month is not yet the law."""
    return next((text for text in texts if text.effective_on <= on), None)


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """How one article differs between two texts; pieces are (same | added | removed, text)."""

    number: int
    kind: str
    pieces: tuple[tuple[str, str], ...]


class TextError(ValueError):
    """The text can't be split; the message says where and what to do."""


def chinese_number(text: str) -> int:
    """The integer of a Chinese numeral up to 999, e.g. 三十四 → 34."""
    total, digit = 0, 0
    for character in text.replace("〇", "零").replace("两", "二"):
        if character == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif character == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            digit = _DIGITS[character]
    return total + digit


def split_articles(text: str) -> list[TextArticle]:
    """Chapters and articles of an official text, in order.

    Understands headings with inner spaces (第一章 总 则), several articles on one line and articles of several
    paragraphs. Raises TextError when there is no article or when a number is skipped or repeated.
    """
    articles: list[TextArticle] = []
    chapter, chapter_title = 0, ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line.strip():
            continue
        heading = _CHAPTER.match(line)
        if heading:
            chapter, chapter_title = chinese_number(heading[1]), re.sub(r"[\s　]+", "", heading[2])
            continue
        articles = _take_line(articles, line, chapter, chapter_title)
    if not articles:
        raise TextError("没有找到“第一条”。请上传完整的文件，每条以“第×条”开头")
    return articles


def _take_line(articles: list[TextArticle], line: str, chapter: int, title: str) -> list[TextArticle]:
    """The articles so far, with one more line: it continues the last one, opens one, or both."""
    opened = list(_ARTICLE.finditer(line))
    before = line[: opened[0].start()] if opened else line
    done = list(articles)
    if before.strip() and done:
        last = done[-1]
        done[-1] = TextArticle(last.number, last.chapter, last.chapter_title, f"{last.text}\n{before.strip()}")
    for index, mark in enumerate(opened):
        number, expected = chinese_number(mark[1] or mark[2]), (done[-1].number + 1 if done else 1)
        if number != expected:
            raise TextError(f"应为第 {expected} 条，读到的是“{mark[0].strip()}”，请检查文件是否缺条或重条")
        end = opened[index + 1].start() if index + 1 < len(opened) else len(line)
        done.append(TextArticle(number, chapter, title, line[mark.end() : end].strip(" \t　")))
    return done


def compare_texts(old: list[TextArticle], new: list[TextArticle]) -> list[ArticleChange]:
    """Every article that was added, removed or changed from the old text to the new, with its differing pieces."""
    before = {a.number: a.text for a in old}
    after = {a.number: a.text for a in new}
    changes = []
    for number in sorted(before.keys() | after.keys()):
        if number not in before:
            changes.append(ArticleChange(number, "added", (("added", after[number]),)))
        elif number not in after:
            changes.append(ArticleChange(number, "removed", (("removed", before[number]),)))
        elif before[number] != after[number]:
            changes.append(ArticleChange(number, "changed", _pieces(before[number], after[number])))
    return changes


def _pieces(old: str, new: str) -> tuple[tuple[str, str], ...]:
    pieces: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", old[a:b]))
            continue
        if b > a:
            pieces.append(("removed", old[a:b]))
        if d > c:
            pieces.append(("added", new[c:d]))
    return tuple(pieces)
