/** A department's key is lost: what it had sealed until then, and what is sealed with it afterwards. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signatureOf, withoutTimeStamp, withTimeStamp } from '../../certs/cms.ts';
import { atWork } from '../../certs/hierarchy/at-work.ts';
import { turnCertificate, type Wish } from '../../certs/hierarchy/turn.ts';
import { sha256 } from '../../certs/primitives.ts';
import { readTimeStampResponse, writeTimeStampRequest } from '../../certs/time-stamp.ts';
import { checkSeal, type Judgement, judge, readTrust, type Trust } from '../../certs/verify.ts';
import { ownSealer } from '../../subgraphs/keys.ts';
import { openOwnAuthority } from '../../time-stamp/keys.ts';
import { application } from '../fixtures/application.ts';
import { type Center, openCenter } from '../fixtures/center.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) { certificates { department record sealUrl proofUrl stampedAt } } }`;
interface Registered {
  readonly registerEnterprise: {
    readonly certificates: readonly {
      readonly department: string;
      readonly record: string;
      readonly sealUrl: string;
      readonly proofUrl: string;
      readonly stampedAt: string;
    }[];
  };
}

const hourMs = 3_600_000;

let center: Center;
/** The license as it is handed out, and its time stamp's time. */
let record: Uint8Array;
let seal: Uint8Array;
let proof: Uint8Array;
let stampedMs: number;
let before: Trust;
/** From when on the key is in other hands. */
let lost: Date;
let certificate: string;

beforeAll(async () => {
  center = await openCenter({ inlineBudgetMs: 60_000 });
  const { data } = await center.ask<Registered>(REGISTER, { input: application() });
  const license = data!.registerEnterprise.certificates.find(({ department }) => department === 'business')!;
  record = Buffer.from(license.record);
  seal = await fetched(license.sealUrl);
  proof = await fetched(license.proofUrl);
  stampedMs = Date.parse(license.stampedAt);
  lost = new Date(stampedMs + hourMs);
  before = trust();
  certificate = ask(seal, before).signer!.serial;
});
afterAll(() => center.close());

const fetched = async (url: string): Promise<Uint8Array> => new Uint8Array(await (await fetch(url)).arrayBuffer());

/** What the center publishes now. */
function trust(): Trust {
  const folder = join(center.dataDir, 'trust');
  const at = (name: string) => readFileSync(join(folder, name));
  const crls = readdirSync(folder).filter(name => name.endsWith('.crl'));
  return readTrust({
    rootPem: at('root.pem').toString(),
    list: { json: at('list.json'), p7s: at('list.p7s') },
    crls: crls.map(at),
  });
}

/** Of the seal that was handed out its proof is at hand; of no other. */
const ask = (of: Uint8Array, by: Trust): Judgement =>
  judge({ record, seal: of, ...(of === seal && { proof }), trust: by, at: new Date(stampedMs + 5 * hourMs) });
const codes = ({ findings }: Judgement) => findings.map(({ code }) => code);

function turn(wish: Wish, byMs: number): void {
  atWork(center.dataDir, { at: new Date(byMs), who: 'operator' }, at =>
    turnCertificate(at, { issuer: 'seal-authority', serial: certificate }, wish),
  );
}

/** What a thief makes with the key of the department, and has stamped. */
async function stolen(atMs: number): Promise<Uint8Array> {
  const bare = await ownSealer(join(center.dataDir, 'business', 'keys')).seal(record, new Date(atMs));
  const { authority, close } = await openOwnAuthority(join(center.dataDir, 'tsa', 'keys'));
  const imprint = { sha256: sha256(signatureOf(bare)), hasNull: false };
  const answer = await authority.answer(writeTimeStampRequest({ imprint, certReq: true }), new Date(atMs));
  await close();
  const response = readTimeStampResponse(answer);
  if (!response.granted) throw new Error(response.failure);
  return withTimeStamp(bare, response.token);
}

describe('scenario 9: a revoked seal', () => {
  it('is VALID before anybody knows', () => {
    expect(ask(seal, before)).toMatchObject({ verdict: 'VALID', atSigning: 'VALID', now: 'VALID', findings: [] });
  });

  it('that is suspended leaves open what is sealed meanwhile, and is as before when it is resumed', async () => {
    const meanwhile = await stolen(stampedMs + 2 * hourMs);
    turn({ turn: 'SUSPENDED', at: lost }, stampedMs + 2 * hourMs);
    expect(ask(seal, trust())).toMatchObject({ verdict: 'VALID_AT_SIGNING', atSigning: 'VALID' });
    expect(ask(meanwhile, trust()).verdict).toBe('INDETERMINATE');
    expect(codes(ask(meanwhile, trust()))).toContain('CERTIFICATE_ON_HOLD');
    turn({ turn: 'RESUMED' }, stampedMs + 2.1 * hourMs);
    expect(ask(seal, trust())).toMatchObject({ verdict: 'VALID', findings: [] });
  });

  it('was good for what was time-stamped before the key was lost', () => {
    const revokedAt = stampedMs + 3 * hourMs;
    turn({ turn: 'REVOKED', at: new Date(revokedAt), reason: 'keyCompromise', invalidityDate: lost }, revokedAt);
    const judgement = ask(seal, trust());
    expect(judgement).toMatchObject({ verdict: 'VALID_AT_SIGNING', atSigning: 'VALID', now: 'REVOKED' });
    expect(codes(judgement)).toEqual(['CERTIFICATE_REVOKED_SINCE']);
  });

  it('is REVOKED for what was time-stamped afterwards, though nobody knew of it yet', async () => {
    const judgement = ask(await stolen(stampedMs + 2 * hourMs), trust());
    expect(judgement).toMatchObject({ verdict: 'REVOKED', atSigning: 'REVOKED', now: 'REVOKED' });
    expect(codes(judgement)).toEqual(['CERTIFICATE_REVOKED', 'NO_LOG_PROOF']);
  });

  it('leaves INDETERMINATE what has no time stamp', () => {
    const judgement = ask(withoutTimeStamp(seal), trust());
    expect(judgement).toMatchObject({ verdict: 'INDETERMINATE', atSigning: 'INDETERMINATE', now: 'REVOKED' });
    expect(codes(judgement)).toEqual(['CERTIFICATE_REVOKED_UNPROVEN', 'NO_TIME_STAMP', 'NO_LOG_PROOF']);
  });

  it('is taken by no department and by no window any more', () => {
    const question = { record, seal: withoutTimeStamp(seal), at: new Date(stampedMs + 5 * hourMs) };
    expect(checkSeal({ ...question, trust: before }).ok).toBe(true);
    expect(checkSeal({ ...question, trust: trust() }).ok).toBe(false);
  });
});
