"""No sequence of settings puts a value that may not be published on a page, a print or an answer of the API."""

import json
import re
import unicodedata
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zerentian.accounts.tests.cast import COUNTY, TOWNSHIPS, VILLAGES
from zerentian.disclosure import queries
from zerentian.disclosure.api import public_lines
from zerentian.disclosure.forms import ComposeForm
from zerentian.disclosure.models import Notice
from zerentian.disclosure.rules.lines import Publishable, channel_of, line_of
from zerentian.disclosure.rules.states import line_faults
from zerentian.disclosure.rules.typed import asked_fields
from zerentian.disclosure.views.pages import qr
from zerentian.kernel.refusal import Refused

# What the register holds of a household besides what may be published.
NUMBERS = {
    "id_number": "360732197001010017", "phone": "13912345678", "account": "6228480402564890018",
    "disability_card": "36073219700101001744", "landline_of_home": "07975312345678",
}  # fmt: skip
WORDS = {"health": "长期慢性病", "illness": "患有大病", "disability": "肢体残疾", "cancer": "肺癌晚期"}
PERSONAL = {**NUMBERS, **WORDS}
_CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def disguised(secret: str) -> list[str]:
    """The secret in other clothes."""
    split = [f"{secret[:6]}{sign}{secret[6:]}" for sign in (" ", "-", "·", "、", "\u3000", "\u200b")]
    return [
        secret,
        f"钟文华{secret}",
        f"钟文华（{secret}）",
        secret.translate(_WIDE),
        secret.translate(_CHINESE),
        *split,
    ]


SECRETS = st.sampled_from(sorted(PERSONAL.values())).flatmap(lambda one: st.sampled_from(disguised(one)))
ANY = st.one_of(SECRETS, st.integers(0, 10**19), st.integers(0, 10**19).map(str), st.text(max_size=30), st.none())
GOOD = {
    "name": st.sampled_from(["钟文华", "买买提·艾力", "欧阳修文"]), "group": st.sampled_from(["", "第一村民小组", "第12组"]),
    "size": st.integers(1, 9), "place": st.sampled_from(["", "坝南村"]), "amount": st.sampled_from(["125000", "99.5"]),
}  # fmt: skip
STRANGE = [*PERSONAL, "id_mask", "note", "line"]


@st.composite
def kinds_and_rows(draw: Any) -> tuple[str, list[dict[str, Any]]]:
    """Lines as the kind has them, with here and there a field that holds anything, or one more than there are."""
    kind = queries.kind_of(draw(st.sampled_from(sorted(queries.kinds()))))
    good = {**GOOD, "result": st.sampled_from(sorted(kind.result_keys()))}
    rows = [
        {field.value: draw(good[field.value]) for field in kind.entry.fields} for _ in range(draw(st.integers(1, 3)))
    ]
    if draw(st.integers(0, 3)):
        draw(st.sampled_from(rows))[draw(st.sampled_from(sorted(field.value for field in Publishable)))] = draw(ANY)
    if not draw(st.integers(0, 9)):
        draw(st.sampled_from(rows))[draw(st.sampled_from(STRANGE))] = draw(ANY)
    return kind.id, rows


@st.composite
def channels(draw: Any) -> dict[str, Any]:
    """An office, with here and there anything in one of its fields."""
    found: dict[str, Any] = {
        "office": "潋江镇扶贫工作站",
        "phone": draw(st.sampled_from(["", "0797-5312345", "12317"])),
    }
    if not draw(st.integers(0, 2)):
        found[draw(st.sampled_from(["office", "phone", "address", "mobile"]))] = draw(SECRETS | st.text(max_size=20))
    return found


PLACES = {"village": VILLAGES[0], "township": TOWNSHIPS[0], "county": COUNTY, "province": 360000000000}
CALM = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def plain(text: str) -> str:
    """The text with every disguise taken off."""
    back = text.translate(str.maketrans("〇零一二三四五六七八九", "00123456789"))
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", back))


def composed(kind: str, lines: Any, channel: Any, state: str) -> Notice:
    """A notice as the act makes it of checked lines; not stored."""
    today, place = timezone.localdate(), PLACES[queries.kind_of(kind).entry.level]
    return Notice(
        pk=1, division=place, code="7KQ2M9XA", kind=kind, lines=[line.kept() for line in lines], channel=channel.kept(),
        days=7, state=state, composed_on=today, due_on=today, published_on=today, period_to=today + timedelta(days=7),
    )  # fmt: skip


