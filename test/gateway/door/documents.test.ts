import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { hashOf, type OpenDocuments, openDocuments, readDocuments } from '../../../gateway/door/documents.ts';
import { createScreen } from '../../../gateway/router/screen.ts';
import { type Center, openCenter } from '../../fixtures/center.ts';

const manifest = (...texts: readonly string[]): string =>
  JSON.stringify(Object.fromEntries(texts.map(text => [hashOf(text), text])));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'documents-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string, name = 'manifest.json'): string {
  const path = join(folder, name);
  // As a whole: half a manifest would be told to be none.
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  return path;
}

describe('a manifest', () => {
  it('is what npm run documents prints of a folder', async () => {
    mkdirSync(join(folder, 'pages', 'desk'), { recursive: true });
    const text = '# 办件\nquery Case($number: ID!) {\n  case(number: $number) { state }\n}\n';
    file(text, 'pages/desk/case.graphql');
    file('no document', 'pages/notes.txt');
    const tool = fileURLToPath(new URL('../../../tools/documents.ts', import.meta.url));
    const printed = execFileSync(process.execPath, [tool, join(folder, 'pages')], { encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual({ [hashOf(text)]: text });
    const expected = new Map([[hashOf(text), text]]);
    expect(await readDocuments(file(printed))).toEqual(expected);
    expect(await readDocuments(join(folder, 'pages'))).toEqual(expected);
  });

  it('is refused with every reason', async () => {
    const [wrong, short] = ['0'.repeat(64), 'abc'];
    const bad = file(
      JSON.stringify({ [wrong]: '{ a }', [short]: '{ a }', [hashOf('x')]: 1, [hashOf('{ b }')]: '{ b }' }),
    );
    await expect(readDocuments(bad)).rejects.toMatchObject({
      name: 'BadManifest',
      reasons: [
        `${wrong}: the text has the hash ${hashOf('{ a }')}`,
        'abc: is no SHA-256 in lower-case hexadecimal digits',
        `${hashOf('x')}: is no text`,
      ],
    });
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no object', '1'],
  ])('that is %s is none', async (_, text) => {
    await expect(readDocuments(file(text))).rejects.toMatchObject({ name: 'BadManifest' });
  });
});

describe('the documents', () => {
  const schema = buildSchema('type Query { a: Query  b: Int }');
  const screen = createScreen({ introspection: false });
  const reports: string[] = [];
  let open: OpenDocuments | undefined;
  beforeEach(() => void reports.splice(0));
  afterEach(() => open?.stop());

  const openAt = async (path: string, isWhole = true): Promise<OpenDocuments> => {
    const settings = { screen, schema: () => schema, isWhole: () => isWhole, lookAgainMs: 20 };
    open = await openDocuments(
      { documents: path, documentsOnly: true },
      { ...settings, report: sentence => void reports.push(sentence) },
    );
    return open;
  };

  it('that can not be parsed, are beyond a limit or not valid are refused, each with its reason', async () => {
    const deep = `${'{ a '.repeat(13)}{ b }${'}'.repeat(13)}`;
    await expect(
      openAt(file(manifest('{', deep, '{ c }', '{ __schema { types { name } } }', '{ b }'))),
    ).rejects.toMatchObject({
      reasons: [
        expect.stringContaining(`${hashOf('{')}: Syntax Error`),
        `${hashOf(deep)}: The operation has 14 levels of fields, more than the 12 allowed`,
        expect.stringContaining(`${hashOf('{ c }')}: Cannot query field "c"`),
        expect.stringContaining('introspection'),
        expect.stringContaining('introspection'),
      ],
    });
  });

  it('that need a department that was never heard are only told of', async () => {
    const documents = await openAt(file(manifest('{ c }')), false);
    expect(documents.textOf(hashOf('{ c }'))).toBe('{ c }');
    expect(reports).toEqual([expect.stringContaining('Cannot query field "c"')]);
  });

  it('are read again when their file changes, and a bad file changes nothing', async () => {
    const path = file(manifest('{ b }'));
    const documents = await openAt(path);
    const soon = async (isSo: () => boolean) => {
      for (let at = 0; at < 200 && !isSo(); at++) await sleep(20);
      expect([reports, isSo()]).toEqual([reports, true]);
    };
    file(manifest('{ a { b } }', '{ x: b }'));
    await soon(() => documents.textOf(hashOf('{ x: b }')) !== undefined);
    expect(documents.textOf(hashOf('{ b }'))).toBeUndefined();
    expect(reports).toEqual(['2 documents are known now']);
    file(manifest('{ nothing }'));
    await soon(() => reports.length === 2);
    expect(reports[1]).toMatch(/Cannot query field "nothing".*; the documents from before go on$/);
    expect(documents.textOf(hashOf('{ x: b }'))).toBe('{ x: b }');
  });
});

const REGIMES = 'query Regimes { regimes { id } }';
const CASE = 'query Case($number: ID!) { case(number: $number) { state } }';

describe.each(['any', 'only'])('a gateway with documents, mode "%s"', mode => {
  let center: Center;
  let headers: Record<string, string>;
  let home: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'documents-'));
    writeFileSync(join(home, 'manifest.json'), manifest(REGIMES, CASE));
    center = await openCenter({ environment: { DOCUMENTS: join(home, 'manifest.json'), DOCUMENTS_MODE: mode } });
    const token = await center.token();
    headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/graphql-response+json',
      'apollo-require-preflight': 'x',
    };
  }, 60_000);
  afterAll(async () => {
    await center.close();
    rmSync(home, { recursive: true, force: true });
  });

  async function post(body: object) {
    const response = await fetch(`${center.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return told(response);
  }
  async function told(response: Response) {
    const { data, errors } = (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
    return errors ? `${response.status} ${errors[0]?.extensions.code}` : data;
  }
  const get = async (parameters: Record<string, string>) =>
    told(await fetch(`${center.url}/graphql?${new URLSearchParams(parameters)}`, { headers }));
  const persistedQuery = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(text) } });
  const documentId = (text: string): string => `sha256:${hashOf(text)}`;

  it('carries them out by their id, by POST and GET, in both spellings', async () => {
    const regimes = { regimes: expect.arrayContaining([{ id: 'R2' }]) };
    expect(await post({ documentId: documentId(REGIMES) })).toEqual(regimes);
    expect(await post({ extensions: persistedQuery(REGIMES) })).toEqual(regimes);
    expect(await get({ documentId: documentId(REGIMES) })).toEqual(regimes);
    expect(await get({ extensions: JSON.stringify(persistedQuery(REGIMES)) })).toEqual(regimes);
    const variables = { number: '371002-20260302-00001-5' };
    expect(await post({ documentId: documentId(CASE), variables })).toEqual({ case: null });
    expect(await get({ documentId: documentId(CASE), variables: JSON.stringify(variables) })).toEqual({ case: null });
  });

  it('knows no others', async () => {
    expect(await post({ documentId: documentId('{ a }') })).toBe('400 DOCUMENT_NOT_KNOWN');
    expect(await post({ documentId: 'x-other:1' })).toBe('400 DOCUMENT_NOT_KNOWN');
    expect(await post({ extensions: persistedQuery('{ a }') })).toBe(
      mode === 'any' ? '200 PERSISTED_QUERY_NOT_FOUND' : '400 DOCUMENT_NOT_KNOWN',
    );
    expect(await post({ query: '{ regimes { id } }', extensions: persistedQuery(REGIMES) })).toBe(
      mode === 'any' ? '400 BAD_REQUEST' : '400 DOCUMENT_NOT_KNOWN',
    );
  });

  it(
    mode === 'any' ? 'carries out other texts' : 'carries out no text, introspection neither, nor a stream',
    async () => {
      for (const query of ['{ regimes { id } }', '{ __schema { queryType { name } } }', REGIMES]) {
        const answer = await post({ query });
        if (mode === 'any') expect(answer).toEqual(expect.any(Object));
        else expect(answer).toBe('400 DOCUMENT_NOT_KNOWN');
      }
      const stream = await fetch(`${center.url}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query: 'subscription { caseProgress(number: "x") { state } }' }),
      });
      if (mode === 'only') expect(await told(stream)).toBe('400 DOCUMENT_NOT_KNOWN');
      else await stream.body?.cancel();
    },
  );
});

it('a gateway does not start on documents that it could not carry out', async () => {
  const center = await openCenter({ environment: { DOCUMENTS: file(manifest(REGIMES)) } });
  try {
    await center.stopGateway();
    file(manifest('{ regimes { nothing } }'));
    await expect(center.startGateway()).rejects.toThrow(/Cannot query field "nothing"/);
  } finally {
    await center.close();
  }
}, 60_000);
