import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../certs/jcs.ts';
import { readTrustList, type TrustList, writeTrustList } from '../../certs/trust-list.ts';

const HASH = 'ab'.repeat(32);
const KEY = `${'A'.repeat(42)}E=`;
const OTHER_KEY = `${'B'.repeat(42)}E=`;
const LIST: TrustList = {
  version: 3,
  issuedAt: '2025-06-30T08:00:00.250Z',
  holders: [{ id: 'tax', organization: '税务局', seals: ['NATIONAL_TAX'], certificates: [HASH] }],
  logs: [{ origin: 'one-window.internal/log/0123456789abcdef', key: KEY }],
  witnesses: [{ holder: 'tax', name: 'tax.one-window.internal/witness', key: OTHER_KEY }],
  timeStamping: [{ policy: '2.999.3161.1', certificates: ['cd'.repeat(32)] }],
};
const record = (list: TrustList = LIST) => JSON.parse(writeTrustList(list)) as Record<string, never>;

describe('a trust list', () => {
  it('reads as it was written', () => expect(readTrustList(record())).toEqual(LIST));

  it('of before there were logs has no log, no witness and no time stamps', () => {
    const { logs, witnesses, timeStamping, ...former } = record();
    expect(readTrustList(former)).toEqual({ ...LIST, logs: [], witnesses: [], timeStamping: [] });
  });

  it.each<[string, JsonObject]>([
    ['with logs but no witnesses', (({ witnesses, ...rest }) => rest)(record())],
    ['with a member that nobody knows', { ...record(), color: 'red' }],
    ['with a log that is no object', { ...record(), logs: ['x'] }],
    ['with logs that are no list', { ...record(), logs: {} }],
    ['with logs that are null', { ...record(), logs: null }],
    [
      'with two names run together in one',
      (({ logs, timeStamping, ...rest }) => ({ ...rest, 'logs,timeStamping': [] }))(record()),
    ],
    ['with a log of an unknown member', { ...record(), logs: [{ ...LIST.logs[0]!, url: 'x' }] }],
    ['with a space in a name', { ...record(), logs: [{ origin: 'a b', key: KEY }] }],
    ['with a plus sign in a name', { ...record(), witnesses: [{ ...LIST.witnesses[0]!, name: 'a+b' }] }],
    ['with a key of 31 bytes', { ...record(), logs: [{ origin: 'a', key: `${'A'.repeat(42)}==` }] }],
    ['with a second way to write a key', { ...record(), logs: [{ origin: 'a', key: `${'A'.repeat(42)}F=` }] }],
    ['with one key for a log and a witness', { ...record(), logs: [{ origin: 'a', key: OTHER_KEY }] }],
    ['with a witness of no holder’s id', { ...record(), witnesses: [{ ...LIST.witnesses[0]!, holder: '../x' }] }],
    [
      'with a policy that is no object identifier',
      { ...record(), timeStamping: [{ policy: '2.01', certificates: [] }] },
    ],
    [
      'with one certificate for seals and time stamps',
      { ...record(), timeStamping: [{ policy: '2.999.3161.1', certificates: [HASH] }] },
    ],
  ])('%s is none', (_, list) => expect(readTrustList(list)).toBeUndefined());
});
