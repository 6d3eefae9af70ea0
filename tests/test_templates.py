"""What holds for every template and the English catalogue."""

import re
from pathlib import Path

import pytest

from tools import catalogue

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = sorted((ROOT / "zerentian").glob("*/templates/**/*.html"))
FORBIDDEN = {
    r"\sstyle\s*=": "an inline style: the content security policy blocks it",
    r"<style\b": "a style element: put it into assets/src",
    r"<script(?![^>]*\bsrc=)": "an inline script: put it into assets/src",
    r"\son[a-z]+\s*=": "an inline handler: the content security policy blocks it",
    r"hx-on|js:": "htmx would need eval",
    r"https?://(?!www\.w3\.org)": "a foreign address: everything is served by the house",
}
_COMMENT = re.compile(r"\{%\s*comment\s*%\}.*?\{%\s*endcomment\s*%\}|\{#.*?#\}", re.S)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "zerentian")))
def test_template_runs_under_the_content_security_policy(path: Path) -> None:
    text = _COMMENT.sub("", path.read_text("utf-8"))
    markup = re.sub(r"\{%.*?%\}", "", text)
    assert [reason for pattern, reason in FORBIDDEN.items() if re.search(pattern, markup, re.I)] == []
    assert not re.search(r"\|\s*safe\b|autoescape off", text), "unescaped text: build it with format_html"


def test_components_say_what_they_take() -> None:
    silent = [
        path.name
        for path in (ROOT / "zerentian/kernel/templates/ui").glob("*.html")
        if "{% parameters " in path.read_text("utf-8") and not path.read_text("utf-8").startswith("{% comment %}")
    ]
    assert silent == []


def test_the_english_catalogue_is_sound() -> None:
    assert catalogue.merged()[1] == []


def test_every_chinese_text_has_its_english() -> None:
    assert [f"{place}: {text}" for text, place in catalogue.missing()] == []
