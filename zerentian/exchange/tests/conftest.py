"""Tests of the exchange keep their files in a folder of their own: two processes number their deliveries alike."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    settings.ZERENTIAN_HOME = tmp_path
