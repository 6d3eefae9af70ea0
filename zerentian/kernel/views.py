"""Pages without a domain: the answers to what went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from zerentian.kernel import gallery as showcase
from zerentian.kernel.http import Request


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400"""
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403"""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404"""
    return _answer(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500, without the request: whatever broke must not break the answer too."""
    return HttpResponse(render_to_string("500.html"), status=500)


def gallery(request: Request) -> HttpResponse:
    """Every component of the interface in every variant."""
    return render(request, "ui/gallery.html", showcase.samples(request.GET.dict()))
