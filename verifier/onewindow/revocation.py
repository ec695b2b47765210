"""Revocation lists and what they tell of a certificate (sections 7 and 13.5)."""

from __future__ import annotations

from dataclasses import dataclass

from .certificate import SERIAL_BYTES_MAX, Certificate, Name, read_name
from .der import Cursor, integer, oid, time_of, tlv
from .findings import Fault
from .suites import Suite, suite_by

LISTS_BYTES_MAX = 524_288
NUMBER_MAX = 2**31 - 1
_REASON, _INVALIDITY = oid("2.5.29.21"), oid("2.5.29.24")
_AUTHORITY_KEY, _NUMBER = oid("2.5.29.35"), oid("2.5.29.20")
_UNSPECIFIED, _AFFILIATION_CHANGED, _SUPERSEDED, _CESSATION, _HOLD = 0, 3, 4, 5, 6
_REASONS = {0, 1, 2, 3, 4, 5, 6, 9, 10}
#: A stamper whose certificate ended for one of these stamped honestly until then.
_HARMLESS = {_AFFILIATION_CHANGED, _SUPERSEDED, _CESSATION, _HOLD}


@dataclass(frozen=True)
class Entry:
    revoked_at: int
    reason: int
    invalid_from: int | None

    @property
    def begin(self) -> int:
        return self.revoked_at if self.invalid_from is None else min(self.revoked_at, self.invalid_from)


@dataclass(frozen=True)
class RevocationList:
    signed: bytes
    suite: Suite
    signature: bytes
    issuer: bytes
    this_update: int
    next_update: int
    authority_key: bytes
    number: int
    entries: dict[bytes, Entry]

    def names(self, authority: Certificate) -> bool:
        return self.issuer == authority.subject and self.authority_key == authority.subject_key


def read_revocation_list(der: bytes) -> RevocationList:
    """Raises Fault."""
    file = Cursor(der)
    outer = file.enter(0x30)
    file.done()
    begin = outer.at
    body = outer.enter(0x30)
    signed = der[begin : outer.at]
    if not body.passes(b"\x02\x01\x01"):
        raise Fault("REVOCATION_LIST_VERSION")
    inner = suite_by("signature_algorithm", body.raw(0x30))
    if inner is None:
        raise Fault("REVOCATION_LIST_ALGORITHM")
    issuer, issuer_der = read_name(body)
    this_update, next_update = body.time(), body.time()
    if next_update <= this_update:
        raise Fault("REVOCATION_LIST_DATES")
    entries = _read_entries(body.enter(0x30)) if body.next(0x30) else {}
    if not body.next(0xA0):
        raise Fault("REVOCATION_LIST_EXTENSION")
    around = body.enter(0xA0)
    extensions = around.enter(0x30)
    around.done()
    authority_key = _read_authority_key(extensions)
    number = _read_number(extensions)
    if authority_key is None or number is None or extensions.more:
        raise Fault("REVOCATION_LIST_EXTENSION")
    body.done()
    suite = suite_by("signature_algorithm", outer.raw(0x30))
    if suite is None or suite is not inner:
        raise Fault("REVOCATION_LIST_ALGORITHM")
    signature = outer.bits()
    outer.done()
    if _write(suite, issuer, this_update, next_update, entries, authority_key, number, signature) != der:
        raise Fault("DER_NOT_CANONICAL")
    return RevocationList(
        signed, suite, signature, issuer_der, this_update, next_update, authority_key, number, entries
    )


def _read_entries(cursor: Cursor) -> dict[bytes, Entry]:
    entries: dict[bytes, Entry] = {}
    while cursor.more:
        one = cursor.enter(0x30)
        serial = one.unsigned()
        if len(serial) > SERIAL_BYTES_MAX or serial == b"\x00":
            raise Fault("REVOCATION_LIST_ENTRY")
        revoked_at, reason, invalid_from = one.time(), _UNSPECIFIED, None
        if one.more:
            extensions = one.enter(0x30)
            reason = _read_reason(extensions)
            invalid_from = _read_invalidity(extensions)
            if extensions.more:
                raise Fault("REVOCATION_LIST_EXTENSION")
        one.done()
        if serial in entries:
            raise Fault("REVOCATION_LIST_ENTRY")
        entries[serial] = Entry(revoked_at, reason, invalid_from)
    return entries


def _extension(extensions: Cursor, kind: bytes) -> Cursor | None:
    """Over the value of the extension that comes next, if it is of this kind."""
    if not extensions.more or not extensions.fork().enter(0x30).passes(kind):
        return None
    one = extensions.enter(0x30)
    one.passes(kind)
    value = Cursor(one.content(0x04))
    one.done()
    return value


def _read_reason(extensions: Cursor) -> int:
    value = _extension(extensions, _REASON)
    if value is None:
        return _UNSPECIFIED
    content = value.content(0x0A)
    if len(content) != 1 or content[0] not in _REASONS:
        raise Fault("REVOCATION_LIST_ENTRY")
    value.done()
    return content[0]


