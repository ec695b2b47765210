/**
 * Every fault that a reading of a record, seal or bundle can end in: the closed table of codes, in the order in which a
 * verification meets them. Codes are public and stay for ever; sentences may be improved. `{…}` is filled in from the
 * facts of the case.
 *
 * Severity decides the verdicts (verify/verdict.ts): `fatal` what was never good; `revoked` and `expired` what was not
 * made in the life of its certificates; `unproven` and `missing` what cannot be told; `stale` what could be told only of
 * an earlier time; `revokedSince` and `expiredSince` what was good when it was made.
 */
export type Severity =
  | 'fatal'
  | 'revoked'
  | 'expired'
  | 'unproven'
  | 'missing'
  | 'stale'
  | 'revokedSince'
  | 'expiredSince';

interface Entry {
  readonly severity: Severity;
  readonly en: string;
  readonly zh: string;
}

const fatal = (en: string, zh: string): Entry => ({ severity: 'fatal', en, zh });
const revoked = (en: string, zh: string): Entry => ({ severity: 'revoked', en, zh });
const missing = (en: string, zh: string): Entry => ({ severity: 'missing', en, zh });

export const FINDINGS = {
  RECORD_TOO_LARGE: fatal('the record is larger than {max} bytes', '记录超过 {max} 字节'),
  RECORD_NOT_UTF8: fatal('the record is not UTF-8 text', '记录不是 UTF-8 文本'),
  RECORD_NOT_JSON: fatal('the record is not JSON', '记录不是 JSON'),
  RECORD_NOT_CANONICAL: fatal('the record is not canonical JSON (RFC 8785)', '记录不是规范化 JSON（RFC 8785）'),
  RECORD_NOT_OBJECT: fatal('the record is not a JSON object', '记录不是 JSON 对象'),
  RECORD_DEPARTMENT_MISSING: fatal('the record names no department', '记录未写明部门'),
  RECORD_KIND_MISSING: fatal('the record names no kind', '记录未写明种类'),

  LEAF_MALFORMED: fatal('a leaf of the record has not the form of one', '记录中的散列叶格式不符'),
  LEAVES_TOO_MANY: fatal('the record has more than {max} leaves', '记录的散列叶超过 {max} 片'),
  DISCLOSURES_TOO_LARGE: fatal('the disclosures are larger than {max} bytes', '披露内容超过 {max} 字节'),
  DISCLOSURES_MALFORMED: fatal('the disclosures have not the form of such', '披露内容格式不符'),
  DISCLOSURES_OF_ANOTHER_RECORD: fatal('the disclosures are of another record', '披露内容属于另一份记录'),
  DISCLOSURE_WITHOUT_LEAF: fatal(
    'something is disclosed for which the record has no leaf',
    '所披露的内容在记录中没有对应的散列叶',
  ),
  LEAF_DIFFERS: fatal(
    'what is disclosed is not what was sealed: its leaf differs',
    '所披露的内容与签章时不同：散列叶不符',
  ),

  DER_TRUNCATED: fatal('the bytes end inside an element', '数据在元素中途结束'),
  DER_TAG_UNEXPECTED: fatal(
    'another kind of element stands here than the format demands',
    '此处元素的类型与格式要求不符',
  ),
  DER_LENGTH_INDEFINITE: fatal('an indefinite length: BER, not DER', '不定长编码：属 BER，不是 DER'),
  DER_LENGTH_NOT_MINIMAL: fatal('a length that is not in its shortest form', '长度未采用最短编码'),
  DER_LENGTH_TOO_LONG: fatal('a length beyond the bound', '长度超出上限'),
  DER_TRAILING_BYTES: fatal('bytes follow where nothing may follow', '末尾有多余字节'),
  DER_TOO_DEEP: fatal('elements nest too deeply', '元素嵌套过深'),
  DER_BOOLEAN: fatal('a BOOLEAN that is neither 00 nor FF', 'BOOLEAN 既非 00 也非 FF'),
  DER_INTEGER: fatal('an INTEGER that is empty, not minimal or out of range', 'INTEGER 为空、非最短或超出范围'),
  DER_BIT_STRING: fatal('a BIT STRING that is not in its DER form', 'BIT STRING 不符合 DER'),
  DER_OID: fatal('an OBJECT IDENTIFIER that is not in its DER form', '对象标识符不符合 DER'),
  DER_STRING: fatal('a string with bytes its type does not allow', '字符串含有该类型不允许的字节'),
  DER_TIME: fatal('a time that is not in its DER form or not in the calendar', '时间不符合 DER 或日历上不存在'),
  DER_SET_ORDER: fatal('a SET OF that is not sorted, or repeats a member', 'SET OF 未排序或有重复成员'),
  DER_NOT_CANONICAL: fatal('what was read would be written in other bytes', '读出的内容重新编码后字节不同'),

  SEAL_TOO_LARGE: fatal('the seal is larger than {max} bytes', '签章超过 {max} 字节'),
  SEAL_NOT_SIGNED_DATA: fatal('the seal is not CMS SignedData', '签章不是 CMS SignedData'),
  SEAL_VERSION: fatal('a CMS version other than 1', 'CMS 版本不是 1'),
  SEAL_NOT_DETACHED: fatal(
    'the seal carries content of its own, or content of another type',
    '签章自带内容，或内容类型不同',
  ),
  SEAL_SUITE_UNKNOWN: fatal('an algorithm that is not of a known suite', '算法不属于已知的套件'),
  SEAL_SUITE_MIXED: fatal('a seal with algorithms, or a key, of two suites', '签章混用了两个套件的算法或密钥'),
  SEAL_ELEMENT_UNKNOWN: fatal('an optional element that our seals do not have', '含有本系统签章没有的可选元素'),
  SEAL_CERTIFICATE_COUNT: fatal('the seal carries no certificates or too many', '签章未带证书或证书过多'),
  SEAL_SIGNER_COUNT: fatal('the seal does not have exactly one signer', '签章的签名者不是恰好一个'),
  SEAL_ATTRIBUTE_UNKNOWN: fatal('a signed attribute that our seals do not have', '含有未知的签名属性'),
  SEAL_ATTRIBUTE_REPEATED: fatal(
    'a signed attribute stands twice, or has not exactly one value',
    '签名属性重复，或取值不是恰好一个',
  ),
  SEAL_ATTRIBUTE_MISSING: fatal('a signed attribute is missing', '缺少签名属性'),
  SEAL_UNSIGNED_ATTRIBUTE: fatal(
    'an unsigned attribute other than exactly one time stamp',
    '含有恰好一个时间戳以外的未签名属性',
  ),

  SES_HEADER: fatal('an electronic seal whose header does not say "ES"', '电子印章的头标识不是“ES”'),
  SES_VERSION: fatal(
    'an electronic seal or signature of another version than 4 (GB/T 38540-2020)',
    '电子印章或电子签章的版本不是第 4 版（GB/T 38540-2020）',
  ),
  SES_SIGNER_LIST: fatal(
    'an electronic seal that lists its signers neither by certificates nor by digests of them',
    '电子印章的签章者列表既不是证书也不是证书杂凑值',
  ),
  SES_BOUND_EXCEEDED: fatal(
    'a part of an electronic seal or signature is larger than its bound',
    '电子印章或电子签章的某一部分超过上限',
  ),
  SES_TAGGING: fatal(
    'an optional last field without its tag [0]: our signatures have one form alone',
    '可选的末尾字段没有 [0] 标签：本系统的签章只有一种形式',
  ),
  SES_CUSTOM_DATA: fatal('custom data, which our seals and signatures do not have', '含有本系统没有的自定义数据'),
  SES_ALGORITHM: fatal(
    'an electronic seal or signature with another algorithm than SM2 with SM3',
    '电子印章或电子签章的算法不是 SM2 与 SM3',
  ),
  SES_SIGNERS_NOT_CERTIFICATES: fatal(
    'an electronic seal that does not list exactly one certificate as its signer',
    '电子印章没有恰好列出一张签章者证书',
  ),
  SES_PICTURE: fatal('the picture of the electronic seal is not a PNG of its type', '电子印章的图像不是 PNG'),
  SES_DATA_HASH_DIFFERS: fatal(
    'the record is not the one that was sealed: its SM3 differs',
    '记录与签章时不同：SM3 杂凑值不符',
  ),
  SES_PROPERTY_DIFFERS: fatal(
    'the signature says that it is over {says}, and not over record.json',
    '签章写明的原文是 {says}，不是 record.json',
  ),
  SES_SIGNER_NOT_IN_SEAL: fatal(
    'the certificate of the signer is not the one that the electronic seal lists',
    '签章者证书不是电子印章所列的证书',
  ),
  SES_NAME_DIFFERS: fatal(
    'the electronic seal is of {seal}, the certificate of the signer of {certificate}',
    '电子印章属于 {seal}，签章者证书属于 {certificate}',
  ),
  SES_MAKER_NOT_FOR_SEALS: fatal(
    'the certificate that signed the electronic seal is not one of a seal maker',
    '对电子印章签名的证书不是制章者证书',
  ),
  SES_DATES: fatal(
    'an electronic seal that ends before it begins, or was made after it was used',
    '电子印章有效期的结束早于开始，或制作晚于使用',
  ),
  SES_SEALED_OUTSIDE_VALIDITY: fatal(
    'the signature says {sealedAt}, when the electronic seal was not valid',
    '签章时间 {sealedAt} 不在电子印章有效期内',
  ),
  SES_SEAL_NOT_YET_VALID: fatal('the electronic seal is valid only from {from}', '电子印章自 {from} 起方才有效'),
  SES_SEAL_EXPIRED: {
    severity: 'expired',
    en: 'the electronic seal expired on {on}, and no time stamp proves that the signature was made before',
    zh: '电子印章已于 {on} 到期，且没有时间戳证明签章在此之前',
  },
  SES_SEAL_EXPIRED_SINCE: {
    severity: 'expiredSince',
    en: 'the electronic seal expired on {on}, after the time that the time stamp proves',
    zh: '电子印章已于 {on} 到期，晚于时间戳所证明的时间',
  },

  CERTIFICATE_VERSION: fatal('a certificate that is not X.509 version 3', '证书不是 X.509 第 3 版'),
  CERTIFICATE_SERIAL: fatal(
    'a certificate serial number that is not positive or longer than 20 bytes',
    '证书序列号非正数或超过 20 字节',
  ),
  CERTIFICATE_ALGORITHM: fatal(
    'a certificate with an algorithm that is not of a known suite',
    '证书的算法不属于已知的套件',
  ),
  CERTIFICATE_SUITE_MIXED: fatal(
    'a certificate that names algorithms of two suites for its signature',
    '证书为其签名写明了两个套件的算法',
  ),
  CERTIFICATE_NAME: fatal('a name in a certificate that is not of our form', '证书中的名称不符合本系统格式'),
  CERTIFICATE_VALIDITY: fatal('a certificate that ends before it begins', '证书有效期的结束早于开始'),
  CERTIFICATE_KEY: fatal('a public key that is not of the form its suite demands', '公钥不符合其套件要求的形式'),
  CERTIFICATE_EXTENSION_CRITICAL: fatal('a critical certificate extension that is unknown', '含有未知的关键证书扩展'),
  CERTIFICATE_EXTENSION_UNKNOWN: fatal(
    'a certificate extension that our certificates do not have',
    '含有本系统证书没有的扩展',
  ),
  CERTIFICATE_EXTENSION_REPEATED: fatal('a certificate extension stands twice', '证书扩展重复'),
  CERTIFICATE_PROFILE_UNKNOWN: fatal('a certificate that is of none of our profiles', '证书不属于本系统的任何一种'),

  MESSAGE_DIGEST_DIFFERS: fatal(
    'the record is not the one that was sealed: its digest differs',
    '记录与签章时不同：摘要不符',
  ),
  SIGNER_CERTIFICATE_ABSENT: fatal('the certificate of the signer is not in the seal', '签章中没有签名者的证书'),
  SIGNING_CERTIFICATE_DIFFERS: fatal('the seal was made for another certificate', '签章所指的证书不是这一张'),
  SIGNATURE_MALFORMED: fatal('the signature is not of the form its suite demands', '签名值不符合其套件要求的形式'),
  SIGNATURE_HIGH_S: fatal(
    'the signature has s above n/2: a second form of the same signature',
    '签名的 s 大于 n/2：同一签名的另一形式',
  ),
  SIGNATURE_WRONG: fatal('the signature was not made by the key of the certificate', '签名不是由证书的密钥作出'),

  SIGNER_NOT_FOR_SEALS: fatal(
    'the certificate of the signer is not a seal certificate',
    '签名者的证书不是电子印章证书',
  ),
  ISSUER_ABSENT: fatal(
    'the issuer of a certificate is neither in the seal nor the trusted root',
    '证书的签发者既不在签章中，也不是受信任的根',
  ),
  ISSUER_NOT_SEAL_AUTHORITY: fatal(
    'a certificate was issued by one that may not issue seal certificates',
    '证书由无权签发印章证书者签发',
  ),
  CHAIN_TOO_LONG: fatal(
    'an authority stands below the seal authority, whose path length is 0',
    '印章签发机构之下还有下级机构，而其路径长度为 0',
  ),
  CERTIFICATE_NOT_NEEDED: fatal('a certificate that is not part of the chain', '含有不属于证书链的证书'),
  CERTIFICATE_ISSUER_DIFFERS: fatal(
    'a certificate names another issuer than the certificate above it',
    '证书写明的签发者与其上级证书不符',
  ),
  CERTIFICATE_NOT_AUTHORITY: fatal(
    'a certificate was issued with one that is not of an authority',
    '证书由非签发机构的证书签发',
  ),
  CERTIFICATE_MAY_NOT_ISSUE: fatal(
    'a certificate was issued with a key that may not sign certificates',
    '证书由不可用于签发证书的密钥签发',
  ),
  CERTIFICATE_PATH_LENGTH: fatal(
    'more authorities stand below one than its path length allows',
    '某签发机构之下的机构层数超过其路径长度',
  ),
  CERTIFICATE_PURPOSE_DIFFERS: fatal('a certificate is not for the purpose {purpose}', '证书不可用于 {purpose}'),
  CERTIFICATE_NAME_NOT_PERMITTED: fatal(
    'a name in a certificate lies outside what an authority above permits',
    '证书中的名称不在上级机构准许的范围内',
  ),
  CERTIFICATE_NAME_EXCLUDED: fatal(
    'a name in a certificate lies in what an authority above excludes',
    '证书中的名称在上级机构排除的范围内',
  ),
  CERTIFICATE_NAME_NOT_JUDGED: fatal(
    'a name in a certificate is limited by an authority above in a way that is unknown',
    '上级机构对证书中的名称作了无法判断的限制',
  ),
  CERTIFICATE_POLICY_NOT_ACCEPTED: fatal(
    'a certificate policy is required, and none holds for the whole chain',
    '要求有证书策略，但没有一项对整个证书链有效',
  ),
  CERTIFICATE_POLICY_MAPPING: fatal(
    'a certificate maps the policy that stands for any',
    '证书对表示任意策略的标识作了映射',
  ),
  CERTIFICATE_SIGNATURE_WRONG: fatal('a certificate that its issuer did not sign', '证书不是由其签发者签名'),
  CERTIFICATE_EXPIRED: {
    severity: 'expired',
    en: 'a certificate expired on {on}, and no time stamp proves that the seal was made before',
    zh: '证书已于 {on} 到期，且没有时间戳证明签章在此之前',
  },
  CERTIFICATE_EXPIRED_SINCE: {
    severity: 'expiredSince',
    en: 'a certificate expired on {on}, after the time that the time stamp proves',
    zh: '证书已于 {on} 到期，晚于时间戳所证明的时间',
  },
  CERTIFICATE_NOT_YET_VALID: fatal('a certificate is valid only from {from}', '证书自 {from} 起方才有效'),
  SEALED_OUTSIDE_VALIDITY: fatal(
    'the seal says {sealedAt}, when the certificate was not valid',
    '签章时间 {sealedAt} 不在证书有效期内',
  ),
  SEALED_IN_FUTURE: fatal(
    'the seal says {sealedAt}, later than the time of this verification',
    '签章时间 {sealedAt} 晚于验证时间',
  ),

  TIME_STAMP_TOO_LARGE: fatal('the time stamp is larger than {max} bytes', '时间戳超过 {max} 字节'),
  TIME_STAMP_NOT_SIGNED_DATA: fatal('the time stamp is not CMS SignedData', '时间戳不是 CMS SignedData'),
  TIME_STAMP_VERSION: fatal('a time stamp of another version than ours', '时间戳的版本不符'),
  TIME_STAMP_CONTENT: fatal('the time stamp does not carry a TSTInfo', '时间戳未含 TSTInfo'),
  TIME_STAMP_SUITE_UNKNOWN: fatal(
    'a time stamp with an algorithm that is not of a known suite',
    '时间戳的算法不属于已知的套件',
  ),
  TIME_STAMP_SUITE_MIXED: fatal('a time stamp with algorithms of two suites', '时间戳混用了两个套件的算法'),
  TIME_STAMP_ELEMENT_UNKNOWN: fatal(
    'an optional element that our time stamps do not have',
    '含有本系统时间戳没有的可选元素',
  ),
  TIME_STAMP_CERTIFICATE_COUNT: fatal('the time stamp carries too many certificates', '时间戳所带证书过多'),
  TIME_STAMP_SIGNER_COUNT: fatal('the time stamp does not have exactly one signer', '时间戳的签名者不是恰好一个'),
  TIME_STAMP_ATTRIBUTE_UNKNOWN: fatal(
    'a signed attribute that our time stamps do not have',
    '时间戳含有未知的签名属性',
  ),
  TIME_STAMP_ATTRIBUTE_REPEATED: fatal(
    'a signed attribute of the time stamp stands twice, or has not exactly one value',
    '时间戳的签名属性重复，或取值不是恰好一个',
  ),
  TIME_STAMP_ATTRIBUTE_MISSING: fatal('a signed attribute of the time stamp is missing', '时间戳缺少签名属性'),
  TIME_STAMP_UNSIGNED_ATTRIBUTE: fatal('an unsigned attribute in the time stamp', '时间戳含有未签名属性'),
  TIME_STAMP_IMPRINT_UNKNOWN: fatal('the time stamp is not of a SHA-256 digest', '时间戳的摘要不是 SHA-256'),
  TIME_STAMP_RESPONSE_UNKNOWN: fatal('an answer that is neither a time stamp nor a refusal', '答复既非时间戳也非拒绝'),
  TIME_STAMP_DIGEST_DIFFERS: fatal('the time stamp was not signed over what it says', '时间戳的签名与其内容不符'),
  TIME_STAMP_IMPRINT_DIFFERS: fatal('the time stamp is of another signature', '时间戳属于另一个签名值'),
  TIME_STAMP_CERTIFICATE_ABSENT: fatal(
    'the certificate of the time-stamp authority is not in the time stamp',
    '时间戳中没有时间戳机构的证书',
  ),
  TIME_STAMP_SIGNER_NOT_FOR_STAMPS: fatal(
    'the certificate that signed the time stamp is not one of a time-stamp authority',
    '签发时间戳的证书不是时间戳机构证书',
  ),
  TIME_STAMP_AUTHORITY_NOT_LISTED: fatal(
    'the trust list names no such time-stamp authority for the policy {policy}',
    '信任列表中没有采用策略 {policy} 的该时间戳机构',
  ),
  TIME_STAMP_OUTSIDE_VALIDITY: fatal(
    'the time stamp says {stampedAt}, when a certificate of its authority was not valid',
    '时间戳时间 {stampedAt} 不在时间戳机构证书有效期内',
  ),
  TIME_STAMP_BEFORE_SEALING: fatal(
    'the time stamp says {stampedAt}, before the seal says it was made',
    '时间戳时间 {stampedAt} 早于签章所述时间',
  ),
  TIME_STAMP_IN_FUTURE: fatal(
    'the time stamp says {stampedAt}, later than the time of this verification',
    '时间戳时间 {stampedAt} 晚于验证时间',
  ),
  TIME_STAMP_REVOKED: missing(
    'the certificate of the time-stamp authority was revoked ({reason}): its time stamp proves nothing',
    '时间戳机构的证书已被吊销（{reason}）：其时间戳不具证明力',
  ),

  CERTIFICATE_REVOKED: revoked(
    'a certificate was revoked from {on} ({reason}), before the time that the time stamp proves',
    '证书自 {on} 起被吊销（{reason}），早于时间戳所证明的时间',
  ),
  CERTIFICATE_REVOKED_UNPROVEN: {
    severity: 'unproven',
    en: 'a certificate was revoked from {on} ({reason}), and no time stamp proves that the seal was made before',
    zh: '证书自 {on} 起被吊销（{reason}），且没有时间戳证明签章在此之前',
  },
  CERTIFICATE_REVOKED_SINCE: {
    severity: 'revokedSince',
    en: 'a certificate was revoked from {on} ({reason}), after the time that the time stamp proves',
    zh: '证书自 {on} 起被吊销（{reason}），晚于时间戳所证明的时间',
  },
  CERTIFICATE_ON_HOLD: missing(
    'a certificate is suspended from {on}: whether it is revoked or resumed is not decided',
    '证书自 {on} 起被暂停：尚未决定吊销或恢复',
  ),
  REVOCATION_LIST_VERSION: fatal('a revocation list that is not of version 2', '吊销列表不是第 2 版'),
  REVOCATION_LIST_ALGORITHM: fatal(
    'a revocation list whose algorithms are not of one known suite',
    '吊销列表的算法不属于同一个已知的套件',
  ),
  REVOCATION_LIST_DATES: fatal('a revocation list that ends before it begins', '吊销列表有效期的结束早于开始'),
  REVOCATION_LIST_EXTENSION: fatal(
    'a revocation list with other extensions than ours have',
    '吊销列表的扩展与本系统的不同',
  ),
  REVOCATION_LIST_ENTRY: fatal(
    'an entry of a revocation list that is not of our form, or stands twice',
    '吊销列表的条目不符合格式或重复',
  ),
  REVOCATION_LIST_MALFORMED: missing('a revocation list is not one of ours ({code})', '吊销列表不符合格式（{code}）'),
  REVOCATION_LIST_SIGNATURE_WRONG: missing(
    'a revocation list was not signed by the authority that it names',
    '吊销列表不是由其所述机构签名',
  ),
  REVOCATION_INFORMATION_STALE: {
    severity: 'stale',
    en: 'the news of revocation ended on {on}, before the time of this verification',
    zh: '吊销信息有效期至 {on}，早于验证时间',
  },

  LOG_PROOF_TOO_LARGE: fatal('the log proof is larger than {max} bytes', '日志证明超过 {max} 字节'),
  LOG_PROOF_MALFORMED: fatal('the log proof is not in the form of one', '日志证明格式不符'),
  LOG_CHECKPOINT_MALFORMED: fatal(
    'the checkpoint is not a signed note with origin, size and root',
    '检查点不是含来源、大小和根的签名文本',
  ),
  LOG_NOT_LISTED: fatal('the trust list names no log {origin}', '信任列表中没有日志 {origin}'),
  LOG_CHECKPOINT_UNSIGNED: fatal('the checkpoint has no signature of the log', '检查点没有日志的签名'),
  LOG_CHECKPOINT_SIGNATURE_WRONG: fatal(
    'the signature of the log {name} is not over this checkpoint',
    '日志 {name} 的签名与此检查点不符',
  ),
  LOG_COSIGNATURE_WRONG: fatal(
    'the signature of the witness {name} is not over this checkpoint',
    '见证者 {name} 的签名与此检查点不符',
  ),
  LOG_INCLUSION_WRONG: fatal(
    'the log proof does not lead from this seal to the checkpoint',
    '日志证明不能由此签章推至检查点',
  ),
  TOO_FEW_WITNESSES: missing(
    'of {wanted} witnesses, {found} have signed the checkpoint',
    '要求 {wanted} 个见证者签名，检查点仅有 {found} 个',
  ),

  RECORD_DEPARTMENT_DIFFERS: fatal(
    'the record is of department {record}, the seal of {seal}',
    '记录属于部门 {record}，签章属于 {seal}',
  ),
  CERTIFICATE_NOT_LISTED: fatal('the certificate is not on the trust list', '证书不在信任列表中'),
  HOLDER_DIFFERS: fatal(
    'the trust list gives this certificate to {list}, the certificate names {certificate}',
    '信任列表将此证书归于 {list}，证书写明 {certificate}',
  ),
  RECORD_KIND_NOT_ALLOWED: fatal('{holder} may not seal records of kind {kind}', '{holder} 无权对 {kind} 类记录签章'),
  ROOT_NOT_USABLE: fatal(
    'the trusted root is not one self-signed root certificate',
    '受信任的根不是一张自签名的根证书',
  ),
  TRUST_LIST_MALFORMED: fatal('the trust list has not the form of one', '信任列表格式不符'),
  TRUST_LIST_NOT_BY_CENTER: fatal('the trust list is not sealed by the center', '信任列表不是由中心签章'),

  NO_TIME_STAMP: missing('no time stamp proves when the seal was made', '没有时间戳证明签章时间'),
  NO_LOG_PROOF: missing('no proof that the seal stands in the public log', '没有签章已记入公开日志的证明'),
  NO_REVOCATION_INFORMATION: missing('nothing tells whether a certificate was revoked', '没有证书吊销信息'),
  NO_TRUST_LIST: missing('no trust list tells what the signer may seal', '没有信任列表说明签名者可对何种记录签章'),

  PDF_TOO_LARGE: fatal('the PDF is larger than {max} bytes', 'PDF 超过 {max} 字节'),
  PDF_HEADER: fatal('the file does not begin as our PDFs do', '文件开头与本系统的 PDF 不符'),
  PDF_TRUNCATED: fatal('the PDF ends too early', 'PDF 提前结束'),
  PDF_TRAILING_BYTES: fatal('bytes follow the end of the PDF', 'PDF 结尾之后有多余字节'),
  PDF_UPDATED: fatal('the PDF was changed by an update after it was made', 'PDF 生成后被追加更新'),
  PDF_XREF: fatal('the cross-reference table of the PDF is not in its one form', 'PDF 的交叉引用表不符合唯一写法'),
  PDF_TOO_MANY_OBJECTS: fatal('the PDF has more than {max} objects', 'PDF 的对象超过 {max} 个'),
  PDF_OBJECT_ELSEWHERE: fatal(
    'the cross-reference table points to where this object is not',
    '交叉引用表所指之处不是此对象',
  ),
  PDF_OBJECT_REPEATED: fatal(
    'two entries of the cross-reference table point to one place',
    '交叉引用表的两个条目指向同一处',
  ),
  PDF_BYTES_UNLISTED: fatal('bytes that no entry of the cross-reference table lists', '含有交叉引用表未列出的字节'),
  PDF_OBJECT_UNUSED: fatal('an object that nothing in the PDF uses', '含有未被使用的对象'),
  PDF_REFERENCE: fatal('a reference to an object that is not there', '引用了不存在的对象'),
  PDF_SYNTAX: fatal('what stands here is not written in the one form', '此处未采用唯一的写法'),
  PDF_TOO_DEEP: fatal('dictionaries or arrays nest too deeply', '字典或数组嵌套过深'),
  PDF_KEY_REPEATED: fatal('a dictionary has the key {key} twice', '字典中的键 {key} 重复'),
  PDF_KEY_MISSING: fatal('the key {key} is missing', '缺少键 {key}'),
  PDF_KEY_UNKNOWN: fatal('a key that our PDFs do not have here: {key}', '此处含有本系统的 PDF 没有的键：{key}'),
  PDF_VALUE: fatal('the key {key} has another value than our PDFs have here', '键 {key} 的值与本系统的 PDF 不符'),
  PDF_FORBIDDEN: fatal(
    'the PDF names {name}: what would show or do more than its bytes fix',
    'PDF 含有 {name}：会显示或执行其字节之外的内容',
  ),
  PDF_STREAM: fatal('a stream that is not written in the one form', '流对象未采用唯一的写法'),
  PDF_PAGES: fatal('the pages are not one tree of at most {max} pages', '页面不是一棵至多 {max} 页的树'),
  PDF_SIGNATURE_COUNT: fatal('the PDF does not have exactly one signature', 'PDF 的签名不是恰好一个'),
  PDF_BYTE_RANGE: fatal(
    'the signature does not cover every byte of the file but the seal itself',
    '签名未覆盖签章之外的全部字节',
  ),
  PDF_HOLE: fatal('the seal is not written in lower-case hexadecimal', '签章未采用小写十六进制'),
  PDF_PADDING: fatal('something else than zeros follows the seal', '签章之后不全是零'),
  PDF_NOT_SEALED: fatal('the place of the seal is empty', '签章之处为空'),
  PDF_UNSIGNED_ATTRIBUTE: fatal(
    'an unsigned attribute other than one time stamp and one log proof',
    '含有一个时间戳和一个日志证明以外的未签名属性',
  ),
  PDF_DIGEST_DIFFERS: fatal('the PDF is not the one that was sealed: its digest differs', 'PDF 与签章时不同：摘要不符'),
  PDF_SIGNER_NAME_DIFFERS: fatal(
    'the PDF names {says} as its signer, the certificate {found}',
    'PDF 写明签名者为 {says}，证书为 {found}',
  ),

  ZIP_TOO_LARGE: fatal('the bundle is larger than its bound', '案卷包超过大小上限'),
  ZIP_NOT_ONE: fatal('the file is not a ZIP that begins with a file', '文件不是以文件条目开头的 ZIP'),
  ZIP_TRUNCATED: fatal('the ZIP ends too early', 'ZIP 提前结束'),
  ZIP_TOO_MANY_FILES: fatal('the ZIP holds more files than its bound', 'ZIP 中的文件数超过上限'),
  ZIP_PATH: fatal('a path that a container may not have', '含有容器不允许的路径'),
  ZIP_MIMETYPE: fatal('the first file does not say that this is a bundle', '第一个文件未说明这是案卷包'),
  ZIP_ORDER: fatal('a file out of its order, or standing twice', '文件次序不对或重复'),
  ZIP_CHECK_SUM_DIFFERS: fatal('the check sum of a file is another', '文件的校验和不符'),
  ZIP_NOT_CANONICAL: fatal('the entry of a file is not written in the one form', '文件条目未采用唯一的写法'),
  ZIP_DIRECTORY_DIFFERS: fatal('the directory of the ZIP does not say what lies before it', 'ZIP 目录与其前的内容不符'),
  ZIP_TRAILING_BYTES: fatal('bytes follow the end of the ZIP', 'ZIP 结尾之后有多余字节'),

  BUNDLE_FILE_MISSING: fatal('the bundle lacks this file', '案卷包缺少此文件'),
  BUNDLE_FILE_UNKNOWN: fatal('a file that bundles do not have', '含有案卷包没有的文件'),
  BUNDLE_NOT_BY_CENTER: fatal('the manifest is not sealed by the center', '清单不是由中心签章'),
  BUNDLE_ROOT_DIFFERS: fatal(
    'the root in the bundle is not the one that is trusted here',
    '案卷包中的根证书不是此处所信任的根证书',
  ),
  MANIFEST_MALFORMED: fatal('the manifest has not the form of one', '清单格式不符'),
  MANIFEST_FILE_NOT_NAMED: fatal('the manifest does not name this file', '清单未列出此文件'),
  MANIFEST_DIGEST_DIFFERS: fatal(
    'the file is not the one that the manifest names: its SHA-256 differs',
    '文件与清单所列不同：SHA-256 摘要不符',
  ),
  TRUST_LIST_CONFLICT: fatal(
    'two trust lists of version {version} that say different things',
    '版本 {version} 的两份信任列表内容不同',
  ),
  CASE_FILE_MALFORMED: fatal('the description of the case has not the form of one', '办件说明格式不符'),
  CASE_FILE_DIFFERS: fatal(
    'case.json says {member} {says}, and there is {found}',
    'case.json 写明 {member} 为 {says}，实为 {found}',
  ),
  PAPER_OF_ANOTHER_CASE: fatal(
    'a record of case {found} in the bundle of {number}',
    '办件 {number} 的案卷包中有办件 {found} 的记录',
  ),
  PAPER_NOT_SEALED: fatal(
    'a paper of kind {kind} without a seal, which the trust list has a holder put on it',
    '{kind} 类文书没有签章，而信任列表规定了其签章者',
  ),
  PAPER_NOT_IN_LEDGER: fatal('the ledger knows of no such paper', '台账中没有此文书'),
  PAPER_DIFFERS_FROM_LEDGER: fatal(
    'the paper is not the one that entry {seq} of the ledger names',
    '文书与台账第 {seq} 条所记不同',
  ),
  STRUCK_OUT_WITHOUT_ACT: fatal(
    'a personal field is struck out, and the ledger has no act by which that was done',
    '个人信息已被隐去，而台账中没有相应的行为记录',
  ),
  DISCLOSED_THOUGH_STRUCK_OUT: fatal(
    'a personal field is disclosed that was struck out by the ledger',
    '披露了台账记载已隐去的个人信息',
  ),
  STRUCK_OUT_BY_ONE_PERSON: fatal(
    'by entry {seq} of the ledger something was struck out that not two persons had struck out',
    '台账第 {seq} 条的隐去并非由两人作出',
  ),
  PAPER_ABSENT: fatal('a paper {paper} is named that is not in the bundle', '所提及的文书 {paper} 不在案卷包中'),
  SLIP_NUMBER_DIFFERS: fatal(
    'the slip has the number {found}, in its place {number} is due',
    '文书编号为 {found}，此处应为 {number}',
  ),
  CHECKPOINT_OLDER: fatal(
    'the checkpoint has {size} leaves, fewer than the {proved} of a proof in the bundle',
    '检查点有 {size} 片叶子，少于案卷包中某一证明的 {proved} 片',
  ),
  LOG_FORKED: fatal(
    'the log has signed two different trees of {size} leaves',
    '日志对 {size} 片叶子签署了两棵不同的树',
  ),
  CASE_NOT_OVER: fatal('the ledger ends with the case {state}: it is not over', '台账止于办件状态 {state}，尚未办结'),
  LEDGER_MALFORMED: fatal('the ledger has not the form of one', '台账格式不符'),
  LEDGER_CHAIN_BROKEN: fatal(
    'entry {seq} of the ledger does not follow on the one before ({why})',
    '台账第 {seq} 条与前一条不相衔接（{why}）',
  ),
  LEDGER_PAPER_REPEATED: fatal(
    'entry {seq} of the ledger enters a paper that has been entered before',
    '台账第 {seq} 条重复记入了先前已记入的文书',
  ),
  LEDGER_CUT: fatal(
    'the ledger ends with entry {seq}, and a sealed slip knows of entry {named}',
    '台账止于第 {seq} 条，而已签章的文书提及第 {named} 条',
  ),
  LEDGER_HEAD_DIFFERS: fatal(
    'a sealed slip names another entry {seq} than the ledger has',
    '已签章的文书所提及的台账第 {seq} 条与台账不同',
  ),
} as const satisfies Record<string, Entry>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Where: `record`, `seal byte 312`, `seal: signedAttrs.messageDigest`, `certificate tax`. */
  readonly at: string;
  readonly en: string;
  readonly zh: string;
}

/** @param facts May be of hostile origin: they are cut to 80 characters and stripped of what moves a terminal's cursor. */
export function finding(code: FindingCode, at: string, facts: Readonly<Record<string, string>> = {}): Finding {
  const { severity, en, zh }: Entry = FINDINGS[code];
  const fill = (sentence: string) =>
    sentence.replace(/\{(\w+)\}/g, (_, name: string) => printable(short(facts[name] ?? '?')));
  return { code, severity, at, en: fill(en), zh: fill(zh) };
}

const short = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

/** Text of unknown origin made safe to print: no control, format (bidirectional) or lone surrogate characters. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}

/** A format fault: bytes of a record, seal or certificate that are refused. Never a defect of this program. */
export class FormatError extends Error {
  readonly code: FindingCode;
  /** Byte offset in what was handed to the outermost reader. */
  readonly offset: number;

  constructor(code: FindingCode, offset: number) {
    super(`${FINDINGS[code].en} (${code} at byte ${offset})`);
    this.name = 'FormatError';
    this.code = code;
    this.offset = offset;
  }
}
