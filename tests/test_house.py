"""What holds for the whole house: floors, words, sizes, who writes, what is declared, what is generated."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from zerentian.kernel.db import own_models
from zerentian.kernel.models import Access, Row
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import SealedField

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "zerentian"
MODULES = sorted(p for p in HOUSE.rglob("*.py") if "migrations" not in p.parts and "tests" not in p.parts)
TEMPLATES = sorted(HOUSE.glob("*/templates/**/*.html"))
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEMPLATE, LONGEST_SETTINGS, MOST_PARAMETERS = 400, 50, 150, 250, 10
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
READERS = ("views", "api", "queries", "forms", "templatetags", "rules")


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def none_of(found: list[str]) -> None:
    """Fails with one line for each thing that was found."""
    assert not found, "\n" + "\n".join(found)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.AST]:
    """Every module of the house, parsed."""
    return {path: ast.parse(path.read_text("utf-8")) for path in MODULES}


# --- floors ------------------------------------------------------------------------------------------


def test_the_floors_are_the_same_in_the_settings_the_linter_and_the_architecture() -> None:
    installed = [name.removeprefix("zerentian.") for name in settings.OWN_APPS]
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    linted = [app.strip() for layer in reversed(contract["layers"]) for app in reversed(layer.split("|"))]
    table = re.findall(r"^\| [–\d] \| (`.+?`) \|", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.MULTILINE)
    told = [app for row in reversed(table) for app in reversed(re.findall(r"`(\w+)`", row))]
    level = {
        app: number for number, layer in enumerate(reversed(contract["layers"])) for app in re.findall(r"\w+", layer)
    }
    assert sorted(linted) == sorted([*installed, "config"]) == sorted(told)
    assert [level[app] for app in installed] == sorted(level[app] for app in installed)
    assert [level[app] for app in told] == sorted(level[app] for app in told)


def test_an_app_has_only_files_of_the_vocabulary() -> None:
    names = {
        "__init__", "apps", "rules", "models", "queries", "services", "forms", "views", "api", "urls", "facts", "templates", "templatetags",
        "management", "migrations", "tests", "static", "data", "sources", "middleware", "__pycache__",
    }  # fmt: skip
    apps = [HOUSE / name.removeprefix("zerentian.") for name in settings.OWN_APPS[1:]]
    strange = [place(path) for app in apps for path in app.iterdir() if path.name.split(".")[0] not in names]
    none_of(strange)


# --- writing -----------------------------------------------------------------------------------------


def test_only_acts_write(trees: dict[Path, ast.AST]) -> None:
    found = []
    for path, tree in trees.items():
        inside = path.relative_to(HOUSE).with_suffix("").parts
        if len(inside) > 1 and inside[1] in READERS:
            found += [f"{place(path)}:{node.lineno} .{node.func.attr}()" for node in _writes(tree)]
    none_of(found)


def _writes(tree: ast.AST) -> Iterator[Any]:
    """Calls that write through the ORM: `x.save()`, `…objects….create()` and their kin."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            through_manager = ".objects" in ast.unparse(node.func.value)
            if node.func.attr in WRITES | {"update"} and through_manager or node.func.attr == "save" and not node.args:
                yield node


def test_an_act_takes_few_things_and_says_by_whom(trees: dict[Path, ast.AST]) -> None:
    wrong = []
    for path, tree in trees.items():
        for function in functions(tree):
            if not any(isinstance(d, ast.Call) and ast.unparse(d.func) == "act" for d in function.decorator_list):
                continue
            named = [argument.arg for argument in function.args.kwonlyargs]
            if function.args.args or "by" not in named or len(named) > MOST_PARAMETERS:
                wrong.append(f"{place(path)}:{function.lineno} {function.name}({', '.join(named)})")
    none_of(wrong)


# --- declarations ------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", own_models(), ids=lambda m: m.__name__)
def test_a_model_declares_who_sees_it_and_what_is_personal(model: type[Row]) -> None:
    fields = {field.name: field for field in model._meta.concrete_fields}
    assert "division" in fields or model.access in (Access.SIGNED_IN, Access.SYSTEM), (
        "no division, and not said to be for all"
    )
    assert set(model.personal) <= set(fields), "declares personal fields that it has not"
    sealed = {name for name, field in fields.items() if isinstance(field, SealedField)}
    assert sealed <= set(model.personal), "seals a field without declaring it personal"


