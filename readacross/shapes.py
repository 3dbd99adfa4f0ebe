"""The nouns as JSON and back: every frozen value packs into plain data and unpacks to an equal value."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import TypeVar, Union, cast, get_args, get_origin, get_type_hints

from readacross.model import Json

Noun = TypeVar("Noun")


def pack(value: object) -> Json:
    """A noun, or a tuple or list of nouns, as plain data; names of fields become keys."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: pack(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [pack(item) for item in value]
    if isinstance(value, dict):
        return {str(key): pack(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} is not a noun")


def unpack(noun: type[Noun], data: Json) -> Noun:
    """A noun from its packed form.  Raises KeyError or TypeError where the data is not of that form."""
    return cast("Noun", _unpack(noun, data))


def _unpack(kind: object, data: Json) -> object:
    """A value of a declared type from plain data."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _choice(arguments, data)
    if origin is tuple and isinstance(data, list):
        return tuple(_unpack(arguments[0], item) for item in data)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(data, dict):
        return kind(**{name: _unpack(hint, data[name]) for name, hint in _hints(kind).items()})
    if isinstance(kind, type) and issubclass(kind, tuple) and isinstance(data, list):
        return tuple.__new__(kind, data)  # a NamedTuple
    if kind is date and isinstance(data, str):
        return date.fromisoformat(data)
    return data


def _choice(arguments: tuple[object, ...], data: Json) -> object:
    """The value of an optional field; a field that may hold any JSON keeps it as it is."""
    wanted = [kind for kind in arguments if kind is not type(None)]
    if data is None or len(wanted) > 1:
        return data
    return _unpack(wanted[0], data)


@cache
def _hints(kind: type) -> Mapping[str, object]:
    return get_type_hints(kind)
