import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type ExecutionResult, parse } from 'graphql';
import { createExecutor, type Executor } from '../../../gateway/router/execute.ts';
import { localSubgraph } from '../../../gateway/router/local-subgraph.ts';
import { hivePlanner } from '../../../gateway/router/planner.ts';
import { until } from '../../fixtures/until.ts';
import { DEPARTMENTS, SDL, startToy, type Toy } from './toy.ts';

/** Those that answer must have time for it on a machine with much else to do. */
const limitMs = 1_000;
let toy: Toy;
let execute: Executor;
/** Let the window's slow resolvers end. */
const waiting: (() => void)[] = [];
beforeAll(async () => {
  toy = await startToy({ timeoutMs: 10_000 });
  const slow = () => new Promise<null>(resolve => waiting.push(() => resolve(null)));
  const number = (_: unknown, asked: { number: string }) => toy.data.root.case(asked);
  const schema = buildSubgraphSchema([
    { typeDefs: parse(SDL.window), resolvers: { Query: { echo: slow, case: number } } },
  ]);
  const others = toy.subgraphs.filter(({ name }) => name !== 'window');
  execute = createExecutor({
    ...toy.supergraph,
    planner: hivePlanner(toy.supergraph.supergraphSdl),
    subgraphs: [localSubgraph({ name: 'window', schema }), ...others],
    timeLimit: () => limitMs,
  });
});
afterEach(() => {
  for (const name of DEPARTMENTS) toy.departments[name].fault = undefined;
  for (const end of waiting.splice(0)) end();
});
afterAll(() => toy.stop());

const run = (source: string, signal?: AbortSignal) => execute({ document: parse(source), signal, context: {} });
const told = ({ errors }: ExecutionResult) =>
  (errors ?? []).map(({ path, message, extensions }) => [path?.join('.'), message, extensions.code, extensions.reason]);
const late = (department: string) => [
  `${department} gave no answer within the ${limitMs} ms that the operation has`,
  'DEPARTMENT_UNAVAILABLE',
  'TIMEOUT',
];

it('an operation whose time is over is shown with what has been answered', async () => {
  toy.departments.tax.fault = () => {};
  const before = toy.departments.tax.aborted;
  const result = await run('{ enterprise(uscc: "U1") { name rate organizationCode } taxOffices codeOffices }');
  expect(result.data).toEqual({
    enterprise: { name: 'zh-1', rate: null, organizationCode: 'C1' },
    taxOffices: null,
    codeOffices: null,
  });
  expect(told(result).sort()).toEqual([
    ['enterprise.rate', ...late('tax')],
    ['taxOffices', ...late('tax')],
  ]);
  await until(() => toy.departments.tax.aborted === before + 2);
});

it('what is never asked because the time is over has failed as well', async () => {
  toy.departments.business.fault = () => {};
  const result = await run('{ case(number: "N0") { enterprise { size } } }');
  expect(result.data).toEqual({ case: { enterprise: { size: null } } });
  expect(told(result)).toEqual([['case.enterprise.size', ...late('business')]]);
});

it('a resolver of this process is not waited for either', async () => {
  const result = await run('{ echo codeOffices taxOffices }');
  expect(result.data).toEqual({ echo: null, codeOffices: null, taxOffices: ['east', 'west'] });
  expect(told(result)).toContainEqual(['echo', ...late('window')]);
});

it('a caller who leaves before that is told so, and nothing is shown', async () => {
  toy.departments.tax.fault = () => {};
  const caller = new AbortController();
  const result = run('{ taxOffices }', caller.signal);
  setTimeout(() => caller.abort(), 20);
  expect(await result).toMatchObject({ data: null, errors: [{ extensions: { code: 'REQUEST_ABORTED' } }] });
});
