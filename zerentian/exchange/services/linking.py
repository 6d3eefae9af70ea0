"""Linkage of rows that no number finds a person for: named statements, in the SQL that DuckDB and Spark share.

unnumbered  how the names of persons in the register without a right number sound, and when they were born
open     rows whose number is missing or wrong, of every source, with the parts that are compared;
         and rows with a right number that look like a person in the register who has none
pairs    each with the persons that share a block with it, weighed field by field
linked   the best person of each row, and how sure that is beside the next best
"""

from collections.abc import Iterable, Sequence

from zerentian.exchange.rules import linkage
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.rules.weights import LEVELS, WORST, Model

_PLACES = range(1, linkage.CHARACTERS + 1)
_SOUNDS = tuple(f"s{place}" for place in _PLACES)
COMPARED = ("name", "sound", "length", *_SOUNDS, "region", "tail", "born", "number_born")
ADDED = {"told_sex": "smallint", "told_county": "integer"}  # columns that tables of earlier versions have not
# Two rows are compared when they agree in one of these. Any one mistake, and most pairs of mistakes, leave one whole.
BLOCKS = (
    ("sound", "born"), ("region", "tail"), ("born", "tail"), ("born", "region"), ("born", "county"), ("name", "tail"),
    ("sound", "number_born"),
)  # fmt: skip
# What a column of a row is held against in the register, where that has another name.
_HELD_AGAINST = {"county": ("told_county", "county"), "number_born": ("number_born", "born")}
FLOOR = -500  # hundredths of a bit: pairs below have no part in anything


def is_linked(source: Source) -> bool:
    """Whether a source's rows name people by more than a number."""
    return bool(source.file.person.name)


def open_statement(sources: Iterable[tuple[Source, Sequence[str]]]) -> str:
    """The rows of all sources that are to be linked; each source with the columns that its tables have.

    The register is asked once, for the few rows of all sources that may be open; and whom it has without a number stands
    apart, so that an engine knows how few they are and does not hold a department's table against them.
    """
    parts = [part for source, columns in sources for part in _open(source, set(columns))]
    names = ", ".join(f"d.{name}" for name in ("row", "doubtful", *COMPARED, *ADDED))
    return (
        f"with told as ({' union all '.join(parts)}) select {names} from told d"
        " where not exists (select 1 from register.people k where k.t = d.t and k.u = d.u)"
    )


def unnumbered_statement() -> str:
    """Sound of the name and date of birth of persons in the register whose number is missing or wrong."""
    return "select distinct sound, born from register.people where loose"


def _open(source: Source, columns: set[str]) -> list[str]:
    added = [f"d.{n}" if n in columns else f"cast(null as {kind}) as {n}" for n, kind in ADDED.items()]
    chosen = ", ".join(["d.row", "d.t", "d.u", "d.doubtful", *(f"d.{name}" for name in COMPARED), *added])
    table = f"delivered.{source.id} d"
    return [
        f"select {chosen} from {table} where d.doubtful and d.sound is not null",
        f"select {chosen} from {table} join matching.unnumbered l on l.sound = d.sound and l.born = d.born where not d.doubtful",
    ]


def pairs_statement(model: Model, people: int) -> str:
    """Every pair of a block with its weight, the weights of a pair being a sum of dated numbers."""
    blocks = " union ".join(
        f"select l.row, p.person from matching.open l join register.people p on {_equal(one)} and {_equal(other)}"
        " where l.doubtful or p.loose"
        for one, other in BLOCKS
    )
    told = " || ';' || ".join(f"'{field}=' || {field}" for field in LEVELS)
    total = " + ".join([str(model.start(people)), *(_weight(field, model) for field in LEVELS)])
    return (
        f"select row, person, household, division, {total} as weight, {told} as fields"
        f" from ({levels_statement(blocks)}) c where {total} >= {FLOOR}"
    )


