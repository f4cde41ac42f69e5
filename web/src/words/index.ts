/** Every word of the page in both languages; the glossary has the terms. */

import type { Words } from "../api/types";
import { comparing } from "./comparing";
import { controls } from "./controls";
import { events } from "./events";
import { operating } from "./operating";
import { reserves } from "./reserves";
import { subjects } from "./subjects";
import { things } from "./things";

export type Language = keyof Words;

export const words = {
  ...controls,
  ...comparing,
  ...subjects,
  ...events,
  ...things,
  ...reserves,
  ...operating,
} satisfies Record<string, Words>;

export type WordKey = keyof typeof words;

/** Gives the words of a key, with `{name}` replaced by the values given. */
export function say(
  language: Language,
  key: WordKey,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return words[key][language].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(values[name] ?? ""),
  );
}

/** Gives a text of the server in the language shown, or in the other where it is empty. */
export function pick(language: Language, text: Words | null | undefined): string {
  if (!text) {
    return "";
  }
  return text[language] || text.zh || text.en;
}

/** Gives the words of an identifier, or the identifier where the page has no words for it. */
export function sayId(language: Language, prefix: string, id: string): string {
  const key = `${prefix}_${id}`;
  return key in words ? say(language, key as WordKey) : id.replaceAll("_", " ");
}
