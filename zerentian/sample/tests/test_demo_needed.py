"""What would put a sample's acts into a real register is refused before anything is made ready."""

from typing import Any

import pytest

from zerentian.kernel.refusal import Refused
from zerentian.sample.services.installing import prepare_bench


@pytest.mark.parametrize("name", ["pages", "procedures"])
def test_a_benchmark_of_acts_needs_the_demonstration(name: str, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(Refused, match="ZERENTIAN_DEMO=1"):
        prepare_bench(name=name, scale="demo", tell=print)
