"""Parses DER strictly with asn1crypto and writes it again from what was read.

In: lines of `kind file`. Out: one JSON object per line, with what the file says, or the fault; `same` tells whether the
bytes came out as they went in.
"""

import json
import sys

from asn1crypto import cms, core, crl, parser, tsp, x509

KINDS = {"seal": cms.ContentInfo, "token": cms.ContentInfo, "certificate": x509.Certificate, "list": crl.CertificateList}


def again(value):
    """The bytes of a value, written anew from its parsed parts down to the last.

    The library's own `dump(force=True)` of the whole takes time exponential in the depth; here it writes the leaves.
    """
    if isinstance(value, core.Void):
        return b""
    if isinstance(value, core.Choice):
        return explicitly(value, again(value.chosen))
    if isinstance(value, core.Any):
        return explicitly(value, again(value.parsed))
    if isinstance(value, core.ParsableOctetBitString):
        return wrapped(value, b"\0" + again(value.parsed))
    if isinstance(value, core.ParsableOctetString) and type(value.parsed) is not core.Sequence:
        return wrapped(value, again(value.parsed))
    if isinstance(value, (core.Sequence, core.Set)):
        return wrapped(value, b"".join(member(value, *field) for field in value._fields))
    if isinstance(value, core.SetOf):
        return wrapped(value, b"".join(sorted(again(one) for one in value)))
    if isinstance(value, core.SequenceOf):
        return wrapped(value, b"".join(again(one) for one in value))
    value.native
    return value.dump(force=True)


def member(value, name, spec, params=None):
    der = again(value[name])
    is_default = params and "default" in params and der == spec(**params).dump()
    return b"" if is_default else der


def wrapped(value, contents):
    return explicitly(value, parser.emit(value.class_, value.method, value.tag, contents))


def explicitly(value, der):
    for class_, tag in value.explicit or ():
        der = parser.emit(class_, 1, tag, der)
    return der


def attributes(signer, name):
    there = not isinstance(signer[name], core.Void)
    return {one["type"].native: one["values"] for one in signer[name]} if there else {}


def of_signed(info):
    (signer,) = info["content"]["signer_infos"]
    signed = attributes(signer, "signed_attrs")
    return {
        "signature": signer["signature_algorithm"].signature_algo,
        "signed": sorted(signed),
        "unsigned": sorted(attributes(signer, "unsigned_attrs")),
        "digest": signed["message_digest"][0].native.hex(),
        "certificates": len(info["content"]["certificates"]),
    }


def of_token(info):
    tst = info["content"]["encap_content_info"]["content"].parsed
    if not isinstance(tst, tsp.TSTInfo):
        raise TypeError("no TSTInfo")
    return {
        **of_signed(info),
        "policy": tst["policy"].native,
        "imprint": tst["message_imprint"]["hashed_message"].native.hex(),
        "genTime": tst["gen_time"].native.isoformat(),
    }


def of_certificate(certificate):
    return {"serial": format(certificate.serial_number, "x"), "subject": certificate.subject.native}


def of_list(listed):
    revoked = listed["tbs_cert_list"]["revoked_certificates"]
    return {
        "number": listed.crl_number_value.native,
        "revoked": [
            {"serial": format(one["user_certificate"].native, "x"), "reason": one.crl_reason_value.native} for one in revoked
        ],
    }


SAYS = {"seal": of_signed, "token": of_token, "certificate": of_certificate, "list": of_list}

for line in sys.stdin:
    kind, file = line.split()
    with open(file, "rb") as opened:
        der = opened.read()
    try:
        value = KINDS[kind].load(der, strict=True)
        said = SAYS[kind](value)
        print(json.dumps({"same": again(value) == der, "said": said}))
    except (ValueError, TypeError) as fault:
        print(json.dumps({"fault": str(fault).split("\n")[0]}))
