"""Forms as the file that somebody asked for."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.http import Http404, HttpResponse

from zerentian.kernel.http import attachment
from zerentian.kernel.papers.content import Paper
from zerentian.kernel.papers.pdf import write_pdf
from zerentian.kernel.papers.word import write_word

WRITERS = {"docx": write_word, "pdf": write_pdf}
_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def sent(papers: Sequence[Paper], file_type: str, name: str) -> HttpResponse:
    """The forms as a file to keep, called `name`; 404 for a kind of file that there isn't."""
    if file_type not in WRITERS:
        raise Http404
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / f"form.{file_type}"
        WRITERS[file_type](papers, path)
        return attachment(path, f"{name}.{file_type}", _MEDIA_TYPES[file_type])
