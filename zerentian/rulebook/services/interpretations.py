"""Questions on the rules and their official answers (Article 33)."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.rulebook import queries
from zerentian.rulebook.models import Interpretation


@act("rulebook.interpretation.ask", _("提请解释"), needs=Permission.INTERPRETATION_ASK)
def ask_question(*, article: int, question: str, duty: str = "", by: Actor) -> Interpretation:
    """Ask about an article, or one of its duties; the answer is due within the days the rulebook gives."""
    if len(question.strip()) < 5:
        raise Refused(Reason("请把问题写完整", "问题"))
    found = queries.book().articles.get(article)
    if found is None:
        raise Refused(Reason(f"没有第 {article} 条", "条文"))
    if duty and not any(d.id == duty and d.article == article for d in queries.duties()):
        raise Refused(Reason(f"第 {article} 条没有编号为 {duty} 的责任", "责任"))
    today = timezone.localdate()
    area = by.division or next(r.area for r in queries.book().regulations if r.key == found.regulation)
    days = int(queries.parameter("interpretation.answer_days", area, today))
    asked: Interpretation = Interpretation.objects.create(
        division=area,
        regulation=found.regulation,
        article=article,
        duty=duty,
        question=question.strip(),
        asked_by=f"{by.name} {by.post_title}".strip(),
        asked_on=today,
        due_on=today + timedelta(days=days),
    )
    return asked


@act("rulebook.interpretation.answer", _("答复解释"), needs=Permission.INTERPRETATION_ANSWER)
def answer_question(*, interpretation_id: int, answer: str, document_number: str = "", by: Actor) -> None:
    """Give the official answer; it is dated today, stands beside article and duty, and isn't changed again."""
    if len(answer.strip()) < 2:
        raise Refused(Reason("请写出答复", "答复"))
    guarded_update(
        Interpretation.objects.within(by.scope).filter(pk=interpretation_id, answered_on__isnull=True),
        answer=answer.strip(),
        document_number=document_number.strip(),
        answered_by=f"{by.name} {by.post_title}".strip(),
        answered_on=timezone.localdate(),
    )
