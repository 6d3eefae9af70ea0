"""The official text: read from a Word or text file, split into articles, kept beside earlier versions."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _
from docx import Document
from docx.opc.exceptions import OpcError

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.files import store
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.rulebook import queries
from zerentian.rulebook.models import OfficialText
from zerentian.rulebook.rules.text import TextError, split_articles, text_in_force

LIMIT = 5 * 2**20
UNPACKED_LIMIT = 60 * 2**20


@act("rulebook.text.upload", _("上传条例文本"), needs=Permission.RULEBOOK_LOAD)
def upload_text(
    *, regulation: str, name: str, content: bytes, effective_on: date, by: Actor, is_partial: bool = False
) -> OfficialText:
    """Keep one version of the official text and split it into articles; earlier versions stay for comparison.

    Refused when the file is no .docx or .txt, can't be read, can't be split, or equals the present text; also when
    articles are missing, unless `is_partial`.
    """
    law = next((r for r in queries.book().regulations if r.key == regulation), None)
    if law is None:
        raise Refused(Reason("没有这个规则包", "regulation"))
    try:
        articles = split_articles(read_text(name, content))
    except TextError as error:
        raise Refused(Reason(str(error), name)) from error
    known = {a.number for a in queries.book().articles.values() if a.regulation == regulation}
    if (missing := sorted(known - {article.number for article in articles})) and not is_partial:
        raise Refused(Reason(_missing_text(missing, len(known)), name))
    entries = [asdict(article) for article in articles]
    present = text_in_force(queries.official_texts(regulation), effective_on)
    if present and present.articles == entries:
        raise Refused(Reason("与现行文本完全相同，没有变化", name))
    file = store(content, name=name, purpose="rulebook.text", division=law.area, by=by, needs=Permission.RULEBOOK_VIEW)
    text: OfficialText = OfficialText.objects.create(
        division=law.area,
        regulation=regulation,
        file_id=file.pk,
        name=name,
        effective_on=effective_on,
        uploaded_by=f"{by.name} {by.post_title}".strip(),
        articles=entries,
    )
    return text


def _missing_text(missing: Sequence[int], of: int) -> str:
    told = "、".join(map(str, missing[:10])) + (" 等" if len(missing) > 10 else " ")
    return f"缺少 {of} 条中的 {len(missing)} 条（第 {told}条）；请换完整的文件，确实只用这一部分的，请重新选择文件并勾选“缺条也仍要采用”"


def read_text(name: str, content: bytes) -> str:
    """The plain text of a .docx or .txt file; Refused with what to do otherwise."""
    if len(content) > LIMIT:
        raise Refused(Reason("文件超过 5 MB，不像是一份文件的文本", name))
    kind = name.lower().rsplit(".", 1)[-1]
    if kind == "docx":
        return _docx_text(name, content)
    if kind != "txt":
        raise Refused(Reason("请上传 .docx 或 .txt 文件；旧的 .doc 请先另存为 .docx", name))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(Reason("文字编码不能识别，请另存为 UTF-8 文本", name))


def _docx_text(name: str, content: bytes) -> str:
    try:
        with ZipFile(BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > UNPACKED_LIMIT:
                raise Refused(Reason("文件解压后过大，已停止读取", name))
        document = Document(BytesIO(content))
    except (BadZipFile, OpcError, KeyError, ValueError) as error:
        raise Refused(Reason("不是完好的 Word 文件，请用 Word 打开后另存为 .docx 再试", name)) from error
    return "\n".join(paragraph.text for paragraph in document.paragraphs)
