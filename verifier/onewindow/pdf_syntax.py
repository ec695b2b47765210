"""Values and objects of a PDF in its one form (sections 15.1 and 15.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Iterator

from .findings import Fault

PDF_BYTES_MAX = 2_097_152
OBJECTS_MAX = 4_097
DEPTH_MAX = 16
NAME_CHARACTERS_MAX = 127
HEADER_BYTES = 15
_END = b"%%EOF\n"
_START = b"\nstartxref\n"
_DELIMITERS = b" \n/<>[]("
_DIGITS = re.compile(rb"[0-9]{1,10}")
_NAME = re.compile(rb"(?:[A-Za-z0-9+\-_.,:*]|#2F)*")
_HEX = re.compile(rb"[0-9A-Fa-f]*")
_FORBIDDEN = set(
    """ObjStm XRef XRefStm Prev Encrypt Crypt Linearized Collection Version Extensions JS JavaScript OpenAction AA Action
    Launch URI URL GoTo GoToR GoToE GoTo3DView SubmitForm ResetForm ImportData Thread Named Hide SetOCGState Rendition
    Trans XFA RichMedia Movie Sound Screen 3D PS OPI Ref Alternates FFilter FDecodeParms FS OC OCG OCMD OCGs
    OCProperties""".split()
)


class Name(str):
    """As it stands behind its slash."""


class Dictionary(dict[str, Any]):
    """Keys in the order of the file."""


@dataclass(frozen=True)
class Reference:
    number: int


@dataclass(frozen=True)
class Number:
    value: float
    is_whole: bool


@dataclass(frozen=True)
class String:
    data: bytes
    #: From its first byte to behind its last.
    begin: int
    end: int
    is_hex: bool

    def text(self) -> str | None:
        """None when it is not text."""
        if self.data.startswith(b"\xfe\xff"):
            try:
                return self.data[2:].decode("utf-16-be")
            except UnicodeDecodeError:
                return None
        return self.data.decode("ascii") if all(0x20 <= byte <= 0x7E for byte in self.data) else None


@dataclass(frozen=True)
class Stream:
    dictionary: Dictionary
    data: bytes


@dataclass
class Frame:
    trailer: Dictionary
    objects: dict[int, Any] = field(default_factory=dict)


class Reader:
    """Stands at a byte of the file."""

    def __init__(self, data: bytes, at: int = 0):
        self.data, self.at = data, at

    def passes(self, text: bytes) -> bool:
        if not self.data.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def demand(self, text: bytes, code: str) -> None:
        if not self.passes(text):
            raise Fault(code)

    def whole(self, code: str) -> int:
        match = _DIGITS.match(self.data, self.at)
        if match is None or (match[0][:1] == b"0" and len(match[0]) > 1) or self.data[match.end() : match.end() + 1].isdigit():
            raise Fault(code)
        self.at = match.end()
        return int(match[0])

    def space(self) -> None:
        while self.at < len(self.data) and self.data[self.at] in b" \n":
            self.at += 1

    def ended(self) -> None:
        if self.at >= len(self.data) or self.data[self.at] not in _DELIMITERS:
            raise Fault("PDF_SYNTAX")

    def value(self, depth: int = 0) -> Any:
        if depth > DEPTH_MAX:
            raise Fault("PDF_TOO_DEEP")
        if self.passes(b"<<"):
            return self._dictionary(depth)
        if self.passes(b"["):
            return self._array(depth)
        if self.passes(b"/"):
            return self.name()
        first = self.data[self.at : self.at + 1]
        if first == b"<":
            return self._hexadecimal()
        if first == b"(":
            return self._literal()
        if first == b"-" or first.isdigit():
            return self._number()
        for text, value in ((b"true", True), (b"false", False)):
            if self.passes(text):
                self.ended()
                return value
        raise Fault("PDF_SYNTAX")

    def _dictionary(self, depth: int) -> Dictionary:
        read = Dictionary()
        self.space()
        while not self.passes(b">>"):
            self.demand(b"/", "PDF_SYNTAX")
            key = self.name()
            if key in read:
                raise Fault("PDF_KEY_REPEATED")
            self.space()
            read[str(key)] = self.value(depth + 1)
            self.space()
        return read

    def _array(self, depth: int) -> list[Any]:
        read = []
        self.space()
        while not self.passes(b"]"):
            read.append(self.value(depth + 1))
            self.space()
        return read

    def name(self) -> Name:
        match = _NAME.match(self.data, self.at)
        assert match is not None
        name = match[0].replace(b"#2F", b"/").decode("ascii")
        if not 1 <= len(name) <= NAME_CHARACTERS_MAX:
            raise Fault("PDF_SYNTAX")
        self.at = match.end()
        self.ended()
        if name in _FORBIDDEN:
            raise Fault("PDF_FORBIDDEN")
        return Name(name)

    def _hexadecimal(self) -> String:
        begin = self.at
        match = _HEX.match(self.data, begin + 1)
        assert match is not None
        self.at = match.end()
        if len(match[0]) % 2 or not self.passes(b">"):
            raise Fault("PDF_SYNTAX")
        return String(bytes.fromhex(match[0].decode("ascii")), begin, self.at, True)

    def _literal(self) -> String:
        begin = self.at
        self.at += 1
        out = bytearray()
        while not self.passes(b")"):
            byte = self.data[self.at : self.at + 1]
            if byte == b"\\":
                self.at += 1
                byte = self.data[self.at : self.at + 1]
                if byte not in (b"\\", b"(", b")"):
                    raise Fault("PDF_SYNTAX")
            elif not byte or byte == b"(" or not 0x20 <= byte[0] <= 0x7E:
                raise Fault("PDF_SYNTAX")
            out += byte
            self.at += 1
        return String(bytes(out), begin, self.at, False)

    def _number(self) -> Number | Reference:
        begin = self.at
        is_negative = self.passes(b"-")
        whole = self.whole("PDF_SYNTAX")
        if not is_negative and self.passes(b" 0 R"):
            self.ended()
            return Reference(whole)
        is_whole = not self.passes(b".")
        if not is_whole:
            match = _DIGITS.match(self.data, self.at)
            if match is None or self.data[match.end() : match.end() + 1].isdigit():
                raise Fault("PDF_SYNTAX")
            self.at = match.end()
        self.ended()
        return Number(float(self.data[begin : self.at]), is_whole)


def read_frame(data: bytes) -> Frame:
    if len(data) > PDF_BYTES_MAX:
        raise Fault("PDF_TOO_LARGE")
    if data[:10] != b"%PDF-1.7\n%" or data[14:15] != b"\n" or len(data) < HEADER_BYTES:
        raise Fault("PDF_HEADER")
    if any(byte < 0x80 for byte in data[10:14]):
        raise Fault("PDF_HEADER")
    end = data.rfind(_END)
    start = data.rfind(_START, 0, end) if end >= 0 else -1
    if end < 0 or start < 0:
        raise Fault("PDF_TRUNCATED")
    if data.rfind(_START, 0, start) >= 0:
        raise Fault("PDF_UPDATED")
    if end + len(_END) != len(data):
        raise Fault("PDF_TRAILING_BYTES")
    reader = Reader(data, start + len(_START))
    table = reader.whole("PDF_XREF")
    reader.demand(b"\n", "PDF_XREF")
    if reader.at != end:
        raise Fault("PDF_TRAILING_BYTES")
    offsets, trailer = _read_table(data, table)
    frame = Frame(trailer)
    _read_objects(data, table, offsets, frame)
    return frame


def _read_table(data: bytes, table: int) -> tuple[list[int], Dictionary]:
    reader = Reader(data, table)
    reader.demand(b"xref\n0 ", "PDF_XREF")
    count = reader.whole("PDF_XREF")
    if count > OBJECTS_MAX:
        raise Fault("PDF_TOO_MANY_OBJECTS")
    reader.demand(b"\n0000000000 65535 f \n", "PDF_XREF")
    offsets = []
    for _ in range(1, count):
        digits = data[reader.at : reader.at + 10]
        if len(digits) != 10 or not digits.isdigit():
            raise Fault("PDF_XREF")
        offsets.append(int(digits))
        reader.at += 10
        reader.demand(b" 00000 n \n", "PDF_XREF")
    reader.demand(b"trailer\n", "PDF_XREF")
    trailer = reader.value()
    reader.demand(b"\nstartxref\n", "PDF_XREF")
    if not isinstance(trailer, Dictionary):
        raise Fault("PDF_SYNTAX")
    if trailer.get("Size") != Number(float(max(count, 1)), True):
        raise Fault("PDF_XREF")
    return offsets, trailer


def _read_objects(data: bytes, table: int, offsets: list[int], frame: Frame) -> None:
    behind = HEADER_BYTES
    in_order = sorted((offset, number) for number, offset in enumerate(offsets, 1))
    for place, (offset, number) in enumerate(in_order):
        if offset < behind:
            is_repeated = place > 0 and offsets.count(offset) > 1
            raise Fault("PDF_OBJECT_REPEATED" if is_repeated else "PDF_OBJECT_ELSEWHERE")
        if offset > behind:
            raise Fault("PDF_BYTES_UNLISTED")
        reader = Reader(data, offset)
        reader.demand(b"%d 0 obj\n" % number, "PDF_OBJECT_ELSEWHERE")
        value = reader.value()
        reader.demand(b"\n", "PDF_SYNTAX")
        if reader.passes(b"stream\n"):
            value = _read_stream(reader, value)
            reader.demand(b"endobj\n", "PDF_STREAM")
        else:
            reader.demand(b"endobj\n", "PDF_SYNTAX")
        frame.objects[number] = value
        behind = reader.at
    if behind != table:
        raise Fault("PDF_BYTES_UNLISTED" if behind < table else "PDF_XREF")


def _read_stream(reader: Reader, dictionary: Any) -> Stream:
    fault = Fault("PDF_STREAM")
    if not isinstance(dictionary, Dictionary):
        raise fault
    length = dictionary.get("Length")
    if not isinstance(length, Number) or not length.is_whole or length.value < 0 or "F" in dictionary:
        raise fault
    if "Filter" in dictionary and dictionary["Filter"] != Name("FlateDecode"):
        raise fault
    begin = reader.at
    reader.at += int(length.value)
    reader.demand(b"\nendstream\n", "PDF_STREAM")
    return Stream(dictionary, reader.data[begin : begin + int(length.value)])


def dictionaries_in(value: Any) -> Iterator[Dictionary]:
    """Every dictionary of a value, at any depth."""
    if isinstance(value, Stream):
        value = value.dictionary
    if isinstance(value, Dictionary):
        yield value
        for one in value.values():
            yield from dictionaries_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from dictionaries_in(one)


def references_in(value: Any) -> Iterator[int]:
    if isinstance(value, Stream):
        value = value.dictionary
    if isinstance(value, Reference):
        yield value.number
    elif isinstance(value, (Dictionary, list)):
        for one in value.values() if isinstance(value, Dictionary) else value:
            yield from references_in(one)
