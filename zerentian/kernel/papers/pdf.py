"""Forms as PDF, set by Typst with the Chinese fonts of the machine."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from zerentian.kernel.papers.content import Block, Card, Pairs, Paper
from zerentian.kernel.refusal import Refused

_SOURCE = Path(__file__).with_name("paper.typ")
# Files of cases are kept for decades: fonts and colours are inside, and nothing outside is needed to show them.
STANDARD: Final = "a-2b"
# Families in which forms may be set, the body before the heads; the first pair that is there is taken.
FAMILIES = (
    ("FangSong", "SimHei"), ("Noto Serif CJK SC", "Noto Sans CJK SC"), ("Noto Serif SC", "Noto Sans SC"),
    ("Source Han Serif SC", "Source Han Sans SC"), ("Songti SC", "Heiti SC"),
)  # fmt: skip


class NoFont(Refused):
    """No Chinese font is on the machine: a PDF without one would be a sheet of empty boxes."""


def write_pdf(papers: Sequence[Paper], path: Path) -> None:
    """Write the forms one after another; NoFont where the machine has no Chinese font."""
    body, heads = _families()
    data = json.dumps([_as_json(paper) for paper in papers], ensure_ascii=False)
    made, warnings = typst.compile_with_warnings(
        str(_SOURCE), sys_inputs={"data": data, "body": body, "heads": heads}, font_paths=_folders(),
        pdf_standards=STANDARD,
    )  # fmt: skip
    # With a font missing Typst still makes a sheet, without the characters; nobody should sign that one.
    if warnings:
        raise Refused(_("没有生成 PDF：%(why)s") % {"why": str(warnings[0])[:200]})
    path.write_bytes(made)


def _as_json(paper: Paper) -> dict[str, Any]:
    told = asdict(paper)
    _lay_out(paper.blocks, told["blocks"])
    return told


def _lay_out(blocks: Sequence[Block], told: Sequence[dict[str, Any]]) -> None:
    for block, plain in zip(blocks, told, strict=True):
        if isinstance(block, Pairs):
            plain["lines"] = [[list(pair) for pair in line] for line in block.lines]
        elif isinstance(block, Card):
            _lay_out(block.blocks, plain["blocks"])


@lru_cache(maxsize=1)
def _families() -> tuple[str, str]:
    there = {family.casefold() for family in typst.Fonts(font_paths=_folders()).families()}
    for body, heads in FAMILIES:
        if body.casefold() in there and heads.casefold() in there:
            return body, heads
    raise NoFont(
        _(
            "这台服务器没有中文字体，不能生成 PDF；请管理员安装 fonts-noto-cjk 或设 ZERENTIAN_FONTS。Word 和网页打印不受影响"
        )
    )


def _folders() -> list[str]:
    return [str(settings.ZERENTIAN_FONTS)] if settings.ZERENTIAN_FONTS else []
