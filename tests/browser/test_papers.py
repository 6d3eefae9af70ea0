"""PDF of forms, which needs the Chinese fonts that the browser tests need, too."""

from pathlib import Path

import pytest

from zerentian.kernel.papers import Grid, Pairs, Paper, Signatures, Text, write_pdf

pytestmark = pytest.mark.browser


def test_forms_become_sheets_of_paper(tmp_path: Path) -> None:
    rows = [[f"成员{n}", "<户主>#[x]", "健康$"] for n in range(80)]
    blocks = [Pairs("一、基本情况", [("户主", "曾春秀"), ("住址", "")], 2), Grid("二", ["姓名", "关系", "健康"], rows),
              Text("说明", "*不是标记*"), Signatures(("户主",))]  # fmt: skip
    target = tmp_path / "form.pdf"
    write_pdf([Paper("贫困户登记表", "兴国县", blocks, "打印"), Paper("明白卡", "", blocks[:1], large=True)], target)
    content = target.read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(content) > 20_000, "without glyphs a sheet would be small"
