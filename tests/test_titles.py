"""Whatever is written into the record of acts has a name that people read."""

import ast
from pathlib import Path

import pytest

from zerentian.kernel.acts import registry, titles

HOUSE = Path(__file__).resolve().parents[1] / "zerentian"


def _recorded(path: Path) -> set[str]:
    """The names under which a module records acts that are no functions of their own."""
    tree = ast.parse(path.read_text("utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "acting"]
    named = [call.args[0] for call in calls if call.args]
    return {str(a.value if isinstance(a, ast.Constant) else constants.get(getattr(a, "id", ""), "")) for a in named}


MODULES = [path for path in HOUSE.rglob("*.py") if "tests" not in path.parts and "acting(" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_what_a_job_records_has_a_title(path: Path) -> None:
    assert _recorded(path) - {""} - set(titles) == set()


def test_every_act_has_a_title() -> None:
    assert {name for name in registry if name.split(".")[0] != "test"} - set(titles) == set()
    assert {"assessment.recompute", "exchange.take_in"} <= set().union(*map(_recorded, MODULES))
