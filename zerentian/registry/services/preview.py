"""What a changed row would become, in words."""

from collections.abc import Iterable
from typing import Any

from zerentian.kernel.privacy import mask_name
from zerentian.registry.rules.columns import SHEETS
from zerentian.rulebook import queries as rulebook

_HIDDEN = {"id", "import_id", "file", "row", "household_id", "grid_id", "pinyin", "initials", "helper_appointment_id"}
_SHEETS = {sheet.name: sheet for sheet in SHEETS}


def differences(sheet: str, rows: Iterable[tuple[str, dict[str, Any], dict[str, Any]]]) -> list[dict[str, Any]]:
    """[{number, changes: [[column, before, after]]}] of some changed rows; names are masked."""
    found = []
    for number, now, then in rows:
        changes = [
            [_label(sheet, key), _word(sheet, key, now.get(key)), _word(sheet, key, value)]
            for key, value in then.items()
            if key not in _HIDDEN and value != now.get(key)
        ]
        found.append({"number": number, "changes": changes or [["", "证件、电话、账号等已加密的内容", "有变化"]]})
    return found


def _label(sheet: str, key: str) -> str:
    return next((c.label for c in _SHEETS[sheet].columns if c.key == key), key)


def _word(sheet: str, key: str, value: Any) -> str:
    """A stored value as people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if key in ("name", "head_name"):
        return mask_name(str(value))
    codes = next((c.codes for c in _SHEETS[sheet].columns if c.key == key), None)
    if codes:
        return "、".join(rulebook.label(codes, part, "zh") for part in str(value).split(","))
    return str(value)
