"""Components refuse what they do not know, and formats read as people write."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.forms.renderers import DjangoTemplates
from django.template import engines
from django.template.exceptions import TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from zerentian.kernel import drawing
from zerentian.kernel.drawing import LIGHTS
from zerentian.kernel.templatetags import ui

EVIL = "<script>alert('1')</script>\"&"


def drawn(source: str, query: str = "", **context: Any) -> str:
    """The text of a template that loads the library."""
    template = engines["django"].from_string("{% load ui %}" + source)
    return template.render(context, RequestFactory().get(f"/{query}"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('{% include "ui/alert.html" with text="a" variant="loud" only %}', "has no variant 'loud'"),
        ('{% include "ui/light.html" with text="a" only %}', "needs the parameter 'status'"),
        ('{% include "ui/light.html" with status="green" only %}', "has no status 'green'"),
        (
            '{% include "ui/kpi.html" with label="a" value="1" colour="red" only %}',
            "does not know the parameter 'colour'",
        ),
        ('{% include "ui/empty.html" with text="a" %}', "with `only`"),
        ('{% card tone="loud" %}{% endcard %}', "has no tone 'loud'"),
        ("{% table %}{% endtable %}", "needs the parameter 'label'"),
        ('{% card "a" %}{% endcard %}', "takes name=value"),
    ],
)
def test_a_component_refuses_what_it_does_not_know(source: str, complaint: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="|".join([complaint])):
        drawn(source, x=1)


@pytest.mark.parametrize(
    ("filtered", "value", "text"),
    [
        ("v|number", 25053, "25,053"),
        ("v|number", Decimal("5354.30"), "5,354.3"),
        ("v|number:1", 98, "98.0"),
        ("v|number", 0, "0"),
        ("v|number", None, "尚未测算"),
        ("v|percent", Decimal("98.649"), "98.6%"),
        ("v|percent", Decimal("99.95"), "99.9%"),
        ("v|percent", 100, "100%"),
        ("v|percent", None, "尚未测算"),
        ("v|yuan", Decimal("12345.605"), "12,345.61 元"),
        ('v|quantity:"days"', 3, "3 天"),
        ('v|quantity:"ratio"', Decimal("2.5"), "2.50"),
        ("v|day", date(2026, 11, 23), "2026-11-23"),
        ("v|day", None, "—"),
        ("v|moment", datetime(2026, 11, 22, 16, 30, tzinfo=UTC), "2026-11-23 00:30"),
        ("v|yes_no", False, "否"),
        ("v|yes_no", None, "—"),
        ("v|or_dash", "", "—"),
        ("v|or_dash", 0, "0"),
    ],
)
def test_values_read_as_people_write_them(filtered: str, value: Any, text: str) -> None:
    assert drawn("{{ " + filtered + " }}", v=value) == text


def test_masked_text_says_that_it_is_masked() -> None:
    shown = drawn('{{ v|masked:"phone" }}', v="13812345678")
    assert "138****5678" in shown
    assert "12345678" not in shown
    assert "部分隐去" in shown


def test_every_status_has_its_shape_and_word_in_both_languages() -> None:
    assert {light.shape for light in LIGHTS.values() if light.tone == "bad"} == {"▲"}
    for status in LIGHTS:
        source = '{% include "ui/light.html" with status=s only %}'
        assert str(LIGHTS[status].word) in drawn(source, s=status)
        with translation.override("en"):
            assert ui.status_word(status).isascii()


def test_links_keep_the_rest_of_the_query() -> None:
    assert drawn("{% query_string page=2 sort=None %}", "?q=a&sort=b&page=1") == "?q=a&amp;page=2"
    header = drawn('{% sort_header "name" "单位" %}', "?sort=name&page=3")
    assert 'aria-sort="ascending"' in header
    assert 'href="?sort=-name"' in header
    page = Paginator(range(500), 50).page(4)
    pager = drawn('{% include "ui/pager.html" with page=p total=500 only %}', "?q=a", p=page)
    assert 'href="?q=a&amp;page=5"' in pager
    assert 'aria-current="page">4<' in pager


def test_what_users_typed_is_escaped_in_every_component() -> None:
    evil = "<script>alert(1)</script>"
    for source in (
        '{% include "ui/alert.html" with text=v items=l only %}',
        '{% include "ui/definitions.html" with items=p only %}',
        '{% include "ui/breadcrumb.html" with items=p only %}',
        '{% include "ui/bar_chart.html" with data=d label=v only %}',
        "{% card title=v %}{{ v }}{% endcard %}",
    ):
        data = {"values": [{"name": evil, "value": 1, "text": evil}]}
        assert "<script>alert" not in drawn(source, v=evil, l=[evil], p=[(evil, evil)], d=data)


def test_a_select_reads_as_djangos_own() -> None:
    class Wanted(forms.Form):
        area = forms.ChoiceField(
            choices=[("", "全部"), ("a&b", "<甲>"), ("组", [("1", "一"), (2, "二")])], required=False
        )
        many = forms.MultipleChoiceField(choices=[(n, f"第 {n}") for n in range(3)])
        known = forms.NullBooleanField()

    for name in Wanted.base_fields:
        data = {"area": "2", "many": ["0", "2"]}
        theirs = Wanted(data, renderer=DjangoTemplates())[name].as_widget(attrs={"class": "form-select"})
        ours = drawing.widget(Wanted(data)[name])
        assert "<option" in ours
        assert ours == re.sub(r"\s*\n\s*", "", theirs)


def test_a_field_of_a_filter_stands_as_in_a_form() -> None:
    class Wanted(forms.Form):
        text = forms.CharField(label=EVIL, help_text=EVIL, required=False)
        one = forms.ChoiceField(label="一", choices=[("a", EVIL)])
        sure = forms.BooleanField(label=EVIL, help_text="说明")
        kind = forms.ChoiceField(label="类", choices=[("a", "甲")], widget=forms.RadioSelect)

    form = Wanted({"text": EVIL, "one": "z", "kind": "a"})
    for name in Wanted.base_fields:
        long = drawn('{% include "ui/field.html" with field=f compact=True only %}', f=form[name])
        short = drawn("{% filter_field f %}", f=form[name])
        assert re.sub(r"\s+", "", long) == re.sub(r"\s+", "", short)
        assert "<script>alert" not in short
        assert ("zt-field-wrong" in short) is (name in ("one", "sure"))
    assert drawn("{% filter_field f %}", f=form["one"]).count("<p>") == len(form["one"].errors) == 1
    assert "（可不填）" in drawn('{% include "ui/field.html" with field=f only %}', f=form["text"])
    assert "（可不填）" not in drawn('{% include "ui/field.html" with field=f only %}', f=form["one"])