def levels_statement(pairs: str) -> str:
    """How each field of `pairs` (a SELECT of row and person) agrees, with how rare the person's name is."""
    levels = ", ".join(f"{_LEVEL[field]} as {field}" for field in LEVELS)
    return (
        f"select l.row, p.person, p.household, p.division, {levels}, p.name_rarity, p.sound_rarity"
        f" from ({pairs}) b join matching.open l on l.row = b.row join register.people p on p.person = b.person"
    )


def _equal(column: str) -> str:
    own, known = _HELD_AGAINST.get(column, (column, column))
    return f"l.{own} = p.{known}"


def linked_statement() -> str:
    """The best candidate of each row with its score, which falls as the next best comes near."""
    best = "over (partition by row order by weight desc, person)"
    return (
        "select row, person, household, division, weight, next_weight, fields, cast(floor(1000 / (1"
        " + pow(2e0, cast(-weight as double) / 1e2)"
        f" + pow(2e0, cast(coalesce(next_weight, {WORST}) - weight as double) / 1e2))) as smallint) as score"
        " from (select row, person, household, division, weight, fields,"
        f" row_number() {best} as place, lead(weight) {best} as next_weight from matching.pairs) r where place = 1"
    )


def _weight(field: str, model: Model) -> str:
    cases = []
    for level in LEVELS[field]:
        more = {"same": " + name_rarity", "sound": " + sound_rarity"}.get(level, "") if field == "name" else ""
        cases.append(f"when '{level}' then {model.weight(field, level)}{more}")
    return f"case {field} {' '.join(cases)} else 0 end"


def _count_other(sounds: Sequence[str]) -> str:
    return " + ".join(
        f"case when l.{s} = p.{s} then 0 when l.{s} is null and p.{s} is null then 0 else 1 end" for s in sounds
    )


def _is_shorter(short: str, long: str, length: int) -> str:
    """Whether the one name is the other, of that length, with one character left out."""
    ways = []
    for gap in range(1, length + 1):
        kept = [place for place in range(1, length + 1) if place != gap]
        ways.append(" and ".join(f"{short}.s{at} = {long}.s{kept[at - 1]}" for at in range(1, length)))
    return f"({long}.length = {length} and {short}.length = {length - 1} and ({' or '.join(ways)}))"


_SHORT = " or ".join(_is_shorter(one, other, n) for n in (3, 4) for one, other in (("l", "p"), ("p", "l")))
_SAME = {part: f"{part}(l.born) = {part}(p.born)" for part in ("year", "month", "day")}
_SWAPPED = "month(l.born) = day(p.born) and day(l.born) = month(p.born)"
_LEVEL = {
    "name": (
        "case when l.sound is null or p.sound is null then 'missing' when l.name = p.name then 'same'"
        " when l.sound = p.sound then 'sound'"
        f" when l.length = p.length and l.length > 2 and {_count_other(_SOUNDS)} <= 1 then 'near'"
        f" when l.length = p.length and l.length = 2 and {_count_other(_SOUNDS)} <= 1 then 'half'"
        f" when {_SHORT} then 'short' else 'differs' end"
    ),
    "born": (
        "case when l.born is null or p.born is null then 'missing'"
        " when l.born in (p.born, p.number_born) or l.number_born in (p.born, p.number_born) then 'same'"
        f" when {_SAME['year']} and ({_SAME['month']} or {_SAME['day']} or {_SWAPPED})"
        f" or {_SAME['month']} and {_SAME['day']} then 'near' else 'differs' end"
    ),
    "place": (
        "case when l.region = p.region or l.told_county = p.county then 'same'"
        " when (l.region is null or p.region is null) and l.told_county is null then 'missing' else 'differs' end"
    ),
    "tail": (
        "case when l.tail is null or p.tail is null then 'missing' when l.tail = p.tail then 'same' else 'differs' end"
    ),
    "sex": (
        "case when l.told_sex is null or p.sex is null then 'missing' when l.told_sex = p.sex then 'same' else 'differs' end"
    ),
}
