"""What a request may ask for: named, typed, bounded parameters, from the query or a JSON object, read in one way.

The same table reads a request and describes it (``kb.api.description``). A parameter that is not known is an error: a
misspelt one must not be passed over in silence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.errors import BadInput

Values = dict[str, Any]

LONGEST = 2000  # characters of a text
MOST = 50  # texts of one parameter


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: ``kind`` is text, texts or number; choices and bounds where it has them."""

    name: str
    meaning: str
    kind: str = "text"
    needed: bool = False
    choices: tuple[str, ...] = ()
    low: int = 1
    high: int = 1000
    default: Any = None


def from_query(parameters: Sequence[Parameter], pairs: Sequence[tuple[str, str]]) -> Values:
    """Read parameters from the pairs of a query; ``texts`` are those that occur several times.

    Raises:
        BadInput: one is unknown, missing, twice there or not what it should be.
    """
    known = {parameter.name: parameter for parameter in parameters}
    found: dict[str, Any] = {}
    for name, text in pairs:
        parameter = known.get(name)
        if parameter is None:
            raise _unknown(name, known)
        if parameter.kind == "texts":
            found.setdefault(name, []).append(text)
        elif name in found:
            raise BadInput(f"参数 {name} 写了两次。请只写一次。")
        else:
            found[name] = _number(name, text) if parameter.kind == "number" else text
    return _checked(known, found)


def from_json(parameters: Sequence[Parameter], body: bytes) -> Values:
    """Read parameters from a JSON object.

    Raises:
        BadInput: it is none, or a parameter is unknown, missing or not what it should be.
    """
    try:
        value = json.loads(body)
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate is no text
    except (ValueError, RecursionError) as error:
        raise BadInput("请求正文不是 UTF-8 编码的 JSON。请改正。") from error
    if not isinstance(value, dict):
        raise BadInput("请求正文应为 JSON 对象。请改正。")
    return checked(parameters, value)


def checked(parameters: Sequence[Parameter], value: Mapping[str, Any]) -> Values:
    """Return the parameters of a JSON object, each as it should be, with the defaults of those left out.

    Raises:
        BadInput: one is unknown, missing or not what it should be.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in value:
        if name not in known:
            raise _unknown(name, known)
    return _checked(known, {name: given for name, given in value.items() if given is not None})


def _checked(known: Mapping[str, Parameter], found: Mapping[str, Any]) -> Values:
    return {name: _value(parameter, found.get(name)) for name, parameter in known.items()}


def _value(parameter: Parameter, value: object) -> Any:  # noqa: ANN401 -- as the parameter's kind says
    name = parameter.name
    if value is None:
        if parameter.needed:
            raise BadInput(f"缺少参数 {name}（{parameter.meaning}）。请补上。")
        return parameter.default
    if parameter.kind == "texts":
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or len(texts) > MOST:
            raise BadInput(f"参数 {name} 应为文字列表，至多 {MOST} 项。请改正。")
        return tuple(_text(parameter, text) for text in texts)
    if parameter.kind == "number":
        if not isinstance(value, int) or isinstance(value, bool) or not parameter.low <= value <= parameter.high:
            raise BadInput(f"参数 {name} 应为 {parameter.low} 到 {parameter.high} 之间的整数。请改正。")
        return value
    return _text(parameter, value)


def _text(parameter: Parameter, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise BadInput(f"参数 {parameter.name} 应为文字，至多 {LONGEST} 字。请改正。")
    if parameter.choices and value not in parameter.choices:
        raise BadInput(f"参数 {parameter.name} 应为{'、'.join(parameter.choices)}之一。请改正。")
    return value


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput(f"参数 {name} 应为整数。请改正。")
    return int(text)


def _unknown(name: str, known: Mapping[str, Parameter]) -> BadInput:
    return BadInput(f"不认识的参数 {name[:100]}。可用的参数：{'、'.join(known) or '无'}。")
