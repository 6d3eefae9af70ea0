"""Forms on paper: what stands on them, once; and how it becomes Word, PDF or a page to print."""

from zerentian.kernel.papers.content import Block, Card, Grid, Lines, Pairs, Paper, Signatures, Text
from zerentian.kernel.papers.pdf import NoFont, write_pdf
from zerentian.kernel.papers.word import write_word
from zerentian.kernel.papers.writing import WRITERS, sent

__all__ = [
    "WRITERS",
    "Block",
    "Card",
    "Grid",
    "Lines",
    "NoFont",
    "Pairs",
    "Paper",
    "Signatures",
    "Text",
    "sent",
    "write_pdf",
    "write_word",
]
