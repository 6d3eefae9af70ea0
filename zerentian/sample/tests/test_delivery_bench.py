"""The benchmark of deliveries stores what it writes, and says the ratio and the memory."""

from pathlib import Path
from typing import Any

import pytest

from zerentian.kernel.bench import Report
from zerentian.kernel.refusal import Refused
from zerentian.sample.services import delivery_benches

pytestmark = pytest.mark.django_db


def test_a_file_is_stored_and_compared(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ZERENTIAN_HOME = tmp_path
    monkeypatch.setitem(delivery_benches.ROWS, "demo", 3_000)
    report = Report("deliver", "demo")
    delivery_benches.bench_deliver(scale="demo", report=report)
    assert "3,000 rows stored" in report.as_text()
    assert report.measured[0].ratio is not None
    with pytest.raises(Refused, match="已经有机动车交付"):
        delivery_benches.bench_deliver(scale="demo", report=report)
