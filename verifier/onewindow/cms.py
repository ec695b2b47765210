"""CMS SignedData of seals, of time stamps and of seals in PDFs (sections 8, 9 and 15.4)."""

from __future__ import annotations

from dataclasses import dataclass

from .der import Cursor, oid, tlv
from .findings import Fault
from .suites import SM2SM3, SUITES, Suite, next_suite

CERTIFICATES_MAX = 3
SEAL, TIME_STAMP = "SEAL", "TIME_STAMP"
_SIGNED_DATA = bytes.fromhex("06092A864886F70D010702")
_TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
_SIGNING_TIME = oid("1.2.840.113549.1.9.5")
_MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = oid("1.2.840.113549.1.9.16.2.47")
_TIME_STAMP_TOKEN = oid("1.2.840.113549.1.9.16.2.14")
_LOG_PROOF = bytes.fromhex("06058837B63201")


@dataclass
class SignedData:
    suite: Suite
    content: bytes
    certificates: list[bytes]
    issuer: bytes
    serial: bytes
    signing_time: int | None
    message_digest: bytes
    certificate_digest: bytes
    signed_attributes: bytes
    signature: bytes
    time_stamp: bytes | None = None
    log_proof: bytes | None = None

    @property
    def signed(self) -> bytes:
        return b"\x31" + self.signed_attributes[1:]


def read_signed_data(der: bytes, kind: str, in_pdf: bool = False) -> SignedData:
    """Raises Fault. A time stamp's TSTInfo is left to time_stamp.py."""
    file = Cursor(der)
    info = file.enter(0x30)
    file.done()
    is_seal = kind == SEAL
    types = [suite.signed_data for suite in SUITES] if is_seal else [_SIGNED_DATA]
    signed_data = next((one for one in types if info.passes(one)), None)
    if signed_data is None:
        info.raw(0x06)
        raise Fault(f"{kind}_NOT_SIGNED_DATA")
    around = info.enter(0xA0)
    info.done()
    sd = around.enter(0x30)
    around.done()
    _version(sd, 1 if is_seal else 3, kind)
    digests = sd.enter(0x31)
    digest_suite = _digest(digests, kind)
    if digests.more:
        raise Fault(f"{kind}_SUITE_UNKNOWN")
    if is_seal and digest_suite.signed_data != signed_data:
        raise Fault("SEAL_SUITE_MIXED")
    content = b""
    if is_seal:
        if not sd.passes(tlv(0x30, digest_suite.data)):
            sd.raw(0x30)
            raise Fault("SEAL_NOT_DETACHED")
    else:
        encapsulated = sd.enter(0x30)
        if not encapsulated.passes(_TST_INFO) or not encapsulated.more:
            raise Fault("TIME_STAMP_CONTENT")
        octets = encapsulated.enter(0xA0)
        encapsulated.done()
        content = octets.content(0x04)
        octets.done()
    certificates = _certificates(sd, kind)
    if sd.next(0xA1):
        raise Fault(f"{kind}_ELEMENT_UNKNOWN")
    signers = sd.enter(0x31)
    sd.done()
    if not signers.more:
        raise Fault(f"{kind}_SIGNER_COUNT")
    one = signers.enter(0x30)
    _version(one, 1, kind)
    sid = one.enter(0x30)
    issuer, serial = sid.raw(0x30), sid.unsigned()
    sid.done()
    signer_digest = _digest(one, kind)
    if not one.next(0xA0):
        raise Fault(f"{kind}_ATTRIBUTE_MISSING")
    begin = one.at
    attributes = _Attributes(one.enter(0xA0), kind, digest_suite, has_time=not in_pdf)
    signed_attributes = der[begin : one.at]
    attributes.read()
    suite = next_suite(one, "signer_algorithm")
    if suite is None:
        one.raw(0x30)
        raise Fault(f"{kind}_SUITE_UNKNOWN")
    if (is_seal and suite.signed_data != signed_data) or any(
        other.digest_algorithm != suite.digest_algorithm for other in (digest_suite, signer_digest)
    ):
        raise Fault(f"{kind}_SUITE_MIXED")
    signature = one.content(0x04)
    unsigned = one.raw(0xA1) if one.next(0xA1) else None
    one.done()
    if signers.more:
        raise Fault(f"{kind}_SIGNER_COUNT")
    read = SignedData(
        suite,
        content,
        certificates,
        issuer,
        serial,
        attributes.signing_time,
        attributes.message_digest,
        attributes.certificate_digest,
        signed_attributes,
        signature,
    )
    if unsigned is not None:
        if not is_seal:
            raise Fault("TIME_STAMP_UNSIGNED_ATTRIBUTE")
        if in_pdf:
            _read_evidence(unsigned, read)
        else:
            read.time_stamp = _read_time_stamp(unsigned)
    return read


