"""The nouns as JSON and back: every frozen value packs into plain data and unpacks to an equal value."""

import types
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from readacross.model import Json

Noun = TypeVar("Noun")
Reading: TypeAlias = Callable[[Json], object]
"""How plain data becomes a value of a declared type."""

PLAIN = frozenset((str, int, float, bool, type(None)))
"""What packs into itself."""


def pack(value: object) -> Json:
    """A noun, or a tuple or list of nouns, as plain data; names of fields become keys."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if names := _names(cast("Hashable", type(value))):
        return {name: _packed(getattr(value, name)) for name in names}
    if isinstance(value, tuple | list):
        return [_packed(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): pack(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} is not a noun")


def _packed(value: object) -> Json:
    """The same; what is plain already costs no call."""
    return cast("Json", value) if type(value) in PLAIN else pack(value)


@cache
def _names(kind: object) -> tuple[str, ...]:
    """The fields of a noun, none of what is no noun."""
    return (
        tuple(field.name for field in fields(kind)) if isinstance(kind, type) and is_dataclass(kind) else ()
    )


def unpack(noun: type[Noun], data: Json) -> Noun:
    """A noun from its packed form.  Raises KeyError or TypeError where the data is not of that form."""
    return cast("Noun", _reading(cast("Hashable", noun))(data))


@cache
def _reading(kind: object) -> Reading:
    """How values of a declared type are read, worked out once."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _choice(arguments)
    if origin is tuple:
        return _tuple(_reading(arguments[0]))
    if isinstance(kind, type) and is_dataclass(kind):
        return _noun(kind)
    if isinstance(kind, type) and issubclass(kind, tuple):
        return lambda data: tuple.__new__(kind, data) if isinstance(data, list) else data  # a NamedTuple
    if kind is date:
        return lambda data: date.fromisoformat(data) if isinstance(data, str) else data
    return _as_it_is


def _as_it_is(data: Json) -> object:
    return data


def _choice(arguments: tuple[object, ...]) -> Reading:
    """How an optional field is read; a field that may hold any JSON keeps it as it is."""
    wanted = [kind for kind in arguments if kind is not type(None)]
    if len(wanted) > 1 or (read := _reading(wanted[0])) is _as_it_is:
        return _as_it_is
    return lambda data: None if data is None else read(data)


def _tuple(read: Reading) -> Reading:
    if read is _as_it_is:
        return lambda data: tuple(data) if isinstance(data, list) else data
    return lambda data: tuple([read(item) for item in data]) if isinstance(data, list) else data


def _noun(kind: type) -> Reading:
    """How a noun is read, field by field; those that are plain data are taken as they are."""
    hints = get_type_hints(kind)
    read = {name: found for name, hint in hints.items() if (found := _reading(hint)) is not _as_it_is}

    def made(data: Json) -> object:
        if not isinstance(data, dict):
            return data
        given = {name: data[name] for name in hints}
        for name, found in read.items():
            given[name] = cast("Json", found(given[name]))
        return kind(**given)

    return made
