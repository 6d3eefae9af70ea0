"""A computed 兴国县."""

from typing import Any

import pytest

from zerentian.assessment.services import recompute
from zerentian.assessment.tests import factories
from zerentian.assessment.tests.factories import CITY
from zerentian.kernel.actor import system


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Any) -> None:
    """Snapshots of tests lie in the test's own folder."""
    settings.ZERENTIAN_HOME = tmp_path


@pytest.fixture
def filled(db: None) -> dict[str, Any]:
    """Records, nothing computed yet."""
    return factories.province()


@pytest.fixture
def computed(filled: dict[str, Any]) -> dict[str, Any]:
    """Records, and the ledger computed from them."""
    recompute(by=system(), division=CITY)
    return filled
