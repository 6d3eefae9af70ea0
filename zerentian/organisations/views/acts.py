"""What is done: one short form for each act; a refused act shows its reasons above what was typed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Outrun, Refused
from zerentian.kernel.scope import level_of
from zerentian.organisations import forms as own
from zerentian.organisations import queries, services
from zerentian.organisations.models import Appointment, Assignment, Body, BodyKind, Grid, Post
from zerentian.territory import queries as territory

form_view = require_http_methods(["GET", "HEAD", "POST"])


def _answer(
    request: Request,
    form: forms.Form,
    heading: str,
    back: str,
    do: Callable[..., Any],
    *,
    done: str,
    submit: str = "",
    lead: str = "",
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
    context = {"form": form, "heading": heading, "back": back, "submit": submit or heading, "lead": lead}
    return render(request, "organisations/form.html", context, status=status)


def _mine(request: Request, model: Any, pk: int, needs: Permission) -> Any:
    """The row, if the actor may change it; 404 when it is not in the scope."""
    request.actor.require(needs)
    rows = model.objects.within(request.actor.scope)
    if model is Post:
        rows = rows.select_related("body")
    if model is Appointment:
        rows = rows.select_related("post__body")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(body_id: int) -> str:
    return reverse("organisations:body", args=[body_id])


@form_view
def body_new(request: Request) -> HttpResponse:
    """Set up a body."""
    request.actor.require(Permission.BODY_CHANGE)
    asked = own.BodyFilter({"area": request.GET.get("area") or request.POST.get("division") or ""})
    division = (asked.is_valid() and asked.cleaned_data["area"]) or request.actor.division or 0
    superiors = queries.superior_candidates(division, request.actor.scope, timezone.localdate()) if division else []
    initial = {"division": territory.division(division).text, "has_tasks": True} if division else {}
    form = own.NewBodyForm(request.POST or None, superiors=superiors, initial=initial)
    return _answer(
        request,
        form,
        _("新设机构"),
        reverse("organisations:bodies"),
        services.set_up_body,
        done=_("机构已设立"),
        goes_to=lambda made: _page(made.pk),
    )


@form_view
def body_change(request: Request, pk: int) -> HttpResponse:
    """Change a body."""
    body: Body = _mine(request, Body, pk, Permission.BODY_CHANGE)
    superiors = queries.superior_candidates(body.division, request.actor.scope, timezone.localdate(), without=pk)
    initial = {k: getattr(body, k) for k in own.BodyForm.base_fields if k not in ("phone", "reason")}
    form = own.BodyForm(request.POST or None, superiors=superiors, initial=initial)
    if body.kind != BodyKind.DEPARTMENT:
        form.fields.pop("department")

    def change(**data: Any) -> Body:
        return services.change_body(body_id=pk, **data)

    return _answer(request, form, _("修改机构"), _page(pk), change, done=_("机构已修改"), lead=body.name)


@form_view
def body_close(request: Request, pk: int) -> HttpResponse:
    """Close a body."""
    body: Body = _mine(request, Body, pk, Permission.BODY_CHANGE)

    def close(**data: Any) -> None:
        services.close_body(body_id=pk, **data)

    lead = _("“%(name)s”的任职和包片包村安排同日结束") % {"name": body.name}
    form = own.CloseForm(request.POST or None)
    return _answer(request, form, _("撤销机构"), _page(pk), close, done=_("机构已撤销"), lead=lead)


@form_view
def post_new(request: Request, pk: int) -> HttpResponse:
    """Create a seat."""
    body: Body = _mine(request, Body, pk, Permission.BODY_CHANGE)

    def create(**data: Any) -> Post:
        return services.create_post(body_id=pk, **data)

    form = own.PostForm(request.POST or None)
    return _answer(request, form, _("设立岗位"), _page(pk), create, done=_("岗位已设立"), lead=body.name)


@form_view
def appoint(request: Request, pk: int) -> HttpResponse:
    """Appoint a person to a post."""
    post: Post = _mine(request, Post, pk, Permission.APPOINTMENT_CHANGE)

    def begin(**data: Any) -> Appointment:
        return services.appoint(post_id=pk, **data)

    form = own.AppointForm(request.POST or None)
    lead = f"{post.body.name} · {post.title}"
    return _answer(request, form, _("任命"), _page(post.body_id), begin, done=_("任职已登记"), lead=lead)


@form_view
def appointment_end(request: Request, pk: int) -> HttpResponse:
    """End an appointment."""
    held: Appointment = _mine(request, Appointment, pk, Permission.APPOINTMENT_CHANGE)

    def end(**data: Any) -> None:
        services.end_appointment(appointment_id=pk, **data)

    form = own.EndPostForm(request.POST or None)
    lead = f"{held.person_name} · {held.post.title}"
    return _answer(request, form, _("免职"), _page(held.post.body_id), end, done=_("免职已登记"), lead=lead)


@form_view
def appointment_approve(request: Request, pk: int) -> HttpResponse:
    """Record the approval of a change of chief."""
    held: Appointment = _mine(request, Appointment, pk, Permission.APPOINTMENT_APPROVE)

    def approve(**data: Any) -> None:
        services.approve_change(appointment_id=pk, **data)

    form = own.ApproveForm(request.POST or None)
    lead = f"{held.person_name} · {held.post.title}"
    return _answer(request, form, _("补录批准"), _page(held.post.body_id), approve, done=_("批准已登记"), lead=lead)


@form_view
def phone(request: Request, pk: int) -> HttpResponse:
    """Ask for a phone number in full, with a reason; the answer is shown once and the reading recorded."""
    request.actor.require(Permission.PHONE_VIEW)
    if not queries.is_in_reach(pk, request.actor.scope):
        raise Http404
    form = own.RevealForm(request.POST or None)
    number, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            number = services.reveal_phone(appointment_id=pk, by=request.actor, reason=form.cleaned_data["reason"])
            status = 200
    return render(request, "organisations/phone.html", {"form": form, "number": number, "pk": pk}, status=status)


@form_view
def assign(request: Request, pk: int) -> HttpResponse:
    """Give the body, or one of its posts, an area."""
    body: Body = _mine(request, Body, pk, Permission.APPOINTMENT_CHANGE)
    posts = [(p.pk, p.title) for p in body.posts.order_by("order", "id")]

    def begin(**data: Any) -> Assignment:
        return services.assign(body_id=None if data.get("post_id") else pk, **data)

    form = own.AssignForm(request.POST or None, posts=posts)
    return _answer(request, form, _("安排包片包村"), _page(pk), begin, done=_("安排已登记"), lead=body.name)


@form_view
def assignment_end(request: Request, pk: int) -> HttpResponse:
    """End an assignment."""
    taken: Assignment = _mine(request, Assignment, pk, Permission.APPOINTMENT_CHANGE)

    def end(**data: Any) -> None:
        services.end_assignment(assignment_id=pk, **data)

    back = reverse("organisations:chain", args=[taken.division])
    lead = f"{taken.get_kind_display()} · {territory.full_name(taken.division)}"
    return _answer(
        request, own.EndForm(request.POST or None), _("结束安排"), back, end, done=_("安排已结束"), lead=lead
    )


@form_view
def grid_new(request: Request, code: int) -> HttpResponse:
    """Set up a grid in a village."""
    request.actor.require(Permission.BODY_CHANGE)
    if code not in request.actor.scope or level_of(code) != 5:
        raise Http404

    def set_up(**data: Any) -> Grid:
        return services.set_up_grid(division=code, **data)

    form = own.GridForm(request.POST or None, posts=queries.keeper_posts(code))
    back = reverse("organisations:chain", args=[code])
    return _answer(request, form, _("新设网格"), back, set_up, done=_("网格已设立"), lead=territory.full_name(code))


@form_view
def grid_keeper(request: Request, pk: int) -> HttpResponse:
    """Give a grid another keeper."""
    grid: Grid = _mine(request, Grid, pk, Permission.BODY_CHANGE)

    def keep(**data: Any) -> None:
        services.keep_grid(grid_id=pk, **data)

    form = own.KeeperForm(
        request.POST or None,
        posts=queries.keeper_posts(grid.division),
        initial={"keeper_post_id": grid.keeper_post_id},
    )
    back = reverse("organisations:chain", args=[grid.division])
    return _answer(request, form, _("更换网格员"), back, keep, done=_("网格员已更换"), lead=grid.name)
