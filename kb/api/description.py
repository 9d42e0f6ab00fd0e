"""The OpenAPI description of the HTTP interface, made from the table that reads the requests."""

from __future__ import annotations

from typing import Any

from kb.api.endpoints import ENDPOINTS, Endpoint
from kb.api.parameters import LONGEST, MOST, Parameter

Schema = dict[str, Any]
OBJECTS: Schema = {"type": "array", "items": {"type": "object"}}
TEXT: Schema = {"type": "string"}
SCHEMAS: Schema = {
    "Answer": {
        "type": "object",
        "required": ["question", "answered", "kind", "text", "citations"],
        "properties": {
            "question": TEXT, "standalone_question": TEXT, "answered": {"type": "boolean"}, "kind": TEXT, "text": TEXT,
            "departments": {"type": "array", "items": TEXT}, "inherited": {"type": "array", "items": TEXT},
            "citations": OBJECTS, "checks": OBJECTS, "related": OBJECTS, "composer": TEXT,
            "elapsed_ms": {"type": "number"}, "language": TEXT,
        },
    },
    "Hits": OBJECTS, "Documents": OBJECTS, "Rows": OBJECTS, "Shown": {"type": "object"},
    "Problem": {"type": "object", "required": ["error"], "properties": {"error": TEXT}},
}  # fmt: skip
PROBLEMS = {
    "400": "请求有误", "401": "没有登录：令牌缺失、过期或不认识", "403": "不接受的主机名或来源",
    "404": "没有这份文件、条款或路径", "413": "请求太大", "429": "请求太多，请稍后再试", "503": "暂时不能回答",
    "504": "没有在限定时间内答完",
}  # fmt: skip


def description(version: str) -> Schema:
    """Return the OpenAPI 3.1 description."""
    paths: Schema = {}
    for endpoint in ENDPOINTS:
        paths[endpoint.path] = {"get": _get(endpoint), "post": _post(endpoint)}
        if endpoint.batch:
            paths[f"{endpoint.path}/batch"] = {"post": _batch(endpoint)}
    running = {"200": {"description": "在运行"}}
    paths["/health"] = {"get": {"summary": "是否在运行（不需要令牌）。", "security": [], "responses": running}}
    info = {"title": "政策文件知识库", "version": version, "description": "键与命令行的 --json 相同，见 README。"}
    return {
        "openapi": "3.1.0", "info": info, "paths": paths,
        "components": {"schemas": SCHEMAS, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}, {}],
    }  # fmt: skip


def _get(endpoint: Endpoint) -> Schema:
    parameters = [
        {"name": p.name, "in": "query", "required": p.needed, "description": p.meaning, "schema": _schema(p)}
        for p in endpoint.parameters
    ]
    return {"summary": endpoint.summary, "parameters": parameters, "responses": _responses(endpoint)}


def _post(endpoint: Endpoint) -> Schema:
    body: Schema = {
        "type": "object", "additionalProperties": False,
        "properties": {p.name: {**_schema(p), "description": p.meaning} for p in endpoint.parameters},
        "required": [p.name for p in endpoint.parameters if p.needed],
    }  # fmt: skip
    content = {"application/json": {"schema": body}}
    return {
        "summary": endpoint.summary, "requestBody": {"required": True, "content": content},
        "responses": _responses(endpoint),
    }  # fmt: skip


def _batch(endpoint: Endpoint) -> Schema:
    lines = {"application/x-ndjson": {"schema": TEXT}}
    answers = {
        "200": {"description": "每行一个结果，次序相同，带原来的 id；有误的一行为 {id, error}", "content": lines}
    }
    return {
        "summary": f"{endpoint.summary}多个一次提交：每行一个 JSON 对象，含 id 和 {endpoint.batch}。",
        "requestBody": {"required": True, "content": lines}, "responses": {**answers, **_problems()},
    }  # fmt: skip


def _schema(parameter: Parameter) -> Schema:
    if parameter.kind == "number":
        number = {"type": "integer", "minimum": parameter.low, "maximum": parameter.high}
        return {**number, "default": parameter.default} if parameter.default is not None else number
    text: Schema = {"type": "string", "maxLength": LONGEST}
    if parameter.choices:
        text["enum"] = list(parameter.choices)
    return {"type": "array", "items": text, "maxItems": MOST} if parameter.kind == "texts" else text


def _responses(endpoint: Endpoint) -> Schema:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{endpoint.schema}"}}}
    return {"200": {"description": "结果", "content": content}, **_problems()}


def _problems() -> Schema:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": what, "content": content} for status, what in PROBLEMS.items()}