def _version(cursor: Cursor, version: int, kind: str) -> None:
    if not cursor.passes(bytes((2, 1, version))):
        cursor.small()
        raise Fault(f"{kind}_VERSION")


def _digest(cursor: Cursor, kind: str) -> Suite:
    suite = next_suite(cursor, "digest_algorithm")
    if suite is None:
        cursor.raw(0x30)
        raise Fault(f"{kind}_SUITE_UNKNOWN")
    return suite


def _certificates(sd: Cursor, kind: str) -> list[bytes]:
    if not sd.next(0xA0):
        if kind == SEAL:
            raise Fault("SEAL_CERTIFICATE_COUNT")
        return []
    certificates = sd.set_of(0xA0, 0x30)
    if not 1 <= len(certificates) <= CERTIFICATES_MAX:
        raise Fault(f"{kind}_CERTIFICATE_COUNT")
    return certificates


def _read_time_stamp(unsigned: bytes) -> bytes:
    fault = Fault("SEAL_UNSIGNED_ATTRIBUTE")
    values = Cursor(unsigned).enter(0xA1)
    if not values.more:
        raise fault
    one = values.enter(0x30)
    if values.more or not one.passes(_TIME_STAMP_TOKEN):
        raise fault
    tokens = one.enter(0x31)
    one.done()
    if not tokens.more:
        raise fault
    token = tokens.raw(0x30)
    if tokens.more:
        raise fault
    return token


def _read_evidence(unsigned: bytes, read: SignedData) -> None:
    """Of a seal in a PDF: one time stamp, one log proof, or both."""
    fault = Fault("PDF_UNSIGNED_ATTRIBUTE")
    members = Cursor(unsigned).set_of(0xA1, 0x30)
    if not members:
        raise fault
    for member in members:
        one = Cursor(member).enter(0x30)
        kind = next((known for known in (_TIME_STAMP_TOKEN, _LOG_PROOF) if one.passes(known)), None)
        if kind is None:
            raise fault
        values = one.enter(0x31)
        one.done()
        if not values.more:
            raise fault
        if kind == _TIME_STAMP_TOKEN:
            value, before = values.raw(0x30), read.time_stamp
        else:
            value, before = values.content(0x04), read.log_proof
        if values.more or before is not None:
            raise fault
        if kind == _TIME_STAMP_TOKEN:
            read.time_stamp = value
        else:
            read.log_proof = value


