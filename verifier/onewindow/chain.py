"""The signer of a seal or time stamp, and its way up to the pinned root (section 13.4)."""

from __future__ import annotations

from dataclasses import dataclass

from .certificate import SIGNS_CERTIFICATES, Certificate, read_certificate
from .cms import SEAL, SignedData
from .findings import Fault

_ABSENT = {SEAL: "SIGNER_CERTIFICATE_ABSENT", "TIME_STAMP": "TIME_STAMP_CERTIFICATE_ABSENT"}
_PURPOSE = {SEAL: "SIGNER_NOT_FOR_SEALS", "TIME_STAMP": "TIME_STAMP_SIGNER_NOT_FOR_STAMPS"}
CHAIN_MAX = 3


@dataclass
class Found:
    signer: Certificate
    #: Whose dates are asked.
    certificates: list[Certificate]
    #: Signer, authority, root; empty unless proved.
    chain: list[Certificate]


def examine_signer(signed: SignedData, role: str, root: Certificate, findings: list[str]) -> Found | None:
    embedded: list[Certificate] = []
    for der in signed.certificates:
        try:
            embedded.append(read_certificate(der))
        except Fault as fault:
            findings.append(fault.code)
    is_signer = lambda one: one.issuer == signed.issuer and one.serial == signed.serial
    signer = next((one for one in embedded if is_signer(one)), None)
    if signer is None:
        findings.append(_ABSENT[role])
        return None
    made: list[str] = []
    if signer.profile_name != role:
        made.append(_PURPOSE[role])
    path = _path(signer, embedded, root, made)
    if len(path) >= 2:
        _examine_path(path, made)
        if path[1].profile_name != "SEAL_AUTHORITY":
            made.append("ISSUER_NOT_SEAL_AUTHORITY")
    if len(path) > CHAIN_MAX:
        made.append("CHAIN_TOO_LONG")
    on_path = {one.sha256 for one in path} - {root.sha256}
    made += ["CERTIFICATE_NOT_NEEDED" for one in embedded if one.sha256 not in on_path]
    findings += made
    if not made:
        return Found(signer, path, path)
    others = [one for one in embedded if one is not signer]
    return Found(signer, [signer, *others, root], [])


def _path(signer: Certificate, embedded: list[Certificate], root: Certificate, made: list[str]) -> list[Certificate]:
    path = [signer]
    while path[-1].sha256 != root.sha256:
        last, known = path[-1], {one.sha256 for one in path}
        issuer = next(
            (
                one
                for one in (*embedded, root)
                if one.sha256 not in known
                and one.subject == last.issuer
                and last.authority_key is not None
                and one.subject_key == last.authority_key
            ),
            None,
        )
        if issuer is None:
            made.append("ISSUER_ABSENT")
            break
        path.append(issuer)
    return path


def _examine_path(path: list[Certificate], made: list[str]) -> None:
    too_deep = _beyond_length(path)
    for place, one in enumerate(path[:-1]):
        above = path[place + 1]
        faults = above.faults_of(one.suite, one.signed, one.signature, "CERTIFICATE_ALGORITHM")
        if faults:
            made.append("CERTIFICATE_SIGNATURE_WRONG" if faults[0] == "SIGNATURE_WRONG" else faults[0])
        if place == 0:
            continue
        if not one.profile.is_authority:
            made.append("CERTIFICATE_NOT_AUTHORITY")
        if place in too_deep:
            made.append("CERTIFICATE_PATH_LENGTH")
        if SIGNS_CERTIFICATES not in one.profile.usage:
            made.append("CERTIFICATE_MAY_NOT_ISSUE")


def _beyond_length(path: list[Certificate]) -> set[int]:
    """Places of authorities below which more stand than their superiors allow."""
    limit: int | None = None
    beyond = set()
    for place in range(len(path) - 2, 0, -1):
        one = path[place]
        if one.issuer != one.subject:
            if limit == 0:
                beyond.add(place)
            elif limit is not None:
                limit -= 1
        length = one.profile.path_length
        if length is not None and (limit is None or length < limit):
            limit = length
    return beyond
