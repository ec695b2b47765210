/** The attacks on signed PDFs that are known, and the freedoms that a file of our form does not have. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { writeSigningCertificate } from '../../../certs/attributes.ts';
import { signAtOnce } from '../../../certs/key.ts';
import { withEvidence, writePdfAttributes, writePdfSeal } from '../../../certs/pdf/cms.ts';
import { sealIn } from '../../../certs/pdf/evidence.ts';
import { outsideOf, withInHole } from '../../../certs/pdf/hole.ts';
import { judgePdf, type PdfJudgement } from '../../../certs/pdf/judge.ts';
import { readPaper } from '../../../certs/pdf/paper.ts';
import { signerConstants } from '../../../certs/signed-data.ts';
import { laidOut, minimalPdf, OBJECT, type Parts, stream } from '../../fixtures/minimal-pdf.ts';
import { bytesOf, digest, NOW, TAX_RECORD } from '../fixture.ts';
import { papers, partsOf } from './papers.ts';

const office = papers();
afterAll(() => office.world.remove());
const { whole, trust } = await office.whole(await office.seal());
const text = Buffer.from(whole).toString('latin1');
const { hole } = readPaper(whole);

const bytes = (latin1: string): Uint8Array => Buffer.from(latin1, 'latin1');
const judged = (pdf: Uint8Array): PdfJudgement => judgePdf({ bytes: pdf, trust, at: NOW });
/** The first fault that is no absence, and its place; never is a paper in which one is looked for VALID. */
function fault(pdf: Uint8Array | string): string {
  const { verdict, findings } = judged(typeof pdf === 'string' ? bytes(pdf) : pdf);
  const [first] = findings;
  return verdict === 'INVALID' ? `${first!.code} ${first!.at.replace(/(byte) \d+/, '$1')}` : verdict;
}

/** Sealed by the department's key whatever it is: what the form refuses, it refuses of those who hold a key, too. */
function sealedAsIs(parts: Partial<Parts>): Uint8Array {
  const drawn = minimalPdf(partsOf(parts));
  const { certificate, authority, key } = office.world.party('tax');
  const constants = signerConstants(
    'ES256',
    [certificate.der, authority.der],
    certificate.issuerDer,
    certificate.serial,
  );
  const signing = writeSigningCertificate('ES256', digest(certificate.der));
  const attributes = writePdfAttributes('ES256', digest(outsideOf(drawn.bytes, drawn.hole)), signing);
  return withInHole(drawn.bytes, drawn.hole, writePdfSeal(constants, attributes, signAtOnce(key, attributes)));
}

/** With one object another, or more of them. */
const withObject = (number: number, change: (object: string) => string, more: readonly string[] = []) =>
  sealedAsIs({ objects: all => [...all.with(number - 1, change(all[number - 1]!)), ...more] });
const put = (key: string) => (object: string) => object.replace('<< ', `<< ${key} `);
const swap = (from: string, to: string) => (object: string) => {
  if (!object.includes(from)) throw new Error(`${from} is not in ${object}`);
  return object.replace(from, to);
};

