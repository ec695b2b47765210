"""DER, read strictly (section 5) and written."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from .findings import Fault

LEVELS_MAX = 32
LENGTH_BYTES_MAX = 3
_PRINTABLE = re.compile(rb"[A-Za-z0-9 '()+,\-./:=?]*")
_UTC = re.compile(rb"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z")
_GENERALIZED = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,2}[1-9]))?Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Cursor:
    """Stands at a byte in a range of bytes; the operations are those of section 5, by the same names."""

    __slots__ = ("data", "at", "end", "level")

    def __init__(self, data: bytes, at: int = 0, end: int | None = None, level: int = 0):
        self.data, self.at, self.end, self.level = data, at, len(data) if end is None else end, level

    @property
    def more(self) -> bool:
        return self.at < self.end

    def next(self, tag: int) -> bool:
        return self.at < self.end and self.data[self.at] == tag

    def fork(self) -> Cursor:
        return Cursor(self.data, self.at, self.end, self.level)

    def done(self) -> None:
        if self.more:
            raise Fault("DER_TRAILING_BYTES")

    def passes(self, expected: bytes) -> bool:
        if self.at + len(expected) > self.end or not self.data.startswith(expected, self.at):
            return False
        self.at += len(expected)
        return True

    def _header(self, tag: int) -> tuple[int, int]:
        """Moves behind the element; gives where its content begins and ends."""
        data, at, end = self.data, self.at, self.end
        if at >= end:
            raise Fault("DER_TRUNCATED")
        if data[at] != tag:
            raise Fault("DER_TAG_UNEXPECTED")
        if at + 1 >= end:
            raise Fault("DER_TRUNCATED")
        length, begin = data[at + 1], at + 2
        if length == 0x80:
            raise Fault("DER_LENGTH_INDEFINITE")
        if length > 0x80:
            count = length - 0x80
            if count > LENGTH_BYTES_MAX:
                raise Fault("DER_LENGTH_TOO_LONG")
            if begin + count > end:
                raise Fault("DER_TRUNCATED")
            length = int.from_bytes(data[begin : begin + count], "big")
            if length < 0x80 or data[begin] == 0:
                raise Fault("DER_LENGTH_NOT_MINIMAL")
            begin += count
        if begin + length > end:
            raise Fault("DER_TRUNCATED")
        self.at = begin + length
        return begin, self.at

    def enter(self, tag: int) -> Cursor:
        begin, end = self._header(tag)
        if self.level + 1 > LEVELS_MAX:
            raise Fault("DER_TOO_DEEP")
        return Cursor(self.data, begin, end, self.level + 1)

    def raw(self, tag: int) -> bytes:
        start = self.at
        self._header(tag)
        return self.data[start : self.at]

    def content(self, tag: int) -> bytes:
        begin, end = self._header(tag)
        return self.data[begin:end]

    def boolean(self) -> bool:
        content = self.content(0x01)
        if content not in (b"\x00", b"\xff"):
            raise Fault("DER_BOOLEAN")
        return content == b"\xff"

    def unsigned(self) -> bytes:
        """Without a leading zero byte, but for zero itself."""
        content = self.content(0x02)
        if not content or content[0] >= 0x80 or (content[0] == 0 and len(content) > 1 and content[1] < 0x80):
            raise Fault("DER_INTEGER")
        return content[1:] if content[0] == 0 and len(content) > 1 else content

    def small(self) -> int:
        content = self.unsigned()
        if len(content) > 1:
            raise Fault("DER_INTEGER")
        return content[0]

    def oid(self) -> str:
        content = self.content(0x06)
        arcs: list[int] = []
        value, inside = 0, False
        for byte in content:
            if not inside and byte == 0x80:
                raise Fault("DER_OID")
            value = value * 128 + (byte & 0x7F)
            if value > 2**53 - 1:
                raise Fault("DER_OID")
            inside = byte >= 0x80
            if not inside:
                arcs.append(value)
                value = 0
        if not arcs or inside:
            raise Fault("DER_OID")
        first = min(arcs[0] // 40, 2)
        return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))

    def bits(self) -> bytes:
        content = self.content(0x03)
        if not content or content[0] != 0:
            raise Fault("DER_BIT_STRING")
        return content[1:]

    def named_bits(self) -> frozenset[int]:
        content = self.content(0x03)
        if len(content) < 2 or content[0] > 7:
            raise Fault("DER_BIT_STRING")
        unused, last = content[0], content[-1]
        if not (last >> unused) & 1 or last & ((1 << unused) - 1):
            raise Fault("DER_BIT_STRING")
        return frozenset(
            8 * place + bit for place, byte in enumerate(content[1:]) for bit in range(8) if byte & (0x80 >> bit)
        )

    def utf8(self) -> str:
        try:
            return self.content(0x0C).decode("utf-8")
        except UnicodeDecodeError:
            raise Fault("DER_STRING") from None

    def printable(self) -> str:
        content = self.content(0x13)
        if not _PRINTABLE.fullmatch(content):
            raise Fault("DER_STRING")
        return content.decode("ascii")

    def time(self) -> int:
        """Milliseconds since 1970."""
        if self.next(0x17):
            match = _UTC.fullmatch(self.content(0x17))
            if not match:
                raise Fault("DER_TIME")
            year, *rest = map(int, match.groups())
            return _instant(year + (1900 if year >= 50 else 2000), *rest)
        match = _GENERALIZED.fullmatch(self.content(0x18))
        if not match or match[7] is not None or 1950 <= int(match[1]) <= 2049:
            raise Fault("DER_TIME")
        return _instant(*map(int, match.groups()[:6]))

    def generalized_time(self) -> int:
        match = _GENERALIZED.fullmatch(self.content(0x18))
        if not match:
            raise Fault("DER_TIME")
        fraction = int((match[7] or b"").ljust(3, b"0"))
        return _instant(*map(int, match.groups()[:6])) + fraction

    def whole_second(self) -> int:
        instant = self.generalized_time()
        if instant % 1000:
            raise Fault("DER_TIME")
        return instant

    def set_of(self, tag: int, member: int) -> list[bytes]:
        inside = self.enter(tag)
        members: list[bytes] = []
        while inside.more:
            one = inside.raw(member)
            if members and one <= members[-1]:
                raise Fault("DER_SET_ORDER")
            members.append(one)
        return members


def _instant(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int:
    if year < 100:
        raise Fault("DER_TIME")
    instant = instant_of(year, month, day, hour, minute, second)
    if instant is None:
        raise Fault("DER_TIME")
    return instant


def instant_of(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int | None:
    """Milliseconds since 1970; None for a day or time that does not exist."""
    if year == 0:
        # No datetime has the year 0; it is as the year 400, which has the same calendar.
        later = instant_of(400, month, day, hour, minute, second)
        return None if later is None else later - 146_097 * 86_400_000
    try:
        delta = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc) - _EPOCH
    except ValueError:
        return None
    return (delta.days * 86400 + delta.seconds) * 1000


def tlv(tag: int, *contents: bytes) -> bytes:
    """One element, its length in the shortest form."""
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(value: bytes) -> bytes:
    return tlv(0x02, b"\x00" + value if value[0] >= 0x80 else value)


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | (arc & 0x7F))
        out += bytes(reversed(groups))
    return tlv(0x06, bytes(out))


def time_of(instant: int) -> bytes:
    """UTCTime through 2049, GeneralizedTime from 2050 (and before 1950)."""
    from datetime import timedelta

    at = _EPOCH + timedelta(milliseconds=instant)
    text = f"{at.year:04d}{at.month:02d}{at.day:02d}{at.hour:02d}{at.minute:02d}{at.second:02d}Z".encode()
    return tlv(0x17, text[2:]) if 1950 <= at.year <= 2049 else tlv(0x18, text)
