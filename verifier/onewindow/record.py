"""Records, their leaves, and what is disclosed of them (section 12)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .suites import sha256
from .text import NotCanonical, NotJson, canonical, decode, is_canonical, parse, parse_canonical, text_in

RECORD_BYTES_MAX = 1_048_576
DISCLOSURES_BYTES_MAX = 262_144
LEAVES_MAX = 1_024
PATH_CHARACTERS_MAX = 256
_HASH = re.compile(r"[0-9a-f]{64}")
_SALT = re.compile(r"[0-9a-f]{32}")
_MEMBER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_STEP = r"(?:[A-Za-z][A-Za-z0-9_]*|0|[1-9][0-9]*)"
_PATH = re.compile(rf"{_STEP}(?:\.{_STEP})*")
_WITH_LEAVES = "one-window/record/2"


@dataclass
class Leaves:
    """Of a record: path to hash; and which of them are disclosed and fit."""

    hashes: dict[str, str] = field(default_factory=dict)
    disclosed: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)

    @property
    def struck_out(self) -> list[str]:
        return [path for path in self.hashes if path not in self.named]


def examine_record(data: bytes, findings: list[str]) -> dict[str, Any] | None:
    """The record, if it could be read."""
    if len(data) > RECORD_BYTES_MAX:
        findings.append("RECORD_TOO_LARGE")
        return None
    text = decode(data)
    if text is None:
        findings.append("RECORD_NOT_UTF8")
        return None
    try:
        value = parse(text)
    except NotJson:
        findings.append("RECORD_NOT_JSON")
        return None
    if not is_canonical(text, value):
        findings.append("RECORD_NOT_CANONICAL")
    if not isinstance(value, dict):
        findings.append("RECORD_NOT_OBJECT")
        return None
    if text_in(value, "department") is None:
        findings.append("RECORD_DEPARTMENT_MISSING")
    if text_in(value, "kind") is None:
        findings.append("RECORD_KIND_MISSING")
    return value


def examine_leaves(
    data: bytes, record: dict[str, Any] | None, disclosures: bytes | None, findings: list[str]
) -> Leaves:
    leaves = Leaves()
    if record is not None and record.get("format") == _WITH_LEAVES:
        walk = _Walk()
        walk.go(record)
        if walk.malformed:
            findings.append("LEAF_MALFORMED")
        if walk.too_many:
            findings.append("LEAVES_TOO_MANY")
        leaves.hashes = walk.hashes
    if disclosures is None:
        return leaves
    if len(disclosures) > DISCLOSURES_BYTES_MAX:
        findings.append("DISCLOSURES_TOO_LARGE")
        return leaves
    try:
        of, given = _read_disclosures(disclosures)
    except NotJson:
        findings.append("DISCLOSURES_MALFORMED")
        return leaves
    if of != sha256(data).hex():
        findings.append("DISCLOSURES_OF_ANOTHER_RECORD")
    for path, one in given.items():
        wanted = leaves.hashes.get(path)
        if wanted is None:
            findings.append("DISCLOSURE_WITHOUT_LEAF")
            continue
        leaves.named.add(path)
        text = canonical(["one-window/leaf/1", path, one["salt"], one["value"]])
        if sha256(text.encode()).hex() == wanted:
            leaves.disclosed.append(path)
        else:
            findings.append("LEAF_DIFFERS")
    return leaves


class _Walk:
    """Finds the leaves of a record, in the order of the file."""

    def __init__(self) -> None:
        self.hashes: dict[str, str] = {}
        self.malformed = False
        self.too_many = False

    def go(self, record: Any) -> None:
        stack: list[tuple[Any, str | None]] = [(record, "")]
        while stack:
            value, path = stack.pop()
            if isinstance(value, dict):
                if "leaf" in value:
                    self._leaf(value, path)
                    continue
                members = [(one, self._under(path, name, name)) for name, one in value.items()]
            elif isinstance(value, list):
                members = [(one, self._under(path, str(place), None)) for place, one in enumerate(value)]
            else:
                continue
            stack += reversed(members)

    @staticmethod
    def _under(path: str | None, step: str, name: str | None) -> str | None:
        """None below a name that is no step."""
        if path is None or (name is not None and not _MEMBER.fullmatch(name)):
            return None
        return f"{path}.{step}" if path else step

    def _leaf(self, value: dict[str, Any], path: str | None) -> None:
        leaf = value["leaf"]
        if (
            not path
            or len(path) > PATH_CHARACTERS_MAX
            or len(value) != 1
            or not isinstance(leaf, str)
            or not _HASH.fullmatch(leaf)
        ):
            self.malformed = True
        elif len(self.hashes) == LEAVES_MAX:
            self.too_many = True
        else:
            self.hashes[path] = leaf


def _read_disclosures(data: bytes) -> tuple[str, dict[str, Any]]:
    """Raises NotJson for whatever has not exactly the form."""
    value = parse_canonical(decode(data))
    if not isinstance(value, dict) or sorted(value) != ["format", "leaves", "record"]:
        raise NotJson
    of, leaves = value["record"], value["leaves"]
    if value["format"] != "one-window/disclosures/1" or not isinstance(of, str) or not _HASH.fullmatch(of):
        raise NotJson
    if not isinstance(leaves, dict) or not leaves:
        raise NotJson
    for path, one in leaves.items():
        if len(path) > PATH_CHARACTERS_MAX or not _PATH.fullmatch(path):
            raise NotJson
        if not isinstance(one, dict) or sorted(one) != ["salt", "value"]:
            raise NotJson
        if not isinstance(one["salt"], str) or not _SALT.fullmatch(one["salt"]) or _holds_leaf(one["value"]):
            raise NotJson
    return of, leaves


def _holds_leaf(value: Any) -> bool:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            if "leaf" in one:
                return True
            stack += one.values()
        elif isinstance(one, list):
            stack += one
    return False


def canonical_object(data: bytes | None) -> dict[str, Any] | None:
    """A record as it is read where other steps only look something up in it (section 14.7)."""
    if data is None:
        return None
    try:
        value = parse_canonical(decode(data))
    except (NotJson, NotCanonical):
        return None
    return value if isinstance(value, dict) else None
