"""Findings and what they come to (section 2 of docs/format.md)."""

from __future__ import annotations

VERDICTS = ("INVALID", "REVOKED", "EXPIRED", "INDETERMINATE", "VALID_AT_SIGNING", "VALID")
"""From worst to best."""

#: From what weighs most to what weighs least: what each severity makes of the headline.
SEVERITIES = {
    "fatal": "INVALID",
    "revoked": "REVOKED",
    "expired": "EXPIRED",
    "unproven": "INDETERMINATE",
    "missing": "INDETERMINATE",
    "stale": "INDETERMINATE",
    "revokedSince": "VALID_AT_SIGNING",
    "expiredSince": "VALID_AT_SIGNING",
}
_WEIGHT = {severity: weight for weight, severity in enumerate(SEVERITIES)}

#: Section 18; every code that does not stand here is fatal.
_NOT_FATAL = {
    "SES_SEAL_EXPIRED": "expired",
    "SES_SEAL_EXPIRED_SINCE": "expiredSince",
    "CERTIFICATE_EXPIRED": "expired",
    "CERTIFICATE_EXPIRED_SINCE": "expiredSince",
    "TIME_STAMP_REVOKED": "missing",
    "CERTIFICATE_REVOKED": "revoked",
    "CERTIFICATE_REVOKED_UNPROVEN": "unproven",
    "CERTIFICATE_REVOKED_SINCE": "revokedSince",
    "CERTIFICATE_ON_HOLD": "missing",
    "REVOCATION_LIST_MALFORMED": "missing",
    "REVOCATION_LIST_SIGNATURE_WRONG": "missing",
    "REVOCATION_INFORMATION_STALE": "stale",
    "TOO_FEW_WITNESSES": "missing",
    "NO_TIME_STAMP": "missing",
    "NO_LOG_PROOF": "missing",
    "NO_REVOCATION_INFORMATION": "missing",
    "NO_TRUST_LIST": "missing",
}


class Fault(Exception):
    """A structure that can't be read: reading ends at its first fault."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def severity_of(code: str) -> str:
    return _NOT_FATAL.get(code, "fatal")


def by_weight(codes: list[str]) -> list[str]:
    """What weighs most first, otherwise in the order in which they were found."""
    return sorted(codes, key=lambda code: _WEIGHT[severity_of(code)])


def weigh(codes: list[str]) -> tuple[str, str | None]:
    """The verdict and its reason, which is None without a finding."""
    if not codes:
        return "VALID", None
    verdict = min((SEVERITIES[severity_of(code)] for code in codes), key=VERDICTS.index)
    return verdict, by_weight(codes)[0]
