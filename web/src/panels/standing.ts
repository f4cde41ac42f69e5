/** How a plan stands: how evenly it serves the districts, and what it loses with a depot. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { District, Evenness, FrontPoint, WorstLoss } from "../api/studies";
import { type Language, pick, say } from "../words";
import { compact, count, decimal, percent } from "../words/numbers";

const SHOWN = 6;

function districtRow(
  share: Evenness["districts"][number],
  districts: readonly District[],
  language: Language,
): TemplateResult {
  const known = districts.find((one) => one.district === share.district);
  const name = known ? pick(language, known.name) : share.district;
  return html`<li data-district=${share.district}>
    <span>${name}</span>
    <b>${percent(share.access)}</b>
    <i class="gain"><i style="width:${Math.min(Math.max(share.access, 0), 1) * 100}%"></i></i>
    ${known ? html`<small>${say(language, "districtResidents", { n: count(language, known.residents) })}</small>` : nothing}
  </li>`;
}

function evenness(
  even: Evenness,
  point: FrontPoint,
  districts: readonly District[],
  language: Language,
): TemplateResult {
  const limit = even.most_gini === null ? "" : ` ≤ ${decimal(language, even.most_gini, 3)}`;
  const { value, uneven_value } = point.certificate;
  const price = uneven_value === null ? null : value - uneven_value;
  const rest = even.districts.length - SHOWN;
  return html`<h3>${say(language, "evenTitle")}</h3>
    <p class="faint" id="gini">${say(language, "gini", { gini: decimal(language, even.gini, 3) + limit })}
      ${say(language, "accessWithin", { hours: decimal(language, even.access_hours, 0) })}
      ${price === null ? nothing : say(language, "evenPrice", { hours: compact(language, price) })}</p>
    <ul class="measures yuan" id="evenness">
      ${even.districts.slice(0, SHOWN).map((share) => districtRow(share, districts, language))}
    </ul>
    ${rest > 0 ? html`<p class="faint">${say(language, "districtsMore", { n: rest })}</p>` : nothing}`;
}

function worstLoss(loss: WorstLoss, language: Language): TemplateResult {
  const names = loss.depots.map((depot) => pick(language, depot.name)).join(" · ");
  return html`<h3>${say(language, "lossTitle")}</h3>
    <ul class="measures" id="worst-loss"><li>
      <span>${names}</span>
      <b>+${compact(language, loss.more_person_hours)} <small>${say(language, "unit_person_hours")}</small></b>
      <small>${say(language, "lossThen", { hours: compact(language, loss.unmet_person_hours) })}</small>
      ${loss.is_chosen_against ? html`<small>${say(language, "lossChosen")}</small>` : nothing}
    </li></ul>`;
}

/** Both, where the study knows them; studies of older versions do not. */
export function standing(
  point: FrontPoint,
  districts: readonly District[],
  language: Language,
): TemplateResult {
  return html`${
    point.evenness && point.evenness.districts.length > 0
      ? evenness(point.evenness, point, districts, language)
      : nothing
  }${point.worst_loss ? worstLoss(point.worst_loss, language) : nothing}`;
}
