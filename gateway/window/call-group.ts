/** Askers whose entries travel in one call, whoever decides when it leaves. */

/** One asker, who waits for the answers to its own entries. */
export interface Asker<Asked, Answer> {
  readonly asked: readonly Asked[];
  resolve(answers: readonly Answer[]): void;
  reject(error: unknown): void;
}

/** Gives every asker the answers to its own entries, in their places, or to all of them the failure of the call. */
export function dealOut<Asked, Answer>(
  group: readonly Asker<Asked, Answer>[],
  call: (asked: readonly Asked[]) => Promise<readonly Answer[]>,
): void {
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
