/** Keys: space plays, arrows step, Home and End go to the ends, Escape closes the card. */

import type { Actions } from "../panels/actions";
import { type CockpitStore, runSpan } from "../state/cockpit";

const WRITING = "input:not([type=range]), select, textarea, [contenteditable]";
/** Steps of an arrow with Shift held. */
const LEAP = 4;

export function hearKeys(store: CockpitStore, actions: Actions): void {
  window.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.key === "Escape") {
      actions.closeCard();
      return;
    }
    const isElsewhere = target.closest(WRITING) ?? target.closest(".maplibregl-canvas");
    const span = runSpan(store.state.run);
    if (isElsewhere || !span || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const steps = event.shiftKey ? LEAP : 1;
    const deeds: Readonly<Record<string, () => void>> = {
      " ": actions.togglePlay,
      ArrowLeft: () => actions.stepBy(-steps),
      ArrowRight: () => actions.stepBy(steps),
      Home: () => actions.scrub(span.start_s),
      End: () => actions.scrub(span.end_s),
    };
    const deed = deeds[event.key];
    const isPressing = event.key === " " && target.closest("button, a, summary");
    if (deed && !isPressing) {
      event.preventDefault();
      deed();
    }
  });
}
