/** Events in words. */

import type { RunEvent } from "../api/types";
import { type Cockpit, facilityName } from "../state/cockpit";
import { pick, say, sayId } from "../words";
import { count, decimal } from "../words/numbers";

interface Said {
  readonly zh: string;
  readonly en: string;
}

function isSaid(value: unknown): value is Said {
  return typeof value === "object" && value !== null && "zh" in value && "en" in value;
}

/** Details of an event that a reader understands without the log's format. */
function details(cockpit: Cockpit, event: RunEvent): string[] {
  const { language } = cockpit;
  const { facility, people, minutes, inject, red_line, decision, option } = event;
  const said: string[] = [];
  for (const id of [inject, red_line, decision, option]) {
    if (typeof id === "string") {
      said.push(id);
    }
  }
  if (typeof facility === "string") {
    said.push(facilityName(cockpit, facility));
  }
  if (typeof people === "number") {
    said.push(`${count(language, people)} ${say(language, "unit_persons")}`);
  }
  if (typeof minutes === "number") {
    said.push(`${decimal(language, minutes, 0)} ${say(language, "unit_minutes")}`);
  }
  return said;
}

/** The event in words: what happened, its own text where it has one, and what can be counted. */
export function eventLine(cockpit: Cockpit, event: RunEvent): string {
  const { language, drill } = cockpit;
  const kind = sayId(language, "event", event.kind.replaceAll(".", "_"));
  const message = drill?.injects.find((inject) => inject.id === event["inject"])?.message;
  const own = [message, event["text"], event["title"], event["message"]].find(isSaid);
  return [kind, ...details(cockpit, event), pick(language, own)].filter(Boolean).join(" · ");
}
