#!/usr/bin/env python3
"""Verifies papers of One Window offline: sealed records, bundles, PDFs, as docs/format.md says.

    python3 verifier/verify.py FILE… [--trust root.pem] [--at TIME] [--json]
    python3 verifier/verify.py --batch list.jsonl

Needs Debian's python3-cryptography. Exit status: 0 valid (VALID_AT_SIGNING too), 1 invalid, revoked or expired,
2 indeterminate, 3 unreadable or wrong usage; of several files the worst.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from onewindow.bundle import judge_bundle
from onewindow.container import ZIP_BYTES_MAX
from onewindow.findings import weigh
from onewindow.log import PROOF_BYTES_MAX
from onewindow.pdf import judge_pdf
from onewindow.pdf_syntax import PDF_BYTES_MAX
from onewindow.record import DISCLOSURES_BYTES_MAX, RECORD_BYTES_MAX
from onewindow.seal import SEAL_BYTES_MAX, Trust, examine_seal
from onewindow.trust import Unusable, open_trust, read_bounded

EXIT = {"VALID": 0, "VALID_AT_SIGNING": 0, "INVALID": 1, "REVOKED": 1, "EXPIRED": 1, "INDETERMINATE": 2}
UNREADABLE = 3
#: From worst to best.
_WORST_FIRST = (1, UNREADABLE, 2, 0)
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,3})?)?)(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_BOUNDS = {
    "record": RECORD_BYTES_MAX,
    "seal": SEAL_BYTES_MAX,
    "proof": PROOF_BYTES_MAX,
    "disclosures": DISCLOSURES_BYTES_MAX,
    "bundle": ZIP_BYTES_MAX,
    "pdf": PDF_BYTES_MAX,
}


def main() -> int:
    wish = _parser().parse_args()
    if wish.batch is not None:
        return _batch(Path(wish.batch))
    if not wish.files:
        print("No file was named; --help tells how.", file=sys.stderr)
        return UNREADABLE
    try:
        at = _instant(wish.at)
        trust = open_trust(Path(wish.trust))
    except (Unusable, ValueError) as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    codes = {_one(Path(name), trust, at, wish.json) for name in wish.files}
    return next(code for code in _WORST_FIRST if code in codes)


def _parser() -> argparse.ArgumentParser:
    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> None:  # type: ignore[override]
            print(message, file=sys.stderr)
            sys.exit(UNREADABLE)

    parser = Parser(prog="verify.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.path.join(os.environ.get("DATA_DIR", "data"), "trust", "root.pem")
    parser.add_argument("files", nargs="*", metavar="FILE", help="x.json or x.p7s, x.asice, x.pdf")
    parser.add_argument("--trust", default=default, help="the pinned root; lists beside it are used (default: %(default)s)")
    parser.add_argument("--at", help="the time of verification, such as 2025-06-30T12:00:00Z (default: now)")
    parser.add_argument("--json", action="store_true", help="one JSON object per file")
    parser.add_argument("--batch", metavar="LIST", help="judges each line of a list of JSON objects (section 16)")
    return parser


def _instant(text: str | None) -> int:
    """Milliseconds since 1970. Raises ValueError."""
    if text is None:
        at = datetime.now(timezone.utc)
    else:
        match = _INSTANT.fullmatch(text)
        if match is None:
            raise ValueError("--at takes an instant such as 2025-06-30T12:00:00Z.")
        local = match[1] if len(match[1]) > 16 else f"{match[1]}:00"
        whole, _, fraction = local.partition(".")
        offset = timedelta(hours=int(match[3] or 0), minutes=int(match[4] or 0))
        at = datetime.fromisoformat(f"{whole}+00:00") + timedelta(milliseconds=int((fraction or "0").ljust(3, "0")))
        at = at + offset if match[2] == "-" else at - offset
    return (at - _EPOCH) // timedelta(milliseconds=1)


def judge(kind: str, files: dict[str, bytes], trust: Trust, at: int) -> tuple[str, str | None]:
    """Verdict and reason."""
    findings: list[str] = []
    if kind == "bundle":
        findings = judge_bundle(files["bundle"], trust, at)
    elif kind == "pdf":
        findings = judge_pdf(files["pdf"], trust, at)
    elif kind == "seal":
        more = (files.get("disclosures"), files.get("proof"))
        examine_seal(files["record"], files["seal"], trust, at, findings, *more)
    else:
        raise Unusable(f"nothing is known of the kind {kind}")
    return weigh(findings)


def _one(file: Path, trust: Trust, at: int, as_json: bool) -> int:
    try:
        kind, paths = _belonging_together(file)
        verdict, reason = judge(kind, {name: read_bounded(path, _BOUNDS[name]) for name, path in paths.items()}, trust, at)
    except Unusable as error:
        text = json.dumps({"file": str(file), "verdict": None, "error": str(error)}) if as_json else f"{file}: {error}"
        print(text)
        return UNREADABLE
    if as_json:
        print(json.dumps({"file": str(file), "verdict": verdict, "reason": reason}, ensure_ascii=False))
    else:
        print(f"{file}: {verdict}" + (f" ({reason})" if reason else ""))
    return EXIT[verdict]


def _belonging_together(file: Path) -> tuple[str, dict[str, Path]]:
    if file.suffix == ".asice":
        return "bundle", {"bundle": file}
    if file.suffix == ".pdf":
        return "pdf", {"pdf": file}
    if file.suffix not in (".json", ".p7s"):
        raise Unusable("neither a record (.json), a seal (.p7s), a bundle (.asice) nor a PDF (.pdf)")
    record, seal = file.with_suffix(".json"), file.with_suffix(".p7s")
    if file.name == "record.json" and not seal.exists():
        seal = file.with_name("seal.p7s")
    if file.name == "seal.p7s" and not record.exists():
        record = file.with_name("record.json")
    paths = {"record": record, "seal": seal}
    optional = {"proof": seal.with_suffix(".tlog-proof"), "disclosures": record.with_suffix(".disclosures.json")}
    if record.name == "record.json" and not optional["disclosures"].exists():
        optional["disclosures"] = record.with_name("disclosures.json")
    return "seal", paths | {name: path for name, path in optional.items() if path.exists()}


def _batch(list_file: Path) -> int:
    folder = list_file.parent
    trusts: dict[str, Trust | None] = {}
    with list_file.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            try:
                trust = _trust_of(folder / entry["trust"], trusts)
                files = {name: read_bounded(folder / path, _BOUNDS[name]) for name, path in entry["files"].items()}
                verdict, reason = judge(entry["kind"], files, trust, _instant(entry["at"]))
            except Unusable:
                verdict, reason = None, None  # type: ignore[assignment]
            print(json.dumps({"id": entry["id"], "verdict": verdict, "reason": reason}), flush=False)
    return 0


def _trust_of(folder: Path, known: dict[str, Trust | None]) -> Trust:
    """Each folder is read once."""
    key = str(folder)
    if key not in known:
        try:
            known[key] = open_trust(folder / "root.pem")
        except Unusable:
            known[key] = None
    trust = known[key]
    if trust is None:
        raise Unusable(f"{folder} is unusable")
    return trust


if __name__ == "__main__":
    sys.exit(main())
