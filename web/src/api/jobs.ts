/** Following a job: server-sent events until one says that it ended. */

import { getJson } from "./client";
import type { Job, JobStatus } from "./types";

const ENDED: readonly JobStatus[] = ["successful", "failed", "dismissed"];

export function hasEnded(job: Job): boolean {
  return ENDED.includes(job.status);
}

/** Tells `onProgress` of every change and resolves with the job as it ended. */
export function followJob(id: string, onProgress: (job: Job) => void): Promise<Job> {
  const address = `/api/jobs/${id}`;
  return new Promise((resolve, reject) => {
    const source = new EventSource(`${address}/events`);
    const hear = (job: Job): void => {
      onProgress(job);
      if (hasEnded(job)) {
        source.close();
        resolve(job);
      }
    };
    for (const kind of ["progress", ...ENDED]) {
      source.addEventListener(kind, (event) =>
        hear(JSON.parse((event as MessageEvent).data) as Job),
      );
    }
    // A broken stream says nothing about the job: ask once, and give up only if that fails too.
    source.addEventListener("error", () => {
      getJson<Job>(address)
        .then(hear)
        .catch((problem: unknown) => {
          source.close();
          reject(problem);
        });
    });
  });
}
