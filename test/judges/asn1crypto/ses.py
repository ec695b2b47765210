"""Parses electronic seals and signatures of GB/T 38540-2020 with asn1crypto, from the standard's own definitions.

In: names of files, `.ses` and `.esl`, one a line. Out: one JSON object per line, with what the file says, or the fault;
`same` tells whether it would be written in the same bytes.
"""

import json
import sys

from asn1crypto import cms, core, x509

ALGORITHM = "1.2.156.10197.1.501"


class ExtData(core.Sequence):
    _fields = [
        ("extn_id", core.ObjectIdentifier),
        ("critical", core.Boolean, {"default": False}),
        ("extn_value", core.OctetString),
    ]


class ExtensionDatas(core.SequenceOf):
    _child_spec = ExtData


class Header(core.Sequence):
    _fields = [("id", core.IA5String), ("version", core.Integer), ("vid", core.IA5String)]


class CertInfoList(core.SequenceOf):
    _child_spec = core.OctetString


class Property(core.Sequence):
    _fields = [
        ("type", core.Integer),
        ("name", core.UTF8String),
        ("cert_list_type", core.Integer),
        ("cert_list", CertInfoList),
        ("create_date", core.GeneralizedTime),
        ("valid_start", core.GeneralizedTime),
        ("valid_end", core.GeneralizedTime),
    ]


class Picture(core.Sequence):
    _fields = [
        ("type", core.IA5String),
        ("data", core.OctetString),
        ("width", core.Integer),
        ("height", core.Integer),
    ]


class SealInfo(core.Sequence):
    _fields = [
        ("header", Header),
        ("es_id", core.IA5String),
        ("property", Property),
        ("picture", Picture),
        ("ext_datas", ExtensionDatas, {"optional": True}),
    ]


class Seal(core.Sequence):
    _fields = [
        ("info", SealInfo),
        ("cert", core.OctetString),
        ("sign_alg_id", core.ObjectIdentifier),
        ("signed_value", core.OctetBitString),
    ]


class ToSign(core.Sequence):
    _fields = [
        ("version", core.Integer),
        ("eseal", Seal),
        ("time_info", core.GeneralizedTime),
        ("data_hash", core.OctetBitString),
        ("property_info", core.IA5String),
        ("ext_datas", ExtensionDatas, {"explicit": 0, "optional": True}),
    ]


class Signature(core.Sequence):
    _fields = [
        ("to_sign", ToSign),
        ("cert", core.OctetString),
        ("signature_alg_id", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
        ("time_stamp", core.OctetBitString, {"explicit": 0, "optional": True}),
    ]


def subject(der):
    return x509.Certificate.load(der, strict=True).subject.native.get("common_name")


def of_seal(seal):
    info = seal["info"]
    listed = [one.native for one in info["property"]["cert_list"]]
    return {
        "name": info["property"]["name"].native,
        "vendor": info["header"]["vid"].native,
        "listed": [subject(der) for der in listed],
        "maker": subject(seal["cert"].native),
        "picture": [info["picture"]["type"].native, len(info["picture"]["data"].native), info["picture"]["width"].native],
        "algorithm": seal["sign_alg_id"].dotted == ALGORITHM,
        "until": info["property"]["valid_end"].native.isoformat(),
    }


def of_signature(signed):
    to_sign = signed["to_sign"]
    stamp = signed["time_stamp"]
    has_stamp = not isinstance(stamp, core.Void)
    return {
        "seal": of_seal(to_sign["eseal"]),
        "signer": subject(signed["cert"].native),
        "at": to_sign["time_info"].native.isoformat(),
        "hash": to_sign["data_hash"].native.hex(),
        "property": to_sign["property_info"].native,
        "stamp": cms.ContentInfo.load(stamp.native, strict=True)["content_type"].native if has_stamp else None,
    }


def said(name):
    try:
        with open(name, "rb") as file:
            der = file.read()
        kind, tell = (Seal, of_seal) if name.endswith(".esl") else (Signature, of_signature)
        value = kind.load(der, strict=True)
        facts = tell(value)
        return {"same": value.dump(force=True) == der, "said": facts}
    except (ValueError, TypeError) as fault:
        return {"fault": str(fault)}


for line in sys.stdin:
    print(json.dumps(said(line.strip())))
