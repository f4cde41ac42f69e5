/** What the colours of a layer mean. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { LayerSpec, LegendEntry } from "../api/types";
import type { Language } from "../words";
import { pick } from "../words";
import { css } from "./draw";

/** The unit of a legend line, where its own words do not end with it already. */
function unit({ unit: sign, title }: LegendEntry): unknown {
  return sign && !title.en.endsWith(sign) ? html`<small>${sign}</small>` : nothing;
}

export function legend(language: Language, spec: LayerSpec): TemplateResult {
  return html`<ul class="legend">
    ${spec.legend.map(
      (entry) => html`<li>
        <i style="background:${css(entry.colour)}"></i>
        ${pick(language, entry.title)} ${unit(entry)}
      </li>`,
    )}
  </ul>`;
}
