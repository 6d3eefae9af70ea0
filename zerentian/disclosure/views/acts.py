"""What is done with a notice: one short form for each act; a refused act shows its reasons above what was typed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zerentian.disclosure import forms as own
from zerentian.disclosure import queries, services
from zerentian.disclosure.rules.kinds import Kind
from zerentian.disclosure.rules.lines import channel_of, line_of
from zerentian.disclosure.rules.typed import written_lines
from zerentian.disclosure.views.pages import crumbs, fetch
from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Outrun, Refused
from zerentian.kernel.scope import Level, ancestor
from zerentian.territory import queries as territory

form_view = require_http_methods(["GET", "HEAD", "POST"])


def answer(
    request: Request,
    form: forms.Form,
    do: Callable[..., Any],
    *,
    heading: str,
    back: str,
    done: str,
    lead: str = "",
    submit: str = "",
    danger: bool = False,
    template: str = "disclosure/form.html",
    goes_to: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Show the form, or carry the act out and go back; when it is refused, the form again with the reasons."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                result = do(by=request.actor, **form.cleaned_data)
            except Outrun:
                raise
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, done)
                return redirect(goes_to(result) if goes_to else back)
    context = {
        "form": form, "heading": heading, "lead": lead, "back": back, "submit": submit or heading, "danger": danger,
        "crumbs": crumbs(heading),
    }  # fmt: skip
    return render(request, template, context, status=status)


def _page(pk: int) -> str:
    return reverse("disclosure:notice", args=[pk])


@form_view
def notice_start(request: Request) -> HttpResponse:
    """Which notice, and where."""
    request.actor.require(Permission.NOTICE_COMPOSE)
    own_area = territory.division(request.actor.division).text if request.actor.division else ""
    form = own.StartForm(request.POST or None, initial={"area": own_area})

    def chosen(*, by: Any, kind: str, area: int) -> str:
        return reverse("disclosure:notice_new", args=[kind, area])

    back = reverse("disclosure:notices")
    return answer(
        request, form, chosen, heading=_("拟公示"), back=back, done=_("请填写名单"), submit=_("下一步"), goes_to=str
    )


@form_view
def notice_new(request: Request, kind: str, code: int) -> HttpResponse:
    """The list of a new notice."""
    request.actor.require(Permission.NOTICE_COMPOSE)
    if kind not in queries.kinds() or not territory.exists(code) or not request.actor.scope.covers(code):
        raise Http404
    found = queries.kind_of(kind)
    days = queries.least_days(found, code, timezone.localdate())
    form = own.ComposeForm(request.POST or None, kind=found, initial={"days": days, **_office(found, code)})

    def compose(**given: Any) -> Any:
        return services.compose_notice(kind=kind, division=code, **given)

    return answer(
        request, form, compose, heading=_title(found), lead=territory.full_name(code, above=Level.COUNTY),
        back=reverse("disclosure:notice_start"), done=_("已拟好，等待另一人复核"), submit=_("提交复核"),
        goes_to=lambda made: _page(made.pk),
    )  # fmt: skip


def _title(kind: Kind) -> str:
    return str(dict(own.kind_choices(""))[kind.id])


def _office(kind: Kind, code: int) -> dict[str, str]:
    """The office that usually answers."""
    holder = ancestor(code, kind.answered_by)
    names = {Level.TOWNSHIP: "扶贫工作站", Level.VILLAGE: "村民委员会"}
    return {"office": f"{territory.name_of(holder)}{names.get(kind.answered_by, '扶贫办公室')}"}


@form_view
def notice_change(request: Request, pk: int) -> HttpResponse:
    """Change a draft."""
    row = fetch(request, pk, Permission.NOTICE_COMPOSE)
    kind = queries.kind_of(row.kind)
    text = written_lines(kind, [line_of(line) for line in row.lines])
    initial = {"text": text, "days": row.days, **channel_of(row.channel).kept()}
    form = own.ComposeForm(request.POST or None, kind=kind, initial=initial)

    def revise(**given: Any) -> Any:
        return services.revise_notice(notice_id=pk, **given)

    return answer(
        request, form, revise, heading=_("修改公示"), lead=row.returned_note, back=_page(pk), done=_("已修改，等待复核"),
        submit=_("提交复核"),
    )  # fmt: skip


@form_view
def notice_review(request: Request, pk: int) -> HttpResponse:
    """The second person looks at the sheet and passes it or sends it back."""
    row = fetch(request, pk, Permission.NOTICE_REVIEW)
    form, status = own.ReviewForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.review_notice(notice_id=pk, by=request.actor, **form.cleaned_data)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, _("已复核"))
                return redirect(_page(pk))
    context = {
        "form": form,
        "sheet": queries.sheet_of(row),
        "back": _page(pk),
        "crumbs": crumbs(_("复核"), pk),
    }
    return render(request, "disclosure/review.html", context, status=status)


@require_POST
def notice_publish(request: Request, pk: int) -> HttpResponse:
    """Publish a reviewed notice."""
    fetch(request, pk, Permission.NOTICE_COMPOSE)
    services.publish_notice(notice_id=pk, by=request.actor)
    messages.success(request, _("已发布。请打印张贴，并上传张贴照片"))
    return redirect("disclosure:notice", pk)


@require_POST
def notice_end(request: Request, pk: int) -> HttpResponse:
    """End a notice whose last day has passed, where no worker has done so."""
    fetch(request, pk, Permission.NOTICE_COMPOSE)
    services.end_notice(notice_id=pk, by=request.actor)
    messages.success(request, _("公示已结束"))
    return redirect("disclosure:notice", pk)


@form_view
def notice_prove(request: Request, pk: int) -> HttpResponse:
    """The photo of the board."""
    row = fetch(request, pk, Permission.NOTICE_COMPOSE)
    if row.published_on is None:
        raise Refused(_("公示发布以后才能上传张贴照片"))
    initial = {"posted_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M")}
    form = own.PostingForm(request.POST or None, request.FILES or None, initial=initial)

    def prove(**given: Any) -> Any:
        return services.prove_posting(notice_id=row.pk, **given)

    return answer(
        request, form, prove, heading=_("上传张贴照片"), back=_page(pk), done=_("已保存张贴照片"),
        template="disclosure/prove.html",
    )  # fmt: skip


@form_view
def notice_take_down(request: Request, pk: int) -> HttpResponse:
    """Take a notice down, with the reason."""
    fetch(request, pk, Permission.NOTICE_REVIEW)

    def take_down(**given: Any) -> Any:
        return services.take_down_notice(notice_id=pk, **given)

    return answer(
        request, own.ReasonForm(request.POST or None), take_down, heading=_("撤下公示"), back=_page(pk), done=_("已撤下"),
        lead=_("公众页面随即看不到；记录和理由永久保留"), danger=True,
    )  # fmt: skip
