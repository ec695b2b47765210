"""Certificates of our profiles (section 6)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from .der import Cursor, integer, oid, time_of, tlv
from .findings import Fault
from .suites import Suite, sha256, signature_faults, suite_by

SERIAL_BYTES_MAX = 20
NAME_CHARACTERS_MAX = 64
DNS_NAMES_MAX = 100
DNS_BYTES_MAX = 255
_COUNTRY, _ORGANIZATION, _UNIT, _COMMON = "2.5.4.6", "2.5.4.10", "2.5.4.11", "2.5.4.3"
_BASIC, _USAGE, _SUBJECT_KEY = "2.5.29.19", "2.5.29.15", "2.5.29.14"
_AUTHORITY_KEY, _PURPOSES, _NAMES = "2.5.29.35", "2.5.29.37", "2.5.29.17"
_SERVER, _CLIENT, _STAMPING = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.8"
_SEAL_MAKING = "2.999.38540.1"
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
SIGNS_CERTIFICATES = 5


@dataclass(frozen=True)
class Profile:
    path_length: int | None
    usage: frozenset[int]
    purposes: tuple[str, ...] = ()
    has_authority_key: bool = True
    has_names: bool = False
    purposes_critical: bool = False

    @property
    def is_authority(self) -> bool:
        return self.path_length is not None


PROFILES = {
    "ROOT": Profile(1, frozenset({5, 6}), has_authority_key=False),
    "SEAL_AUTHORITY": Profile(0, frozenset({5, 6})),
    "TRANSPORT_AUTHORITY": Profile(0, frozenset({5, 6}), (_SERVER, _CLIENT), has_authority_key=False),
    "SEAL": Profile(None, frozenset({0, 1})),
    "SEAL_MAKER": Profile(None, frozenset({0, 1}), (_SEAL_MAKING,), purposes_critical=True),
    "TIME_STAMP": Profile(None, frozenset({0}), (_STAMPING,), purposes_critical=True),
    "TLS": Profile(None, frozenset({0}), (_SERVER, _CLIENT), has_names=True),
}
_USAGE_DER = {
    frozenset({5, 6}): bytes.fromhex("03020106"),
    frozenset({0, 1}): bytes.fromhex("030206C0"),
    frozenset({0}): bytes.fromhex("03020780"),
}


@dataclass(frozen=True)
class Name:
    organization: str
    unit: str | None
    common: str

    def der(self) -> bytes:
        pairs = [(_COUNTRY, tlv(0x13, b"CN")), (_ORGANIZATION, tlv(0x0C, self.organization.encode()))]
        if self.unit is not None:
            pairs.append((_UNIT, tlv(0x0C, self.unit.encode())))
        pairs.append((_COMMON, tlv(0x0C, self.common.encode())))
        return tlv(0x30, *(tlv(0x31, tlv(0x30, oid(kind), value)) for kind, value in pairs))


@dataclass(frozen=True)
class Certificate:
    der: bytes
    sha256: str
    signed: bytes
    suite: Suite
    signature: bytes
    serial: bytes
    issuer: bytes
    subject: bytes
    name: Name
    not_before: int
    not_after: int
    key_suite: Suite
    key: Any
    profile_name: str
    subject_key: bytes
    authority_key: bytes | None

    @property
    def profile(self) -> Profile:
        return PROFILES[self.profile_name]

    @property
    def unit(self) -> str:
        return self.name.unit or ""

    def is_valid_at(self, instant: int) -> bool:
        return self.not_before <= instant <= self.not_after

    def faults_of(self, suite: Suite, data: bytes, signature: bytes, mixed: str) -> list[str]:
        """The faults of a signature by this certificate's key."""
        return signature_faults(suite, self.key_suite, self.key, data, signature, mixed)


@dataclass
class _Extensions:
    path_length: int | None = None
    is_authority: bool = False
    has_basic: bool = False
    usage: frozenset[int] | None = None
    subject_key: bytes | None = None
    authority_key: bytes | None = None
    purposes: tuple[str, ...] = ()
    names: tuple[bytes, ...] | None = None