describe('what is done to a sealed paper afterwards is refused:', () => {
  const startOf = (pdf: string): number => Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf)![1]);
  /** An update as PDF writers append it: object 7, the content of the page, is another. */
  const update = (object: string, { prev = true, entries = '7 1', number = 7 } = {}): string => {
    const at = text.length;
    const body = `${number} 0 obj\n${object}\nendobj\n`;
    const table = `xref\n${entries}\n${String(at).padStart(10, '0')} 00000 n \n`;
    const before = prev ? `/Prev ${startOf(text)} ` : '';
    return `${text}${body}${table}trailer\n<< /Size 11 /Root 1 0 R /Info 8 0 R ${before}>>\nstartxref\n${at + body.length}\n%%EOF\n`;
  };
  const other = stream('', '1 0 0 rg 0 0 600 850 re f');

  it.each<[string, string, string]>([
    ['an appended update', update(other), 'PDF_UPDATED pdf byte'],
    ['an update that tells of no former table', update(other, { prev: false }), 'PDF_UPDATED pdf byte'],
    [
      'an update without objects',
      `${text}xref\n0 0\ntrailer\n<< /Size 11 /Root 1 0 R /Prev ${startOf(text)} >>\nstartxref\n${text.length}\n%%EOF\n`,
      'PDF_UPDATED pdf byte',
    ],
    ['objects appended without a table', `${text}7 0 obj\n${other}\nendobj\n%%EOF\n`, 'PDF_TRAILING_BYTES pdf byte'],
    ['an end that is repeated', `${text}startxref\n${startOf(text)}\n%%EOF\n`, 'PDF_UPDATED pdf byte'],
    ['bytes behind the end', `${text}\0\0`, 'PDF_TRAILING_BYTES pdf byte'],
    ['bytes before the beginning', `\n${text}`, 'PDF_HEADER pdf byte'],
    ['another version', swap('1.7', '2.0')(text), 'PDF_HEADER pdf byte'],
    ['lines that end otherwise', text.replace('xref\n0 ', 'xref\r\n0 '), 'PDF_XREF pdf byte'],
    [
      'an object listed where another is',
      text.replace(/(0{10} 65535 f \n)(.*\n)(.*\n)/, '$1$3$2'),
      'PDF_OBJECT_ELSEWHERE pdf: object 2',
    ],
    [
      'an object listed twice',
      text.replace(/(0{10} 65535 f \n)(.*\n)(.*\n)/, '$1$2$2'),
      'PDF_OBJECT_REPEATED pdf: object 2',
    ],
    ['an object that is free', text.replace(/(0{10} 65535 f \n)(\d+) 00000 n/, '$1$2 00000 f'), 'PDF_XREF pdf byte'],
    [
      'an object of another generation',
      text.replace(/(0{10} 65535 f \n)(\d+) 00000 n/, '$1$2 00001 n'),
      'PDF_XREF pdf byte',
    ],
    [
      'a table elsewhere',
      text.replace(/startxref\n(\d+)/, (_, at) => `startxref\n${Number(at) - 1}`),
      'PDF_XREF pdf byte',
    ],
    ['a table far behind the end', text.replace(/startxref\n\d+/, 'startxref\n9999999999'), 'PDF_XREF pdf byte'],
    ['a text of the page', swap('0.9 0.9', '0.1 0.9')(text), 'PDF_DIGEST_DIFFERS seal: signedAttrs.messageDigest'],
    [
      'the appearance of the seal',
      swap('0.8 0 0 RG', '0 0.8 0 RG')(text),
      'PDF_DIGEST_DIFFERS seal: signedAttrs.messageDigest',
    ],
    [
      'two streams in the place of each other',
      text.replace('/N 6 0 R', '/N 7 0 R').replace('/Contents 7 0 R', '/Contents 6 0 R'),
      'PDF_DIGEST_DIFFERS seal: signedAttrs.messageDigest',
    ],
    [
      'the time that it claims',
      swap('D:20250630080000Z', 'D:20250630080001Z')(text),
      'PDF_DIGEST_DIFFERS seal: signedAttrs.messageDigest',
    ],
  ])('%s', (_, pdf, expected) => expect(fault(pdf)).toBe(expected));
});

describe('the range of the signature', () => {
  const range = /\/ByteRange \[[^\]]*\]/;
  const [from, to, rest] = [hole.from, hole.to, whole.length - hole.to];
  it.each<[string, string]>([
    ['that leaves out bytes before the seal', `0 ${from - 16} ${to} ${rest}`],
    ['that leaves out bytes behind the seal', `0 ${from} ${to + 16} ${rest - 16}`],
    ['that leaves out the end', `0 ${from} ${to} ${rest - 1}`],
    ['that goes over the end', `0 ${from} ${to} ${rest + 1}`],
    ['that leaves out the beginning', `1 ${from - 1} ${to} ${rest}`],
    ['that overlaps', `0 ${from + 2} ${to} ${rest}`],
    ['that holds the seal too', `0 ${to} ${to} ${rest}`],
    ['of negative numbers', `0 ${from} -${to} ${rest}`],
    ['of huge numbers', `0 ${from} 9999999999 ${rest}`],
    ['of numbers with a fraction', `0 ${from}.5 ${to} ${rest}`],
    ['of three numbers', `0 ${from} ${to}`],
    ['of six numbers', `0 ${from} ${to} 1 ${to + 1} ${rest - 1}`],
    ['in another order', `${to} ${rest} 0 ${from}`],
    ['of no numbers', '(0) (0) (0) (0)'],
  ])('%s is refused, though the department sealed it', (_, numbers) => {
    const place = text.match(range)![0].length;
    const file = (all: string) => all.replace(range, `/ByteRange [${numbers}]`.padEnd(place));
    expect(fault(sealedAsIs({ file }))).toBe('PDF_BYTE_RANGE pdf: object 5');
  });
});

