"""The request that views receive, and the answers to acts that were not carried out."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from zerentian.kernel.actor import Actor
from zerentian.kernel.refusal import Denied, Outrun, Reason, Refused
from zerentian.kernel.scope import parse_code
from zerentian.kernel.sentences import spoken_reason

PROBLEM = "application/problem+json"
_TITLES = {
    400: gettext_lazy("请求有误"),
    401: gettext_lazy("需要令牌"),
    403: gettext_lazy("没有权限"),
    404: gettext_lazy("没有找到"),
    405: gettext_lazy("不能这样请求"),
    409: gettext_lazy("已经办理过了"),
    411: gettext_lazy("没有给出长度"),
    413: gettext_lazy("内容太长"),
    422: gettext_lazy("不能这样办理"),
    429: gettext_lazy("请求过于频繁"),
    500: gettext_lazy("系统出错"),
}


class Request(HttpRequest):
    """A request with its actor, set by the accounts middleware."""

    actor: Actor


def refusal_response(request: HttpRequest, error: Refused | Denied) -> HttpResponse:
    """The page (or, under /api/, the problem document) that says why and what to do: 403, 409 or 422."""
    status = 403 if isinstance(error, Denied) else 409 if isinstance(error, Outrun) else 422
    found = error.reasons if isinstance(error, Refused) else (Reason(str(error)),)
    reasons = tuple(spoken_reason(reason) for reason in found)
    if request.path.startswith("/api/"):
        return problem(
            status,
            "；".join(map(str, reasons)),
            [{"where": r.where, "text": r.text, "article": r.article} for r in reasons],
        )
    came_from = request.headers.get("Referer", "")
    back = came_from if url_has_allowed_host_and_scheme(came_from, {request.get_host()}) else "/"
    facts = {
        "title": _TITLES[status],
        "reasons": reasons,
        "back": back,
        "status": status,
    }
    return render(request, "refused.html", facts, status=status)


def area_asked(text: str) -> int | None:
    """The 12-digit code of a division that a program asks for; None for no text, Refused for no code."""
    try:
        return parse_code(text) if text else None
    except ValueError as error:
        raise Refused(Reason(gettext("区划代码应为 2、4、6、9 或 12 位数字"), where="area")) from error


def require_known(where: str, value: str, allowed: Collection[str]) -> None:
    """Refused when a filter that a program gives has none of the allowed values; an empty one filters nothing."""
    if value and value not in allowed:
        raise Refused(Reason(gettext("可用的值：%(values)s") % {"values": ", ".join(allowed)}, where=where))


def attachment(path: Path, name: str, media_type: str) -> HttpResponse:
    """A finished file to save under `name`; read whole, for a stream would outlive the request's unit."""
    answer = HttpResponse(path.read_bytes(), content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return answer


def title_of(status: int) -> str:
    """The name of an error in the reader's language."""
    return str(_TITLES.get(status, _TITLES[400]))


def problem(status: int, detail: str, reasons: list[dict[str, str]] | None = None) -> JsonResponse:
    """An error of the API as RFC 9457 has it."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title_of(status),
        "status": status,
        "detail": detail,
    }
    if reasons:
        body = {**body, "reasons": reasons}
    return JsonResponse(
        body,
        status=status,
        content_type=PROBLEM,
        json_dumps_params={"ensure_ascii": False},
    )
