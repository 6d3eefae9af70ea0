"""A list as somebody types or pastes it: one line a household or project, its parts in the order of the kind's fields."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from zerentian.disclosure.rules.kinds import Kind
from zerentian.disclosure.rules.lines import Line, Publishable
from zerentian.kernel.refusal import Reason, Refused

_CUT = re.compile(r"[\t,，;；]+| {1,}|\u3000+")


def asked_fields(kind: Kind) -> list[Publishable]:
    """The parts of a line in their order; the result is left out where the kind knows only one."""
    fields: list[Publishable] = [field for field in kind.entry.fields if field != Publishable.RESULT]
    return fields if len(kind.entry.results) == 1 else [*fields, Publishable.RESULT]


def read_lines(kind: Kind, text: str) -> list[Line]:
    """The lines of the text; Refused with one reason for each that can't be read, by its number."""
    found: list[Line] = []
    faults: list[Reason] = []
    for number, row in enumerate(text.splitlines(), 1):
        if not row.strip():
            continue
        try:
            found.append(_line(kind, [part for part in _CUT.split(row.strip()) if part]))
        except Refused as refused:
            faults += [Reason(reason.text, f"第 {number} 行 {reason.where}".strip()) for reason in refused.reasons]
    if faults:
        raise Refused(*faults[:20])
    return found


def _line(kind: Kind, parts: Sequence[str]) -> Line:
    fields = asked_fields(kind)
    if len(parts) != len(fields):
        raise Refused(Reason(f"应有 {len(fields)} 项，写了 {len(parts)} 项"))
    values: dict[str, Any] = {"result": kind.entry.results[0].key}
    for field, part in zip(fields, parts, strict=True):
        values[field.value] = _value(kind, field, part)
    return Line(**values)


def _value(kind: Kind, field: Publishable, part: str) -> Any:
    if field is Publishable.SIZE:
        if not part.isascii() or not part.isdigit() or len(part) > 7:
            raise Refused(Reason("应为人数", "人口"))
        return int(part)
    if field is Publishable.AMOUNT:
        try:
            return Decimal(part)
        except InvalidOperation as error:
            raise Refused(Reason("应为元，只写数字", "金额")) from error
    if field is Publishable.RESULT:
        for result in kind.entry.results:
            if part in (result.key, result.zh, result.en):
                return result.key
        raise Refused(Reason(f"应为 {'、'.join(result.zh for result in kind.entry.results)} 之一", "结果"))
    return part


def written_lines(kind: Kind, lines: Sequence[Line]) -> str:
    """The lines as they would be typed, for a draft that is changed."""
    words = {result.key: result.zh for result in kind.entry.results}
    rows = []
    for line in lines:
        kept = line.kept()
        parts = [
            words.get(kept.get("result", ""), "") if f is Publishable.RESULT else kept.get(f.value, "")
            for f in asked_fields(kind)
        ]
        rows.append("\t".join(str(part) for part in parts))
    return "\n".join(rows)