class _Attributes:
    """The signed attributes: four (in a PDF three) in one order, each with one value."""

    def __init__(self, cursor: Cursor, kind: str, suite: Suite, has_time: bool):
        self.cursor, self.kind, self.suite, self.has_time = cursor, kind, suite, has_time
        self.order = [_CONTENT_TYPE, *([_SIGNING_TIME] if has_time else []), _MESSAGE_DIGEST, _SIGNING_CERTIFICATE]
        self.signing_time: int | None = None
        self.message_digest = b""
        self.certificate_digest = b""

    def fault(self, what: str) -> Fault:
        return Fault(f"{self.kind}_{what}")

    def read(self) -> None:
        c = self.cursor
        content_type = self.suite.data if self.kind == SEAL else _TST_INFO
        if not c.passes(tlv(0x30, _CONTENT_TYPE, tlv(0x31, content_type))):
            value = self._attribute(_CONTENT_TYPE)
            value.raw(0x06)
            self._end(value)
            raise Fault("SEAL_NOT_DETACHED" if self.kind == SEAL else "TIME_STAMP_CONTENT")
        if self.has_time:
            value = self._attribute(_SIGNING_TIME)
            self.signing_time = value.time()
            self._end(value)
        value = self._attribute(_MESSAGE_DIGEST)
        self.message_digest = self._hash(value)
        self._end(value)
        value = self._attribute(_SIGNING_CERTIFICATE)
        self._signing_certificate(value)
        self._end(value)
        if c.more:
            self._misplaced(c, None)

    def _signing_certificate(self, value: Cursor) -> None:
        whole = value.enter(0x30)
        certificates = whole.enter(0x30)
        one = certificates.enter(0x30)
        if self.suite is SM2SM3 and not one.passes(self.suite.digest_algorithm):
            raise self.fault("SUITE_UNKNOWN")
        if one.next(0x30):
            raise self.fault("SUITE_UNKNOWN")
        self.certificate_digest = self._hash(one)
        if one.more or certificates.more or whole.more:
            raise self.fault("ELEMENT_UNKNOWN")

    def _hash(self, cursor: Cursor) -> bytes:
        digest = cursor.content(0x04)
        if len(digest) != 32:
            raise self.fault("SUITE_UNKNOWN")
        return digest

    def _end(self, value: Cursor) -> None:
        if value.more:
            raise self.fault("ATTRIBUTE_REPEATED")

    def _attribute(self, kind: bytes) -> Cursor:
        """Over the values of the attribute that must come next."""
        here = self.cursor.fork()
        if not here.more:
            self._misplaced(here, kind)
        one = self.cursor.enter(0x30)
        if not one.passes(kind):
            self._misplaced(here, kind)
        value = one.enter(0x31)
        one.done()
        if not value.more:
            raise self.fault("ATTRIBUTE_REPEATED")
        return value

    def _misplaced(self, here: Cursor, wanted: bytes | None) -> None:
        if not here.more:
            raise self.fault("ATTRIBUTE_MISSING")
        found = next((kind for kind in self.order if here.fork().enter(0x30).passes(kind)), None)
        if found is None:
            raise self.fault("ATTRIBUTE_UNKNOWN")
        place = len(self.order) if wanted is None else self.order.index(wanted)
        if self.order.index(found) < place or not self._has_one_value(here, found):
            raise self.fault("ATTRIBUTE_REPEATED")
        later = here.fork()
        while later.more:
            at = later.fork()
            if wanted is not None and later.enter(0x30).passes(wanted):
                raise Fault("DER_SET_ORDER") if self._has_one_value(at, wanted) else self.fault("ATTRIBUTE_REPEATED")
        raise self.fault("ATTRIBUTE_MISSING")

    @staticmethod
    def _has_one_value(here: Cursor, kind: bytes) -> bool:
        one = here.fork().enter(0x30)
        one.passes(kind)
        values = one.enter(0x31)
        if not values.more:
            return False
        tag = values.data[values.at]
        if tag & 0x1F == 0x1F:
            raise Fault("DER_TAG_UNEXPECTED")
        values.raw(tag)
        return not values.more


def bare_seal(seal: bytes) -> bytes | None:
    """The seal as its signer made it; None when its frame can't be read."""
    try:
        return _with_unsigned(seal, b"")
    except Fault:
        return None


def logged_seal(seal: bytes, read: SignedData) -> bytes:
    """Of a seal in a PDF: without its log proof."""
    if read.log_proof is None:
        return seal
    stamp = b""
    if read.time_stamp is not None:
        stamp = tlv(0xA1, tlv(0x30, _TIME_STAMP_TOKEN, tlv(0x31, read.time_stamp)))
    return _with_unsigned(seal, stamp)


def _with_unsigned(seal: bytes, unsigned: bytes) -> bytes:
    file = Cursor(seal)
    info = file.enter(0x30)
    file.done()
    kind = next((suite.signed_data for suite in SUITES if info.passes(suite.signed_data)), None)
    if kind is None:
        raise Fault("SEAL_NOT_SIGNED_DATA")
    around = info.enter(0xA0)
    info.done()
    sd = around.enter(0x30)
    around.done()
    head = sd.raw(0x02) + sd.raw(0x31) + sd.raw(0x30)
    if sd.next(0xA0):
        head += sd.raw(0xA0)
    signers = sd.enter(0x31)
    sd.done()
    one = signers.enter(0x30)
    if signers.more:
        raise Fault("SEAL_SIGNER_COUNT")
    begin = one.at
    for tag in (0x02, 0x30, 0x30, 0xA0, 0x30):
        one.raw(tag)
    one.content(0x04)
    signer = tlv(0x30, seal[begin : one.at], unsigned)
    return tlv(0x30, kind, tlv(0xA0, tlv(0x30, head, tlv(0x31, signer))))
