import { LOG_LEVELS, type LogLevel } from './log.ts';
import { address, readSetting, type Setting, text } from './settings.ts';

/** What every server process reads of how it is to be seen from outside. */
export interface WatchConfig {
  readonly logLevel: LogLevel;
  /** Of an OTLP collector; empty: no traces. */
  readonly tracesEndpoint: string;
  /** Of the traces that begin here, how many are kept: 0 to 1. */
  readonly tracesRatio: number;
}

export const NODE_ENV = text(
  'NODE_ENV',
  'development',
  '"production" turns introspection off, and writes a log line for every request',
);
const LOG_LEVEL: Setting<LogLevel | null> = {
  name: 'LOG_LEVEL',
  meaning: `what is logged: ${LOG_LEVELS.join(', ')}; absent: info in production, else warn`,
  byDefault: '',
  read: given => {
    const level = LOG_LEVELS.find(known => known === given);
    return given === '' || level ? { value: level ?? null } : { mustBe: `one of ${LOG_LEVELS.join(', ')}` };
  },
};
const OTEL_EXPORTER_OTLP_ENDPOINT = address(
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  ['http', 'https'],
  'OpenTelemetry collector that traces are sent to (OTLP over HTTP); absent: no traces',
);
/** Told here, and read by the exporter itself: it may hold a key. */
const OTEL_EXPORTER_OTLP_HEADERS: Setting<string> = {
  ...text('OTEL_EXPORTER_OTLP_HEADERS', '', 'headers that the collector wants, as NAME=VALUE,NAME=VALUE'),
  secret: true,
};
const OTEL_TRACES_SAMPLER_ARG: Setting<number> = {
  name: 'OTEL_TRACES_SAMPLER_ARG',
  meaning: 'of the traces that begin here, how many are kept, 0 to 1',
  byDefault: '1',
  read: given => {
    const value = /^(0|1|0?\.\d{1,9}|1\.0{1,9})$/.test(given) ? Number(given) : Number.NaN;
    return value >= 0 && value <= 1 ? { value } : { mustBe: 'a number from 0 to 1' };
  },
};

export const watchSettings: readonly Setting<unknown>[] = [
  NODE_ENV,
  LOG_LEVEL,
  OTEL_EXPORTER_OTLP_ENDPOINT,
  OTEL_EXPORTER_OTLP_HEADERS,
  OTEL_TRACES_SAMPLER_ARG,
];

/** @throws {WrongSetting} */
export function watchConfig(environment: NodeJS.ProcessEnv): WatchConfig {
  const isProduction = readSetting(NODE_ENV, environment) === 'production';
  return {
    logLevel: readSetting(LOG_LEVEL, environment) ?? (isProduction ? 'info' : 'warn'),
    tracesEndpoint: readSetting(OTEL_EXPORTER_OTLP_ENDPOINT, environment),
    tracesRatio: readSetting(OTEL_TRACES_SAMPLER_ARG, environment),
  };
}