def is_name_text(text: str) -> bool:
    """The form of O, OU and CN."""
    return 1 <= len(text) <= NAME_CHARACTERS_MAX and not any(unicodedata.category(c) in _UNPRINTABLE for c in text)


def read_certificate(der: bytes) -> Certificate:
    """Raises Fault."""
    file = Cursor(der)
    outer = file.enter(0x30)
    file.done()
    begin = outer.at
    body = outer.enter(0x30)
    signed = der[begin : outer.at]
    if not body.next(0xA0):
        raise Fault("CERTIFICATE_VERSION")
    version = body.enter(0xA0)
    if version.small() != 2:
        raise Fault("CERTIFICATE_VERSION")
    version.done()
    serial = body.unsigned()
    if len(serial) > SERIAL_BYTES_MAX or serial == b"\x00":
        raise Fault("CERTIFICATE_SERIAL")
    inner = suite_by("signature_algorithm", body.raw(0x30))
    if inner is None:
        raise Fault("CERTIFICATE_ALGORITHM")
    issuer, issuer_der = read_name(body)
    period = body.enter(0x30)
    not_before, not_after = period.time(), period.time()
    period.done()
    if not_after < not_before:
        raise Fault("CERTIFICATE_VALIDITY")
    subject, subject_der = read_name(body)
    holder = body.enter(0x30)
    key_suite = suite_by("key_algorithm", holder.raw(0x30))
    if key_suite is None:
        raise Fault("CERTIFICATE_ALGORITHM")
    public_key = holder.bits()
    holder.done()
    key = key_suite.key(public_key)
    if key is None:
        raise Fault("CERTIFICATE_KEY")
    extensions = _read_extensions(body)
    profile_name = _profile_of(extensions)
    body.done()
    suite = suite_by("signature_algorithm", outer.raw(0x30))
    if suite is None:
        raise Fault("CERTIFICATE_ALGORITHM")
    if suite is not inner:
        raise Fault("CERTIFICATE_SUITE_MIXED")
    signature = outer.bits()
    outer.done()
    again = tlv(
        0x30,
        tlv(
            0x30,
            bytes.fromhex("A003020102"),
            integer(serial),
            suite.signature_algorithm,
            issuer.der(),
            tlv(0x30, time_of(not_before), time_of(not_after)),
            subject.der(),
            tlv(0x30, key_suite.key_algorithm, tlv(0x03, b"\x00", public_key)),
            tlv(0xA3, tlv(0x30, *_write_extensions(extensions, profile_name))),
        ),
        suite.signature_algorithm,
        tlv(0x03, b"\x00", signature),
    )
    if again != der:
        raise Fault("DER_NOT_CANONICAL")
    if key is False:
        raise Fault("CERTIFICATE_KEY")
    return Certificate(
        der,
        sha256(der).hex(),
        signed,
        suite,
        signature,
        serial,
        issuer_der,
        subject_der,
        subject,
        not_before,
        not_after,
        key_suite,
        key,
        profile_name,
        extensions.subject_key or b"",
        extensions.authority_key,
    )


def read_name(cursor: Cursor) -> tuple[Name, bytes]:
    begin = cursor.at
    inside = cursor.enter(0x30)
    der = cursor.data[begin : cursor.at]
    country = _attribute(inside, _COUNTRY)
    organization = _attribute(inside, _ORGANIZATION)
    unit = _attribute(inside, _UNIT)
    common = _attribute(inside, _COMMON)
    if country != "CN" or organization is None or common is None or inside.more:
        raise Fault("CERTIFICATE_NAME")
    return Name(organization, unit, common), der


def _attribute(name: Cursor, wanted: str) -> str | None:
    if not name.more or name.fork().enter(0x31).enter(0x30).oid() != wanted:
        return None
    relative = name.enter(0x31)
    pair = relative.enter(0x30)
    relative.done()
    pair.oid()
    if wanted == _COUNTRY:
        value = pair.printable()
    else:
        value = pair.utf8()
        if not is_name_text(value):
            raise Fault("CERTIFICATE_NAME")
    pair.done()
    return value


