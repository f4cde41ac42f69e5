import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|css)$/.test(name) && name !== "theme.css")
  .map((name) => ({ name, text: readFileSync(`src/${name}`, "utf8") }));

test("no colour is written outside theme.css: map colours come from the server", () => {
  const literal = /#[0-9a-f]{3,8}\b(?!`)|\b(?:rgba?|hsla?)\(\s*\d/i;
  for (const { name, text } of sources) {
    const found = text.split("\n").filter((row) => literal.test(row) && !row.includes("this.#"));
    expect(found, name).toEqual([]);
  }
});

test("no address outside the server is written anywhere", () => {
  for (const { name, text } of sources) {
    expect(text.match(/https?:\/\/(?!127\.0\.0\.1)/), name).toBeNull();
  }
});
