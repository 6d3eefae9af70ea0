"""The API: every app's router behind one gate, which knows the key, opens the unit and limits the rate."""

import json
import logging
from collections.abc import Callable, Iterator
from functools import wraps
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.operation import PathView
from ninja.utils import replace_path_param_notation

from zerentian.accounts.middleware import run_unit
from zerentian.accounts.queries import address_of
from zerentian.api import queries, services
from zerentian.api.rules.document import PIECES, SHARED, completed, endpoints
from zerentian.assessment.api import router as assessment
from zerentian.disclosure.api import router as disclosure
from zerentian.exchange.api import router as exchange
from zerentian.kernel.http import problem, refusal_response, title_of
from zerentian.kernel.refusal import Denied, Refused
from zerentian.organisations.api import router as organisations
from zerentian.registry.api import router as registry
from zerentian.rulebook.api import router as rulebook
from zerentian.territory.api import router as territory

PREFIX = "/api/v1/"
KEPT_IN_MEMORY = 1 << 20  # bytes of a piece of a file; longer ones wait on the disk
View = Callable[..., HttpResponse]

house = NinjaAPI(
    title="Zerentian",
    version="1",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
_ROUTERS = (territory, organisations, rulebook, disclosure, registry, exchange, assessment)
for _router in _ROUTERS:
    house.add_router("", _router)


@house.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return refusal_response(request, error)


@house.exception_handler(Denied)
def _denied(request: HttpRequest, error: Denied) -> HttpResponse:
    return problem(403, _("令牌没有读取这些数据的权限，请另建有此权限的令牌"))


@house.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, _("没有这条数据，或不在令牌的区划之内"))


@house.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, _("请求有误，请对照接口说明检查"))


@house.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    reasons = [{"where": str(one["loc"][-1]), "text": _in_words(one["type"]), "article": ""} for one in error.errors]
    return problem(422, "；".join(f"{r['where']}: {r['text']}" for r in reasons), reasons)


@house.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    logging.getLogger("zerentian.api").error("%s %s", request.method, request.path, exc_info=error)
    return problem(500, _("系统出错，已记录；请稍后再试"))


def _in_words(kind: str) -> str:
    """The reader's sentence for a kind of validation error."""
    if kind == "missing":
        return _("必须给出")
    if kind.startswith("int"):
        return _("应为整数")
    if kind.startswith("date"):
        return _("应为日期，例如 2026-11-23")
    if kind.startswith("bool"):
        return _("应为 true 或 false")
    if kind.startswith(("greater", "less")):
        return _("超出允许的范围")
    return _("不是允许的值")


def _unauthorised(request: HttpRequest) -> HttpResponse:
    if wait := services.count_failure(address_of(request), request.headers.get("User-Agent", "")):
        return _too_many(wait)
    answer = problem(401, _("请在 Authorization 头中给出有效的令牌：Bearer zt_…；令牌可能已过期、停用或写错"))
    answer["WWW-Authenticate"] = 'Bearer realm="zerentian"'
    return answer


def _too_many(seconds: int) -> HttpResponse:
    answer = problem(429, _("请求过于频繁，请在 %(seconds)s 秒后再试") % {"seconds": seconds})
    answer["Retry-After"] = str(seconds)
    return answer


