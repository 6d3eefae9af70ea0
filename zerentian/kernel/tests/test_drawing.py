"""What is drawn without a template says the same as a template would, and escapes what it is given."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import engines
from django.urls import reverse, set_script_prefix
from django.utils import translation
from django.utils.safestring import SafeString

from zerentian.kernel import drawing, navigation
from zerentian.kernel.actor import Actor
from zerentian.kernel.permissions import Permission

HOSTILE = """<script>alert('x')</script>&"'"""


class _Every(forms.Form):
    """A field of each kind, with texts that would break out of their attributes and elements."""

    text = forms.CharField(
        label="a", widget=forms.TextInput(attrs={"type": "search", "title": HOSTILE, "hidden": False})
    )
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    number = forms.IntegerField(min_value=1, disabled=True)
    secret = forms.CharField(widget=forms.PasswordInput)
    sure = forms.BooleanField(required=False)
    carried = forms.CharField(widget=forms.HiddenInput)
    one = forms.ChoiceField(choices=[("", "–"), (HOSTILE, HOSTILE), ("b", SafeString("<b>")), (3, 3)])
    some = forms.MultipleChoiceField(
        choices=[("a", "甲"), (HOSTILE, [("x", HOSTILE), ("y", "乙")])], widget=forms.SelectMultiple(attrs={"size": 4})
    )
    note = forms.CharField(widget=forms.Textarea)


def _plain(text: str) -> str:
    return re.sub(r"\s*(</?[^>]+?)\s*>\s*", r"\1>", re.sub(r"\s+", " ", text)).strip()


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"text": HOSTILE, "day": "2026-11-01", "number": "7", "secret": HOSTILE, "sure": "on", "carried": HOSTILE,
         "one": HOSTILE, "some": ["a", "x"], "note": HOSTILE},
        {"text": "", "sure": "", "one": "none of them"},
    ],
)  # fmt: skip
def test_widgets_are_drawn_as_djangos_own_templates_draw_them(data: dict[str, Any] | None) -> None:
    ours, theirs = _Every(data, renderer=drawing.FormRenderer()), _Every(data, renderer=DjangoTemplates())
    for name in ours.fields:
        assert _plain(str(ours[name])) == _plain(str(theirs[name])), name
        assert "<script" not in str(ours[name])


def test_badges_and_lights_escape_what_they_are_given() -> None:
    shown = (
        drawing.badge(HOSTILE, HOSTILE)
        + drawing.light("failed", HOSTILE, f"/{HOSTILE}")
        + drawing.definitions([(HOSTILE, HOSTILE, HOSTILE)])
    )
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;&quot;") == 7
    assert drawing.light("failed", SafeString("<b>1</b>")).count("<b>1</b>") == 1
    source = '{% load ui %}{% include "ui/badge.html" with text=t tone="bad" only %}{% light "failed" t %}'
    assert "<script" not in engines["django"].from_string(source).render({"t": HOSTILE})


def test_a_light_speaks_the_readers_language() -> None:
    assert ">未达标</span>" in drawing.light("failed")
    with translation.override("en"):
        assert "未达标" not in drawing.light("failed")
    assert ">未达标</span>" in drawing.light("failed")


def test_an_address_is_the_one_that_reverse_gives_wherever_the_site_is_mounted() -> None:
    for prefix in ("/", "/past/2026-11-20/"):
        set_script_prefix(prefix)
        try:
            for name, number in (("kernel:run", 10), ("kernel:act", 9007199254740993)):
                assert drawing.address_of(name, number) == reverse(name, args=[number])
        finally:
            set_script_prefix("/")


def test_a_text_of_a_template_is_said_in_the_language_of_each_reader() -> None:
    source = '{% load i18n %}{% translate "查询" %}|{% translate "查询" as word %}{{ word }}|{% translate word %}'
    template = engines["django"].from_string(source)
    assert template.render({}) == "查询|查询|查询"
    with translation.override("en"):
        english = template.render({})
    assert "查询" not in english.rpartition("|")[0]
    assert template.render({}) == "查询|查询|查询"
    percent = engines["django"].from_string('{% load i18n %}{% translate "100% & <b>" %}')
    assert percent.render({}) == percent.render({}) == "100% & <b>"


def test_the_navigation_is_remembered_for_equal_permissions_only() -> None:
    reader = Actor(name="甲", user_id=1, permissions=frozenset({Permission.LEDGER_VIEW}))
    nobody = Actor(name="乙", user_id=2)
    ledger = reverse("assessment:ledger")
    assert f'href="{ledger}"' in navigation.drawn(reader, "/")
    assert f'href="{ledger}"' not in navigation.drawn(nobody, "/")
    assert navigation.drawn(reader, "/") is navigation.drawn(Actor(name="丙", permissions=reader.permissions), "/")
    here = re.findall(r'href="([^"]+)" aria-current="page"', navigation.drawn(reader, f"{ledger}360732000000/"))
    assert here == [ledger]
    with translation.override("en"):
        assert "责任台账" not in navigation.drawn(reader, "/")


def test_what_waits_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = [3]
    known = [*navigation._entries, navigation.Entry("desk", 99, "等", "kernel:heads", None, lambda _actor: waits[0])]
    monkeypatch.setattr(navigation, "_entries", known)
    actor = Actor(name="甲", user_id=1)
    assert '<span class="zt-count">3</span>' in navigation.drawn(actor, "/")
    waits[0] = 4
    assert '<span class="zt-count">4</span>' in navigation.drawn(actor, "/")
    assert [i["count"] for s in navigation.sections(actor, "/") for i in s["items"] if i["count"]] == [4]
