/** What every answer of the server is made of: texts in both languages, and the five levels. */

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export type Level = "city" | "district" | "street" | "community" | "grid";
