"""Who may take which area."""

from zerentian.kernel.scope import Level, level_of, range_of

# Kind → who takes it and the levels of the area taken.
_TAKES: dict[str, tuple[str, frozenset[Level]]] = {
    "area": ("post", frozenset({Level.TOWNSHIP, Level.VILLAGE})),
    "village": ("post", frozenset({Level.VILLAGE})),
    "first_secretary": ("post", frozenset({Level.VILLAGE})),
    "assigned_unit": ("body", frozenset({Level.VILLAGE})),
    "resident_team": ("body", frozenset({Level.VILLAGE})),
}


def taker_of(kind: str) -> str:
    """`post` or `body`: who takes an assignment of this kind."""
    return _TAKES[kind][0]


def assignment_problem(kind: str, division: int, taker: str, division_of_taker: int) -> str:
    """Why this taker (`post`, `body` or empty) can't take the area; empty when it can."""
    wanted, levels = _TAKES[kind]
    if taker != wanted:
        return "这类安排要指定岗位" if wanted == "post" else "这类安排要指定机构"
    if level_of(division) not in levels:
        return "对象应是村" if levels == {Level.VILLAGE} else "对象应是乡镇或村"
    if not range_of(division_of_taker).covers(range_of(division)):
        return "对象区划不在其所在区划之内"
    return ""
