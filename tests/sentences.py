"""Finds the sentences in which the house refuses: what a reader may be told, with {} where something is filled in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HAN = re.compile(r"[\u3400-\u9fff]")
HOUSE = Path(__file__).parents[1] / "zerentian"
# What carries a sentence to a reader: refusals, problems of a row, checks of an import, errors of a command.
CARRIERS = {
    *("Refused", "Denied", "Outrun", "Reason", "Problem", "Done", "TextError", "UnknownDivision"),
    *("ValueError", "KeyError", "CommandError", "ServerError", "stops", "asks", "Cross"),
}
# Texts that are no sentences: translated where they stand, patterns, names of files and of long work.
PLAIN = {
    *("_", "gettext", "gettext_lazy", "ngettext", "compile", "replace", "removesuffix", "strip", "startswith", "endswith"),
    *("store", "store_for", "start", "perform", "system", "advance", "attachment", "count", "Column", "write"),
}  # fmt: skip
# Modules whose other texts are Chinese by purpose, papers for those who live there and an example of a file:
# only what they hand to a carrier itself counts.
PAPERS = {"letters.py", "prints.py", "local.py", "errors.py"}
_QUOTED = re.compile(r"'([^']*)'((?:\s*\|\|\s*(?:'[^']*'|[^'|,]+?))*)(?=\s*(?:as text|\s+end\b|when\b|else\b|$))")
_PIECE = re.compile(r"'([^']*)'|([^'|\s][^'|]*)")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sentences(path: Path) -> set[str]:
    """The Chinese sentences that a module hands to its readers as refusals."""
    tree = ast.parse(path.read_text("utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, Function)}
    carriers = CARRIERS if path.name in PAPERS else _carriers(functions)
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in carriers:
            found |= set(_texts(node))
        elif isinstance(node, Function) and node.name in carriers:
            found |= set(_texts(node))
            used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            found |= {text for name in used & constants.keys() for text in _texts(constants[name])}
    return {spoken for text in found for spoken in _told(text)}


def _carriers(functions: dict[str, Function]) -> set[str]:
    """The carriers, and the module's functions that hand something to one."""
    carriers, before = set(CARRIERS), 0
    while len(carriers) > before:
        before = len(carriers)
        carriers |= {
            name
            for name, function in functions.items()
            if any(isinstance(one, ast.Call) and _name(one.func) in carriers for one in ast.walk(function))
        }
    return carriers


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _texts(node: ast.AST) -> Iterator[str]:
    """The Chinese literals below a node, docstrings and plain texts left out."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call) and _name(node.func) in PLAIN:
        parts: list[ast.AST] = [node.func]
    elif isinstance(node, ast.JoinedStr):
        yield from _chinese(
            "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        )
        parts = [part for part in node.values if not isinstance(part, ast.Constant)]
    else:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _chinese(node.value)
        parts = list(ast.iter_child_nodes(node))
    for part in parts:
        yield from _texts(part)


def _chinese(text: str) -> list[str]:
    return [text] if HAN.search(text) else []


def _told(text: str) -> Iterator[str]:
    """The sentence as it is read: what SQL puts together, without its quotes and with {} for its columns."""
    if "'" not in text:
        yield text
        return
    for match in _QUOTED.finditer(text):
        said = "".join("{}" if column.strip() else quoted for quoted, column in _PIECE.findall(match.group()))
        yield from _chinese(said)


def modules() -> list[Path]:
    """Every module of the house, tests left out."""
    return sorted(path for path in HOUSE.rglob("*.py") if "tests" not in path.parts and "migrations" not in path.parts)
