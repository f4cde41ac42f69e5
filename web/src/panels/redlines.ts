/** Red lines: what must never be lost, and whether it is lost now. */

import { html, type TemplateResult } from "lit-html";
import type { RedLine, RunEvent } from "../api/types";
import type { Cockpit } from "../state/cockpit";
import { pick, say } from "../words";
import { decimal, moment } from "../words/numbers";

export type Standing = "broken" | "was" | "holds";

/** Says how a red line stands at a moment, from the log's breaches and, without them, its first. */
export function standing(line: RedLine, events: readonly RunEvent[], time_s: number): Standing {
  if (line.first_s === null || time_s < line.first_s) {
    return "holds";
  }
  const news = events.filter(
    (event) =>
      event.kind.startsWith("red_line.") && event["red_line"] === line.id && event.time_s <= time_s,
  );
  const last = news.at(-1);
  if (last) {
    return last.kind === "red_line.broken" ? "broken" : "was";
  }
  return time_s < line.first_s + line.hours * 3600 ? "broken" : "was";
}

const words = { broken: "brokenNow", was: "brokenBefore", holds: "brokenLater" } as const;

export function redLines(cockpit: Cockpit): TemplateResult {
  const { language, run, events, clock } = cockpit;
  const lines = (run?.red_lines ?? []).map((line) => ({
    line,
    state: standing(line, events, clock.time_s),
  }));
  const broken = lines.filter(({ state }) => state === "broken").length;
  const rows = lines.map(({ line, state }) => {
    const since =
      state === "holds" || line.first_s === null
        ? say(language, words[state])
        : `${say(language, words[state])} · ${moment(line.first_s)} · ${decimal(language, line.hours)} h`;
    return html`<li class="redline ${state}">
      <i aria-hidden="true"></i>
      <b>${line.id}</b>
      <span class="what">${pick(language, line.title)}</span>
      <span class="since">${since}</span>
    </li>`;
  });
  const summary =
    broken > 0 ? say(language, "redLinesBroken", { count: broken }) : say(language, "redLinesHeld");
  return html`<section class="block redlines ${broken > 0 ? "alarm" : ""}" aria-live="polite">
    <h2 class="headline">${summary}</h2>
    <ul>${rows}</ul>
  </section>`;
}
