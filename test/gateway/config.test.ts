import { describe, expect, it } from '@jest/globals';
import { gatewayConfig, gatewaySettings } from '../../gateway/config.ts';
import { describeSettings } from '../../subgraphs/settings.ts';

describe('the settings of the gateway', () => {
  it('suffice as they are', () => {
    expect(gatewayConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      publicUrl: 'http://127.0.0.1:4000',
      localUrl: 'http://127.0.0.1:4000',
      inlineBudgetMs: 10_000,
      production: false,
      listenerPort: 4010,
      databaseUrl: null,
      departmentUrls: { business: 'https://127.0.0.1:4001', tax: 'https://127.0.0.1:4002' },
    });
  });

  it.each([
    [{ PORT: 'http' }, 'PORT is "http" but must be a whole number from 1 to 65535.'],
    [{ PORT: '0' }, 'PORT is "0" but must be a whole number from 1 to 65535.'],
    [{ PORT: '４０００' }, 'PORT is "４０００" but must be a whole number from 1 to 65535.'],
    [{ TAX_PORT: '-1' }, 'TAX_PORT is "-1" but must be a whole number from 1 to 65535.'],
    [{ INLINE_BUDGET_MS: '60001' }, 'INLINE_BUDGET_MS is "60001" but must be a whole number from 0 to 60000.'],
    [{ DEPARTMENT_TIMEOUT_MS: '1.5' }, 'DEPARTMENT_TIMEOUT_MS is "1.5" but must be a whole number from 100 to 60000.'],
    [{ PUBLIC_URL: 'center' }, 'PUBLIC_URL is "center" but must be an address that begins with http:// or https://.'],
    [{ PUBLIC_URL: 'ftp://x' }, 'PUBLIC_URL is "ftp://x" but must be an address that begins with http:// or https://.'],
    [{ TAX_URL: 'http://x' }, 'TAX_URL is "http://x" but must be an address that begins with https://.'],
  ])('%j are refused in one sentence that names the setting', (environment, sentence) => {
    expect(() => gatewayConfig(environment)).toThrow(sentence);
  });

  it.each(['postgres://window:secret@db.example/window', 'postgresql:///window?host=/run/postgresql'])(
    'take %s for the database that gateways share',
    DATABASE_URL => {
      expect(gatewayConfig({ DATABASE_URL }).databaseUrl).toBe(DATABASE_URL);
    },
  );

  it.each(['mysql://window:secret@db.example', 'window:secret', 'postgres://window:secret@[db'])(
    'tell no password when the address of the database is wrong',
    DATABASE_URL => {
      expect(() => gatewayConfig({ DATABASE_URL })).toThrow(
        /^DATABASE_URL must be an address that begins with postgres:\/\/ or postgresql:\/\/\.$/,
      );
    },
  );

  it('that are empty count as absent', () => {
    expect(gatewayConfig({ PORT: '', PUBLIC_URL: '', TAX_URL: '', DATABASE_URL: '' })).toEqual(gatewayConfig({}));
  });

  it.each([
    ['10.1.2.3', 'http://10.1.2.3:4000', 'https://10.1.2.3:4002'],
    ['0.0.0.0', 'http://127.0.0.1:4000', 'https://127.0.0.1:4002'],
    ['::', 'http://[::1]:4000', 'https://[::1]:4002'],
    ['fd00::7', 'http://[fd00::7]:4000', 'https://[fd00::7]:4002'],
  ])('look for the servers of host %s where they listen: %s, %s', (HOST, local, tax) => {
    const { localUrl, departmentUrls, timeStampUrl } = gatewayConfig({ HOST });
    expect([localUrl, departmentUrls.tax]).toEqual([local, tax]);
    expect(timeStampUrl).toBe(localUrl.replace('4000', '4021'));
    expect(URL.canParse(localUrl) && URL.canParse(departmentUrls.tax)).toBe(true);
  });

  it('take addresses without the slash at their end', () => {
    const { publicUrl, departmentUrls, timeStampUrl } = gatewayConfig({
      PUBLIC_URL: 'https://one.example/',
      TAX_URL: 'https://tax.example/',
      TSA_URL: 'http://time.example/tsa/',
    });
    expect([publicUrl, departmentUrls.tax]).toEqual(['https://one.example', 'https://tax.example']);
    expect(timeStampUrl).toBe('http://time.example/tsa');
  });

  it('are each described once', () => {
    const names = gatewaySettings.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, meaning } of gatewaySettings)
      expect(describeSettings(gatewaySettings)).toContain(`${meaning}`.slice(0, 20) && name);
  });
});