def test_every_model_is_in_the_glossary() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    words = {word.lower() for word in re.findall(r"^\| ([^|]+?) \| [^|]+\|", text, re.MULTILINE)}
    missing = []
    for model in own_models():
        name = re.sub(r"(?<!^)(?=[A-Z])", " ", model.__name__).lower()
        alike = {
            name,
            name.removesuffix(" record"),
            re.sub(r"^staged \w+$", "staged row", name),
            name.removeprefix("import "),
        }
        if not alike & words:
            missing.append(name)
    none_of(missing)


def test_every_permission_is_asked_for_somewhere_and_given_to_somebody() -> None:
    asking = [p for p in MODULES if p != HOUSE / "kernel" / "permissions.py" and p != HOUSE / "accounts" / "rules.py"]
    text = "\n".join(path.read_text("utf-8") for path in asking)
    templates = "\n".join(path.read_text("utf-8") for path in TEMPLATES)
    roles = (HOUSE / "accounts" / "rules.py").read_text("utf-8")
    unasked = [
        p.name for p in Permission if not re.search(rf"\bP(ermission)?\.{p.name}\b", text) and p.value not in templates
    ]
    ungiven = [p.name for p in Permission if not re.search(rf"\bP\.{p.name}\b", roles)]
    none_of([f"{name} is asked for nowhere" for name in unasked] + [f"{name} is given to no role" for name in ungiven])


def test_every_template_is_used() -> None:
    everything = "\n".join(path.read_text("utf-8") for path in [*MODULES, *TEMPLATES])
    names = [
        path.relative_to(path.parents[len(path.parts) - path.parts.index("templates") - 2]).as_posix()
        for path in TEMPLATES
    ]
    used = everything + "".join(
        f"ui/{tag}.html" for tag in re.findall(r"\{% (card|drawer|filter_bar|table) ", everything)
    )
    none_of([name for name in names if name not in used and not re.match(r"\d{3}", name)])  # 404.html: by status


# --- sizes -------------------------------------------------------------------------------------------


def test_nothing_is_over_its_size(trees: dict[Path, ast.AST]) -> None:
    over = []
    for path, tree in trees.items():
        lines = len(path.read_text("utf-8").splitlines())
        limit = LONGEST_SETTINGS if path.name == "settings.py" else LONGEST_FILE
        if lines > limit:
            over.append(f"{place(path)}: {lines} lines, at most {limit}")
        for function in functions(tree):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > LONGEST_FUNCTION:
                over.append(
                    f"{place(path)}:{function.lineno} {function.name}: {length} lines, at most {LONGEST_FUNCTION}"
                )
    for path in TEMPLATES:
        lines = len(path.read_text("utf-8").splitlines())
        if lines > LONGEST_TEMPLATE:
            over.append(f"{place(path)}: {lines} lines, at most {LONGEST_TEMPLATE}")
    none_of(over)


def test_modules_and_public_functions_say_what_they_are_for(trees: dict[Path, ast.AST]) -> None:
    silent = [place(path) for path, tree in trees.items() if path.stat().st_size and not ast.get_docstring(tree)]  # type: ignore[arg-type]
    none_of(silent)


def test_every_dependency_has_its_reason_and_no_lock_an_address() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = [
        line
        for part in re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
        for line in part.split("\n")
    ]
    assert len(listed) > 20
    none_of([line for line in listed if line and not re.search(r'",\s+# \w', line)])
    none_of([name for name in ("uv.lock", "requirements.lock") if "://" in (ROOT / name).read_text("utf-8")])
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text("utf-8")


def test_no_middleware_stands_twice() -> None:
    """Twice, the unit of a request nests in another, and what was read could not be noted."""
    assert len(settings.MIDDLEWARE) == len(set(settings.MIDDLEWARE))


def test_the_generated_documents_are_current() -> None:
    call_command("docs", check=True)