def _read_invalidity(extensions: Cursor) -> int | None:
    value = _extension(extensions, _INVALIDITY)
    if value is None:
        return None
    instant = value.whole_second()
    value.done()
    return instant


def _read_authority_key(extensions: Cursor) -> bytes | None:
    value = _extension(extensions, _AUTHORITY_KEY)
    if value is None:
        return None
    inside = value.enter(0x30)
    key = inside.content(0x80)
    inside.done()
    if len(key) != 20:
        raise Fault("REVOCATION_LIST_EXTENSION")
    value.done()
    return key


def _read_number(extensions: Cursor) -> int | None:
    value = _extension(extensions, _NUMBER)
    if value is None:
        return None
    number = int.from_bytes(value.unsigned(), "big")
    if not 1 <= number <= NUMBER_MAX:
        raise Fault("REVOCATION_LIST_EXTENSION")
    value.done()
    return number


def _write(
    suite: Suite,
    issuer: Name,
    this_update: int,
    next_update: int,
    entries: dict[bytes, Entry],
    authority_key: bytes,
    number: int,
    signature: bytes,
) -> bytes:
    extension = lambda kind, value: tlv(0x30, kind, tlv(0x04, value))
    written = []
    for serial, entry in entries.items():
        extras = []
        if entry.reason != _UNSPECIFIED:
            extras.append(extension(_REASON, tlv(0x0A, bytes([entry.reason]))))
        if entry.invalid_from is not None:
            extras.append(extension(_INVALIDITY, _generalized(entry.invalid_from)))
        tail = tlv(0x30, *extras) if extras else b""
        written.append(tlv(0x30, integer(serial), time_of(entry.revoked_at), tail))
    digits = number.to_bytes((number.bit_length() + 7) // 8, "big")
    body = tlv(
        0x30,
        b"\x02\x01\x01",
        suite.signature_algorithm,
        issuer.der(),
        time_of(this_update),
        time_of(next_update),
        tlv(0x30, *written) if written else b"",
        tlv(
            0xA0,
            tlv(
                0x30,
                extension(_AUTHORITY_KEY, tlv(0x30, tlv(0x80, authority_key))),
                extension(_NUMBER, integer(digits)),
            ),
        ),
    )
    return tlv(0x30, body, suite.signature_algorithm, tlv(0x03, b"\x00", signature))


def _generalized(instant: int) -> bytes:
    short = time_of(instant)
    if short[0] == 0x18:
        return short
    century = b"19" if int(short[2:4]) >= 50 else b"20"
    return tlv(0x18, century + short[2:])


class RevocationLists:
    """All that are at hand, in their order."""

    def __init__(self, ders: list[bytes]):
        self.ders = ders
        self.malformed = 0
        self._lists: list[RevocationList] = []
        total = 0
        for der in ders:
            total += len(der)
            try:
                if total > LISTS_BYTES_MAX:
                    raise Fault("REVOCATION_LIST_MALFORMED")
                self._lists.append(read_revocation_list(der))
            except Fault:
                self.malformed += 1
        self._by_authority: dict[str, tuple[list[RevocationList], int]] = {}

    def of(self, authority: Certificate) -> tuple[list[RevocationList], int]:
        """Its own, the newest last, and how many name it and are not its own."""
        known = self._by_authority.get(authority.sha256)
        if known is None:
            naming = [one for one in self._lists if one.names(authority)]
            own = [one for one in naming if not authority.faults_of(one.suite, one.signed, one.signature, "MIXED")]
            known = sorted(own, key=lambda one: (one.number, one.this_update)), len(naming) - len(own)
            self._by_authority[authority.sha256] = known
        return known


def news(
    certificate: Certificate,
    issuer: Certificate,
    lists: RevocationLists,
    role: str,
    stamped_at: int | None,
    at: int | None,
    findings: list[str],
    is_signer: bool,
) -> None:
    """What the lists tell of one certificate. Without `at` every revocation counts whenever it was."""
    own, wrong = lists.of(issuer)
    findings += ["REVOCATION_LIST_SIGNATURE_WRONG"] * wrong
    if not own or (stamped_at is not None and stamped_at > own[-1].next_update):
        findings.append("NO_REVOCATION_INFORMATION")
    elif at is not None and at > own[-1].next_update:
        findings.append("REVOCATION_INFORMATION_STALE")
    entry = None
    for one in own:
        found = one.entries.get(certificate.serial)
        if found and (found.reason != _HOLD or one is own[-1]):
            entry = found
    if entry is None or (at is not None and entry.begin > at):
        return
    if role == "TIME_STAMP":
        before = stamped_at is not None and stamped_at < entry.begin
        if not (before and (not is_signer or entry.reason in _HARMLESS)):
            findings.append("TIME_STAMP_REVOKED")
    elif stamped_at is not None and stamped_at < entry.begin:
        findings.append("CERTIFICATE_REVOKED_SINCE")
    elif entry.reason == _HOLD:
        findings.append("CERTIFICATE_ON_HOLD")
    else:
        findings.append("CERTIFICATE_REVOKED" if stamped_at is not None else "CERTIFICATE_REVOKED_UNPROVEN")
