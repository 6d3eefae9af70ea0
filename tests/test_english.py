"""Every page in English: no Chinese outside of what people typed, by whom the page is for."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import RequestFactory, override_settings
from django.urls import reverse
from django.utils.translation import override

from tests.access import TABLE, arguments
from tests.sentences import HOUSE, modules, sentences
from tests.world import CAST, World, build
from zerentian.kernel.http import refusal_response
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.sentences import spoken

HAN = re.compile(r"[\u3400-\u9fff]+")
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SPOKEN = ("title", "alt", "aria-label", "placeholder", "data-zt-failed")
# Files, not pages.
NO_PAGES = {"territory:area_export", "organisations:body_export", "organisations:body_template", "api:openapi"}


class Reader(HTMLParser):
    """Collects the Chinese that a reader meets outside [data-user-content]."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.typed: set[str] = set()
        self.titled: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are read out count as text."""
        given = dict(attrs)
        hidden = "data-user-content" in given or (bool(self.open) and self.open[-1][1])
        if not hidden:
            self.found += [word for name in SPOKEN for word in HAN.findall(given.get(name) or "")]
        if tag not in VOID:
            self.open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        """Close up to the element that opened."""
        while self.open:
            name, _hidden = self.open.pop()
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        tag, hidden = self.open[-1] if self.open else ("", False)
        if hidden:
            self.typed |= set(HAN.findall(data))
        elif tag == "title":
            self.titled += HAN.findall(data)
        elif tag not in ("script", "style"):
            self.found += HAN.findall(data)


def chinese(page: str) -> list[str]:
    """The Chinese words of a page that are the interface's own.

    A title cannot hold a mark, so it may have the words that are marked elsewhere on the page.
    """
    reader = Reader()
    reader.feed(page)
    return reader.found + [word for word in reader.titled if word not in reader.typed]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>责任<b data-user-content>兴国<i>县</i></b>台账</p>", ["责任", "台账"]),
        ('<input placeholder="名称"><span data-user-content><input title="县"></span>', ["名称"]),
        ("<title>兴国县 台账</title><h1 data-user-content>兴国县</h1>", ["台账"]),
        ("<script>'中文'</script><br><p data-user-content>县<br>乡</p>市", ["市"]),
    ],
)
def test_the_reader_knows_what_people_typed(page: str, words: list[str]) -> None:
    assert chinese(page) == words


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ('raise Refused(f"第 {row} 行没有{what}")', {"第 {} 行没有{}"}),
        ('def f():\n    """说明"""\n    told = "不行"\n    raise Denied(told)', {"不行"}),
        ('WORDS = {1: "不行"}\ndef f():\n    return Reason(WORDS[1], "姓名")', {"不行", "姓名"}),
        ('def _flag(text): return Problem(text)\ndef f():\n    _flag("重复" if f else "不行")', {"重复", "不行"}),
        ("Cross(\"select a, '户 ' || b || ' 重复' as text\", '；请核对')", {"户 {} 重复", "；请核对"}),
        ('def f():\n    store("凭证")\n    raise Refused(gettext("不行"), "第 {} 行 ".strip())', {"第 {} 行 "}),
        ('title = "户档案"', set()),
    ],
)
def test_what_refuses_is_found(tmp_path: Path, module: str, told: set[str]) -> None:
    path = tmp_path / "module.py"
    path.write_text(module, "utf-8")
    assert sentences(path) == told


@pytest.mark.parametrize("app", sorted({path.relative_to(HOUSE).parts[0] for path in modules()}))
def test_a_refusal_speaks_english(app: str) -> None:
    texts = {text for path in modules() if path.is_relative_to(HOUSE / app) for text in sentences(path)}
    with override("en"):
        wrong = [text for text in sorted(texts) if HAN.search(spoken(text.replace("{}", "7")))]
    assert wrong == []


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        (
            "贫困发生率：3.738%，应低于 2%（责任制第十六条；厅字〔2016〕16 号）；危房户：还有 3 户没有解决（责任制第十六条；厅字〔2016〕16 号）",
            "Incidence: 3.738%; it must be below 2% (Rules on responsibility, Article 16; document 16 of 2016 (Tingzi));"
            " Households in dangerous houses: 3 households are left (Rules on responsibility, Article 16; document 16 of 2016 (Tingzi))",
        ),
        (
            "/tmp/x：没有答案文件 key/*.parquet；请写明 zerentian sample_deliveries --out 的目录",
            "/tmp/x: There is no answer key key/*.parquet; name the folder of zerentian sample_deliveries --out",
        ),
        ("“月收入”没有填；这一列必填", "“月收入” is not filled in; this column is required"),
        ("；请先改正或补上这一户", "; correct or add this household first"),
        ("缺少列 plate、owner", "Column plate, owner is missing"),
        (
            "参数 line 在 2016-12-31 没有适用于区划 36 的值",
            "On 2016-12-31, parameter line has no value for division 36",
        ),
    ],
)
def test_a_sentence_is_told_by_its_parts(chinese: str, english: str) -> None:
    with override("en"):
        assert spoken(chinese) == english


def test_a_refusal_of_the_api_speaks_the_language_that_the_program_accepts() -> None:
    error = Refused(Reason("“甲”由别的部门交付和答复", "指标"), "请写明理由")
    with override("en"):
        told = json.loads(refusal_response(RequestFactory().get("/api/v1/replies"), error).content)
    assert told["reasons"][0]["text"] == "“甲” is delivered and answered by another department"
    assert (told["reasons"][0]["where"], told["reasons"][1]["text"]) == ("Measures", "Say why")
    assert told["detail"].endswith("；Say why")
    with override("zh-hans"):
        told = json.loads(refusal_response(RequestFactory().get("/api/v1/replies"), error).content)
    assert told["reasons"][1]["text"] == "请写明理由"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One of everything for the whole module; rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=HASHERS):
            yield build()
        transaction.set_rollback(True)


def readers() -> Iterator[tuple[str, str, str]]:
    """(name, method, who) of each page that somebody of the cast is shown."""
    for name, method, statuses in TABLE:
        who = next((w for w, status in zip(CAST, statuses, strict=True) if status in (200, 422)), None)
        if (
            who is not None
            and name not in NO_PAGES
            and not name.startswith("api:list")
            and not name.startswith("api:read")
        ):
            yield name, method, who


@pytest.mark.parametrize(("name", "method", "who"), list(readers()), ids=[f"{m} {n}" for n, m, _ in readers()])
def test_a_page_speaks_english(world: World, name: str, method: str, who: str) -> None:
    address = reverse(name, kwargs=arguments(name, world.ids))
    with transaction.atomic():
        answer = world.ask(who, method, address, "en")
        transaction.set_rollback(True)
    if answer["Content-Type"].startswith("text/html"):
        assert chinese(answer.content.decode()) == []


def test_the_top_bar_names_the_post_in_english(world: World) -> None:
    address = reverse("assessment:disputes")
    assert "County officer, 兴国县" in world.ask("county", "GET", address, "en").content.decode()
    assert "County officer" not in world.ask("county", "GET", address, "zh-hans").content.decode()
