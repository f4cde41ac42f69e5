/** Small things that every panel draws with. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Colour } from "../api/types";

/** Gives a server colour as CSS. */
export function css(colour: Colour | undefined): string {
  if (!colour) {
    return "transparent";
  }
  const [red, green, blue, alpha] = colour;
  return `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
}

export function section(title: string, body: unknown, aside: unknown = nothing): TemplateResult {
  return html`<section class="block">
    <header class="block-head"><h2>${title}</h2><span class="aside">${aside}</span></header>
    ${body}
  </section>`;
}

/** A number with its unit beside it. */
export function figure(title: string, value: string, unit: string, tone = ""): TemplateResult {
  return html`<div class="figure ${tone}">
    <dt>${title}</dt>
    <dd><span class="value">${value}</span> <span class="unit">${unit}</span></dd>
  </div>`;
}

const paths = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  back: "M6 5h2.4v14H6zM19 5v14L9 12z",
  forward: "M15.6 5H18v14h-2.4zM5 5l10 7-10 7z",
  loop: "M12 5V2L7.5 6 12 10V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z",
  layers:
    "M12 3 2.5 8 12 13l9.5-5zM4.6 11.4 2.5 12.5 12 17.5l9.5-5-2.1-1.1L12 15.3zM4.6 15.9 2.5 17 12 22l9.5-5-2.1-1.1L12 19.8z",
  events: "M5 5h14v2H5zm0 4.3h14v2H5zm0 4.3h14v2H5zm0 4.3h9v2H5z",
  run: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-2 5.6 7 4.4-7 4.4z",
  placement:
    "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 4.4a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2z",
  compare: "M5 3h5v18H5zm9 4h5v14h-5z",
  operations: "M10 3h4v7h7v4h-7v7h-4v-7H3v-4h7z",
  theme: "M12 3a9 9 0 1 0 9 9c0-.5 0-1-.1-1.4A5.5 5.5 0 0 1 13.4 3.1 9 9 0 0 0 12 3z",
  close:
    "m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  home: "M12 3 3 11h2.4v9h5v-6h3.2v6h5v-9H21z",
  report: "M6 2h8l5 5v15H6zm7 1.8V8h4.2zM9 12h7v1.6H9zm0 4h7v1.6H9z",
} as const;

export type Icon = keyof typeof paths;

export function icon(name: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${paths[name]} /></svg>`;
}