describe('the hole', () => {
  const der = sealIn(readPaper(whole));
  const end = hole.from + 1 + 2 * der.length;
  const at = (place: number, characters: string): string =>
    text.slice(0, place) + characters + text.slice(place + characters.length);
  const letter = hole.from + 1 + Buffer.from(der).toString('hex').search(/[a-f]/);

  it.each<[string, string, string]>([
    ['in upper case, of one digit', at(letter, text[letter]!.toUpperCase()), 'PDF_HOLE pdf byte'],
    ['in upper case, all of it', at(hole.from, text.slice(hole.from, hole.to).toUpperCase()), 'PDF_HOLE pdf byte'],
    ['with a space in it', at(end, ' '), 'PDF_SYNTAX pdf byte'],
    ['with a line end in it', at(end + 1, '\n'), 'PDF_SYNTAX pdf byte'],
    ['that ends early, and goes on with something else', at(end, '> /X <'), 'PDF_KEY_UNKNOWN pdf: object 5'],
    ['with something behind the seal', at(end + 100, '1'), 'PDF_PADDING pdf byte'],
    ['with something in its last digit', at(hole.to - 2, '1'), 'PDF_PADDING pdf byte'],
    ['that is empty', at(hole.from + 1, '0'.repeat(hole.to - hole.from - 2)), 'PDF_NOT_SEALED pdf byte'],
    [
      'that is all padding but for a byte',
      at(hole.from + 1, `${'0'.repeat(2 * der.length)}01`),
      'DER_TAG_UNEXPECTED seal byte',
    ],
    ['that holds what is no seal', at(hole.from + 1, '3000'.padEnd(2 * der.length, '0')), 'DER_TRUNCATED seal byte'],
    ['whose seal is longer than the hole', at(hole.from + 1, '3082ffff'), 'DER_TRUNCATED seal byte'],
    [
      'in the place of which a string stands',
      at(hole.from, `(${text.slice(hole.from + 1, hole.to - 1)})`),
      'PDF_HOLE pdf byte',
    ],
  ])('%s is refused', (_, pdf, expected) => expect(fault(pdf)).toBe(expected));

  it('of another length is refused', () => {
    expect(fault(text.slice(0, end) + text.slice(end + 2))).toMatch(/^PDF_(XREF|BYTES_UNLISTED|OBJECT_ELSEWHERE)/);
  });

  it('holds a seal of a PDF: one of a record is refused there, and one of a PDF over a record', () => {
    const { seal } = office.world.party('tax');
    const signedTime = withInHole(whole, hole, seal(outsideOf(whole, hole), NOW));
    expect(fault(signedTime)).toBe('SEAL_ATTRIBUTE_UNKNOWN seal byte');
  });

  it('holds evidence in one order, each once, and of two kinds', () => {
    const [bare, proof] = [withEvidence(der, {}), Uint8Array.of(1, 2, 3)];
    for (const evidence of [{ proof: der }, { timeStamp: bare }, { timeStamp: bare, proof }])
      expect(fault(withInHole(whole, hole, withEvidence(bare, evidence)))).toMatch(/^(LOG_PROOF|TIME_STAMP)_/);
  });
});

