"""The acts of the rulebook: load packs, file local measures, ask and answer, upload the official text."""

from zerentian.rulebook.services.interpretations import answer_question, ask_question
from zerentian.rulebook.services.overlays import file_overlay, withdraw_overlay
from zerentian.rulebook.services.packs import Loaded, load_rulebook
from zerentian.rulebook.services.texts import upload_text

__all__ = [
    "Loaded",
    "answer_question",
    "ask_question",
    "file_overlay",
    "load_rulebook",
    "upload_text",
    "withdraw_overlay",
]
