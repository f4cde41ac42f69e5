/** Numbers and moments as people read them; the unit always stands beside the number. */

import type { Language } from "./index";

const locales: Readonly<Record<Language, string>> = { zh: "zh-CN", en: "en-GB" };

export function count(language: Language, value: number): string {
  return new Intl.NumberFormat(locales[language], { maximumFractionDigits: 0 }).format(value);
}

export function decimal(language: Language, value: number, digits = 1): string {
  return new Intl.NumberFormat(locales[language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** Gives a large number in few signs: 12.3万, 123K. */
export function compact(language: Language, value: number): string {
  return new Intl.NumberFormat(locales[language], {
    notation: "compact",
    maximumSignificantDigits: 3,
  }).format(value);
}

/** Gives a difference with its sign. */
export function signed(language: Language, value: number): string {
  return new Intl.NumberFormat(locales[language], {
    notation: "compact",
    maximumSignificantDigits: 3,
    signDisplay: "exceptZero",
  }).format(value);
}

/** Gives a difference in the unit of what differs: shares in percentage points. */
export function gap(language: Language, value: number, unit: string): string {
  const isShare = unit === "1";
  const shown = isShare ? value * 100 : value;
  const digits =
    Math.abs(shown) < 1 ? { maximumSignificantDigits: 1 } : { maximumFractionDigits: 1 };
  const number = new Intl.NumberFormat(locales[language], {
    ...digits,
    signDisplay: "exceptZero",
  }).format(shown);
  const sign = isShare ? { zh: "个百分点", en: "pp" }[language] : unit;
  return sign ? `${number} ${sign}` : number;
}

/** Gives a share 0..1 as a percentage with its sign. */
export function percent(value: number, digits = 0): string {
  return `${(value * 100).toFixed(digits)}%`;
}

/** Gives seconds from T0 as `T+03:15` or `T−14:00`, hours and minutes. */
export function moment(time_s: number): string {
  const minutes = Math.floor(Math.abs(time_s) / 60);
  const sign = time_s < 0 ? "−" : "+";
  const hours = String(Math.floor(minutes / 60)).padStart(2, "0");
  return `T${sign}${hours}:${String(minutes % 60).padStart(2, "0")}`;
}

/** Gives an indicator's value in its unit: `1` is a share, shown as a percentage. */
export function measured(language: Language, value: number, unit: string): string {
  if (unit === "1" || unit === "") {
    return percent(value, 1);
  }
  const digits = Number.isInteger(value) ? 0 : 1;
  return `${decimal(language, value, digits)} ${unit}`;
}
