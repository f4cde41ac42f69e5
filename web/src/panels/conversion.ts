/** The conversion of a facility as a chart of its tasks over time. */

import { html, type TemplateResult } from "lit-html";
import type { Conversion } from "../api/types";
import { type Cockpit, facilityName } from "../state/cockpit";
import { pick, say, sayId } from "../words";
import { decimal, moment } from "../words/numbers";
import { section } from "./draw";

function chart(cockpit: Cockpit, conversion: Conversion): TemplateResult {
  const { language, clock } = cockpit;
  const { tasks } = conversion;
  const start = Math.min(...tasks.map((task) => task.start_s));
  const end = Math.max(...tasks.map((task) => task.end_s), start + 1);
  const at = (time_s: number): number =>
    Math.max(0, Math.min(100, ((time_s - start) / (end - start)) * 100));
  const rows = tasks.map((task) => {
    const left = at(task.start_s);
    const state =
      clock.time_s < task.start_s ? "later" : clock.time_s < task.end_s ? "now" : "done";
    const hint = `${moment(task.start_s)} – ${moment(task.end_s)} · ${say(language, "crew", { crew: task.crew })}`;
    return html`<li title=${hint}>
      <span>${pick(language, task.title)}</span>
      <div class="track">
        <i class="${state} ${task.critical ? "critical" : ""}"
          style="left:${left}%;width:${Math.max(1.5, at(task.end_s) - left)}%"></i>
      </div>
    </li>`;
  });
  const ready =
    conversion.ready_s === null
      ? say(language, "notReady")
      : say(language, "readyAt", {
          time: moment(conversion.ready_s),
          hours: decimal(language, conversion.hours ?? 0),
        });
  return html`<div class="gantt">
    <p><b>${facilityName(cockpit, conversion.facility)}</b> → ${sayId(language, "role", conversion.role)} · ${ready}</p>
    <ol style="--now:${at(clock.time_s)}%">${rows}</ol>
  </div>`;
}

export function conversions(cockpit: Cockpit): TemplateResult {
  const { language, run } = cockpit;
  const charts = (run?.conversion ?? [])
    .filter((one) => one.tasks.length > 0)
    .map((one) => chart(cockpit, one));
  return section(
    say(language, "conversion"),
    charts.length > 0 ? charts : html`<p class="faint">–</p>`,
  );
}
