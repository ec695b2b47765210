"""The public log: notes, checkpoints, proofs (section 10)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .findings import Fault
from .suites import ed25519_verifies, sha256
from .text import decode, from_base64, whole_in

PROOF_BYTES_MAX = 19_283
NOTE_CHARACTERS_MAX = 16_384
HASHES_MAX = 63
_SPACES = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE = re.compile(f"\u2014 ([^{_SPACES}\n]+) ([^{_SPACES}\n]+)")
_LOG, _WITNESS = 1, 4


@dataclass(frozen=True)
class Key:
    name: str
    type: int
    key: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.key)[:4]


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    text: str
    #: Name, key id, signature, in the order of their lines.
    signatures: tuple[tuple[str, bytes, bytes], ...]


@dataclass(frozen=True)
class Proof:
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint


@dataclass
class Examined:
    findings: list[str] = field(default_factory=list)
    checkpoint: Checkpoint | None = None
    #: Names of witnesses whose lines hold.
    witnesses: set[str] = field(default_factory=set)


def entry_of(holder: str, seal: bytes) -> bytes:
    return f"one-window.seal/1 {holder} {sha256(seal).hex()}\n".encode()


def read_checkpoint(note: str) -> Checkpoint:
    """Raises Fault LOG_CHECKPOINT_MALFORMED."""
    fault = Fault("LOG_CHECKPOINT_MALFORMED")
    text, blank, tail = note.rpartition("\n\n")
    characters = len(note) + sum(character > "\uffff" for character in note)
    if not blank or characters > NOTE_CHARACTERS_MAX or re.search("[\x00-\x09\x0b-\x1f]", note):
        raise fault
    text += "\n"
    if text == "\n" or not tail.endswith("\n"):
        raise fault
    lines = tail[:-1].split("\n")
    if len(set(lines)) != len(lines):
        raise fault
    signatures = []
    for line in lines:
        match = _LINE.fullmatch(line)
        raw = from_base64(match[2]) if match else None
        if match is None or "+" in match[1] or raw is None or len(raw) <= 4:
            raise fault
        signatures.append((match[1], raw[:4], raw[4:]))
    parts = text[:-1].split("\n")
    size = whole_in(parts[1]) if len(parts) == 3 else None
    root = from_base64(parts[2]) if len(parts) == 3 else None
    if size is None or root is None or len(root) != 32 or not parts[0]:
        raise fault
    return Checkpoint(parts[0], size, root, text, tuple(signatures))


def read_proof(data: bytes) -> Proof:
    """Raises Fault."""
    if len(data) > PROOF_BYTES_MAX:
        raise Fault("LOG_PROOF_TOO_LARGE")
    malformed = Fault("LOG_PROOF_MALFORMED")
    text = decode(data)
    if text is None:
        raise malformed
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) < 2 or lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("index "):
        raise malformed
    index = whole_in(lines[1][len("index ") :])
    hashes = [from_base64(line) for line in lines[2:]]
    if index is None or len(hashes) > HASHES_MAX or any(one is None or len(one) != 32 for one in hashes):
        raise malformed
    return Proof(index, tuple(one for one in hashes if one is not None), read_checkpoint(note))


def is_included(leaf: bytes, proof: Proof) -> bool:
    """RFC 9162 section 2.1.3.2."""
    size = proof.checkpoint.size
    if proof.index >= size:
        return False
    fn, sn, root = proof.index, size - 1, leaf
    for one in proof.hashes:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            root = sha256(b"\x01" + one + root)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = sha256(b"\x01" + root + one)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and root == proof.checkpoint.root


def line_holds(key: Key, text: str, signature: bytes) -> bool:
    if key.type == _LOG:
        return len(signature) == 64 and ed25519_verifies(key.key, text.encode(), signature)
    if len(signature) != 72:
        return False
    seconds = int.from_bytes(signature[:8], "big")
    if not 0 < seconds <= 2**53 - 1:
        return False
    return ed25519_verifies(key.key, f"cosignature/v1\ntime {seconds}\n{text}".encode(), signature[8:])


def log_keys(logs: list[tuple[str, bytes]], origin: str) -> list[Key]:
    return [Key(origin, _LOG, key) for name, key in logs if name == origin]


def witness_keys(witnesses: list[tuple[str, bytes]]) -> list[Key]:
    return [Key(name, _WITNESS, key) for name, key in witnesses]


def examine_proof(
    data: bytes, entry: bytes, logs: list[tuple[str, bytes]], witnesses: list[tuple[str, bytes]]
) -> Examined:
    examined = Examined()
    try:
        proof = read_proof(data)
    except Fault as fault:
        examined.findings.append(fault.code)
        return examined
    checkpoint = proof.checkpoint
    own = log_keys(logs, checkpoint.origin)
    if not own:
        examined.findings.append("LOG_NOT_LISTED")
    keys = [*own, *witness_keys(witnesses)]
    by_id = {(key.name, key.id): key for key in keys}
    lines: dict[Key, list[bytes]] = {}
    for name, key_id, signature in checkpoint.signatures:
        if (key := by_id.get((name, key_id))) is not None:
            lines.setdefault(key, []).append(signature)
    if own and not any(key.type == _LOG for key in lines):
        examined.findings.append("LOG_CHECKPOINT_UNSIGNED")
    for key, signatures in lines.items():
        if all(line_holds(key, checkpoint.text, one) for one in signatures):
            if key.type == _WITNESS:
                examined.witnesses.add(key.name)
        else:
            examined.findings.append(
                "LOG_CHECKPOINT_SIGNATURE_WRONG" if key.type == _LOG else "LOG_COSIGNATURE_WRONG"
            )
    if not is_included(sha256(b"\x00" + entry), proof):
        examined.findings.append("LOG_INCLUSION_WRONG")
    if not examined.findings:
        examined.checkpoint = checkpoint
    return examined
