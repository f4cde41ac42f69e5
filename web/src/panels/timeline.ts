/** The timeline: play, step, scrub, speed, loop; the service curve; marks of the injects. */

import { html, nothing, svg, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { Inject, RunEvent } from "../api/types";
import { SPEEDS, type Span } from "../state/clock";
import { type Cockpit, runSpan } from "../state/cockpit";
import { linePath } from "../state/series";
import { pick, say } from "../words";
import { moment } from "../words/numbers";
import type { Actions } from "./actions";
import { css, type Icon, icon } from "./draw";

const WIDTH = 1000;
const HEIGHT = 40;

export interface Mark {
  readonly id: string;
  readonly time_s: number;
  readonly isHidden: boolean;
  readonly text: { readonly zh: string; readonly en: string };
}

/** Gives when each inject fell: by the log where it fired, else by the drill's plan. */
export function inMarks(injects: readonly Inject[], events: readonly RunEvent[]): Mark[] {
  const fired = new Map<string, number>();
  for (const event of events) {
    const id = event["inject"];
    if (event.kind.startsWith("inject.") && typeof id === "string" && !fired.has(id)) {
      fired.set(id, event.time_s);
    }
  }
  return injects.flatMap((inject) => {
    const time_s = fired.get(inject.id) ?? inject.at;
    return time_s === null
      ? []
      : [{ id: inject.id, time_s, isHidden: inject.kind === "hidden", text: inject.message }];
  });
}

function wallClock(cockpit: Cockpit): string {
  const { drill, clock, language } = cockpit;
  if (!drill?.t0) {
    return "";
  }
  // The drill's own clock: its offset stands in T0, the viewer's zone does not matter.
  const offset = /([+-])(\d\d):(\d\d)$/.exec(drill.t0);
  const minutes = offset
    ? (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]))
    : 0;
  const at = new Date(Date.parse(drill.t0) + clock.time_s * 1000 + minutes * 60_000);
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    month: language === "zh" ? "numeric" : "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
  }).format(at);
}

function button(id: string, title: string, name: Icon, onClick: () => void): TemplateResult {
  return html`<button type="button" id=${id} class="round" aria-label=${title} title=${title} @click=${onClick}>
    ${icon(name)}
  </button>`;
}

function share(span: Span, time_s: number): number {
  return ((time_s - span.start_s) / (span.end_s - span.start_s)) * 100;
}

function track(cockpit: Cockpit, actions: Actions, span: Span): TemplateResult {
  const { language, run, clock, scene, drill, events } = cockpit;
  const curve = run?.curve ?? { time_s: [], quality: [] };
  const line = linePath(curve, WIDTH, HEIGHT);
  const marks = inMarks(drill?.injects ?? [], events);
  const at = share(span, clock.time_s);
  return html`<div class="track-area">
    ${guard(
      [curve, scene],
      () => html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        ${svg`<path d="${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z" fill=${css(scene?.curve.fill)} />
        <path d=${line} fill="none" stroke=${css(scene?.curve.line)} stroke-width="1.4" vector-effect="non-scaling-stroke" />`}
      </svg>`,
    )}
    <i class="zero" style="left:${share(span, 0)}%"><span>T0</span></i>
    <i class="cursor" style="left:${at}%"></i>
    <input
      id="scrub"
      type="range"
      min=${span.start_s}
      max=${span.end_s}
      step="60"
      .value=${String(Math.round(clock.time_s))}
      aria-label=${say(language, "scrub")}
      aria-valuetext=${moment(clock.time_s)}
      @input=${(event: Event) => actions.scrub(Number((event.target as HTMLInputElement).value))}
    />
    <ul class="marks">
      ${marks.map((mark) => {
        const kind = say(language, mark.isHidden ? "hidden" : "inject");
        const title = `${mark.id} · ${moment(mark.time_s)} · ${kind} · ${pick(language, mark.text)}`;
        return html`<li style="left:${share(span, mark.time_s)}%">
          <button
            type="button"
            class="mark ${mark.isHidden ? "hidden-inject" : ""} ${mark.time_s <= clock.time_s ? "past" : ""}"
            aria-label=${title}
            data-tip=${title}
            @click=${() => actions.scrub(mark.time_s)}
          ></button>
        </li>`;
      })}
    </ul>
  </div>`;
}

export function timeline(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, clock } = cockpit;
  const span = runSpan(cockpit.run);
  if (!span) {
    return html`${nothing}`;
  }
  const speeds = SPEEDS.map(
    (speed) => html`<option value=${speed} ?selected=${speed === clock.speed}>
      ${speed === 1 ? say(language, "speed_real") : `×${speed}`}
    </option>`,
  );
  return html`<footer class="timeline" id="timeline" tabindex="-1" aria-label=${say(language, "timeline")}>
    <div class="transport">
      ${button("step-back", say(language, "back"), "back", () => actions.stepBy(-1))}
      <button type="button" id="play" class="round primary"
        aria-label=${say(language, clock.isPlaying ? "pause" : "play")}
        aria-pressed=${clock.isPlaying ? "true" : "false"}
        @click=${actions.togglePlay}>
        ${icon(clock.isPlaying ? "pause" : "play")}
      </button>
      ${button("step-forward", say(language, "forward"), "forward", () => actions.stepBy(1))}
    </div>
    <div class="clock" aria-live="off">
      <b id="clock">${moment(clock.time_s)}</b>
      <span>${wallClock(cockpit)}</span>
    </div>
    ${track(cockpit, actions, span)}
    <div class="transport">
      <label class="speed">
        <span class="hush">${say(language, "speed")}</span>
        <select id="speed" @change=${(event: Event) => actions.setClock({ speed: Number((event.target as HTMLSelectElement).value) })}>
          ${speeds}
        </select>
      </label>
      <button type="button" id="loop" class="round" aria-label=${say(language, "loop")} title=${say(language, "loop")}
        aria-pressed=${clock.isLooping ? "true" : "false"}
        @click=${() => actions.setClock({ isLooping: !clock.isLooping })}>
        ${icon("loop")}
      </button>
    </div>
  </footer>`;
}
