import type { Tracing, TracingSettings } from './tracing.ts';

/**
 * Undefined where no collector is named.
 *
 *     const tracing = await openTracing({ endpoint: 'http://127.0.0.1:4318', service: 'one-window-tax', ratio: 1, log });
 */
export async function openTracing(settings: TracingSettings): Promise<Tracing | undefined> {
  if (settings.endpoint === '') return undefined;
  // 27 MB and 80 ms of a start: only for those who want it.
  const { otlpTracing } = await import('./otlp.ts');
  return otlpTracing(settings);
}
