import { holeBytesOf } from '../../certs/pdf/hole.ts';
import type { Facts } from '../../papers/facts.ts';
import type { Paper } from '../../papers/paper.ts';
import { openPress } from '../../papers/press.ts';
import { papers } from '../../subgraphs/business/papers.ts';
import { DEPARTMENTS } from '../../subgraphs/catalogue.ts';
import { shownIn } from '../../subgraphs/papers.ts';
import { verifyUrl } from '../../subgraphs/public-url.ts';
import { openOffice } from '../../tools/samples/office.ts';
import { type Enterprise, license, ORDINARY } from '../../tools/samples/records.ts';
import { atMost, type Bench, figure, quantile } from '../figure.ts';
import { linesOf, startProfile } from '../profile.ts';

/**
 * Licenses of enterprises that differ, drawn and sealed one after the other in one process: what a department does for each
 * that is asked for. The first of them read the characters that they have in common.
 */
export const pdfFigures: Bench = async ({ quick, profile, log }) => {
  const press = await openPress({});
  const office = openOffice(sealedAt);
  const sealer = office.sealerOf('business');
  try {
    const { rounds, warmUp } = quick ? { rounds: 20, warmUp: 10 } : { rounds: 400, warmUp: 200 };
    const licenses = Array.from({ length: rounds + warmUp }, (_, nth) => drawable(nth));
    const times: number[] = [];
    const sizes: number[] = [];
    let stop: Awaited<ReturnType<typeof startProfile>> | undefined;
    let before = process.cpuUsage();
    for (const [nth, { paper, facts }] of licenses.entries()) {
      if (nth === warmUp) {
        if (profile) stop = await startProfile();
        before = process.cpuUsage();
      }
      const begun = performance.now();
      const sealed = await sealer.sealPdf(press.draw(paper, facts));
      times.push(performance.now() - begun);
      sizes.push(sealed.length);
    }
    if (stop) for (const line of linesOf(await stop())) log(line);
    const { user, system } = process.cpuUsage(before);
    const [ms, kb] = [quantile(times.slice(warmUp), 0.5), quantile(sizes.slice(warmUp), 0.5) / 1024];
    log(
      `a sealed license: ${ms.toFixed(2)} ms, of a processor ${((user + system) / 1_000 / rounds).toFixed(2)} ms, ` +
        `${kb.toFixed(1)} KB; the first of all ${times[0]?.toFixed(0)} ms`,
    );
    return [
      figure('papers.pdf.ms', ms, 'ms', atMost(ms, 5, 'ms')),
      figure('papers.pdf.kb', kb, 'KB', atMost(kb, 64, 'KB')),
    ];
  } finally {
    office.close();
    press.close();
  }
};

const sealedAt = new Date('2026-11-23T02:03:04Z');

const NAMES = '海石松竹山川风云星河金木水火土林泉江湖沙田禾苗花草鸟兽虫鱼龙凤麟龟鹤';
const character = (nth: number): string => NAMES[nth % NAMES.length] as string;

function drawable(nth: number): { readonly paper: Paper; readonly facts: Facts } {
  const enterprise: Enterprise = {
    ...ORDINARY,
    holder: `威海市环翠区示例${character(nth)}${character(nth * 7 + 3)}软件有限公司`,
    address: `威海市环翠区${character(nth * 5 + 1)}${character(nth * 3)}路${nth}号`,
    legalRepresentative: `${character(nth * 11)}${character(nth * 13 + 5)}某`,
  };
  const { record, bytes, disclosures } = license(enterprise, 'UNIFIED');
  const shown = new Map([
    ['content.legalRepresentative.name', enterprise.legalRepresentative],
    ...enterprise.founders.map(({ name }, at) => [`content.founders.${at}.name`, name] as const),
  ]);
  const paper = papers.BUSINESS_LICENSE?.(record, shownIn(record, shown));
  if (!paper || !disclosures) throw new Error('there is no paper of a license');
  return {
    paper,
    facts: {
      record: bytes,
      disclosures,
      issuer: { id: 'business', organization: DEPARTMENTS.business.organization },
      sealedAt,
      verifyUrl: verifyUrl('https://window.example.gov.cn', bytes, record.number),
      holeBytes: holeBytesOf('ES256'),
    },
  };
}
