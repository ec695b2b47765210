import { randomBytes, randomUUID } from 'node:crypto';
import { parseApplication } from '../gateway/window/application.ts';
import type { Opening } from '../gateway/window/store.ts';
import { application } from '../test/fixtures/application.ts';

/** What opens a case under R2: what the door has read of one application, with a request of its own each time. */
export function opening(): Opening {
  const requestId = randomUUID();
  return {
    ...READ,
    requestId,
    requestFingerprint: `request ${requestId}`,
    duplicateFingerprint: `enterprise ${requestId}`,
    progressId: randomBytes(16).toString('hex'),
  };
}

const READ = readApplication();

function readApplication(): Omit<Opening, 'requestId' | 'requestFingerprint' | 'duplicateFingerprint' | 'progressId'> {
  const parsed = parseApplication(application({ regime: 'R2' }), '2026-03-02');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const { regime, application: read, policy, contents } = parsed.value;
  return { regime, application: read, policy, contents, notDuplicateOf: null, by: 'bench' };
}