def shown(notice: Notice) -> str:
    """Everything that a page, the print for the board or the API says of the notice."""
    request, texts = RequestFactory().get("/"), []
    for language in ("zh", "en"):
        for in_public in (True, False):
            sheet = queries.sheet_of(notice, in_public=in_public, language=language)
            facts = {
                "sheet": sheet,
                "picture": qr("http://x/"),
                "address": "",
                "issuer": "",
                "back": "/",
                "messages": (),
            }
            texts += [
                render_to_string(name, facts, request) for name in ("portal/notice.html", "disclosure/print.html")
            ]
            texts.append(json.dumps(public_lines(sheet), ensure_ascii=False, default=str))
    return "\n".join(texts)


def assert_silent(text: str, typed: str) -> None:
    """Nothing personal that went in came out."""
    said = plain(text)
    told = [name for name, secret in PERSONAL.items() if secret in said and secret in plain(typed)]
    assert not told, f"the notice tells {told}"


@pytest.mark.django_db
@given(asked=kinds_and_rows(), office=channels(), state=st.sampled_from(["published", "ended"]))
@CALM
def test_no_mapping_of_fields_lets_a_personal_value_out(
    asked: tuple[str, list[dict[str, Any]]], office: dict[str, Any], state: str
) -> None:
    kind, rows = asked
    try:
        lines, channel = [line_of(row) for row in rows], channel_of(office)
    except Refused:
        return
    if line_faults(queries.kind_of(kind), lines):
        return
    assert_silent(shown(composed(kind, lines, channel, state)), json.dumps([rows, office], ensure_ascii=False))


@pytest.mark.django_db
@given(asked=kinds_and_rows(), office=channels())
@CALM
def test_nothing_typed_into_the_form_lets_a_personal_value_out(
    asked: tuple[str, list[dict[str, Any]]], office: dict[str, Any]
) -> None:
    kind = queries.kind_of(asked[0])
    rows = [[str(row.get(field.value) or "") for field in asked_fields(kind)] for row in asked[1]]
    text = "\n".join("\t".join(row) for row in rows)
    form = ComposeForm({"text": text, "days": 7, "address": "", **office}, kind=kind)
    if not form.is_valid() or line_faults(kind, form.cleaned_data["lines"]):
        return
    cleaned = form.cleaned_data
    notice = composed(kind.id, cleaned["lines"], cleaned["channel"], "published")
    assert_silent(shown(notice), json.dumps([text, office], ensure_ascii=False))


def test_the_guesses_above_reach_the_page() -> None:
    """A fuzz test that everything refuses would prove nothing."""
    tried, accepted = [], []

    @given(asked=kinds_and_rows())
    @settings(CALM, database=None)
    def count(asked: tuple[str, list[dict[str, Any]]]) -> None:
        tried.append(asked)
        try:
            lines = [line_of(row) for row in asked[1]]
        except Refused:
            return
        if not line_faults(queries.kind_of(asked[0]), lines):
            accepted.append(asked)

    count()
    assert len(accepted) * 5 > len(tried)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PERSONAL))
@pytest.mark.parametrize("field", ["name", "group", "place", "office", "address"])
def test_each_personal_value_is_refused_in_each_text(name: str, field: str) -> None:
    for value in disguised(PERSONAL[name]):
        if name in WORDS and plain(value) != plain(PERSONAL[name]) and PERSONAL[name] not in plain(value):
            continue
        with pytest.raises(Refused):
            channel_of({"office": "站", field: value}) if field in ("office", "address") else line_of(
                {"name": "钟文华", field: value}
            )


@pytest.mark.django_db
def test_a_row_of_the_database_that_was_tampered_with_is_not_shown() -> None:
    good = line_of({"name": "钟文华", "size": 4, "result": "proposed"})
    made = composed("exit.household", [good], channel_of({"office": "扶贫工作站"}), "published")
    assert "钟文华" in shown(made)
    for stored in ({"name": "钟文华", "id_number": NUMBERS["id_number"]}, {"name": NUMBERS["phone"]}):
        made.lines = [stored]
        with pytest.raises(Refused):
            shown(made)


def test_amounts_are_money_and_no_accounts() -> None:
    assert line_of({"name": "坝南村公路", "amount": "125000.50"}).amount == Decimal("125000.50")
    for wrong in ("6228480402564890018", "-1", "NaN", "x", "Infinity"):
        with pytest.raises(Refused):
            line_of({"name": "坝南村公路", "amount": wrong})
