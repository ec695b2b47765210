/** The demo's own authorities issue their revocation lists at each start, and again long before they run out. */
import { whoIsAtWork } from '../../certs/hierarchy/acts.ts';
import { type AtWork, atWork } from '../../certs/hierarchy/at-work.ts';
import { LISTING, publishDueLists, publishList } from '../../certs/hierarchy/revocation.ts';

/** A list is due when half of its days are over. */
const lookMs = 3_600_000;

/** @param report Told what keeps a list from being issued; the one that is there is good for some days more. */
export function keepListsFresh(dataDir: string, report: (defect: Error) => void): void {
  const work = (act: (at: AtWork) => void) => atWork(dataDir, { who: whoIsAtWork(), at: new Date() }, act);
  work(at => {
    for (const name of LISTING) if (at.authorities[name].hasKey()) publishList(at, name);
  });
  setInterval(() => {
    try {
      work(publishDueLists);
    } catch (error) {
      report(error as Error);
    }
  }, lookMs).unref();
}
