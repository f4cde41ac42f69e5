/** What lies under the pointer, in a small card beside it. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Hovered } from "../map/pick";
import type { Cockpit } from "../state/cockpit";
import { pick, say, type WordKey } from "../words";
import { count, decimal } from "../words/numbers";

export function hoverCard(cockpit: Cockpit, hovered: Hovered | null): TemplateResult {
  if (!hovered) {
    return html`${nothing}`;
  }
  const { language, places, specs, run } = cockpit;
  const place = hovered.place ? places.get(hovered.place) : undefined;
  const spec = specs.find((one) => one.id === hovered.layer);
  const position = `transform:translate(${hovered.x + 14}px, ${hovered.y + 14}px)`;
  if (!place) {
    return html`<div class="hover" data-layer=${hovered.layer} style=${position}>${pick(language, spec?.title)} <b>#${hovered.row}</b></div>`;
  }
  const resilience = run?.resilience.levels[place.code];
  return html`<div class="hover" data-layer=${hovered.layer} style=${position}>
    <small>${say(language, `level_${place.level}` as WordKey)} · ${place.code}</small>
    <b>${pick(language, place.name)}</b>
    <span>${count(language, place.residents)} ${say(language, "unit_persons")}</span>
    ${resilience ? html`<span>${say(language, "resilience")} ${decimal(language, resilience.index)}</span>` : nothing}
  </div>`;
}
