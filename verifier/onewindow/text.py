"""Text in its one form: canonical JSON (RFC 8785), base64, PEM (section 4)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

NESTING_MAX = 64
WHOLE_MAX = 2**53 - 1
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+?)-----END CERTIFICATE-----\r?\n?")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f]')
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotJson(Exception):
    pass


class NotCanonical(Exception):
    pass


def decode(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def parse(text: str) -> Any:
    """All numbers are floats, as in ECMAScript. Raises NotJson."""
    try:
        return json.loads(text, parse_int=float, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NotJson from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def canonical(value: Any) -> str:
    """Raises NotCanonical for what has no canonical form."""
    return _write(value, 0)


def is_canonical(text: str, value: Any) -> bool:
    try:
        return canonical(value) == text
    except (NotCanonical, RecursionError):
        return False


def parse_canonical(text: str | None) -> Any:
    """The value of a text that is canonical, or raises NotJson."""
    if text is None:
        raise NotJson
    value = parse(text)
    if not is_canonical(text, value):
        raise NotJson
    return value


def _write(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return _string(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(float(value))
    if depth >= NESTING_MAX:
        raise NotCanonical
    if isinstance(value, list):
        return "[" + ",".join(_write(one, depth + 1) for one in value) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{_string(name)}:{_write(value[name], depth + 1)}" for name in names) + "}"


def _string(text: str) -> str:
    if _SURROGATE.search(text):
        raise NotCanonical
    return '"' + _TO_ESCAPE.sub(lambda m: _ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04x}", text) + '"'


def _number(value: float) -> str:
    """ECMAScript's Number::toString, as RFC 8785 section 3.2.2.3 demands."""
    if value != value or value in (float("inf"), float("-inf")):
        raise NotCanonical
    if value == 0:
        return "0"
    sign, value = ("-", -value) if value < 0 else ("", value)
    mantissa, _, exponent = f"{value!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + digits[0] + ("." + digits[1:] if count > 1 else "") + tail


def from_base64(text: str) -> bytes | None:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode("ascii") == text else None


def certificates_in(pem: bytes) -> list[bytes] | None:
    """The DER of each certificate of a PEM file; None when the file is of another form."""
    if _PEM.sub(b"", pem).strip():
        return None
    ders = [
        from_base64(re.sub(rb"[\r\n]", b"", body).decode("ascii")) for body in _PEM.findall(pem)
    ]
    return None if any(der is None for der in ders) else ders  # type: ignore[return-value]


def whole_in(text: str) -> int | None:
    """`0` or digits without a leading zero, at most 2^53 - 1."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", text) or int(text) > WHOLE_MAX:
        return None
    return int(text)


def is_whole(value: Any, least: int = 0) -> bool:
    """Of a number that was read from JSON."""
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and float(value).is_integer()
        and least <= value <= WHOLE_MAX
    )


def text_in(value: Any, name: str) -> str | None:
    one = value.get(name) if isinstance(value, dict) else None
    return one if isinstance(one, str) else None