def _read_extensions(cursor: Cursor) -> _Extensions:
    around = cursor.enter(0xA3)
    extensions = around.enter(0x30)
    around.done()
    read = _Extensions()
    seen: set[str] = set()
    while extensions.more:
        one = extensions.enter(0x30)
        kind = one.oid()
        critical = one.next(0x01) and one.boolean()
        value = Cursor(one.content(0x04))
        one.done()
        if kind in seen:
            raise Fault("CERTIFICATE_EXTENSION_REPEATED")
        seen.add(kind)
        if kind not in _READERS:
            raise Fault("CERTIFICATE_EXTENSION_CRITICAL" if critical else "CERTIFICATE_EXTENSION_UNKNOWN")
        _READERS[kind](value, read)
        value.done()
    return read


def _read_basic(value: Cursor, read: _Extensions) -> None:
    inside = value.enter(0x30)
    read.has_basic = True
    read.is_authority = inside.more and inside.boolean()
    if inside.more:
        read.path_length = inside.small()
    inside.done()


def _read_usage(value: Cursor, read: _Extensions) -> None:
    read.usage = value.named_bits()


def _read_subject_key(value: Cursor, read: _Extensions) -> None:
    read.subject_key = value.content(0x04)


def _read_authority_key(value: Cursor, read: _Extensions) -> None:
    inside = value.enter(0x30)
    read.authority_key = inside.content(0x80)
    inside.done()


def _read_purposes(value: Cursor, read: _Extensions) -> None:
    inside = value.enter(0x30)
    purposes = []
    while inside.more:
        purposes.append(inside.oid())
    read.purposes = tuple(purposes)


def _read_names(value: Cursor, read: _Extensions) -> None:
    inside = value.enter(0x30)
    names: list[bytes] = []
    while inside.next(0x82):
        if len(names) == DNS_NAMES_MAX:
            raise Fault("DER_LENGTH_TOO_LONG")
        names.append(inside.content(0x82))
    inside.content(0x87)
    inside.done()
    if any(len(name) > DNS_BYTES_MAX or not name.isascii() for name in names):
        raise Fault("DER_NOT_CANONICAL")
    read.names = tuple(names)


_READERS = {
    _BASIC: _read_basic,
    _USAGE: _read_usage,
    _SUBJECT_KEY: _read_subject_key,
    _AUTHORITY_KEY: _read_authority_key,
    _PURPOSES: _read_purposes,
    _NAMES: _read_names,
}


def _profile_of(read: _Extensions) -> str:
    for name, profile in PROFILES.items():
        if (
            read.has_basic
            and read.is_authority == profile.is_authority
            and read.path_length == profile.path_length
            and read.usage == profile.usage
            and read.purposes == profile.purposes
            and (read.authority_key is not None) == profile.has_authority_key
            and (read.names is not None) == profile.has_names
            and len(read.subject_key or b"") == 20
            and len(read.authority_key if read.authority_key is not None else bytes(20)) == 20
        ):
            return name
    raise Fault("CERTIFICATE_PROFILE_UNKNOWN")


def _write_extensions(read: _Extensions, profile_name: str) -> list[bytes]:
    profile = PROFILES[profile_name]
    written = lambda kind, critical, value: tlv(
        0x30, oid(kind), b"\x01\x01\xff" if critical else b"", tlv(0x04, value)
    )
    basic = b"\x01\x01\xff" + integer(bytes([profile.path_length or 0])) if profile.is_authority else b""
    out = [
        written(_BASIC, True, tlv(0x30, basic)),
        written(_USAGE, True, _USAGE_DER[profile.usage]),
        written(_SUBJECT_KEY, False, tlv(0x04, read.subject_key or b"")),
    ]
    if read.authority_key is not None:
        out.append(written(_AUTHORITY_KEY, False, tlv(0x30, tlv(0x80, read.authority_key))))
    if profile.purposes:
        out.append(written(_PURPOSES, profile.purposes_critical, tlv(0x30, *map(oid, profile.purposes))))
    if read.names is not None:
        address = tlv(0x87, bytes([127, 0, 0, 1]))
        out.append(written(_NAMES, False, tlv(0x30, *(tlv(0x82, name) for name in read.names), address)))
    return out
