"""Merges the English catalogues of the apps and compiles them; finds Chinese texts that have no English yet."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
MESSAGES = ROOT / "zerentian" / "locale" / "en" / "LC_MESSAGES"
HAN = re.compile(r"[\u3400-\u9fff]")
_CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
_TAG = re.compile(r"""\{%\s*(?:translate|trans)\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_INLINE = re.compile(r"""(?<![\w])_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")
_BLOCK = re.compile(
    r"\{%\s*blocktrans(?:late)?\b(?P<options>[^%]*)%\}(?P<one>.*?)(?:\{%\s*plural\s*%\}(?P<many>.*?))?\{%\s*endblocktrans(?:late)?\s*%\}",
    re.S,
)


def in_template(path: Path) -> Iterator[str]:
    """Source texts of one template, in the form that Django looks them up."""
    text = re.sub(r"\{%\s*comment\s*%\}.*?\{%\s*endcomment\s*%\}", "", path.read_text("utf-8"), flags=re.S)
    for pattern in (_TAG, _INLINE):
        yield from (found[1:-1].replace('\\"', '"').replace("%", "%%") for found in pattern.findall(text))
    for block in _BLOCK.finditer(text):
        body = block["one"]
        if "trimmed" in block["options"]:
            body = " ".join(line.strip() for line in body.splitlines() if line.strip())
        yield re.sub(r"\{\{\s*([\w.]+)[^}]*\}\}", r"%(\1)s", body.replace("%", "%%"))


def in_python(path: Path) -> Iterator[str]:
    """Source texts of one module: the literal first arguments of gettext and its kin."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[1 if name.startswith("pgettext") and len(node.args) > 1 else 0]
        if name in _CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def sources(app: str = "") -> dict[str, str]:
    """Every Chinese source text with the first file that has it."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "zerentian" / app).rglob("*")):
        if "tests" in path.parts or path.suffix not in {".html", ".py", ".txt"} or "static" in path.parts:
            continue
        for text in in_template(path) if path.suffix != ".py" else in_python(path):
            if HAN.search(text):
                found.setdefault(text, str(path.relative_to(ROOT)))
    return found


def merged() -> tuple[polib.POFile, list[str]]:
    """One catalogue of all apps' files, and what is wrong with them."""
    whole, wrong = polib.POFile(), []
    whole.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    seen: dict[tuple[str | None, str], tuple[str, str]] = {}
    for path in sorted(MESSAGES.glob("*.po")):
        for entry in polib.pofile(str(path)):
            if entry.obsolete:
                continue
            where = f"{path.name}:{entry.linenum} {entry.msgid!r}"
            if entry.fuzzy or not entry.translated():
                wrong.append(f"{where} is fuzzy or empty")
            if HAN.search(entry.msgstr):
                wrong.append(f"{where} has Chinese in its English")
            if sorted(re.findall(r"%\(\w+\)s", entry.msgid)) != sorted(
                re.findall(r"%\(\w+\)s", entry.msgstr or entry.msgid)
            ):
                wrong.append(f"{where} does not use the same placeholders")
            key = (entry.msgctxt, entry.msgid)
            if key not in seen:
                seen[key] = (entry.msgstr, path.name)
                whole.append(entry)
            elif seen[key][0] != entry.msgstr:
                wrong.append(f"{where} says {entry.msgstr!r}, {seen[key][1]} says {seen[key][0]!r}")
    return whole, wrong


def missing(app: str = "") -> list[tuple[str, str]]:
    """Chinese texts without English: (text, file)."""
    known = {entry.msgid for entry in merged()[0]}
    return [(text, place) for text, place in sources(app).items() if text not in known]


def main(arguments: list[str]) -> int:
    """`catalogue.py` compiles; `--missing [app]` lists; `--check` fails on missing texts too."""
    if "--missing" in arguments:
        app = next((a for a in arguments if not a.startswith("-")), "")
        for text, place in missing(app):
            print(f'#: {place}\nmsgid "{polib.escape(text)}"\nmsgstr ""\n')
        return 0
    whole, wrong = merged()
    if "--check" in arguments:
        wrong += [f"{place}: {text!r} has no English" for text, place in missing()]
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        return 1
    MESSAGES.mkdir(parents=True, exist_ok=True)
    whole.save_as_mofile(str(MESSAGES / "django.mo"))
    print(f"{len(whole)} texts in English")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
