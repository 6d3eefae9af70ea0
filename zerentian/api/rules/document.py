"""The OpenAPI document: what the framework writes, with the key, the errors and the limits that every answer shares."""

from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

PROBLEM: Schema = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"]},
        "title": {"type": "string"},
        "status": {"type": "integer", "examples": [422]},
        "detail": {"type": "string"},
        "reasons": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "text": {"type": "string"}, "article": {"type": "string"}},
            },
        },
    },
}
SHARED = (401, 403, 404, 422, 429, 500)
WRITING = (*SHARED, 400, 409)  # of what is not only read
PIECES = (*WRITING, 411, 413)  # of what takes bytes


def completed(written: Schema, titles: dict[int, str], key_text: str) -> Schema:
    """The document with the bearer key and with the problem document for every error of every operation."""
    components = written.get("components", {})
    components = {
        **components,
        "schemas": {**components.get("schemas", {}), "Problem": PROBLEM},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": key_text}},
    }
    paths = {
        path: {method: _with_errors(found, titles, _errors_of(method)) for method, found in methods.items()}
        for path, methods in written["paths"].items()
    }
    return {**written, "paths": paths, "components": components, "security": [{"token": []}]}


def _errors_of(method: str) -> tuple[int, ...]:
    return SHARED if method == "get" else PIECES if method == "patch" else WRITING


def _with_errors(operation: Schema, titles: dict[int, str], errors: tuple[int, ...]) -> Schema:
    answers = {str(code): answer for code, answer in operation["responses"].items()}
    for status in errors:
        answers[str(status)] = {
            "description": titles[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    limited = {"Retry-After": {"schema": {"type": "integer"}}}
    answers["429"] = {**answers["429"], "headers": limited}
    return {**operation, "responses": answers}


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or one field of an answer, as the page lists it."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation, as the page lists it."""

    path: str
    method: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    fields: tuple[Field, ...]
    example: Any
    tag: str


def endpoints(document: Schema) -> list[Endpoint]:
    """The operations of a completed document, in the order of its paths."""
    schemas = document["components"]["schemas"]
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answer = _resolved(_answer(operation), schemas)
            found.append(
                Endpoint(
                    path,
                    method.upper(),
                    operation.get("summary", ""),
                    operation.get("description", ""),
                    tuple(_parameter(p) for p in operation.get("parameters", ())),
                    tuple(_fields(answer, schemas)),
                    _example(answer, schemas),
                    (operation.get("tags") or [""])[0],
                )
            )
    return found


def _answer(operation: Schema) -> Schema:
    content = operation["responses"].get("200", {}).get("content", {})
    return dict(content.get("application/json", {}).get("schema", {}))


def _resolved(schema: Schema, schemas: Schema) -> Schema:
    reference = schema.get("$ref", "")
    return dict(schemas[reference.rsplit("/", 1)[1]]) if reference else schema


def _parameter(parameter: Schema) -> Field:
    return Field(parameter["name"], _kind(parameter.get("schema", {})), bool(parameter.get("required")))


def _fields(schema: Schema, schemas: Schema) -> list[Field]:
    """The fields of an answer; of a list, those of its items."""
    if schema.get("type") == "array":
        return _fields(_resolved(schema["items"], schemas), schemas)
    required = set(schema.get("required", ()))
    fields = []
    for name, found in schema.get("properties", {}).items():
        fields.append(Field(name, _kind(found), name in required))
        if found.get("type") == "array":
            below = _fields(_resolved(found["items"], schemas), schemas)
            fields += [Field(f"{name}[].{one.name}", one.kind, one.required) for one in below]
    return fields


def _kind(schema: Schema) -> str:
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _example(schema: Schema, schemas: Schema) -> Any:
    """An example of an answer, put together from the examples of what it is made of."""
    schema = _resolved(schema, schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("type") == "array":
        return [_example(schema["items"], schemas)]
    if schema.get("type") == "object" and "properties" in schema:
        return {name: _example(found, schemas) for name, found in schema["properties"].items()}
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], schemas)
    return schema.get("default", _PLAIN.get(schema.get("type", "")))


_PLAIN: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": True, "object": {}}
