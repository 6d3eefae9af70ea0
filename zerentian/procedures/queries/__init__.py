"""Reads of procedures: definitions, cases, and what waits for whom."""

from zerentian.procedures.queries.archives import (
    MEASURE,
    Incomplete,
    Lack,
    incomplete,
    incomplete_ids,
    lacking,
    pages_of_notices,
)
from zerentian.procedures.queries.cases import (
    Paper,
    Wanted,
    against_opening,
    case,
    cases,
    cases_by_id,
    cases_of,
    checklist,
    facts_of,
    facts_of_many,
    figures,
    happened,
    last_day_of,
    may_resume,
    moves,
    notices_of,
    parted,
    present_notices,
    related,
    standing_against,
    summary,
    verdicts,
    whole_due,
)
from zerentian.procedures.queries.definitions import (
    content_of,
    definition,
    definition_in_force,
    definitions,
    digest_of,
    known,
    name_of,
    vocabulary,
    words,
)
from zerentian.procedures.queries.hands import colleagues, given_by, given_to, hands_of, post_kind, who
from zerentian.procedures.queries.inboxes import (
    came_back,
    escalated,
    heaps,
    in_heap,
    reviews,
    sent_on,
    waiting,
    waiting_count,
)
from zerentian.procedures.queries.public import RECEIPT, ObjectionProgress, objection_progress
from zerentian.procedures.queries.shown import (
    CaseFile,
    CaseRow,
    case_file,
    choices_of,
    conflict_words,
    digest,
    digest_lines,
    drawing,
    figures_shown,
    numbers_of,
    row_of,
    rows_of,
    steps_shown,
)
from zerentian.procedures.queries.spoken import decider_words, level_words, part_words, why_reason, why_words

__all__ = [
    "RECEIPT", "ObjectionProgress", "objection_progress",
    "MEASURE", "Incomplete", "Lack", "incomplete", "incomplete_ids", "lacking", "pages_of_notices",
    "given_by", "given_to", "CaseFile", "CaseRow", "case_file", "choices_of", "conflict_words", "digest", "digest_lines", "drawing", "numbers_of",
    "row_of", "rows_of", "steps_shown",
    "Paper", "Wanted", "came_back", "case", "cases", "cases_by_id", "cases_of", "checklist", "colleagues", "content_of", "definition",
    "definition_in_force", "definitions", "digest_of", "escalated", "facts_of", "facts_of_many",
    "figures", "figures_shown", "hands_of", "happened", "heaps", "in_heap",
    "against_opening", "known", "last_day_of", "whole_due", "may_resume", "moves", "standing_against",
    "name_of", "notices_of", "post_kind", "present_notices", "parted", "related", "reviews", "sent_on", "summary", "verdicts", "vocabulary",
    "decider_words", "level_words", "part_words", "waiting", "waiting_count", "who", "why_reason", "why_words", "words",
]  # fmt: skip
