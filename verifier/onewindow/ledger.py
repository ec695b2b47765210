"""The ledger of a case: what happened, chained (section 14.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .suites import sha256
from .text import NotJson, canonical, decode, is_whole, parse_canonical, text_in

LEDGER_BYTES_MAX = 8_388_608
BACKWARDS_MS_MAX = 1_000
_HASH = re.compile(r"[0-9a-f]{64}")
_OVER = {"CLOSED", "REFUSED", "REVOKED", "WITHDRAWN"}


@dataclass(frozen=True)
class Entry:
    seq: int
    at: int
    hash: str
    events: list[dict[str, Any]]


@dataclass(frozen=True)
class Told:
    """What the ledger says of a paper."""

    seq: int
    record_sha256: str
    seal_sha256: str | None


@dataclass(frozen=True)
class Act:
    """Of striking out."""

    paper: str
    paths: tuple[str, ...]
    by: str | None
    approved_by: str | None


@dataclass
class Ledger:
    entries: list[Entry]
    state: str | None = None
    accepted_on: str | None = None
    regime: str | None = None
    is_carried_over: bool = False
    papers: dict[str, Told] = field(default_factory=dict)
    slips: dict[str, Told] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)


def read_entries(data: bytes) -> list[Entry] | None:
    """None for whatever has not exactly the form."""
    text = decode(data) if len(data) <= LEDGER_BYTES_MAX else None
    if text is None or not text.startswith("[\n") or not text.endswith("\n]\n") or len(text) < 6:
        return None
    lines = text[2:-3].split("\n")
    entries = []
    for place, line in enumerate(lines):
        if place < len(lines) - 1:
            if not line.endswith(","):
                return None
            line = line[:-1]
        entry = _read_entry(line)
        if entry is None:
            return None
        entries.append(entry)
    return entries


def _read_entry(line: str) -> Entry | None:
    try:
        value = parse_canonical(line)
    except NotJson:
        return None
    if not isinstance(value, dict) or set(value) != {"at", "events", "hash", "seq"}:
        return None
    events = value["events"]
    if not is_whole(value["at"]) or not is_whole(value["seq"]) or not isinstance(events, list):
        return None
    if not isinstance(value["hash"], str) or not _HASH.fullmatch(value["hash"]):
        return None
    if not all(text_in(event, "event") is not None for event in events):
        return None
    return Entry(int(value["seq"]), int(value["at"]), value["hash"], events)


def examine_ledger(entries: list[Entry], number: str, findings: list[str]) -> Ledger:
    previous = Entry(0, entries[0].at, "", [])
    for entry in entries:
        text = f"{previous.hash}\n{number}\n{entry.seq}\n{entry.at}\n{canonical(entry.events)}\n"
        if (
            entry.seq != previous.seq + 1
            or sha256(text.encode()).hex() != entry.hash
            or entry.at < previous.at - BACKWARDS_MS_MAX
        ):
            findings.append("LEDGER_CHAIN_BROKEN")
        previous = entry
    ledger = Ledger(entries)
    told = [(entry, event) for entry in entries for event in entry.events]
    seen: set[str] = set()
    for kind, papers in (("DOCUMENT", ledger.papers), ("SLIP", ledger.slips)):
        for entry, event in told:
            if event["event"] != kind:
                continue
            paper = text_in(event, "id") or ""
            if paper in seen:
                findings.append("LEDGER_PAPER_REPEATED")
            seen.add(paper)
            papers.pop(paper, None)
            papers[paper] = Told(entry.seq, text_in(event, "recordSha256") or "", text_in(event, "sealSha256"))
    for _, event in told:
        _take(event, ledger)
    ledger.is_carried_over = bool(told) and told[0][1]["event"] == "CARRIED_OVER"
    if ledger.state not in _OVER:
        findings.append("CASE_NOT_OVER")
    return ledger


def _take(event: dict[str, Any], ledger: Ledger) -> None:
    kind = event["event"]
    if kind in ("CASE", "CARRIED_OVER"):
        ledger.state, ledger.accepted_on = text_in(event, "state"), text_in(event, "acceptedOn")
    elif kind == "OPENED" and ledger.regime is None:
        version = event.get("version")
        written = canonical(version) if isinstance(version, (int, float)) and not isinstance(version, bool) else "?"
        ledger.regime = f"{text_in(event, 'regime') or ''}/{written}"
    elif kind == "STRUCK_OUT":
        paths = event.get("paths")
        texts = tuple(one for one in paths if isinstance(one, str)) if isinstance(paths, list) else ()
        act = Act(text_in(event, "id") or "", texts, text_in(event, "by"), text_in(event, "approvedBy"))
        ledger.acts.append(act)
