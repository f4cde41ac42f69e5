/** One door to the server: JSON and bytes come in, problems come out as one line. */

import type { Items, Problem } from "./types";

/** A request that the server refused or that never reached it. */
export class ServerProblem extends Error {
  readonly status: number;

  constructor(line: string, status: number) {
    super(line);
    this.name = "ServerProblem";
    this.status = status;
  }
}

/** Gives a problem document as one line: what, why, and which field. */
export function problemLine(problem: Partial<Problem>, status: number): string {
  const title = problem.title ?? `HTTP ${status}`;
  const detail = problem.detail ? `: ${problem.detail}` : "";
  const field = problem.field ? ` (${problem.field})` : "";
  return `${title}${detail}${field}`;
}

async function refuse(response: Response): Promise<never> {
  let problem: Partial<Problem> = {};
  if (response.headers.get("content-type")?.includes("json")) {
    problem = (await response.json()) as Partial<Problem>;
  }
  throw new ServerProblem(problemLine(problem, response.status), response.status);
}

async function ask(path: string, request?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new ServerProblem(`no answer: ${path}`, 0);
  }
  return response.ok ? response : refuse(response);
}

export async function getJson<T>(path: string): Promise<T> {
  return (await (await ask(path)).json()) as T;
}

export async function getItems<T>(path: string): Promise<readonly T[]> {
  return (await getJson<Items<T>>(path)).items;
}

export async function getBytes(path: string): Promise<ArrayBuffer> {
  return (await ask(path)).arrayBuffer();
}

export async function postJson<T>(path: string, body: unknown): Promise<T> {
  const response = await ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

export async function remove(path: string): Promise<void> {
  await ask(path, { method: "DELETE" });
}
