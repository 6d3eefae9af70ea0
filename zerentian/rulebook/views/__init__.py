"""Pages of the rulebook: the law, its figures, local measures, questions and official texts."""

from zerentian.rulebook.views.law import (
    article,
    articles,
    code_list,
    codes,
    duty,
    measure,
    measures,
    parameters,
    text_changes,
    texts,
)
from zerentian.rulebook.views.local import (
    interpretation_answer,
    interpretation_ask,
    interpretations,
    overlay,
    overlay_add,
    overlay_tighten,
    overlay_upload,
    overlay_withdraw,
    overlays,
)

__all__ = [
    "article",
    "articles",
    "code_list",
    "codes",
    "duty",
    "interpretation_answer",
    "interpretation_ask",
    "interpretations",
    "measure",
    "measures",
    "overlay",
    "overlay_add",
    "overlay_tighten",
    "overlay_upload",
    "overlay_withdraw",
    "overlays",
    "parameters",
    "text_changes",
    "texts",
]
