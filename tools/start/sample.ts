/** One synthetic enterprise, so that the first start shows what the product does. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { GatewayConfig } from '../../gateway/config.ts';
import { CannotStart } from '../../subgraphs/process.ts';

export const SAMPLE_CLERK = { subject: 'sample-clerk', role: 'CLERK', region: '371002' } as const;

/** A synthetic enterprise; its persons were born in the 1890s, so that nobody alive is meant. */
function sampleInput(): Record<string, unknown> {
  const paper = (kind: string, title: string) => ({
    kind,
    title,
    trust: 'B',
    mediaType: 'application/pdf',
    sha256: createHash('sha256').update(title).digest('hex'),
  });
  const person = { name: '甲子某', idNumber: '371002189503070019' };
  return {
    requestId: 'sample-1',
    regime: 'R2',
    regionCode: '371002',
    name: { tradingName: '示例星桥', trade: '软件', form: '有限公司' },
    enterpriseType: 'LIMITED_COMPANY',
    registeredCapital: '500000.00',
    address: '威海市环翠区示例路1号',
    businessScope: '软件开发；信息系统集成服务',
    industryCode: '6513',
    legalRepresentative: { ...person, phone: '063100000000' },
    founders: [
      { ...person, contribution: '300000.00' },
      { name: '乙丑某', idNumber: '371002189811230029', contribution: '200000.00' },
    ],
    sealOrders: ['COMPANY', 'FINANCE'],
    materials: [
      paper('APPLICATION_FORM', '登记申请书'),
      paper('ARTICLES', '公司章程'),
      paper('IDENTITY', '身份证明'),
      paper('ADDRESS_PROOF', '住所证明'),
      paper('APPOINTMENT', '任职文件'),
    ],
  };
}

const MUTATION = `mutation RegisterEnterprise($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) {
    number state bundleUrl
    certificates { kind number holder sealUrl proofUrl pdfUrl record disclosures }
    waitingFor { department reason }
  }
}`;

interface Registered {
  readonly number: string;
  readonly state: string;
  /** Null while a department still works on it. */
  readonly bundleUrl: string | null;
  readonly certificates: readonly Certificate[];
  readonly waitingFor: readonly { readonly department: string; readonly reason: string }[];
}
interface Certificate {
  readonly kind: string;
  readonly number: string;
  readonly holder: string;
  readonly record: string;
  /** What is disclosed of its leaves; null where it has none. */
  readonly disclosures: string | null;
  /** Null for a department that has no seal. */
  readonly sealUrl: string | null;
  readonly proofUrl: string | null;
  /** What people hold. */
  readonly pdfUrl: string | null;
}

/** Longer than any inline budget. */
const sampleTimeoutMs = 90_000;

/**
 * Registers it through the public mutation, and lays its certificates and the bundle of the case under `DATA_DIR/sample`.
 *
 * @throws {CannotStart}
 */
export async function registerSample(
  { localUrl, publicUrl }: GatewayConfig,
  dataDir: string,
  token: string,
): Promise<void> {
  const authorization = `Bearer ${token}`;
  const response = await fetch(`${localUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: MUTATION, variables: { input: sampleInput() } }),
    signal: AbortSignal.timeout(sampleTimeoutMs),
  });
  const { data, errors } = (await response.json()) as {
    data?: { registerEnterprise: Registered };
    errors?: readonly { message: string }[];
  };
  if (!data) throw new CannotStart(`${errors?.[0]?.message ?? `HTTP status ${response.status}`}.`);
  const { number, state, bundleUrl, certificates, waitingFor } = data.registerEnterprise;
  const folder = join(dataDir, 'sample');
  mkdirSync(folder, { recursive: true });

  /** Lays down what is at a public address, if there is one. @returns Whether it was there. */
  async function lay(name: string, url: string | null): Promise<boolean> {
    if (url === null) return false;
    const answer = await fetch(`${localUrl}${url.slice(publicUrl.length)}`, {
      headers: { authorization },
      signal: AbortSignal.timeout(sampleTimeoutMs),
    });
    if (!answer.ok) return false;
    writeFileSync(join(folder, name), Buffer.from(await answer.arrayBuffer()));
    return true;
  }

  console.log(`\nCase ${number}: ${state}`);
  const files: string[] = [];
  for (const { kind, number: printed, holder, sealUrl, proofUrl, record, disclosures } of certificates) {
    console.log(`  ${kind.padEnd(18)} ${printed.padEnd(20)} ${holder}`);
    writeFileSync(join(folder, `${kind}.json`), record);
    if (disclosures !== null) writeFileSync(join(folder, `${kind}.disclosures.json`), disclosures);
    if (await lay(`${kind}.p7s`, sealUrl)) files.push(`${kind}.p7s`);
    await lay(`${kind}.tlog-proof`, proofUrl);
  }
  for (const { department, reason } of waitingFor) console.log(`  waits for ${department}: ${reason}`);
  const { kind, pdfUrl = null } = certificates.find(one => one.kind === 'BUSINESS_LICENSE') ?? {};
  const isPaper = await lay(`${kind}.pdf`, pdfUrl);
  if (isPaper) console.log(`\nThe license as people hold it: ${pdfUrl}`);
  const isWhole = await lay(`${number}.asice`, bundleUrl);
  const toVerify = [...(isWhole ? [`${number}.asice`] : files.slice(0, 1)), ...(isPaper ? [`${kind}.pdf`] : [])];
  for (const [at, name] of toVerify.entries()) {
    const file = join(relative(process.cwd(), folder), name);
    const command = `npm run verify -- ${/\s/.test(file) ? `"${file}"` : file}`;
    console.log(at === 0 ? `\nVerify offline: ${command}` : `                ${command}`);
  }
}
