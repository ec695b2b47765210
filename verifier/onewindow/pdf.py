"""A paper as PDF: what it holds, and its seal (sections 15.3 to 15.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .cms import SEAL, SignedData, logged_seal, read_signed_data
from .der import Cursor, instant_of
from .findings import Fault
from .log import entry_of
from .pdf_syntax import Dictionary, Frame, Name, Number, Reference, Stream, String, dictionaries_in, read_frame
from .pdf_syntax import references_in
from .record import examine_leaves, examine_record
from .seal import SEAL_BYTES_MAX, Trust, examine_authority, examine_log, examine_signed

PAGES_MAX = 64
TREE_DEPTH_MAX = 8
RECORD, DISCLOSURES = "record.json", "disclosures.json"
_M = re.compile(r"D:([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z")

#: What a dictionary must have, and what it may have.
_KEYS = {
    "trailer": ("Size Root Info ID", ""),
    "catalog": (
        "Type Pages Names AF AcroForm Perms",
        "Lang MarkInfo StructTreeRoot Metadata ViewerPreferences OutputIntents PageLayout PageMode",
    ),
    "pages": ("Type Kids Count", "Parent MediaBox Resources"),
    "page": ("Type Parent", "MediaBox CropBox Rotate Resources Contents Annots StructParents Tabs Group"),
    "form": ("Fields SigFlags", ""),
    "permissions": ("DocMDP", ""),
    "widget": ("Type Subtype FT T V Rect F P", "TU AP StructParent"),
    "appearance": ("N", ""),
    "signature": ("Type Filter SubFilter ByteRange Contents M Name Reason Reference", "Location"),
    "reference": ("Type TransformMethod TransformParams", ""),
    "transform": ("Type P V", ""),
    "names": ("EmbeddedFiles", ""),
    "embeddedFiles": ("Names", ""),
    "fileSpecification": ("Type F UF EF AFRelationship", "Desc"),
    "embedded": ("F UF", ""),
    "embeddedStream": ("Type Length", "Subtype Params"),
}


@dataclass
class Paper:
    """What the PDF holds."""

    record: bytes
    disclosures: bytes | None
    hole: tuple[int, int]
    contents: bytes
    claimed_at: int
    signer_name: str


def judge_pdf(data: bytes, trust: Trust, at: int) -> list[str]:
    findings: list[str] = []
    try:
        paper = read_paper(data)
    except Fault as fault:
        return [fault.code]
    unread: str | None = None
    try:
        seal, read = _read_seal(paper.contents)
    except Fault as fault:
        unread = fault.code
    record = examine_record(paper.record, findings)
    examine_leaves(paper.record, record, paper.disclosures, findings)
    if unread is not None:
        return [*findings, unread]
    begin, end = paper.hole
    content = data[:begin] + data[end:]
    sealed = examine_signed(content, read, paper.claimed_at, trust, at, findings, "PDF_DIGEST_DIFFERS")
    if sealed.signer is not None:
        if sealed.signer.name.organization != paper.signer_name:
            findings.append("PDF_SIGNER_NAME_DIFFERS")
        examine_authority(sealed.signer, trust.list, record, findings)
    unit = sealed.signer.unit if sealed.signer else ""
    examine_log(read.log_proof, entry_of(unit, logged_seal(seal, read)), trust.list, findings)
    return findings


def _read_seal(contents: bytes) -> tuple[bytes, SignedData]:
    if not any(contents):
        raise Fault("PDF_NOT_SEALED")
    cursor = Cursor(contents)
    seal = cursor.raw(0x30)
    if any(contents[cursor.at :]):
        raise Fault("PDF_PADDING")
    if len(seal) > SEAL_BYTES_MAX:
        raise Fault("SEAL_TOO_LARGE")
    return seal, read_signed_data(seal, SEAL, in_pdf=True)


def read_paper(data: bytes) -> Paper:
    """Raises Fault."""
    return _Reading(data, read_frame(data)).paper()


def _kind(value: Any, kind: str) -> Dictionary:
    if isinstance(value, Stream):
        value = value.dictionary
    if not isinstance(value, Dictionary):
        raise Fault("PDF_SYNTAX")
    must, may = (keys.split() for keys in _KEYS[kind])
    if any(key not in value for key in must):
        raise Fault("PDF_KEY_MISSING")
    if any(key not in must and key not in may for key in value):
        raise Fault("PDF_KEY_UNKNOWN")
    return value


def _asked(dictionary: Dictionary, key: str, kind: type) -> Any:
    if key not in dictionary:
        raise Fault("PDF_KEY_MISSING")
    if not isinstance(dictionary[key], kind):
        raise Fault("PDF_VALUE")
    return dictionary[key]


def _says(dictionary: Dictionary, key: str, name: str) -> None:
    if _asked(dictionary, key, Name) != name:
        raise Fault("PDF_VALUE")


def _whole(dictionary: Dictionary, key: str, wanted: int | None = None) -> int:
    number = _asked(dictionary, key, Number)
    if not number.is_whole or (wanted is not None and number.value != wanted):
        raise Fault("PDF_VALUE")
    return int(number.value)


def _text(dictionary: Dictionary, key: str) -> str:
    text = _asked(dictionary, key, String).text()
    if text is None:
        raise Fault("PDF_VALUE")
    return text


def _references(dictionary: Dictionary, key: str) -> list[Reference]:
    array = _asked(dictionary, key, list)
    if not all(isinstance(one, Reference) for one in array):
        raise Fault("PDF_VALUE")
    return array


class _Reading:
    def __init__(self, data: bytes, frame: Frame):
        self.data, self.frame, self.objects = data, frame, frame.objects
        self.pages: list[int] = []

    def paper(self) -> Paper:
        trailer = _kind(self.frame.trailer, "trailer")
        root, info = _asked(trailer, "Root", Reference), _asked(trailer, "Info", Reference)
        self._reach([root.number, info.number])
        catalog = _kind(self.objects[root.number], "catalog")
        _says(catalog, "Type", "Catalog")
        for key in ("ByteRange", "FT"):
            if sum(key in one for value in self.objects.values() for one in dictionaries_in(value)) != 1:
                raise Fault("PDF_SIGNATURE_COUNT")
        self._read_pages(_asked(catalog, "Pages", Reference))
        signature = self._read_signature(catalog)
        hole = self._read_hole(signature)
        record, disclosures = self._read_files(catalog)
        claimed_at = _claimed_at(_text(signature, "M"))
        name = _text(signature, "Name")
        _text(signature, "Reason")
        if "Location" in signature:
            _text(signature, "Location")
        contents = signature["Contents"]
        return Paper(record, disclosures, hole, contents.data, claimed_at, name)

    def _reach(self, roots: list[int]) -> None:
        reached: set[int] = set()
        todo = list(roots)
        while todo:
            number = todo.pop()
            if number in reached:
                continue
            if number not in self.objects:
                raise Fault("PDF_REFERENCE")
            reached.add(number)
            todo += references_in(self.objects[number])
        if len(reached) != len(self.objects):
            raise Fault("PDF_OBJECT_UNUSED")

    def _read_pages(self, root: Reference) -> None:
        self._tree(root.number, None, 0)
        named = sum(
            one.get("Type") == "Page" and isinstance(one.get("Type"), Name)
            for value in self.objects.values()
            for one in dictionaries_in(value)
        )
        if named != len(self.pages):
            raise Fault("PDF_PAGES")

    def _tree(self, number: int, parent: int | None, depth: int) -> None:
        node = _kind(self.objects[number], "pages")
        _says(node, "Type", "Pages")
        if parent is not None:
            self._has_parent(node, parent)
        kids = _references(node, "Kids")
        if not kids or depth > TREE_DEPTH_MAX:
            raise Fault("PDF_PAGES")
        before = len(self.pages)
        for kid in kids:
            if len(self.pages) == PAGES_MAX:
                raise Fault("PDF_PAGES")
            value = self.objects[kid.number]
            inside = value.dictionary if isinstance(value, Stream) else value
            if isinstance(inside, Dictionary) and "Kids" in inside:
                self._tree(kid.number, number, depth + 1)
                continue
            page = _kind(value, "page")
            _says(page, "Type", "Page")
            self._has_parent(page, number)
            if kid.number in self.pages:
                raise Fault("PDF_PAGES")
            self.pages.append(kid.number)
        if _whole(node, "Count") != len(self.pages) - before:
            raise Fault("PDF_PAGES")

    @staticmethod
    def _has_parent(node: Dictionary, parent: int) -> None:
        if _asked(node, "Parent", Reference).number != parent:
            raise Fault("PDF_VALUE")

    def _read_signature(self, catalog: Dictionary) -> Dictionary:
        form = _kind(_asked(catalog, "AcroForm", Dictionary), "form")
        _whole(form, "SigFlags", 3)
        fields = _references(form, "Fields")
        if len(fields) != 1:
            raise Fault("PDF_SIGNATURE_COUNT")
        widget = _kind(self.objects[fields[0].number], "widget")
        for key, name in (("Type", "Annot"), ("Subtype", "Widget"), ("FT", "Sig")):
            _says(widget, key, name)
        _whole(widget, "F", 132)
        _text(widget, "T")
        if "AP" in widget:
            _asked(_kind(_asked(widget, "AP", Dictionary), "appearance"), "N", Reference)
        self._is_annotation(fields[0], _asked(widget, "P", Reference))
        reference = _asked(widget, "V", Reference)
        signature = _kind(self.objects[reference.number], "signature")
        permissions = _kind(_asked(catalog, "Perms", Dictionary), "permissions")
        if _asked(permissions, "DocMDP", Reference) != reference:
            raise Fault("PDF_VALUE")
        for key, name in (("Type", "Sig"), ("Filter", "Adobe.PPKLite"), ("SubFilter", "ETSI.CAdES.detached")):
            _says(signature, key, name)
        references = _asked(signature, "Reference", list)
        if len(references) != 1:
            raise Fault("PDF_VALUE")
        transformed = _kind(references[0], "reference")
        _says(transformed, "Type", "SigRef")
        _says(transformed, "TransformMethod", "DocMDP")
        transform = _kind(_asked(transformed, "TransformParams", Dictionary), "transform")
        _says(transform, "Type", "TransformParams")
        _says(transform, "V", "1.2")
        _whole(transform, "P", 1)
        return signature

    def _is_annotation(self, widget: Reference, of: Reference) -> None:
        for number in self.pages:
            value = self.objects[number]
            page = value.dictionary if isinstance(value, Stream) else value
            there = _references(page, "Annots") if "Annots" in page else []
            if there != ([widget] if number == of.number else []):
                raise Fault("PDF_VALUE")
        if of.number not in self.pages:
            raise Fault("PDF_VALUE")

    def _read_hole(self, signature: Dictionary) -> tuple[int, int]:
        contents = _asked(signature, "Contents", String)
        wanted = (0, contents.begin, contents.end, len(self.data) - contents.end)
        array = _asked(signature, "ByteRange", list)
        if array != [Number(float(one), True) for one in wanted]:
            raise Fault("PDF_BYTE_RANGE")
        written = self.data[contents.begin + 1 : contents.end - 1]
        if not contents.is_hex or written != written.lower():
            raise Fault("PDF_HOLE")
        return contents.begin, contents.end

    def _read_files(self, catalog: Dictionary) -> tuple[bytes, bytes | None]:
        names = _kind(_asked(catalog, "Names", Dictionary), "names")
        embedded = _kind(_asked(names, "EmbeddedFiles", Dictionary), "embeddedFiles")
        pairs = _asked(embedded, "Names", list)
        titles = [one.text() if isinstance(one, String) else None for one in pairs[::2]]
        if len(pairs) % 2 or titles not in ([RECORD], [DISCLOSURES, RECORD]):
            raise Fault("PDF_VALUE")
        associated = _references(catalog, "AF")
        specifications = pairs[1::2]
        if not all(isinstance(one, Reference) for one in specifications):
            raise Fault("PDF_VALUE")
        if len(associated) != len(specifications) or not all(one in associated for one in specifications):
            raise Fault("PDF_VALUE")
        files = {title: self._read_file(title, one) for title, one in zip(titles, specifications)}
        return files[RECORD], files.get(DISCLOSURES)

    def _read_file(self, title: str, reference: Reference) -> bytes:
        specification = _kind(self.objects[reference.number], "fileSpecification")
        _says(specification, "Type", "Filespec")
        for key in ("F", "UF"):
            if _text(specification, key) != title:
                raise Fault("PDF_VALUE")
        inside = _kind(_asked(specification, "EF", Dictionary), "embedded")
        file = _asked(inside, "F", Reference)
        if _asked(inside, "UF", Reference) != file:
            raise Fault("PDF_VALUE")
        stream = self.objects[file.number]
        _says(_kind(stream, "embeddedStream"), "Type", "EmbeddedFile")
        if not isinstance(stream, Stream):
            raise Fault("PDF_STREAM")
        return stream.data


def _claimed_at(text: str) -> int:
    match = _M.fullmatch(text)
    instant = instant_of(*map(int, match.groups())) if match else None
    if instant is None:
        raise Fault("PDF_VALUE")
    return instant
