import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readPdfSeal } from '../../certs/pdf/cms.ts';
import { sealIn } from '../../certs/pdf/evidence.ts';
import { holeBytesOf, withInHole } from '../../certs/pdf/hole.ts';
import { readPaper } from '../../certs/pdf/paper.ts';
import { openPress } from '../../papers/press.ts';
import { SAMPLES } from '../../tools/samples/all.ts';
import { changed } from '../certs/fixture.ts';
import { ask, judge } from './judge.ts';
import { JUDGED_SUITES, type JudgedWorld, judgedWorld, ORGANIZATION, SEALED, SEALS } from './world.ts';

const pdfsig = judge(
  'poppler-utils libnss3-tools',
  'sh',
  '-c',
  'for it in pdfsig certutil; do command -v $it || exit; done',
);
const qpdf = judge('qpdf', 'qpdf', '--version');
const hasQpdf = qpdf.absent === '';

/** Seventeen papers are drawn, and two programs started for each. */
const drawnMaxMs = 120_000;

const VALID = 'Signature is Valid.';
const TRUSTED = 'Certificate is Trusted.';

describe.each(JUDGED_SUITES)('papers with %s seals', suite => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await judgedWorld(suite);
  });
  afterAll(() => world.remove());

  const written = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(world.folder, name), bytes);
    return name;
  };
  /** Of certificates, in the folder of the world. */
  const database = (name: string, root?: string): string => {
    const [folder, at] = [join(world.folder, name), `sql:${name}`];
    if (existsSync(folder)) return at;
    mkdirSync(folder);
    const run = (...args: readonly string[]) => {
      const { status, output } = ask(world.folder, 'certutil', [...args, '-d', at]);
      if (status !== 0) throw new Error(output);
    };
    run('-N', '--empty-password');
    if (root) run('-A', '-n', 'root', '-t', 'CT,C,C', '-i', root);
    return at;
  };

  pdfsig.describe(`judged by pdfsig of poppler with NSS${pdfsig.absent}`, () => {
    interface Said {
      readonly signature: string;
      readonly certificate: string | undefined;
      readonly isWhole: boolean;
    }
    const said = (pdf: string, known = database('trusting', 'root.der')): Said => {
      const { output } = ask(world.folder, 'pdfsig', ['-nssdir', known, pdf]);
      return {
        signature: /Signature Validation: (.*)/.exec(output)?.[1] ?? 'none',
        certificate: /Certificate Validation: (.*)/.exec(output)?.[1],
        isWhole: output.includes('Total document signed'),
      };
    };

    it('are accepted, every one of them, as wholly signed by somebody trusted', () => {
      expect(world.seals.map(({ pdf }) => said(pdf))).toEqual(
        Array(SEALS).fill({ signature: VALID, certificate: TRUSTED, isWhole: true }),
      );
    });

    it(
      'are accepted whatever they show, as our press draws them',
      async () => {
        const press = await openPress({});
        try {
          for (const { name, paper, holder, record, disclosures } of SAMPLES) {
            const drawn = press.draw(paper, {
              record,
              ...(disclosures && { disclosures }),
              issuer: { id: holder, organization: ORGANIZATION },
              sealedAt: SEALED,
              verifyUrl: 'https://window.example/verify#a',
              holeBytes: holeBytesOf(suite),
            });
            const file = written(`${name}.pdf`, await world.seal(drawn));
            expect([name, said(file)]).toEqual([name, { signature: VALID, certificate: TRUSTED, isWhole: true }]);
            if (hasQpdf) expect([name, ask(world.folder, 'qpdf', ['--check', file]).status]).toEqual([name, 0]);
          }
        } finally {
          press.close();
        }
      },
      drawnMaxMs,
    );

    it('are signed by a stranger to whoever does not know the root', () => {
      const { signature, certificate } = said(world.seals[0]!.pdf, database('trusting-nobody'));
      expect(signature).toBe(VALID);
      expect(certificate).not.toBe(TRUSTED);
    });

    it('are refused with a byte changed before or behind the seal, or in the signature', () => {
      for (const { pdf } of world.seals) {
        const bytes = world.bytes(pdf);
        const paper = readPaper(bytes);
        const { hole } = paper;
        const before = bytes.indexOf('NATIONAL_TAX', hole.to);
        const last = bytes.indexOf('re f', hole.to);
        for (const at of [bytes.indexOf('/MediaBox') + 15, before, last - 5])
          expect(said(written('changed.pdf', changed(bytes, at))).signature).not.toBe(VALID);
        const der = sealIn(paper);
        const inSignature = changed(der, readPdfSeal(der).signatureOffset + 12);
        expect(said(written('changed.pdf', withInHole(bytes, hole, inSignature))).signature).not.toBe(VALID);
      }
    });

    it('are told from what was appended to', () => {
      const bytes = world.bytes(world.seals[0]!.pdf);
      expect(said(written('appended.pdf', Buffer.concat([bytes, Buffer.from('% more\n')]))).isWhole).toBe(false);
    });
  });

  qpdf.describe(`judged by qpdf${qpdf.absent}`, () => {
    it('are free of errors and warnings', () => {
      const answers = world.seals.map(({ pdf }) => ask(world.folder, 'qpdf', ['--check', pdf]));
      expect(answers.map(({ status }) => status)).toEqual(Array(SEALS).fill(0));
      expect(answers[0]!.output).toContain('No syntax or stream encoding errors found');
      expect(answers.filter(({ output }) => output.includes('WARNING'))).toEqual([]);
    });
  });
});