def _key(request: HttpRequest) -> str:
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def gated(view: View, methods: frozenset[str] = frozenset({"GET"})) -> View:
    """The view behind the gate: key, then rate, then a unit in the token's own scope, read-only for GET.

    The piece of a file is received before the unit opens: a slow line must not hold a transaction.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = queries.token_of(_key(request))
        if token is None:
            return _unauthorised(request)
        if wait := services.spend(token):
            return _too_many(wait)
        if request.method not in methods:
            refused = problem(405, _("这个地址只接受 %(methods)s 请求") % {"methods": "、".join(sorted(methods))})
            refused["Allow"] = ", ".join(sorted(methods))
            return refused
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            return problem(422, _("参数中有不能用的字符"))
        actor = queries.actor_of_token(token)
        if actor is None:
            return problem(403, _("令牌所属的岗位已经结束，或不能使用接口"))
        request.actor = actor  # type: ignore[attr-defined]
        with SpooledTemporaryFile(max_size=KEPT_IN_MEMORY) as piece:
            if request.method == "PATCH" and (unfit := _receive(request, piece)):
                return unfit
            request.piece = piece  # type: ignore[attr-defined]
            return run_unit(request, actor, lambda asked: view(asked, *args, **kwargs))

    return csrf_exempt(login_not_required(answer))


def _receive(request: HttpRequest, piece: IO[bytes]) -> HttpResponse | None:
    """Read the body into `piece`; the answer when it has no length, is too long or breaks off."""
    limit = settings.ZERENTIAN_PIECE_LIMIT
    told = request.META.get("CONTENT_LENGTH") or ""
    if not told.isdecimal():
        return problem(411, _("请在 Content-Length 头中给出这一段的字节数"))
    if int(told) > limit:
        return problem(413, _("一段不能超过 %(limit)s 字节，请分成更小的段") % {"limit": limit})
    try:
        while block := request.read(1 << 16):
            piece.write(block)
    except OSError:  # the line broke; what has come counts, and the next request asks for the offset
        pass
    piece.seek(0)
    return None


def _methods() -> dict[str, frozenset[str]]:
    """Address → the methods that it answers."""
    found: dict[str, frozenset[str]] = {}
    for pattern, view in ((p, v) for router in _ROUTERS for p, v in _operations(router)):
        found[pattern] = found.get(pattern, frozenset()) | {m for o in view.operations for m in o.methods}
    return found


def _operations(router: Router) -> Iterator[tuple[str, PathView]]:
    for route, view in router.path_operations.items():
        yield replace_path_param_notation(route).lstrip("/"), view
    for _prefix, below, _tags in router._routers:
        yield from _operations(below)


def patterns() -> list[URLPattern]:
    """The addresses of all operations, each behind the gate."""
    found, _app, _namespace = house.urls
    ours = [p for p in found if isinstance(p, URLPattern) and p.name != "api-root"]
    methods = _methods()
    return [path(str(p.pattern), gated(p.callback, methods[str(p.pattern)]), name=p.name) for p in ours]


def document() -> dict[str, Any]:
    """The OpenAPI document in the reader's language."""
    written = json.loads(json.dumps(house.get_openapi_schema(path_prefix=PREFIX), cls=DjangoJSONEncoder))
    written["info"]["description"] = _(
        "令牌限定区划、权限和期限；个人信息一律遮盖，读取户档案会留下查阅记录。部门凭令牌分段上传交付文件并查询结果，其余只供读取。"
        "列表按游标翻页：把答复中的 next 作为 cursor 再次请求，直到 next 为 null。"
    )
    titles = {status: title_of(status) for status in PIECES}
    return completed(written, titles, _("在“接口令牌”页新建令牌"))


@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """The document for programs; open to everybody, since it holds no data."""
    answer = JsonResponse(document(), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = content_disposition_header(False, "openapi.json") or ""
    return answer


@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """The document for people, made on the server: the strict content security policy runs no viewer from elsewhere."""
    written = document()
    listed = [(one, json.dumps(one.example, ensure_ascii=False, indent=2)) for one in endpoints(written)]
    facts = {
        "info": written["info"],
        "endpoints": listed,
        "address": request.build_absolute_uri(PREFIX).rstrip("/"),
        "errors": [(status, title_of(status)) for status in SHARED],
        "language": get_language(),
    }
    return render(request, "api/docs.html", facts)


@login_not_required
def root(request: HttpRequest) -> HttpResponse:
    """To the documentation."""
    return redirect("api:docs")


@csrf_exempt
@login_not_required
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """An address that the API does not have."""
    return problem(404, _("接口没有这个地址，请查接口说明"))
