"""What is trusted: the pinned root, the trust list under it, revocation lists (sections 11 and 16)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .certificate import Certificate, is_name_text, read_certificate
from .findings import Fault, by_weight
from .record import RECORD_BYTES_MAX
from .revocation import RevocationLists
from .seal import SEAL_BYTES_MAX, Holder, Trust, TrustList, examine_seal
from .text import certificates_in, from_base64, is_whole

ROOT_BYTES_MAX = 65_536
CRL_BYTES_MAX = 524_288
CRLS_MAX = 32
_ON_THE_WAY = {
    "NO_TRUST_LIST",
    "NO_TIME_STAMP",
    "NO_LOG_PROOF",
    "NO_REVOCATION_INFORMATION",
    "REVOCATION_INFORMATION_STALE",
    "REVOCATION_LIST_MALFORMED",
    "REVOCATION_LIST_SIGNATURE_WRONG",
}
_HASH = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
_KIND = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_POLICY = re.compile(r"[0-2](\.(0|[1-9][0-9]{0,9})){1,15}")
_NAME = re.compile(r"[!-*,-~]{1,255}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_LATER = ("logs", "timeStamping", "witnesses")


class Unusable(Exception):
    """Nothing can be judged by this trust folder; or a file can't be read."""


def read_bounded(path: Path, most: int) -> bytes:
    """Raises Unusable for what is no regular file or larger than its bound."""
    try:
        if not path.is_file():
            raise Unusable(f"{path} is not a file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror})") from None
    if len(data) > most:
        raise Unusable(f"{path} has more than {most} bytes")
    return data


def open_trust(root_file: Path) -> Trust:
    """The root that is pinned, and what lies beside it."""
    root = _read_root(read_bounded(root_file, ROOT_BYTES_MAX))
    folder = root_file.parent
    crls = sorted((path for path in folder.glob("*.crl")), key=lambda path: path.name)
    if len(crls) > CRLS_MAX:
        raise Unusable(f"{folder} holds more than {CRLS_MAX} revocation lists")
    lists = RevocationLists([read_bounded(path, CRL_BYTES_MAX) for path in crls])
    list_file = folder / "list.json"
    if not list_file.exists():
        return Trust(root, None, lists)
    seal = read_bounded(folder / "list.p7s", SEAL_BYTES_MAX)
    trust_list, faults = judge_trust_list(read_bounded(list_file, RECORD_BYTES_MAX), seal, root, lists)
    if trust_list is None:
        raise Unusable(f"the trust list in {folder} can't be trusted: {faults[0]}")
    return Trust(root, trust_list, lists)


def _read_root(pem: bytes) -> Certificate:
    ders = certificates_in(pem)
    if ders is None or len(ders) != 1:
        raise Unusable("the trusted root is not one certificate: ROOT_NOT_USABLE")
    try:
        root = read_certificate(ders[0])
    except Fault as fault:
        raise Unusable(f"the trusted root can't be read: {fault.code}") from None
    if root.profile_name != "ROOT" or root.faults_of(root.suite, root.signed, root.signature, "MIXED"):
        raise Unusable("the trusted root is not a self-signed root certificate: ROOT_NOT_USABLE")
    return root


def judge_trust_list(
    data: bytes, seal: bytes, root: Certificate, lists: RevocationLists
) -> tuple[TrustList | None, list[str]]:
    """The list, or None and why not."""
    findings: list[str] = []
    trust = Trust(root, None, lists)
    examined = examine_seal(data, seal, trust, None, findings, asks_for_log=False)
    left = [code for code in by_weight(findings) if code not in _ON_THE_WAY]
    if examined.sealed and examined.sealed.signer and examined.sealed.signer.unit != "center":
        left.append("TRUST_LIST_NOT_BY_CENTER")
    read = _read_list(examined.record)
    if read is None:
        left.append("TRUST_LIST_MALFORMED")
    return (None, left) if left else (read, [])


def _read_list(value: Any) -> TrustList | None:
    members = {"department", "kind", "version", "issuedAt", "holders"}
    if not isinstance(value, dict) or set(value) not in (members, members | set(_LATER)):
        return None
    if value["department"] != "center" or value["kind"] != "TRUST_LIST" or not is_whole(value["version"], 1):
        return None
    if not _matches(_INSTANT, value["issuedAt"]):
        return None
    content = {**{name: [] for name in _LATER}, **value}
    forms = {
        "holders": {"certificates": _hashes, "id": _is(_ID), "organization": _is_organization, "seals": _kinds},
        "logs": {"key": _is_key, "origin": _is(_NAME)},
        "timeStamping": {"certificates": _hashes, "policy": _is(_POLICY)},
        "witnesses": {"holder": _is(_ID), "key": _is_key, "name": _is(_NAME)},
    }
    for name, form in forms.items():
        entries = content[name]
        if not isinstance(entries, list) or not all(_has_form(entry, form) for entry in entries):
            return None
    ids = [entry["id"] for entry in content["holders"]]
    hashes = [one for name in ("holders", "timeStamping") for entry in content[name] for one in entry["certificates"]]
    keys = [entry["key"] for name in ("logs", "witnesses") for entry in content[name]]
    if any(len(set(some)) != len(some) for some in (ids, hashes, keys)):
        return None
    holders = [Holder(entry["id"], entry["organization"], entry["seals"]) for entry in content["holders"]]
    return TrustList(
        int(value["version"]),
        holders,
        {one: holder for entry, holder in zip(content["holders"], holders) for one in entry["certificates"]},
        [(entry["origin"], from_base64(entry["key"]) or b"") for entry in content["logs"]],
        {(entry["policy"], one) for entry in content["timeStamping"] for one in entry["certificates"]},
        [(entry["name"], from_base64(entry["key"]) or b"") for entry in content["witnesses"]],
        content,
    )


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is(pattern: re.Pattern[str]):
    return lambda value: _matches(pattern, value)


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and len(from_base64(value) or b"") == 32


def _is_organization(value: Any) -> bool:
    return isinstance(value, str) and is_name_text(value)


def _hashes(value: Any) -> bool:
    return isinstance(value, list) and all(_matches(_HASH, one) for one in value)


def _kinds(value: Any) -> bool:
    return isinstance(value, list) and all(_matches(_KIND, one) for one in value)


def _has_form(entry: Any, form: dict[str, Any]) -> bool:
    return isinstance(entry, dict) and set(entry) == set(form) and all(form[name](entry[name]) for name in form)
