"""The one form of ZIP, and the manifest of what lies in it (sections 14.1 and 14.2)."""

from __future__ import annotations

import re
import struct
import zlib

from .findings import Fault
from .suites import sha256
from .text import decode, from_base64

ZIP_BYTES_MAX = 33_554_432
FILES_MAX = 4_096
PATH_CHARACTERS_MAX = 128
MANIFEST_BYTES_MAX = 1_638_400
FIRST = "mimetype"
MANIFEST, SIGNATURE = "META-INF/ASiCManifest.xml", "META-INF/signature.p7s"
README, CASE, LEDGER = "README.txt", "case.json", "ledger.json"
ROOT, CHAIN, LIST, LIST_SEAL = "trust/root.pem", "trust/chain.pem", "trust/list.json", "trust/list.p7s"
NEEDED = (MANIFEST, SIGNATURE, README, CASE, LEDGER, ROOT, CHAIN, LIST, LIST_SEAL)
_MIMETYPE = b"application/vnd.etsi.asic-e+zip"
_SEGMENT = rb"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*"
_PATH = re.compile(rb"(" + _SEGMENT + rb"/)*" + _SEGMENT)
_LOCAL = b"PK\x03\x04"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
    '<asic:SigReference URI="META-INF/signature.p7s" MimeType="application/pkcs7-signature"/>\n'
)
_TAIL = "</asic:ASiCManifest>\n"
_REFERENCE = re.compile(
    r'<asic:DataObjectReference URI="([A-Za-z0-9_./-]+)">'
    r'<ds:DigestMethod Algorithm="http://www\.w3\.org/2001/04/xmlenc#sha256"/>'
    r"<ds:DigestValue>([A-Za-z0-9+/=]+)</ds:DigestValue></asic:DataObjectReference>"
)

Files = dict[str, bytes]


def open_zip(data: bytes) -> Files:
    """Raises Fault."""
    if len(data) > ZIP_BYTES_MAX:
        raise Fault("ZIP_TOO_LARGE")
    files: Files = {}
    taken: set[str] = set()
    directory = b""
    at = 0
    while len(data) - at >= 4 and data.startswith(_LOCAL, at):
        if len(files) == FILES_MAX:
            raise Fault("ZIP_TOO_MANY_FILES")
        path, content, behind = _file(data, at)
        name = path.decode("ascii")
        _place(name, list(files)[-1] if files else None, taken)
        crc, size = zlib.crc32(content), len(content)
        if struct.unpack_from("<I", data, at + 14)[0] != crc:
            raise Fault("ZIP_CHECK_SUM_DIFFERS")
        local = struct.pack("<4sHHHHHIIIHH", _LOCAL, 10, 0, 0, 0, 0x21, crc, size, size, len(path), 0)
        if data[at : at + 30 + len(path)] != local + path:
            raise Fault("ZIP_NOT_CANONICAL")
        directory += struct.pack(
            "<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 10, 10, 0, 0, 0, 0x21, crc, size, size, len(path), 0, 0, 0, 0, 0, at
        )
        directory += path
        files[name] = content
        at = behind
    if not files:
        raise Fault("ZIP_NOT_ONE")
    count = len(files)
    expected = directory + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0)
    found = data[at : at + len(expected)]
    if found != expected:
        raise Fault("ZIP_TRUNCATED" if expected.startswith(found) else "ZIP_DIRECTORY_DIFFERS")
    if at + len(expected) != len(data):
        raise Fault("ZIP_TRAILING_BYTES")
    return files


def _file(data: bytes, at: int) -> tuple[bytes, bytes, int]:
    if len(data) - at < 30:
        raise Fault("ZIP_TRUNCATED")
    size, length = struct.unpack_from("<I", data, at + 22)[0], struct.unpack_from("<H", data, at + 26)[0]
    if length > PATH_CHARACTERS_MAX:
        raise Fault("ZIP_PATH")
    begin = at + 30 + length
    if begin + size > len(data):
        raise Fault("ZIP_TRUNCATED")
    path = data[at + 30 : begin]
    if not _PATH.fullmatch(path):
        raise Fault("ZIP_PATH")
    return path, data[begin : begin + size], begin + size


def _place(name: str, before: str | None, taken: set[str]) -> None:
    """`taken`: in lower case, files, and folders with a slash at their end."""
    if before is None:
        if name != FIRST:
            raise Fault("ZIP_MIMETYPE")
    elif name == FIRST or (before != FIRST and name <= before):
        raise Fault("ZIP_ORDER")
    lower = name.lower()
    steps = lower.split("/")
    folders = ["/".join(steps[:depth]) for depth in range(1, len(steps))]
    if lower in taken or f"{lower}/" in taken or any(folder in taken for folder in folders):
        raise Fault("ZIP_PATH")
    taken.add(lower)
    taken.update(f"{folder}/" for folder in folders)


def examine_manifest(files: Files, findings: list[str]) -> None:
    if files[FIRST] != _MIMETYPE:
        findings.append("ZIP_MIMETYPE")
    findings += ["BUNDLE_FILE_MISSING" for path in NEEDED if path not in files]
    if MANIFEST not in files:
        return
    named = _read_manifest(files[MANIFEST])
    if named is None:
        findings.append("MANIFEST_MALFORMED")
        return
    for path, content in files.items():
        digest = named.get(path)
        if digest is None:
            if path != FIRST and not path.startswith("META-INF/"):
                findings.append("MANIFEST_FILE_NOT_NAMED")
        elif digest != sha256(content):
            findings.append("MANIFEST_DIGEST_DIFFERS")
    findings += ["BUNDLE_FILE_MISSING" for path in named if path not in files and path not in NEEDED]


def _read_manifest(data: bytes) -> dict[str, bytes] | None:
    text = decode(data) if len(data) <= MANIFEST_BYTES_MAX else None
    if text is None or not text.startswith(_HEAD) or not text.endswith(_TAIL) or len(text) < len(_HEAD) + len(_TAIL):
        return None
    named: dict[str, bytes] = {}
    before = ""
    lines = text[len(_HEAD) : -len(_TAIL)].split("\n")
    if lines.pop() != "":
        return None
    for line in lines:
        match = _REFERENCE.fullmatch(line)
        digest = from_base64(match[2]) if match else None
        if match is None or digest is None or len(digest) != 32 or match[1] <= before:
            return None
        if match[1] == FIRST or match[1].startswith("META-INF/"):
            return None
        before = match[1]
        named[before] = digest
    return named
