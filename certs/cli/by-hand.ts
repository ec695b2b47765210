/** How the same is checked without this program: command lines for a POSIX shell with openssl and coreutils. */
import { readSignedData, type SignedData } from '../cms.ts';
import { FormatError, printable } from '../findings.ts';
import type { Judgement } from '../verify.ts';
import type { SealFiles, TrustFiles } from './files.ts';
import { cut, quoted } from './shell.ts';
import { isSigner, type Signed, signatureLines } from './signature-by-hand.ts';

export interface Checked {
  readonly files: SealFiles;
  readonly trust: TrustFiles;
  readonly seal: Uint8Array;
  readonly judgement: Judgement;
  /** The time to give to openssl, when it is not the time of its run. */
  readonly at?: Date | undefined;
}

/** What is inside the seal is cut out by its place there; a seal that can't be read has nothing inside. */
export function byHandLines(checked: Checked): readonly string[] {
  const { files, trust, seal, at } = checked;
  const time = at ? ` -attime ${Math.floor(at.getTime() / 1000)}` : '';
  const anchor = `-CAfile ${quoted(trust.rootPath)}${time}`;
  const signed = readOrUndefined(seal);
  const signature = signatureLines(files, seal, signed, anchor);
  const inside = signed ? [...certificateLines(checked, signed), ...stampLines(files, signed, anchor)] : [];
  return ['  by hand 手工核对:', ...[...signature, ...inside, ...logLines(checked)].map(line => `    ${line}`)];
}

function readOrUndefined(seal: Uint8Array): SignedData | undefined {
  try {
    return readSignedData(seal);
  } catch (fault) {
    if (fault instanceof FormatError) return undefined;
    throw fault;
  }
}

/** Was the signer's certificate, or its authority's, revoked? By the lists of today, whatever time one asks about. */
export function certificateLines(
  { files, trust, at }: Pick<Checked, 'files' | 'trust' | 'at'>,
  signed: Signed,
): readonly string[] {
  if (trust.revocationPaths.length === 0) return [];
  const cuts = signed.certificates.map(({ der, offset }, i) => ({
    isSigner: isSigner(der, signed),
    to: `certificate-${i + 1}.pem`,
    line: `${cut(files.sealPath, offset, der.length)} | openssl x509 -inform DER -out certificate-${i + 1}.pem`,
  }));
  const signer = cuts.filter(({ isSigner }) => isSigner).map(({ to }) => to);
  const others = cuts.filter(({ isSigner }) => !isSigner).map(({ to }) => `-untrusted ${to}`);
  const lists = trust.revocationPaths.map(path => `-CRLfile ${quoted(path)}`);
  const anchor = `-CAfile ${quoted(trust.rootPath)}${at ? ' -no_check_time' : ''}`;
  const check = ['openssl verify -crl_check_all', anchor, ...others, ...lists, ...signer].join(' ');
  return [...cuts.map(({ line }) => line), check];
}

/** Is the time stamp of this signature? */
export function stampLines(
  { sealPath }: SealFiles,
  { signature, signatureOffset, timeStamp }: Pick<Signed, 'signature' | 'signatureOffset' | 'timeStamp'>,
  anchor: string,
): readonly string[] {
  if (!timeStamp) return [];
  return [
    `${cut(sealPath, signatureOffset, signature.length)} > signature.bin`,
    `${cut(sealPath, timeStamp.offset, timeStamp.der.length)} > time-stamp.der`,
    `openssl ts -verify -token_in -in time-stamp.der -data signature.bin ${anchor}`,
    'openssl ts -reply -token_in -in time-stamp.der -token_out -text',
  ];
}

/** The leaf can be made by hand, and its way up to the root be folded. */
export function logLines({
  files: { proofPath, sealPath },
  judgement: { signer, log },
}: Pick<Checked, 'files' | 'judgement'>): readonly string[] {
  if (proofPath === undefined || !signer || !log) return [];
  const leaf = `{ printf '\\000one-window.seal/1 ${signer.department} '; sha256sum < ${quoted(sealPath)} | cut -c1-64; } | sha256sum`;
  return [
    `${leaf}    # the hash of entry ${log.index} 日志条目的散列值`,
    `# Join it with each hash of ${printable(proofPath)}, from line 3 to the empty line, as sha256(01 ‖ left ‖ right)`,
    '# (RFC 6962, 2.1): what comes out is the last line of the checkpoint, and the log has signed the checkpoint.',
    '# 依次与证明中的各散列值合并，结果应等于检查点第三行。',
  ];
}
