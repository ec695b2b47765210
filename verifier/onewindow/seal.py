"""The examination of a seal over a record (section 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .certificate import Certificate
from .chain import Found, examine_signer
from .cms import SEAL, TIME_STAMP, SignedData, read_signed_data
from .der import Cursor
from .findings import Fault
from .log import Checkpoint, entry_of, examine_proof
from .record import Leaves, examine_leaves, examine_record
from .revocation import RevocationLists, news
from .suites import sha256
from .text import text_in

SEAL_BYTES_MAX = 65_536
TIME_STAMP_BYTES_MAX = 32_768
SKEW = 5 * 60 * 1000
_SHA256 = bytes.fromhex("300B0609608648016503040201")
_SHA256_NULL = bytes.fromhex("300D06096086480165030402010500")


@dataclass
class Holder:
    id: str
    organization: str
    seals: list[str]


@dataclass
class TrustList:
    version: int
    holders: list[Holder]
    #: SHA-256 of a certificate to its holder.
    by_certificate: dict[str, Holder]
    logs: list[tuple[str, bytes]]
    #: Policy and SHA-256 of a certificate.
    stampers: set[tuple[str, str]]
    witnesses: list[tuple[str, bytes]]
    #: As read; absent members as if they were empty.
    content: dict[str, Any]


@dataclass
class Trust:
    root: Certificate
    list: TrustList | None
    lists: RevocationLists


@dataclass
class Sealed:
    """What is known of a seal that was read."""

    read: SignedData
    signer: Certificate | None


@dataclass
class ExaminedSeal:
    record: dict[str, Any] | None
    leaves: Leaves
    sealed: Sealed | None
    checkpoint: Checkpoint | None = None


def examine_seal(
    record: bytes,
    seal: bytes,
    trust: Trust,
    at: int | None,
    findings: list[str],
    disclosures: bytes | None = None,
    proof: bytes | None = None,
    asks_for_log: bool = True,
) -> ExaminedSeal:
    """Without `at`, the time that the seal states stands in its place (section 11)."""
    value = examine_record(record, findings)
    leaves = examine_leaves(record, value, disclosures, findings)
    sealed = examine_content(record, seal, trust, at, findings)
    examined = ExaminedSeal(value, leaves, sealed)
    if sealed is None:
        return examined
    if sealed.signer is not None:
        examine_authority(sealed.signer, trust.list, value, findings)
    if asks_for_log:
        unit = sealed.signer.unit if sealed.signer else ""
        examined.checkpoint = examine_log(proof, entry_of(unit, seal), trust.list, findings)
    else:
        findings.append("NO_LOG_PROOF")
    return examined


def examine_content(
    content: bytes, seal: bytes, trust: Trust, at: int | None, findings: list[str]
) -> Sealed | None:
    """Steps 3 to 11."""
    if len(seal) > SEAL_BYTES_MAX:
        findings.append("SEAL_TOO_LARGE")
        return None
    try:
        read = read_signed_data(seal, SEAL)
    except Fault as fault:
        findings.append(fault.code)
        return None
    return examine_signed(content, read, read.signing_time or 0, trust, at, findings, "MESSAGE_DIGEST_DIFFERS")


def examine_signed(
    content: bytes,
    read: SignedData,
    sealed_at: int,
    trust: Trust,
    at: int | None,
    findings: list[str],
    digest_differs: str,
) -> Sealed:
    """Steps 4 to 11."""
    asked = sealed_at if at is None else at
    stamped_at = _stamped_at(read, sealed_at, trust, asked, findings)
    if read.suite.digest(content) != read.message_digest:
        findings.append(digest_differs)
    if sealed_at > asked + SKEW:
        findings.append("SEALED_IN_FUTURE")
    found = examine_signer(read, SEAL, trust.root, findings)
    if found is not None:
        for certificate in found.certificates:
            _examine_validity(certificate, sealed_at, stamped_at, asked, findings)
        _examine_signature(read, found.signer, "SEAL_SUITE_MIXED", findings)
    findings += ["REVOCATION_LIST_MALFORMED"] * trust.lists.malformed
    if found is not None and found.chain:
        _examine_revocation(found, trust.lists, SEAL, stamped_at, at, findings)
    return Sealed(read, found.signer if found else None)


def _stamped_at(read: SignedData, sealed_at: int, trust: Trust, at: int, findings: list[str]) -> int | None:
    """The instant that a time stamp proves, if there is one that holds (section 13.2)."""
    token = read.time_stamp
    if token is None:
        findings.append("NO_TIME_STAMP")
        return None
    if len(token) > TIME_STAMP_BYTES_MAX:
        findings.append("TIME_STAMP_TOO_LARGE")
        return None
    try:
        stamp = read_signed_data(token, TIME_STAMP)
        policy, imprint, stamped_at = _read_tst_info(stamp.content)
    except Fault as fault:
        findings.append(fault.code)
        return None
    made: list[str] = []
    if imprint != sha256(read.signature):
        made.append("TIME_STAMP_IMPRINT_DIFFERS")
    if stamp.suite.digest(stamp.content) != stamp.message_digest:
        made.append("TIME_STAMP_DIGEST_DIFFERS")
    if stamped_at < sealed_at - SKEW:
        made.append("TIME_STAMP_BEFORE_SEALING")
    if stamped_at > at + SKEW:
        made.append("TIME_STAMP_IN_FUTURE")
    found = examine_signer(stamp, TIME_STAMP, trust.root, made)
    if found is not None:
        _examine_signature(stamp, found.signer, "TIME_STAMP_SUITE_MIXED", made)
        if not all(one.is_valid_at(stamped_at) for one in found.certificates):
            made.append("TIME_STAMP_OUTSIDE_VALIDITY")
        if trust.list is not None and (policy, found.signer.sha256) not in trust.list.stampers:
            made.append("TIME_STAMP_AUTHORITY_NOT_LISTED")
    findings += made
    if found is None or trust.list is None or made:
        return None
    about: list[str] = []
    _examine_revocation(found, trust.lists, TIME_STAMP, stamped_at, at, about)
    findings += about
    return None if "TIME_STAMP_REVOKED" in about else stamped_at


def _read_tst_info(content: bytes) -> tuple[str, bytes, int]:
    file = Cursor(content)
    info = file.enter(0x30)
    file.done()
    if not info.passes(b"\x02\x01\x01"):
        raise Fault("TIME_STAMP_VERSION")
    policy = info.oid()
    imprint = info.enter(0x30)
    if not imprint.passes(_SHA256) and not imprint.passes(_SHA256_NULL):
        raise Fault("TIME_STAMP_IMPRINT_UNKNOWN")
    digest = imprint.content(0x04)
    imprint.done()
    if len(digest) != 32:
        raise Fault("TIME_STAMP_IMPRINT_UNKNOWN")
    if len(info.unsigned()) > 20:
        raise Fault("DER_INTEGER")
    stamped_at = info.generalized_time()
    if info.next(0x02) and len(info.unsigned()) > 32:
        raise Fault("DER_INTEGER")
    if info.more:
        raise Fault("TIME_STAMP_ELEMENT_UNKNOWN")
    return policy, digest, stamped_at


def _examine_validity(
    certificate: Certificate, sealed_at: int, stamped_at: int | None, at: int, findings: list[str]
) -> None:
    if at < certificate.not_before:
        findings.append("CERTIFICATE_NOT_YET_VALID")
    if at > certificate.not_after:
        is_proved = stamped_at is not None and stamped_at <= certificate.not_after
        findings.append("CERTIFICATE_EXPIRED_SINCE" if is_proved else "CERTIFICATE_EXPIRED")
    if not certificate.is_valid_at(sealed_at):
        findings.append("SEALED_OUTSIDE_VALIDITY")


def _examine_signature(read: SignedData, signer: Certificate, mixed: str, findings: list[str]) -> None:
    if read.suite.digest(signer.der) != read.certificate_digest:
        findings.append("SIGNING_CERTIFICATE_DIFFERS")
    findings += signer.faults_of(read.suite, read.signed, read.signature, mixed)


def _examine_revocation(
    found: Found, lists: RevocationLists, role: str, stamped_at: int | None, at: int | None, findings: list[str]
) -> None:
    signer, authority, root = found.chain
    news(signer, authority, lists, role, stamped_at, at, findings, is_signer=True)
    news(authority, root, lists, role, stamped_at, at, findings, is_signer=False)


def examine_authority(
    signer: Certificate, trust_list: TrustList | None, record: dict[str, Any] | None, findings: list[str]
) -> None:
    """May this signer seal this record (section 13.6)?"""
    department = text_in(record, "department")
    if department is not None and department != signer.unit:
        findings.append("RECORD_DEPARTMENT_DIFFERS")
    if trust_list is None:
        findings.append("NO_TRUST_LIST")
        return
    holder = trust_list.by_certificate.get(signer.sha256)
    if holder is None:
        findings.append("CERTIFICATE_NOT_LISTED")
        return
    if holder.id != signer.unit or holder.organization != signer.name.organization:
        findings.append("HOLDER_DIFFERS")
    kind = text_in(record, "kind")
    if kind is not None and kind not in holder.seals:
        findings.append("RECORD_KIND_NOT_ALLOWED")


def examine_log(
    proof: bytes | None, entry: bytes, trust_list: TrustList | None, findings: list[str]
) -> Checkpoint | None:
    """The checkpoint of a proof that holds."""
    if proof is None or trust_list is None:
        findings.append("NO_LOG_PROOF")
        return None
    examined = examine_proof(proof, entry, trust_list.logs, trust_list.witnesses)
    findings += examined.findings
    return examined.checkpoint
