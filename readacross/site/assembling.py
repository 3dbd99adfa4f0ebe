"""Assembling: a small part of the WebAssembly text format into the bytes that browsers run.

Read are one module: a memory, functions, and folded instructions, in the form of
https://www.w3.org/TR/wasm-core-2/: enough for the kernel of the browser's encoder, so that the site holds no
bytes that nobody can read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Node: TypeAlias = "str | list[Node]"

TYPES = {"i32": 0x7F, "f32": 0x7D, "v128": 0x7B}
VECTORS = b"\xfd"
PLAIN = {
    "i32.add": b"\x6a", "i32.sub": b"\x6b", "i32.mul": b"\x6c", "i32.div_u": b"\x6e", "i32.shl": b"\x74",
    "i32.lt_u": b"\x49", "f32.add": b"\x92", "f32x4.splat": VECTORS + b"\x13", "f32x4.add": VECTORS + b"\xe4\x01",
    "f32x4.mul": VECTORS + b"\xe6\x01", "f32x4.convert_i32x4_s": VECTORS + b"\xfa\x01",
    "i32x4.extend_low_i16x8_s": VECTORS + b"\xa7\x01", "i32x4.extend_high_i16x8_s": VECTORS + b"\xa8\x01",
}  # fmt: skip
"""Instructions with nothing but what they work on."""

MEMORY = {
    "f32.load": b"\x2a\x02", "f32.store": b"\x38\x02", "v128.load": VECTORS + b"\x00\x04",
    "v128.load8x8_s": VECTORS + b"\x01\x03", "v128.store": VECTORS + b"\x0b\x04",
}  # fmt: skip
"""Instructions that read or write memory, with the edge on which it is best to lie."""

LANE = {"f32x4.extract_lane": VECTORS + b"\x1f"}
VARIABLE = {"local.get": 0x20, "local.set": 0x21, "local.tee": 0x22}
BEGIN, END, BRANCH_IF, CALL, CONSTANT, EMPTY = 0x03, 0x0B, 0x0D, 0x10, 0x41, 0x40

WORD = re.compile(r'\(|\)|"[^"]*"|[^\s()";]+')
COMMENT = re.compile(r";;[^\n]*")


class AssemblyError(ValueError):
    """A text that this assembler does not read."""


@dataclass
class Function:
    """A function as it is assembled: its names by number, and how deep each loop stands."""

    names: list[str] = field(default_factory=list)
    parameters: list[int] = field(default_factory=list)
    results: list[int] = field(default_factory=list)
    locals: list[int] = field(default_factory=list)
    loops: list[str] = field(default_factory=list)
    body: list[Node] = field(default_factory=list)
    exported: str = ""


def assemble(text: str) -> bytes:
    """The bytes of a module.  Raises AssemblyError for what is not read."""
    module = _read(text)
    if module[:1] != ["module"]:
        raise AssemblyError("the text is not one module")
    pages, memory, functions = 0, "", dict[str, Function]()
    for part in module[1:]:
        match part:
            case ["memory", ["export", str(name)], str(number)]:
                pages, memory = int(number), _text(name)
            case ["func", str(name), *rest]:
                functions[name] = _function(rest)
            case _:
                raise AssemblyError(f"not read: {part!r}")
    places = {name: number for number, name in enumerate(functions)}
    types = [b"\x60" + _counted(made.parameters) + _counted(made.results) for made in functions.values()]
    exports = [
        _string(made.exported) + b"\x00" + _number(places[name])
        for name, made in functions.items()
        if made.exported
    ]
    exports.append(_string(memory) + b"\x02\x00")
    sections = (
        (1, _vector(types)),
        (3, _vector([_number(number) for number in places.values()])),
        (5, b"\x01\x00" + _number(pages)),
        (7, _vector(exports)),
        (10, _vector([_code(made, places) for made in functions.values()])),
    )
    return b"\x00asm\x01\x00\x00\x00" + b"".join(bytes([id_]) + _sized(data) for id_, data in sections)


def _read(text: str) -> list[Node]:
    """The text as nested lists."""
    open_lists: list[list[Node]] = [[]]
    for word in WORD.findall(COMMENT.sub("", text)):
        if word == "(":
            open_lists.append([])
        elif word == ")" and len(open_lists) > 1:
            done = open_lists.pop()
            open_lists[-1].append(done)
        else:
            open_lists[-1].append(word)
    outermost = open_lists[0]
    if len(open_lists) != 1 or len(outermost) != 1 or not isinstance(outermost[0], list):
        raise AssemblyError("the brackets do not match")
    return outermost[0]


def _text(word: str) -> str:
    return word.strip('"')


def _function(parts: Sequence[Node]) -> Function:
    made = Function()
    for part in parts:
        match part:
            case ["export", str(name)]:
                made.exported = _text(name)
            case ["param", str(name), str(kind)]:
                made.names.append(name)
                made.parameters.append(TYPES[kind])
            case ["result", str(kind)]:
                made.results.append(TYPES[kind])
            case ["local", str(name), str(kind)]:
                made.names.append(name)
                made.locals.append(TYPES[kind])
            case _:
                made.body.append(part)
    return made


def _code(made: Function, places: Mapping[str, int]) -> bytes:
    body = b"".join(b"".join(_instruction(part, made, places)) for part in made.body)
    held = _vector([_number(1) + bytes([kind]) for kind in made.locals])
    return _sized(held + body + bytes([END]))


def _instruction(node: Node, made: Function, places: Mapping[str, int]) -> Iterator[bytes]:
    """The bytes of a folded instruction: what it works on first, then itself."""
    match node:
        case ["loop", str(name), *rest]:
            made.loops.append(name)
            yield bytes([BEGIN, EMPTY])
            for part in rest:
                yield from _instruction(part, made, places)
            made.loops.pop()
            yield bytes([END])
        case [str(name), *rest]:
            words = [part for part in rest if isinstance(part, str)]
            for part in rest:
                if isinstance(part, list):
                    yield from _instruction(part, made, places)
            yield _itself(name, words, made, places)
        case _:
            raise AssemblyError(f"not read: {node!r}")


def _itself(name: str, words: Sequence[str], made: Function, places: Mapping[str, int]) -> bytes:
    """The bytes of an instruction without what it works on."""
    if name in PLAIN:
        return PLAIN[name]
    if name in MEMORY:
        return MEMORY[name] + _number(int(words[0].removeprefix("offset=")) if words else 0)
    if name in VARIABLE:
        return bytes([VARIABLE[name]]) + _number(made.names.index(words[0]))
    if name in LANE:
        return LANE[name] + _number(int(words[0]))
    return _flow(name, words, made, places)


def _flow(name: str, words: Sequence[str], made: Function, places: Mapping[str, int]) -> bytes:
    """The bytes of a constant, a jump or a call."""
    if name == "i32.const":
        return bytes([CONSTANT]) + _signed(int(words[0]))
    if name == "br_if":
        return bytes([BRANCH_IF]) + _number(len(made.loops) - 1 - made.loops.index(words[0]))
    if name == "call":
        return bytes([CALL]) + _number(places[words[0]])
    raise AssemblyError(f"not read: {name}")


def _number(value: int) -> bytes:
    """A number in as few bytes as it needs, seven bits in each (LEB128)."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _signed(value: int) -> bytes:
    """The same for a number that may be below zero."""
    found = bytearray()
    while not -0x40 <= value < 0x40:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value & 0x7F])


def _sized(data: bytes) -> bytes:
    return _number(len(data)) + data


def _string(text: str) -> bytes:
    return _sized(text.encode())


def _vector(items: Sequence[bytes]) -> bytes:
    return _number(len(items)) + b"".join(items)


def _counted(items: Sequence[int]) -> bytes:
    return _number(len(items)) + bytes(items)
