"""Which algorithms there are, and which belong together (section 3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from . import sm
from .der import Cursor
from .findings import Fault

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MODULUS_BYTES = 384


@dataclass(frozen=True)
class Suite:
    id: str
    key_algorithm: bytes
    digest_algorithm: bytes
    #: Under certificates and revocation lists.
    signature_algorithm: bytes
    #: In seals and time stamps.
    signer_algorithm: bytes
    #: id-signedData and id-data of its seals.
    signed_data: bytes
    data: bytes
    digest: Callable[[bytes], bytes]
    #: Of a public key's content; None where it has not the form, False where nothing can be computed with it.
    key: Callable[[bytes], Any]
    #: The fault of a signature's form, if any.
    form_fault: Callable[[bytes], str | None]
    verifies: Callable[[Any, bytes, bytes], bool]


def _holds(verify: Callable[[], None]) -> bool:
    try:
        verify()
        return True
    except (InvalidSignature, ValueError):
        return False


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _pair(signature: bytes, order: int) -> tuple[int, int] | None:
    try:
        file = Cursor(signature)
        pair = file.enter(0x30)
        numbers = [pair.unsigned(), pair.unsigned()]
        pair.done()
        file.done()
    except Fault:
        return None
    r, s = (int.from_bytes(number, "big") for number in numbers)
    return (r, s) if 0 < r < order and 0 < s < order else None


def _p256_key(point: bytes) -> Any:
    if len(point) != 65 or point[0] != 4:
        return None
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False


def _es256_fault(signature: bytes) -> str | None:
    pair = _pair(signature, P256_ORDER)
    if pair is None:
        return "SIGNATURE_MALFORMED"
    return "SIGNATURE_HIGH_S" if pair[1] > P256_ORDER // 2 else None


def _rsa_key(content: bytes) -> Any:
    try:
        file = Cursor(content)
        key = file.enter(0x30)
        modulus, exponent = key.unsigned(), key.unsigned()
        key.done()
        file.done()
    except Fault:
        return None
    if len(modulus) != MODULUS_BYTES or modulus[0] < 0x80 or exponent != b"\x01\x00\x01":
        return None
    try:
        return rsa.RSAPublicNumbers(65537, int.from_bytes(modulus, "big")).public_key()
    except ValueError:
        return False


def _sm2_key(point: bytes) -> Any:
    if len(point) != 65 or point[0] != 4:
        return None
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    return (x, y) if sm.on_curve(x, y) else False


def _sm2_fault(signature: bytes) -> str | None:
    pair = _pair(signature, sm.N)
    return "SIGNATURE_MALFORMED" if pair is None or sum(pair) == sm.N else None


def _sm2_verifies(key: Any, message: bytes, signature: bytes) -> bool:
    pair = _pair(signature, sm.N)
    return pair is not None and sm.verify(*key, message, *pair)


_hex = bytes.fromhex
_SHA256 = _hex("300B0609608648016503040201")
_CMS = {"signed_data": _hex("06092A864886F70D010702"), "data": _hex("06092A864886F70D010701")}

ES256 = Suite(
    "ES256",
    key_algorithm=_hex("301306072A8648CE3D020106082A8648CE3D030107"),
    digest_algorithm=_SHA256,
    signature_algorithm=_hex("300A06082A8648CE3D040302"),
    signer_algorithm=_hex("300A06082A8648CE3D040302"),
    **_CMS,
    digest=sha256,
    key=_p256_key,
    form_fault=_es256_fault,
    verifies=lambda key, data, signature: _holds(lambda: key.verify(signature, data, ec.ECDSA(SHA256()))),
)
RSA3072 = Suite(
    "RSA3072",
    key_algorithm=_hex("300D06092A864886F70D0101010500"),
    digest_algorithm=_SHA256,
    signature_algorithm=_hex("300D06092A864886F70D01010B0500"),
    signer_algorithm=_hex("300D06092A864886F70D01010B0500"),
    **_CMS,
    digest=sha256,
    key=_rsa_key,
    form_fault=lambda signature: None if len(signature) == MODULUS_BYTES else "SIGNATURE_MALFORMED",
    verifies=lambda key, data, signature: _holds(lambda: key.verify(signature, data, padding.PKCS1v15(), SHA256())),
)
SM2SM3 = Suite(
    "SM2SM3",
    key_algorithm=_hex("301306072A8648CE3D020106082A811CCF5501822D"),
    digest_algorithm=_hex("300A06082A811CCF55018311"),
    signature_algorithm=_hex("300A06082A811CCF55018375"),
    signer_algorithm=_hex("300B06092A811CCF5501822D01"),
    signed_data=_hex("060A2A811CCF550601040202"),
    data=_hex("060A2A811CCF550601040201"),
    digest=sm.sm3,
    key=_sm2_key,
    form_fault=_sm2_fault,
    verifies=_sm2_verifies,
)
SUITES = (ES256, RSA3072, SM2SM3)


def suite_by(member: str, value: bytes) -> Suite | None:
    return next((suite for suite in SUITES if getattr(suite, member) == value), None)


def next_suite(cursor: Cursor, member: str) -> Suite | None:
    """The first suite whose algorithm the cursor passes."""
    return next((suite for suite in SUITES if cursor.passes(getattr(suite, member))), None)


def signature_faults(suite: Suite, key_suite: Suite, key: Any, data: bytes, signature: bytes, mixed: str) -> list[str]:
    """The faults of a signature over some bytes, in their order."""
    if suite is not key_suite:
        return [mixed]
    fault = suite.form_fault(signature)
    if fault == "SIGNATURE_MALFORMED":
        return [fault]
    wrong = [] if suite.verifies(key, data, signature) else ["SIGNATURE_WRONG"]
    return [fault, *wrong] if fault else wrong


def ed25519_verifies(key: bytes, data: bytes, signature: bytes) -> bool:
    """OpenSSL refuses an S beyond the group's order."""
    return _holds(lambda: Ed25519PublicKey.from_public_bytes(key).verify(signature, data))
