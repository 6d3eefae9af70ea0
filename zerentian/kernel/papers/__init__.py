"""Forms on paper: what stands on them, once; and how it becomes Word, PDF or a page to print."""

from zerentian.kernel.papers.content import Block, Grid, Pairs, Paper, Signatures, Text
from zerentian.kernel.papers.pdf import NoFont, write_pdf
from zerentian.kernel.papers.word import write_word

__all__ = ["Block", "Grid", "NoFont", "Pairs", "Paper", "Signatures", "Text", "write_pdf", "write_word"]
