import { type Asker, dealOut } from './call-group.ts';

/**
 * A bulkhead (舱壁): at most so many calls of one kind are under way to one department, and what waits is bounded in
 * number and in time, so that who is slow can use up neither connections nor memory. What waits travels together as
 * soon as a call has come back: the slower the department, the more each call carries.
 */
export interface BulkheadBounds {
  readonly callsAtOnceMax: number;
  /** Of all who travel in one call; one asker's entries are never parted, and go alone when they are more. */
  readonly entriesPerCallMax: number;
  /** An asker counts as one entry at least. */
  readonly entriesWaitingMax: number;
  readonly waitMaxMs: number;
}

interface Waiting<Asked, Answer> extends Asker<Asked, Answer> {
  readonly timer: NodeJS.Timeout;
}

/**
 * @param call Answers each entry in its place, or rejects for all of them.
 * @param refusal What those are told who find no room, or have waited too long. They have not been sent.
 */
export function bulkhead<Asked, Answer>(
  call: (asked: readonly Asked[]) => Promise<readonly Answer[]>,
  bounds: BulkheadBounds,
  refusal: () => Error,
): (asked: readonly Asked[]) => Promise<readonly Answer[]> {
  const { callsAtOnceMax, entriesPerCallMax, entriesWaitingMax, waitMaxMs } = bounds;
  const waiting: Waiting<Asked, Answer>[] = [];
  let callsUnderWay = 0;

  async function send(asked: readonly Asked[]): Promise<readonly Answer[]> {
    callsUnderWay += 1;
    try {
      return await call(asked);
    } finally {
      callsUnderWay -= 1;
      if (waiting.length > 0) sendTogether(takeGroup(waiting, entriesPerCallMax));
    }
  }

  function sendTogether(group: readonly Waiting<Asked, Answer>[]): void {
    for (const { timer } of group) clearTimeout(timer);
    dealOut(group, send);
  }

  function wait(asked: readonly Asked[]): Promise<readonly Answer[]> {
    if (entriesIn([...waiting, { asked }]) > entriesWaitingMax) return Promise.reject(refusal());
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(refusal());
      };
      const entry: Waiting<Asked, Answer> = { asked, resolve, reject, timer: setTimeout(giveUp, waitMaxMs) };
      waiting.push(entry);
    });
  }

  return asked => (callsUnderWay < callsAtOnceMax ? send(asked) : wait(asked));
}

const entriesIn = (some: readonly { readonly asked: readonly unknown[] }[]): number =>
  some.reduce((entries, { asked }) => entries + Math.max(1, asked.length), 0);

/** Takes those from the front that fit into one call, at least the first. */
function takeGroup<Member extends { readonly asked: readonly unknown[] }>(
  waiting: Member[],
  entriesPerCallMax: number,
): readonly Member[] {
  let count = 1;
  while (count < waiting.length && entriesIn(waiting.slice(0, count + 1)) <= entriesPerCallMax) count += 1;
  return waiting.splice(0, count);
}