describe('a paper is refused although its department sealed it', () => {
  const { catalog, pages, page, widget, signature, contents, info, recordFile, recordStream } = OBJECT;
  const shadow = '<< /Type /Page /Parent 2 0 R /Contents 7 0 R >>';

  it.each<[string, Uint8Array, string]>([
    [
      'with an object that nothing uses',
      withObject(info, swap('(minimal)', '(x)'), ['<< /X 1 >>']),
      'PDF_OBJECT_UNUSED pdf: object 11',
    ],
    ['with a page that waits for its turn', withObject(info, put('/Next 11 0 R'), [shadow]), 'PDF_PAGES pdf: object 1'],
    [
      'with a page that stands twice',
      withObject(pages, swap('[3 0 R] /Count 1', '[3 0 R 3 0 R] /Count 2')),
      'PDF_PAGES pdf: object 3',
    ],
    ['with another count of pages', withObject(pages, swap('/Count 1', '/Count 2')), 'PDF_PAGES pdf: object 2'],
    ['with a page of another parent', withObject(page, swap('/Parent 2', '/Parent 1')), 'PDF_VALUE pdf: object 3'],
    ['with pages in a circle', withObject(pages, swap('[3 0 R]', '[2 0 R]')), 'PDF_KEY_MISSING pdf: object 2'],
    ['without pages', withObject(pages, swap('[3 0 R]', '[]')), 'PDF_PAGES pdf: object 2'],
    ['with a reference to nothing', withObject(page, swap('7 0 R', '77 0 R')), 'PDF_REFERENCE pdf: object 77'],
    ['with a script', withObject(catalog, put('/JavaScript 8 0 R')), 'PDF_FORBIDDEN pdf byte'],
    [
      'with a script in a file name tree',
      withObject(catalog, swap('/Names <<', '/Names << /JavaScript << >>')),
      'PDF_FORBIDDEN pdf byte',
    ],
    [
      'with an action when it is opened',
      withObject(catalog, put('/OpenAction << /S /GoTo >>')),
      'PDF_FORBIDDEN pdf byte',
    ],
    ['with actions of a page', withObject(page, put('/AA << >>')), 'PDF_FORBIDDEN pdf byte'],
    ['with a program that is launched', withObject(info, put('/S /Launch')), 'PDF_FORBIDDEN pdf byte'],
    ['with an action of the field', withObject(widget, put('/A 8 0 R')), 'PDF_KEY_UNKNOWN pdf: object 4'],
    ['with layers', withObject(catalog, put('/OCProperties << >>')), 'PDF_FORBIDDEN pdf byte'],
    ['with a layer around its content', withObject(OBJECT.appearance, put('/OC 8 0 R')), 'PDF_FORBIDDEN pdf byte'],
    [
      'with encryption',
      sealedAsIs({ file: all => all.replace('/Info 8', '/Encrypt 8 0 R /Info 8') }),
      'PDF_FORBIDDEN pdf byte',
    ],
    [
      'with a former table',
      sealedAsIs({ file: all => all.replace('/Info 8', '/Prev 9 /Info 8') }),
      'PDF_FORBIDDEN pdf byte',
    ],
    ['with objects in a stream', withObject(contents, put('/Type /ObjStm')), 'PDF_FORBIDDEN pdf byte'],
    ['with a name written in another way', withObject(catalog, put('/Open#41ction 8 0 R')), 'PDF_SYNTAX pdf byte'],
    ['with content in another file', withObject(contents, put('/F (x)')), 'PDF_STREAM pdf: object 7'],
    [
      'with content through another filter',
      withObject(contents, put('/Filter /LZWDecode')),
      'PDF_STREAM pdf: object 7',
    ],
    [
      'with a length that is a reference',
      withObject(contents, object => object.replace(/\/Length \d+/, '/Length 8 0 R')),
      'PDF_STREAM pdf: object 7',
    ],
    [
      'with a length that is another',
      withObject(contents, object => object.replace(/\/Length (\d+)/, (_, n) => `/Length ${n - 1}`)),
      'PDF_STREAM pdf byte',
    ],
    [
      'with a length beyond the end',
      withObject(contents, object => object.replace(/\/Length \d+/, '/Length 999999')),
      'PDF_STREAM pdf byte',
    ],
    ['with a key that stands twice', withObject(page, put('/Contents 8 0 R')), 'PDF_KEY_REPEATED pdf byte'],
    ['with a comment', withObject(page, put('% this\n')), 'PDF_SYNTAX pdf byte'],
    ['with other white space', withObject(page, swap('<< ', '<<\t')), 'PDF_SYNTAX pdf byte'],
    ['with a number that begins with zeros', withObject(page, swap('841.89', '0841.89')), 'PDF_SYNTAX pdf byte'],
    ['with parentheses in a string', withObject(info, swap('(minimal)', '(mini(m)al)')), 'PDF_SYNTAX pdf byte'],
    ['that nests too deeply', withObject(info, put(`/X ${'['.repeat(40)}${']'.repeat(40)}`)), 'PDF_TOO_DEEP pdf byte'],
    ['with half a digit', withObject(info, put('/X <ABC>')), 'PDF_SYNTAX pdf byte'],
    [
      'with another annotation over its page',
      withObject(page, swap('[4 0 R]', '[4 0 R 8 0 R]')),
      'PDF_VALUE pdf: object 3',
    ],
    ['with a seal that no page shows', withObject(page, swap('/Annots [4 0 R]', '')), 'PDF_VALUE pdf: object 3'],
    [
      'with two fields',
      withObject(catalog, swap('[4 0 R] /Sig', '[4 0 R 4 0 R] /Sig')),
      'PDF_SIGNATURE_COUNT pdf: object 1',
    ],
    [
      'with a second signature',
      withObject(info, put('/X << /ByteRange [0 1 2 3] >>')),
      'PDF_SIGNATURE_COUNT pdf: object 1',
    ],
    ['with a second field', withObject(info, put('/X << /FT /Tx >>')), 'PDF_SIGNATURE_COUNT pdf: object 1'],
    ['with changes permitted', withObject(signature, swap('/P 1', '/P 2')), 'PDF_VALUE pdf: object 5'],
    [
      'without a word of changes',
      withObject(signature, object => object.replace(/\/Reference.*\]/, '')),
      'PDF_KEY_MISSING pdf: object 5',
    ],
    [
      'with a signature of another form',
      withObject(signature, swap('ETSI.CAdES.detached', 'adbe.pkcs7.detached')),
      'PDF_VALUE pdf: object 5',
    ],
    [
      'with permissions of something else',
      withObject(catalog, swap('/DocMDP 5', '/DocMDP 4')),
      'PDF_VALUE pdf: object 1',
    ],
    [
      'on a day that is not in the calendar',
      withObject(signature, swap('D:20250630', 'D:20250631')),
      'PDF_VALUE pdf: object 5',
    ],
    ['at a time in another form', withObject(signature, swap('0000Z)', '0000+08)')), 'PDF_VALUE pdf: object 5'],
    [
      'without a record',
      withObject(catalog, object => object.replace(/\(record.json\) 9 0 R/, '')),
      'PDF_VALUE pdf: object 1',
    ],
    [
      'with a record of another name',
      withObject(catalog, swap('(record.json)', '(a.json)')),
      'PDF_VALUE pdf: object 1',
    ],
    [
      'with two records',
      withObject(catalog, swap('(record.json) 9 0 R', '(record.json) 9 0 R (record.json) 9 0 R')),
      'PDF_VALUE pdf: object 1',
    ],
    [
      'whose record is not associated with it',
      withObject(catalog, swap('/AF [9 0 R]', '/AF [8 0 R]')),
      'PDF_VALUE pdf: object 1',
    ],
    [
      'whose record has two contents',
      withObject(recordFile, swap('/UF 10 0 R', '/UF 7 0 R')),
      'PDF_VALUE pdf: object 9',
    ],
    ['whose record is packed', withObject(recordStream, put('/Filter /FlateDecode')), 'PDF_KEY_UNKNOWN pdf: object 10'],
    ['that fetches a file', withObject(recordFile, put('/FS /URL')), 'PDF_FORBIDDEN pdf byte'],
  ])('%s', (_, pdf, expected) => expect(fault(pdf)).toBe(expected));

  it('that names another office as its signer, or a time when its certificate was not valid', () => {
    expect(fault(sealedAsIs({ organization: '市场监督管理局' }))).toBe('PDF_SIGNER_NAME_DIFFERS seal: /Name');
    const early = sealedAsIs({ sealedAt: new Date('2001-01-01T00:00:00Z') });
    expect(fault(early)).toMatch(/^SEALED_OUTSIDE_VALIDITY /);
  });

  it('with more objects or bytes than there may be', () => {
    const many = Array.from({ length: 4_200 }, () => '<< >>');
    expect(fault(sealedAsIs({ objects: all => [...all, ...many] }))).toBe('PDF_TOO_MANY_OBJECTS pdf byte');
    const long = sealedAsIs({ objects: all => all.with(contents - 1, stream('', ' '.repeat(2 * 1024 * 1024))) });
    expect(fault(long)).toBe('PDF_TOO_LARGE pdf');
  });

  it('with bytes between two objects', () => {
    const file = (all: string) => {
      const at = all.indexOf('2 0 obj');
      const moved = all.replace(/(\d{10})( 00000 n)/g, (_, offset, rest) => {
        const place = Number(offset);
        return String(place >= at ? place + 8 : place).padStart(10, '0') + rest;
      });
      const start = Number(/startxref\n(\d+)/.exec(all)![1]);
      const range = /\[0 (\d+) +(\d+) +(\d+) +\]/.exec(all)!;
      return `${moved.slice(0, at)}% hidden${moved.slice(at)}`
        .replace(/startxref\n\d+/, `startxref\n${start + 8}`)
        .replace(range[0], `[0 ${Number(range[1]) + 8} ${Number(range[2]) + 8} ${range[3]}]`.padEnd(range[0].length));
    };
    expect(fault(sealedAsIs({ file }))).toBe('PDF_BYTES_UNLISTED pdf byte');
  });
});

describe('noise', () => {
  it('never makes the judge throw', () => {
    const header = '%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n';
    const files = [
      '',
      '%',
      header,
      `${header}xref\n0 1\n`,
      laidOut([], 10),
      laidOut(['<<'], 10),
      laidOut(['[1 0 R]'], 10),
    ];
    for (const file of files) expect(fault(file)).toMatch(/^PDF_/);
    expect(fault(bytesOf({}))).toBe('PDF_HEADER pdf byte');
    expect(fault(TAX_RECORD)).toBe('PDF_HEADER pdf byte');
  });
});
