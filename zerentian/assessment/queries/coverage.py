"""How much of the regulation is measured from records."""

from typing import Any

from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.duties import Duty


def coverage() -> dict[str, Any]:
    """Articles, duties and measured duties, in all and by chapter; a duty is measured when one of its figures is."""
    book, known = rulebook.book(), rulebook.measure_ids()
    chapters = []
    for chapter in book.regulations[0].chapters:
        first, last = chapter["articles"]
        duties = [d for d in book.duties if first <= d.article <= last]
        chapters.append(
            {
                "number": chapter["number"],
                "title": chapter["title"]["zh"] if isinstance(chapter["title"], dict) else chapter["title"],
                "articles": sum(first <= number <= last for number in book.articles),
                "duties": len(duties),
                "measured": sum(_has_figure(d, known) for d in duties),
                "fully_measured": sum(_has_all(d, known) for d in duties),
                "measured_duties": [d.id for d in duties if _has_figure(d, known)],
            }
        )
    named = {r.measure for d in book.duties for r in d.requirements}
    return {
        "articles": len(book.articles),
        "duties": len(book.duties),
        "measured": sum(c["measured"] for c in chapters),
        "fully_measured": sum(c["fully_measured"] for c in chapters),
        "measures": len(named),
        "measures_with_sql": len(named & known),
        "chapters": chapters,
    }


def _has_figure(duty: Duty, known: frozenset[str]) -> bool:
    return any(r.measure in known for r in duty.requirements)


def _has_all(duty: Duty, known: frozenset[str]) -> bool:
    return bool(duty.requirements) and all(r.measure in known for r in duty.requirements)
