/**
 * `README.txt` of a bundle: how to check all of it by hand, in English and Chinese. Lines that begin with four spaces are
 * commands for a POSIX shell, exact for this bundle; a test runs each of them.
 */
import { utf8 } from '../bytes.ts';
import { SM2_ID } from '../sm/sm2.ts';

export interface ReadmeFacts {
  readonly number: string;
  readonly madeAt: Date;
  /** Whether the ledger names every paper: that of a case from before there were ledgers does not. */
  readonly isWhole: boolean;
}

export const writeReadme = (facts: ReadmeFacts): Uint8Array => utf8(TEXT(facts));

const NAMED = String.raw`    for record in papers/*/record.json slips/*/record.json; do
      test ! -f "$record" || grep -qF "\"recordSha256\":\"$(sha256sum < "$record" | cut -c 1-64)\"" ledger.json
    done
`;

const TEXT = ({
  number,
  madeAt,
  isWhole,
}: ReadmeFacts): string => String.raw`Case bundle ${number}, made ${madeAt.toISOString()}
办件案卷包 ${number}，制作时间 ${madeAt.toISOString()}

This ZIP (ASiC-E with CAdES, ETSI EN 319 162-1) holds a whole case of the one window: case.json says
which, papers/ what the departments decided and sealed, slips/ what the center told the applicant,
ledger.json what happened and when. Beside each record.json lies its seal (seal.p7s: CMS, CAdES,
DER) and the proof that the seal stands in the public log (seal.tlog-proof: c2sp.org/tlog-proof). In
trust/ are the root (to compare with yours), the authorities, the list of who may seal what, and
what was revoked.
本 ZIP（ASiC-E 与 CAdES，ETSI EN 319 162-1）收录一窗办件的全部案卷：case.json 说明办件，papers/ 为各
部门作出并签章的决定，slips/ 为中心发给申请人的文书，ledger.json 为办件台账。每份 record.json 旁有其
电子签章 seal.p7s，以及签章已记入公开日志的证明 seal.tlog-proof。trust/ 中有根证书（供比对）、签发
机构、信任列表和吊销列表。

"npm run verify -- FILE" of the one window judges all of this offline, and more strictly. What
follows does it by hand, with unzip, sha256sum and openssl 3 in a POSIX shell (sh -e stops at the
first fault). Have the bundle at hand as bundle.asice, and root.pem, got from the center in a way
that you trust: not from this bundle.
可用一窗的 "npm run verify -- FILE" 离线验证，且更为严格。以下为手工核对，只需 unzip、sha256sum、
openssl 3 和 POSIX shell（sh -e 遇错即停）。请备好本案卷包 bundle.asice，以及从可信途径（不是从本包
中）取得的根证书 root.pem。

    ROOT=$PWD/root.pem
    WORK=$(mktemp -d)
    unzip -q bundle.asice -d "$WORK/case"
    cd "$WORK/case"

The time as of which openssl is asked: when the bundle was made. Asked as of a later time, it needs
newer revocation lists.
核对时点：案卷包的制作时间。若改为更晚的时点，则需要更新的吊销列表。

    AT=${Math.floor(madeAt.getTime() / 1000)}

A seal is over one file, by one certificate. Seals of the national algorithms (SM2 with SM3) have
the types of GB/T 35275, which openssl cms does not know: of those, certificates, attributes, digest
and signature are looked at one by one.
每个签章对应一个文件和一张证书。国密（SM2、SM3）签章采用 GB/T 35275 的类型，openssl cms 不识，故逐项核对
证书、属性、摘要和签名。

    sealed() {
      seal=$1 over=$2 signer=$3
      shift 3
      openssl asn1parse -inform DER -in "$seal" > ../parts
      if sed -n 2p ../parts | grep -q ':1\.2\.156\.10197\.6\.1\.4\.2\.2$'; then
        sed -n 's/^ *\([0-9]*\):d=5 *hl=\([0-9]*\) l= *\([0-9]*\) cons: cont \[ 0 \].*/\1 \2 \3/p' ../parts > ../place
        read -r from header length < ../place
        { printf 1; tail -c +$((from + 2)) "$seal" | head -c $((header + length - 1)); } > ../attributes
        attributes=$(od -An -v -tx1 ../attributes | tr -d ' \n')
        rm -f "$signer"
        for place in $(sed -n 's/^ *\([0-9]*\):d=4 .* SEQUENCE.*/\1/p' ../parts | sed '1d; $d'); do
          openssl asn1parse -inform DER -in "$seal" -strparse "$place" -noout -out ../certificate
          case $attributes in
            *300a06082a811ccf550183110420$(openssl dgst -sm3 -r ../certificate | cut -c 1-64)*) file=$signer ;;
            *) file=../above.pem ;;
          esac
          openssl x509 -inform DER -in ../certificate -out "$file"
        done
        openssl verify "$@" -untrusted ../above.pem "$signer"
        case $attributes in
          *2a864886f70d01090431220420$(openssl dgst -sm3 -r "$over" | cut -c 1-64)*) ;;
          *) echo "$seal is over something else 签章与文件不符"; return 1 ;;
        esac
        signature=$(sed -n 's/^ *\([0-9]*\):d=5 .*OCTET STRING.*/\1/p' ../parts)
        openssl asn1parse -inform DER -in "$seal" -strparse "$signature" -noout -out ../signature
        openssl pkeyutl -verify -certin -inkey "$signer" -rawin -digest sm3 -pkeyopt distid:${SM2_ID} -in ../attributes -sigfile ../signature
      else
        openssl cms -verify -cades -binary -inform DER -in "$seal" -content "$over" "$@" -signer "$signer" -out ../out
      fi
    }

1. The root is yours, and the center sealed the list of who may seal what.
根证书与您的一致；信任列表由中心签章。

    cmp "$ROOT" trust/root.pem
    sealed trust/list.p7s trust/list.json ../list.pem -CAfile "$ROOT" -attime "$AT"
    openssl x509 -in ../list.pem -noout -subject -nameopt multiline | grep -x ' *organizationalUnitName *= center'

2. The center sealed the manifest.
清单由中心签章。

    sealed META-INF/signature.p7s META-INF/ASiCManifest.xml ../center.pem -CAfile "$ROOT" -attime "$AT"
    openssl x509 -in ../center.pem -noout -subject -nameopt multiline | grep -x ' *organizationalUnitName *= center'

3. Every file is as the manifest says, and there is no other.
每个文件都与清单一致，且没有其他文件。

    sed -n 's|^<asic:DataObjectReference URI="\([^"]*\)">.*<ds:DigestValue>\([^<]*\)</ds:DigestValue>.*|\2 \1|p' META-INF/ASiCManifest.xml > ../digests
    while read -r digest file; do
      echo "$(printf %s "$digest" | base64 -d | od -An -v -tx1 | tr -d ' \n')  $file"
    done < ../digests > ../sums
    sha256sum --quiet --strict -c ../sums
    find . -type f | sed 's|^\./||' | grep -v -e '^mimetype$' -e '^META-INF/' | LC_ALL=C sort > ../files
    cut -d ' ' -f 2 ../digests | cmp - ../files

4. The ledger is one chain${isWhole ? ', and it names every paper' : ''}.
台账环环相扣${isWhole ? '，并记有每份文书' : ''}。

    sed -n 's/^{"at":\([0-9]*\),"events":\(.*\),"hash":"\([0-9a-f]*\)","seq":\([0-9]*\)},*$/\4 \1 \3 \2/p' ledger.json > ../ledger
    previous=
    while read -r seq at hash events; do
      test "$(printf '%s\n' "$previous" ${number} "$seq" "$at" "$events" | sha256sum | cut -c 1-64)" = "$hash"
      previous=$hash
    done < ../ledger
    test "$(wc -l < ../ledger)" -eq "$(($(wc -l < ledger.json) - 2))"
${isWhole ? NAMED : ''}
5. Each seal is over its record, by its department, whose certificate is below the root and not
revoked. (A seal that was made before its certificate was revoked is stopped here, too: compare the
time in step 6 with the revocation list.)
每个签章都与其记录相符，由该部门作出，其证书由根证书之下签发且未被吊销。（吊销之前所作的签章也会在此
停住：请将第 6 步的时间与吊销列表比对。）

    { cat "$ROOT"; for list in trust/*.crl; do openssl crl -inform DER -in "$list"; done; } > ../anchors.pem
    : > ../sealed
    for folder in papers/* slips/*; do
      test -f "$folder/seal.p7s" || continue
      sealed "$folder/seal.p7s" "$folder/record.json" ../signer.pem -CAfile ../anchors.pem -crl_check_all -attime "$AT"
      department=$(openssl x509 -in ../signer.pem -noout -subject -nameopt multiline | sed -n 's/^ *organizationalUnitName *= //p')
      grep -qF "\"department\":\"$department\"" "$folder/record.json"
      echo "$folder $department" >> ../sealed
    done

6. The time-stamp authority saw each seal, and the manifest's, at the time that is printed.
时间戳机构在所示时间见过每个签章和清单的签章。

    for seal in META-INF/signature.p7s papers/*/seal.p7s slips/*/seal.p7s; do
      test -f "$seal" || continue
      openssl asn1parse -inform DER -in "$seal" > ../parts
      signature=$(sed -n 's/^ *\([0-9]*\):d=5 .*OCTET STRING.*/\1/p' ../parts)
      token=$(sed -n '/id-smime-aa-timeStampToken/{n;n;s/^ *\([0-9]*\):.*/\1/p;}' ../parts)
      test -n "$token" || { echo "$seal has no time stamp 没有时间戳"; continue; }
      openssl asn1parse -inform DER -in "$seal" -strparse "$signature" -noout -out ../signature
      openssl asn1parse -inform DER -in "$seal" -strparse "$token" -noout -out ../token
      openssl ts -verify -token_in -in ../token -data ../signature -CAfile "$ROOT" -attime "$AT"
      echo "$seal $(openssl ts -reply -token_in -in ../token -token_out -text | grep '^Time stamp')"
    done

7. Each seal stands in the public log: its line is a leaf of the tree (RFC 6962) whose head the log
has signed.
每个签章都已记入公开日志：其条目是日志树（RFC 6962）的一片叶子，树根由日志签名。

    while read -r folder department; do
      test -f "$folder/seal.tlog-proof" || { echo "$folder is not in the log yet 尚未记入日志"; continue; }
      sed '1,/^$/d' "$folder/seal.tlog-proof" > ../note
      sed '/^$/,$d' ../note > ../head
      origin=$(sed -n 1p ../head)
      key=$(sed -n "s|.*\"key\":\"\([^\"]*\)\",\"origin\":\"$origin\".*|\1|p" trust/list.json)
      { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; echo "$key" | base64 -d; } > ../log.der
      sed -n "s|^— $origin ||p" ../note | base64 -d | tail -c +5 > ../log-signature
      openssl pkeyutl -verify -pubin -keyform DER -inkey ../log.der -rawin -in ../head -sigfile ../log-signature
      index=$(sed -n 's/^index //p' "$folder/seal.tlog-proof")
      last=$(($(sed -n 2p ../head) - 1))
      { printf '\000'; echo "one-window.seal/1 $department $(sha256sum < "$folder/seal.p7s" | cut -c 1-64)"; } > ../leaf
      openssl dgst -sha256 -binary ../leaf > ../node
      sed '1,2d; /^$/,$d' "$folder/seal.tlog-proof" > ../path
      while read -r sibling; do
        echo "$sibling" | base64 -d > ../sibling
        if test $((index % 2)) -eq 1 || test "$index" -eq "$last"; then
          { printf '\001'; cat ../sibling ../node; } > ../pair
          while test $((index % 2)) -eq 0 && test "$index" -ne 0; do index=$((index / 2)) last=$((last / 2)); done
        else
          { printf '\001'; cat ../node ../sibling; } > ../pair
        fi
        openssl dgst -sha256 -binary ../pair > ../node
        index=$((index / 2)) last=$((last / 2))
      done < ../path
      test "$last" -eq 0
      test "$(base64 < ../node)" = "$(sed -n 3p ../head)"
    done < ../sealed

8. Where a record says {"leaf":"…"} in the place of a person, disclosures.json beside it tells for
whom: a leaf is the SHA-256 of its path, its salt and what it stands for, in the form of the line
that is printed. What is not disclosed any more was struck out: two persons did it, by an entry of
the ledger.
记录中以 {"leaf":"…"} 代替个人信息之处，由其旁的 disclosures.json 披露：散列叶即所示一行（路径、盐值
与内容）的 SHA-256 摘要。未披露者已被隐去：由两人作出，并记入台账。

    for record in papers/*/record.json; do
      test -f "$record" || continue
      folder=${'$'}{record%/*}
      : > ../leaves
      if test -f "$folder/disclosures.json"; then
        grep -qF ",\"record\":\"$(sha256sum < "$record" | cut -c 1-64)\"}" "$folder/disclosures.json"
        { cat "$folder/disclosures.json"; echo; } |
          sed 's|^{"format":"one-window/disclosures/1","leaves":{||; s|},"record":"[0-9a-f]*"}$||' |
          sed 's|"\([A-Za-z0-9_.]*\)":{"salt":"\([0-9a-f]\{32\}\)","value":|\n["one-window/leaf/1","\1","\2",|g' |
          sed '1d; s|},*$|]|' > ../leaves
      fi
      while IFS= read -r leaf; do
        printf '%s\n' "$folder $leaf"
        grep -qF "{\"leaf\":\"$(printf %s "$leaf" | sha256sum | cut -c 1-64)\"}" "$record"
      done < ../leaves
      struck=$(($({ grep -o '{"leaf":"[0-9a-f]\{64\}"}' "$record" || :; } | wc -l) - $(wc -l < ../leaves)))
      test "$struck" -eq 0 || { echo "$folder: $struck struck out 已隐去"; grep -qF '"event":"STRUCK_OUT"' ledger.json; }
    done

A seal without a time stamp ("seal":"B" in case.json) was made while the time-stamp authority was
away; one without seal.tlog-proof stands in no signed head of the log yet: ask for the bundle again
later. A paper without seal.p7s is one that its department does not seal; the ledger vouches for it.
没有时间戳的签章（case.json 中为 "seal":"B"）是在时间戳机构不可用时作出的；没有 seal.tlog-proof 的签
章尚未进入日志的签名检查点：请稍后再次下载案卷包。没有 seal.p7s 的文书按规定不签章，由台账证明。
`;
