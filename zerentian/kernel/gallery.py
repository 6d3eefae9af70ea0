"""What the gallery shows: every component of the interface in every variant, with invented contents."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zerentian.kernel.models import Run

STATUSES = ["done", "on_track", "at_risk", "overdue", "failed", "not_due", "not_applicable", "disputed", "not_measured"]
TONES = ["neutral", "info", "good", "warn", "bad"]
VARIANTS = ["info", "success", "warning", "danger"]
_NOW = datetime(2026, 11, 23, tzinfo=UTC)
_CITIES = [
    (360100, "南昌市", "97.2"), (360200, "景德镇市", "83.3"), (360300, "萍乡市", "93.7"), (360400, "九江市", "87.8"),
    (360500, "新余市", "84.5"), (360600, "鹰潭市", "96.7"), (360700, "赣州市", "83.8"), (360800, "吉安市", "98"),
    (360900, "宜春市", "98.4"), (361000, "抚州市", "86.4"), (361100, "上饶市", None),
]  # fmt: skip
_TOWNSHIPS = [
    ("潋江镇", "98.2"),
    ("江背镇", "91"),
    ("古龙岗镇", "76.5"),
    ("梅窖镇", "88.3"),
    ("高兴镇", "94"),
    ("良村镇", None),
]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("单位名称"), help_text=gettext_lazy("与公章一致的全称。"))
    kind = forms.ChoiceField(
        label=gettext_lazy("类别"), choices=[("a", gettext_lazy("县级")), ("b", gettext_lazy("乡级"))]
    )
    level = forms.ChoiceField(
        label=gettext_lazy("是否有任务"),
        choices=[("yes", gettext_lazy("有")), ("no", gettext_lazy("没有"))],
        widget=forms.RadioSelect,
    )
    causes = forms.MultipleChoiceField(
        label=gettext_lazy("致贫原因"),
        choices=[("illness", gettext_lazy("因病")), ("school", gettext_lazy("因学"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    starts_on = forms.DateField(label=gettext_lazy("任职日期"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=gettext_lazy("理由"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    file = forms.FileField(label=gettext_lazy("附件"), required=False)
    is_sure = forms.BooleanField(label=gettext_lazy("我已核对"), required=True)


class SampleFilter(forms.Form):
    """A filter bar."""

    year = forms.ChoiceField(label=gettext_lazy("年度"), choices=[("2026", "2026"), ("2025", "2025")], required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("状态"),
        choices=[("", gettext_lazy("全部")), ("overdue", gettext_lazy("逾期"))],
        required=False,
    )
    q = forms.CharField(label=gettext_lazy("名称"), required=False)


def _runs() -> list[Run]:
    """A run in each of its states."""
    working = {"total": 12_000, "done": 4_800, "note": _("正在核对身份证号")}
    return [
        Run(pk=1, status=Run.Status.WAITING, title=_("导入")),
        Run(pk=2, status=Run.Status.WORKING, title=_("导入"), **working),
        Run(pk=3, status=Run.Status.DONE, title=_("导入"), done=12_000, refused=17),
        Run(pk=4, status=Run.Status.FAILED, title=_("导入"), error=_("文件不是工作簿，请另存为 .xlsx 后再上传。")),
        Run(pk=5, status=Run.Status.CANCELLED, title=_("导入")),
    ]


def _charts() -> dict[str, Any]:
    def row(code: int, name: str, value: str | None) -> dict[str, Any]:
        text = f"{value}%" if value else ""
        return {
            "code": code * 10**6,
            "name": name,
            "value": float(value) if value else None,
            "text": text,
            "url": f"?area={code}",
        }

    cities = [row(*city) for city in _CITIES]
    townships = [row(1, name, value) for name, value in _TOWNSHIPS]
    return {
        "map_data": {"area": 360000000000, "unit": "%", "worst": "low", "values": cities},
        "bar_data": {"unit": "%", "worst": "low", "target": 90, "values": townships},
    }


def samples(query: dict[str, str]) -> dict[str, Any]:
    """The context of the gallery page; `query` fills the filter bar."""
    events = [
        {"at": date(2026, 11, 2), "text": _("下发督办函"), "who": _("省扶贫办")},
        {"at": date(2026, 11, 5), "text": _("签收"), "tone": "good", "note": _("责任人已明确。")},
        {"at": _NOW - timedelta(days=5), "text": _("逾期"), "tone": "bad", "href": "#"},
        {"at": _NOW, "text": _("临近期限"), "tone": "warn"},
    ]
    tabs = [
        {"label": _("概况"), "url": "?tab=1", "active": True},
        {"label": _("成员"), "url": "?tab=2", "active": False, "count": 1234},
    ]
    return {
        "statuses": STATUSES, "tones": TONES, "variants": VARIANTS, "as_of": _NOW, "none": None,
        "problems": [_("第 3 行：日期看不懂。"), _("第 9 行：身份证号少一位。")],
        "crumbs": [(_("江西省"), "/"), (_("赣州市"), "#"), (_("兴国县"), "")],
        "facts": [(_("区划代码"), "360732000000"), (_("人口"), "852,000", _("2023年")), (_("备注"), ""), (_("层级"), _("县级"))],
        "events": events, "tabs": tabs, "runs": _runs(), "numbers": [0, 25053, 98.6, 12345.6],
        "rows": [(name, value, status) for (_code, name, value), status in zip(_CITIES, [*STATUSES, "done", "failed"], strict=True)],
        "page": Paginator(range(1234), 50).page(4),
        "form": SampleForm(auto_id="good_%s"), "wrong": SampleForm({"name": ""}, auto_id="wrong_%s"),
        "filter": SampleFilter(query or None, auto_id="filter_%s"), **_charts(),
    }  # fmt: skip
