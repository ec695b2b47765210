/**
 * Makes one call of many: what is asked in the same turn of the event loop travels together, so that a department (and
 * its disk) works once for all cases that are at the same point. Nothing waits for anything but its own turn.
 *
 * @param call Answers each entry in its place, or rejects for all of them.
 * @param entriesMax Entries in one call; more make several.
 */
export function gathered<Asked, Answer>(
  call: (asked: readonly Asked[]) => Promise<readonly Answer[]>,
  entriesMax: number,
): (asked: readonly Asked[]) => Promise<readonly Answer[]> {
  let waiting: Waiting<Asked, Answer>[] = [];

  function depart(): void {
    const passengers = waiting;
    waiting = [];
    for (const group of groupsOf(passengers, entriesMax)) {
      call(group.flatMap(({ asked }) => asked)).then(
        answers => {
          let from = 0;
          for (const { asked, resolve } of group) {
            resolve(answers.slice(from, from + asked.length));
            from += asked.length;
          }
        },
        (error: unknown) => {
          for (const { reject } of group) reject(error);
        },
      );
    }
  }

  return asked =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(depart);
      waiting.push({ asked, resolve, reject });
    });
}

interface Waiting<Asked, Answer> {
  readonly asked: readonly Asked[];
  readonly resolve: (answers: readonly Answer[]) => void;
  readonly reject: (error: unknown) => void;
}

/** In their order, as many in a group as fit; one that is larger than the bound goes alone. */
function groupsOf<Member extends { readonly asked: readonly unknown[] }>(
  members: readonly Member[],
  entriesMax: number,
): Member[][] {
  const groups: Member[][] = [];
  let entries = Number.POSITIVE_INFINITY;
  for (const member of members) {
    if (entries + member.asked.length > entriesMax) {
      groups.push([]);
      entries = 0;
    }
    groups.at(-1)?.push(member);
    entries += member.asked.length;
  }
  return groups;
}
