/** What the screen stands on: synthetic or not, when, from where, which run. On every screen. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { CitySummary } from "../api/types";
import type { Cockpit } from "../state/cockpit";
import { say } from "../words";
import { moment } from "../words/numbers";

function sources(cockpit: Cockpit): string {
  const licences = new Set(cockpit.specs.map((spec) => spec.provenance.licence).filter(Boolean));
  return [...licences].slice(0, 1).join();
}

export function badge(cockpit: Cockpit): TemplateResult {
  const { language, city, run, clock } = cockpit;
  if (!city) {
    return html`${nothing}`;
  }
  const source = sources(cockpit);
  const basis = run ? say(language, "basis_line", run.basis) : "";
  const parts = [
    run ? `${say(language, "simulated")}` : "",
    run ? `${say(language, "dataTime")} ${moment(clock.time_s)}` : "",
    source ? `${say(language, "source")} ${source}` : "",
    `${say(language, "release")} ${city.release.slice(0, 8)}`,
    run ? `${say(language, "seed")} ${run.seed}` : "",
    run ? `${say(language, "run")} ${run.run.slice(0, 8)}` : "",
    run ? `${say(language, "hash")} ${run.digest.slice(0, 8)}` : "",
    basis,
  ].filter(Boolean);
  return html`<aside class="badge" id="badge" aria-label=${say(language, "source")}>
    <b class=${city.synthetic ? "synthetic" : ""}>${say(language, origin(city))}</b>
    ${parts.map((part) => html`<span>${part}</span>`)}
  </aside>`;
}

/** Names how much of a city is made up: all of it, its people and grids, or nothing. */
function origin(city: CitySummary): "synthetic" | "madeUpPeople" | "observed" {
  if (city.kind === "synthetic") {
    return "synthetic";
  }
  return city.synthetic ? "madeUpPeople" : "observed";
}
