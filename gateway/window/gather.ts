import { type Asker, dealOut } from './call-group.ts';

/**
 * Makes one call of many: what is asked in the same turn of the event loop travels together, so that a department (and
 * its disk) works once for all cases that are at the same point. Nothing waits for anything but its own turn, and for
 * the calls before it when no more of them may be under way.
 *
 * @param call Answers each entry in its place, or rejects for all of them.
 * @param entriesMax Entries in one call; more make several.
 * @param callsAtOnceMax Calls under way; what is asked meanwhile goes with the next.
 */
export function gathered<Asked, Answer>(
  call: (asked: readonly Asked[]) => Promise<readonly Answer[]>,
  entriesMax: number,
  callsAtOnceMax = Number.POSITIVE_INFINITY,
): (asked: readonly Asked[]) => Promise<readonly Answer[]> {
  const waiting: Asker<Asked, Answer>[] = [];
  let callsUnderWay = 0;
  let isBoarding = false;

  /** Lets those who are woken in this turn come along. */
  function board(): void {
    if (isBoarding || waiting.length === 0 || callsUnderWay >= callsAtOnceMax) return;
    isBoarding = true;
    setImmediate(depart);
  }

  function depart(): void {
    isBoarding = false;
    while (waiting.length > 0 && callsUnderWay < callsAtOnceMax) {
      dealOut(waiting.splice(0, fitting(waiting, entriesMax)), travel);
    }
  }

  async function travel(asked: readonly Asked[]): Promise<readonly Answer[]> {
    callsUnderWay += 1;
    try {
      return await call(asked);
    } finally {
      callsUnderWay -= 1;
      board();
    }
  }

  return asked =>
    new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject });
      board();
    });
}

/** How many of them, in their order, fit into one call; one that is larger than the bound goes alone. */
function fitting(waiting: readonly { readonly asked: readonly unknown[] }[], entriesMax: number): number {
  let entries = 0;
  const over = waiting.findIndex(({ asked }, at) => {
    entries += asked.length;
    return at > 0 && entries > entriesMax;
  });
  return over < 0 ? waiting.length : over;
}
