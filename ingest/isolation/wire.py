"""Documents as JSON and back, checked: the only thing that crosses from a child process to its parent.

A dataclass is the list of its fields, in order; what a field may hold is read from its annotation, so a new field needs
no line here. The way back trusts nothing: types, the bounds of every span and the addresses of clauses are checked,
and what does not fit is an error, never repaired.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from ingest import document as nouns
from ingest.document import Document, Source, Span

Plain = Any  # what json can write: text, numbers, true, false, null and lists of them


LIBRARY_ONLY = ("change",)
"""Fields that parsing leaves empty: only a library knows them."""


class WireError(ValueError):
    """What came over the wire is no document."""


def plain(value: Any) -> Plain:  # noqa: ANN401 - any part of a document
    """Return a value as lists, texts and numbers.

    >>> plain((Span(1, 5), Decimal("0.90"), None))
    [[1, 5], '0.90', None]
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [plain(getattr(value, name)) for name in _names(type(value))]
    if isinstance(value, Decimal | date | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no plain form")


def source_from(data: Plain) -> Source:
    """Return the source that a parent asks to be read."""
    source: Source = _build(Source)(data)
    return source


def document_from(data: Plain, source: Source) -> Document:
    """Return the document that a child read from ``source``; identity and place are the parent's, not the child's.

    Raises:
        WireError: it is no sound document.
    """
    try:
        document: Document = _build(Document)(data)
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise WireError(str(error)) from error
    _check(document)
    own = {name: getattr(source, name) for name in ("doc_id", "path", "sha256", "form", "status", "url")}
    return dataclasses.replace(document, source=dataclasses.replace(document.source, **own))


def _check(document: Document) -> None:
    """Check that every span lies in the text and every address is that of a clause."""
    end = len(document.text)
    if any(not 0 <= span.start <= span.end <= end for span in _spans(document)):
        raise WireError("span outside the text")
    if any(not 0 <= start <= end for start in document.page_starts):
        raise WireError("page outside the text")
    paths = {clause.path for clause in document.clauses}
    ledgers = (document.passages, document.duties, document.targets, document.references, document.tables)
    if any(item.path not in paths for items in ledgers for item in items):
        raise WireError("address of no clause")


def _spans(value: Any) -> Iterator[Span]:  # noqa: ANN401 - any part of a document
    if isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _spans(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for name in _names(type(value)):
            yield from _spans(getattr(value, name))


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _build(kind: Any) -> Callable[[Plain], Any]:  # noqa: ANN401 - annotations are not only types
    """Return the function that makes a value of a type from its plain form."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind, localns=vars(nouns))  # some name Span for the type checker alone
        parts = [_nothing if name in LIBRARY_ONLY else _build(hints[name]) for name in _names(kind)]
        return _dataclass(kind, parts)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and arguments[1:] == (...,):
        return _tuple(_build(arguments[0]))
    if origin in (types.UnionType, typing.Union) and types.NoneType in arguments and len(arguments) == 2:
        return _optional(_build(next(a for a in arguments if a is not types.NoneType)))
    return _SCALARS[kind]


def _dataclass(kind: type, parts: list[Callable[[Plain], Any]]) -> Callable[[Plain], Any]:
    def build(data: Plain) -> Any:  # noqa: ANN401 - one function for every type of the document
        return kind(*(part(item) for part, item in zip(parts, _listed(data), strict=True)))

    return build


def _tuple(part: Callable[[Plain], Any]) -> Callable[[Plain], tuple[Any, ...]]:
    return lambda data: tuple([part(item) for item in _listed(data)])


def _optional(part: Callable[[Plain], Any]) -> Callable[[Plain], Any]:
    return lambda data: None if data is None else part(data)


def _listed(data: Plain) -> list[Plain]:
    if not isinstance(data, list):
        raise WireError("no list")
    return data


def _exactly(*kinds: type) -> Callable[[Plain], Any]:
    def check(data: Plain) -> Any:  # noqa: ANN401 - returns what it was given
        if type(data) not in kinds:
            raise WireError(f"{type(data).__name__} instead of {kinds[0].__name__}")
        return data

    return check


def _nothing(data: Plain) -> None:
    if data is not None:
        raise WireError("parsing does not know this")


def _text(data: Plain) -> str:
    """Return text; half a surrogate pair is none and cannot be stored."""
    text: str = _exactly(str)(data)
    text.encode()
    return text


def _figure(data: Plain) -> Decimal:
    figure = Decimal(_text(data))
    if not figure.is_finite():
        raise WireError("no finite figure")
    return figure


_SCALARS: dict[Any, Callable[[Plain], Any]] = {
    str: _text,
    int: _exactly(int),
    bool: _exactly(bool),
    float: _exactly(float, int),
    Decimal: _figure,
    date: lambda data: date.fromisoformat(_text(data)),
    Path: lambda data: Path(_exactly(str)(data)),
}
