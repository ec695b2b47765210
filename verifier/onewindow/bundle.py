"""A whole case in one file (section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from . import container
from .cms import bare_seal
from .findings import Fault
from .ledger import Ledger, Told, examine_ledger, read_entries
from .log import NOTE_CHARACTERS_MAX, Checkpoint, line_holds, log_keys, read_checkpoint
from .record import RECORD_BYTES_MAX, canonical_object, examine_leaves, examine_record
from .revocation import RevocationLists
from .seal import Trust, TrustList, examine_authority, examine_content, examine_seal
from .suites import sha256
from .text import certificates_in, decode, is_whole, parse_canonical, NotJson, text_in
from .trust import judge_trust_list

CHECKPOINT = "log/checkpoint"
_CRL = re.compile(r"trust/[a-z][a-z0-9-]*\.crl")
_ROOT_BYTES_READ = 16_384
_FORMS = {
    "format": re.compile(r"one-window/bundle/1"),
    "number": re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}"),
    "state": re.compile(r"[A-Z_]{1,32}"),
    "acceptedOn": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "madeAt": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"),
}
_PAPER_FORMS = {
    "department": re.compile(r"[a-z][a-z0-9-]{0,31}"),
    "id": re.compile(r"[0-9a-f]{32}"),
    "kind": re.compile(r"[A-Z][A-Z0-9_]{0,63}"),
}
_PAPER_MEMBERS = {"department", "folder", "id", "kind", "number", "seal"}
_REGIME_ID = re.compile(r"[!-~]{1,80}")
_REVOCATION = "REVOCATION"


@dataclass
class Bundle:
    files: container.Files
    trust: Trust
    at: int
    case: dict[str, Any]
    ledger: Ledger | None
    findings: list[str]
    #: Of proofs that hold, in the order of papers and slips.
    checkpoints: list[Checkpoint]


def judge_bundle(data: bytes, pinned: Trust, at: int) -> list[str]:
    findings: list[str] = []
    try:
        files = container.open_zip(data)
    except Fault as fault:
        return [fault.code]
    container.examine_manifest(files, findings)
    trust = _trust_for(files, pinned, findings)
    if container.MANIFEST in files and container.SIGNATURE in files:
        sealed = examine_content(files[container.MANIFEST], files[container.SIGNATURE], trust, at, findings)
        if sealed and sealed.signer:
            examine_authority(sealed.signer, trust.list, None, findings)
            if sealed.signer.unit != "center":
                findings.append("BUNDLE_NOT_BY_CENTER")
    checkpoints: list[Checkpoint] = []
    case = _case_file(files, findings)
    if case is not None:
        _examine_names(files, case, findings)
        bundle = Bundle(files, trust, at, case, _ledger(files, case, findings), findings, checkpoints)
        _examine_papers(bundle)
        _examine_absent(bundle)
    _examine_checkpoints(files, trust.list, checkpoints, findings)
    return findings


def _trust_for(files: container.Files, pinned: Trust, findings: list[str]) -> Trust:
    if (root := files.get(container.ROOT)) is not None:
        ders = certificates_in(root[:_ROOT_BYTES_READ])
        if ders is None or len(ders) != 1 or sha256(ders[0]).hex() != pinned.root.sha256:
            findings.append("BUNDLE_ROOT_DIFFERS")
    inside = [content for path, content in files.items() if _CRL.fullmatch(path)]
    lists = RevocationLists([*pinned.lists.ders, *inside])
    own = _trust_list(files, pinned, lists, findings)
    if own is not None and (pinned.list is None or pinned.list.version < own.version):
        return Trust(pinned.root, own, lists)
    return Trust(pinned.root, pinned.list, lists)


def _trust_list(
    files: container.Files, pinned: Trust, lists: RevocationLists, findings: list[str]
) -> TrustList | None:
    if container.LIST not in files or container.LIST_SEAL not in files:
        return None
    own, faults = judge_trust_list(files[container.LIST], files[container.LIST_SEAL], pinned.root, lists)
    findings += faults
    if own and pinned.list and pinned.list.version == own.version and pinned.list.content != own.content:
        findings.append("TRUST_LIST_CONFLICT")
    return own


# --- case.json and ledger.json ----------------------------------------------------------------------------------------


def _case_file(files: container.Files, findings: list[str]) -> dict[str, Any] | None:
    data = files.get(container.CASE)
    if data is None:
        return None
    try:
        value = parse_canonical(decode(data) if len(data) <= RECORD_BYTES_MAX else None)
        if _is_case(value):
            return value
    except NotJson:
        pass
    findings.append("CASE_FILE_MALFORMED")
    return None


def _is_case(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {*_FORMS, "regime", "papers", "slips"}:
        return False
    for name, form in _FORMS.items():
        one = value[name]
        if not (name == "acceptedOn" and one is None) and not (isinstance(one, str) and form.fullmatch(one)):
            return False
    regime = value["regime"]
    if not isinstance(regime, dict) or set(regime) != {"id", "version"} or not is_whole(regime["version"]):
        return False
    if not isinstance(regime["id"], str) or not _REGIME_ID.fullmatch(regime["id"]):
        return False
    return _are_papers(value["papers"], "papers") and _are_papers(value["slips"], "slips")


def _are_papers(papers: Any, folder: str) -> bool:
    if not isinstance(papers, list):
        return False
    for place, paper in enumerate(papers, 1):
        if not isinstance(paper, dict) or set(paper) != _PAPER_MEMBERS:
            return False
        if not all(isinstance(paper[name], str) and form.fullmatch(paper[name]) for name, form in _PAPER_FORMS.items()):
            return False
        if not (paper["number"] is None or isinstance(paper["number"], str)) or paper["seal"] not in (None, "B", "B-T"):
            return False
        if paper["folder"] != f"{folder}/{place:02d}-{paper['kind']}":
            return False
    return len({paper["id"] for paper in papers}) == len(papers)


def _examine_names(files: container.Files, case: dict[str, Any], findings: list[str]) -> None:
    known = {container.FIRST, CHECKPOINT, *container.NEEDED}
    for kind in ("papers", "slips"):
        for paper in case[kind]:
            folder = paper["folder"]
            known.add(f"{folder}/record.json")
            if paper["seal"] is not None:
                known |= {f"{folder}/seal.p7s", f"{folder}/seal.tlog-proof"}
            if kind == "papers":
                known.add(f"{folder}/disclosures.json")
    findings += ["BUNDLE_FILE_UNKNOWN" for path in files if path not in known and not _CRL.fullmatch(path)]


def _ledger(files: container.Files, case: dict[str, Any], findings: list[str]) -> Ledger | None:
    data = files.get(container.LEDGER)
    if data is None:
        return None
    entries = read_entries(data)
    if entries is None:
        findings.append("LEDGER_MALFORMED")
        return None
    ledger = examine_ledger(entries, case["number"], findings)
    regime = f"{case['regime']['id']}/{int(case['regime']['version'])}"
    if case["state"] != ledger.state:
        findings.append("CASE_FILE_DIFFERS")
    if case["acceptedOn"] != ledger.accepted_on:
        findings.append("CASE_FILE_DIFFERS")
    if ledger.regime is not None and regime != ledger.regime:
        findings.append("CASE_FILE_DIFFERS")
    return ledger


# --- papers and slips -------------------------------------------------------------------------------------------------


def _examine_papers(bundle: Bundle) -> None:
    records = [bundle.files.get(f"{paper['folder']}/record.json") for paper in bundle.case["papers"]]
    known = {sha256(record).hex() for record in records if record is not None}
    for paper in bundle.case["papers"]:
        _examine_paper(paper, bundle, bundle.ledger.papers if bundle.ledger else {})
    counts: dict[str, int] = {}
    for slip in bundle.case["slips"]:
        counts[slip["kind"]] = counts.get(slip["kind"], 0) + 1
        _examine_slip(slip, counts[slip["kind"]], known, bundle)
        _examine_paper(slip, bundle, bundle.ledger.slips if bundle.ledger else {})


def _examine_paper(paper: dict[str, Any], bundle: Bundle, told: dict[str, Told]) -> None:
    files, findings, folder = bundle.files, bundle.findings, paper["folder"]
    record, seal = files.get(f"{folder}/record.json"), files.get(f"{folder}/seal.p7s")
    if record is None:
        findings.append("BUNDLE_FILE_MISSING")
    elif (read := canonical_object(record)) is not None:
        for name in ("department", "kind", "number"):
            if paper[name] != text_in(read, name):
                findings.append("CASE_FILE_DIFFERS")
        if (text_in(read, "caseNumber") or "") != bundle.case["number"]:
            findings.append("PAPER_OF_ANOTHER_CASE")
    bare = bare_seal(seal) if seal is not None else None
    if seal is None:
        if paper["seal"] is not None:
            findings.append("BUNDLE_FILE_MISSING")
        elif record is not None and _must_be_sealed(paper, record, bundle):
            findings.append("PAPER_NOT_SEALED")
    elif bare is not None and paper["seal"] != ("B" if len(bare) == len(seal) else "B-T"):
        findings.append("CASE_FILE_DIFFERS")
    if (entered := told.get(paper["id"])) is not None:
        if record is not None and sha256(record).hex() != entered.record_sha256:
            findings.append("PAPER_DIFFERS_FROM_LEDGER")
        if (sha256(bare).hex() if bare is not None else None) != entered.seal_sha256:
            findings.append("PAPER_DIFFERS_FROM_LEDGER")
    elif bundle.ledger and not bundle.ledger.is_carried_over:
        findings.append("PAPER_NOT_IN_LEDGER")
    if record is not None:
        _examine_evidence(paper, record, seal, bundle)


def _examine_evidence(paper: dict[str, Any], record: bytes, seal: bytes | None, bundle: Bundle) -> None:
    files, findings, folder = bundle.files, bundle.findings, paper["folder"]
    disclosures = files.get(f"{folder}/disclosures.json")
    if seal is None:
        value = examine_record(record, findings)
        leaves = examine_leaves(record, value, disclosures, findings)
    else:
        proof = files.get(f"{folder}/seal.tlog-proof")
        examined = examine_seal(record, seal, bundle.trust, bundle.at, findings, disclosures, proof)
        value, leaves = examined.record, examined.leaves
        if examined.checkpoint is not None:
            bundle.checkpoints.append(examined.checkpoint)
    if bundle.ledger is None or value is None:
        return
    acted = {path for act in bundle.ledger.acts if act.paper == paper["id"] for path in act.paths}
    findings += ["STRUCK_OUT_WITHOUT_ACT" for path in leaves.struck_out if path not in acted]
    findings += ["DISCLOSED_THOUGH_STRUCK_OUT" for path in leaves.disclosed if path in acted]


def _must_be_sealed(paper: dict[str, Any], record: bytes, bundle: Bundle) -> bool:
    if bundle.trust.list is None:
        return False
    sealed_kinds = {kind for holder in bundle.trust.list.holders for kind in holder.seals}
    if paper["kind"] not in sealed_kinds:
        return False
    revokes = text_in(canonical_object(record), "revokes") if paper["kind"] == _REVOCATION else None
    if revokes is None:
        return True
    for other in bundle.case["papers"]:
        if other["kind"] == _REVOCATION:
            continue
        granted = canonical_object(bundle.files.get(f"{other['folder']}/record.json"))
        if text_in(granted, "operationId") == revokes:
            return other["kind"] in sealed_kinds
    return True


def _examine_slip(slip: dict[str, Any], count: int, known: set[str], bundle: Bundle) -> None:
    record = canonical_object(bundle.files.get(f"{slip['folder']}/record.json"))
    if record is None:
        return
    if (text_in(record, "number") or "") != f"{bundle.case['number']}/{slip['kind']}/{count}":
        bundle.findings.append("SLIP_NUMBER_DIFFERS")
    bundle.findings += ["PAPER_ABSENT" for digest in _named_in(record) if digest not in known]
    if bundle.ledger is None or "ledger" not in record:
        return
    head = record["ledger"] if isinstance(record["ledger"], dict) else {}
    seq, hash_ = head.get("seq"), head.get("hash")
    is_number = isinstance(seq, (int, float)) and not isinstance(seq, bool)
    if is_number and seq > bundle.ledger.entries[-1].seq:
        bundle.findings.append("LEDGER_CUT")
        return
    before = "" if is_number and seq == 0 else None
    if is_number and before is None:
        before = next((entry.hash for entry in bundle.ledger.entries if entry.seq == seq), None)
    entered = bundle.ledger.slips.get(slip["id"])
    if not is_number or not isinstance(hash_, str) or hash_ != before or (entered and entered.seq != seq + 1):
        bundle.findings.append("LEDGER_HEAD_DIFFERS")


def _named_in(value: Any) -> list[str]:
    """Each text under a name by which slips name papers, anywhere."""
    named: list[str] = []
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, list):
            stack += one
        elif isinstance(one, dict):
            for name, inside in one.items():
                if name in ("recordSha256", "revocationSha256") and isinstance(inside, str):
                    named.append(inside)
                else:
                    stack.append(inside)
    return named


def _examine_absent(bundle: Bundle) -> None:
    ledger = bundle.ledger
    if ledger is None:
        return
    ids = {kind: {paper["id"] for paper in bundle.case[kind]} for kind in ("papers", "slips")}
    for act in ledger.acts:
        if not act.by or not act.approved_by or act.by == act.approved_by:
            bundle.findings.append("STRUCK_OUT_BY_ONE_PERSON")
    bundle.findings += ["PAPER_ABSENT" for act in ledger.acts if act.paper not in ids["papers"]]
    bundle.findings += ["PAPER_ABSENT" for paper in ledger.papers if paper not in ids["papers"]]
    bundle.findings += ["PAPER_ABSENT" for slip in ledger.slips if slip not in ids["slips"]]


def _examine_checkpoints(
    files: container.Files, trust_list: TrustList | None, proved: list[Checkpoint], findings: list[str]
) -> None:
    newest = None
    if CHECKPOINT in files and trust_list is not None:
        newest = _newest(files[CHECKPOINT], trust_list, findings)
    if newest is not None:
        sizes = [one.size for one in proved if one.origin == newest.origin]
        if sizes and max(sizes) > newest.size:
            findings.append("CHECKPOINT_OLDER")
    seen: list[Checkpoint] = []
    for one in [*proved, *([newest] if newest else [])]:
        same = [other for other in seen if (other.origin, other.size) == (one.origin, one.size)]
        if any(other.root != one.root for other in same):
            findings.append("LOG_FORKED")
        seen.append(one)


def _newest(data: bytes, trust_list: TrustList, findings: list[str]) -> Checkpoint | None:
    try:
        text = decode(data) if len(data) <= NOTE_CHARACTERS_MAX else None
        if text is None:
            raise Fault("LOG_CHECKPOINT_MALFORMED")
        checkpoint = read_checkpoint(text)
    except Fault as fault:
        findings.append(fault.code)
        return None
    for key in log_keys(trust_list.logs, checkpoint.origin):
        lines = [signature for name, key_id, signature in checkpoint.signatures if (name, key_id) == (key.name, key.id)]
        if lines and all(line_holds(key, checkpoint.text, one) for one in lines):
            return checkpoint
    findings.append("LOG_CHECKPOINT_UNSIGNED")
    return None
