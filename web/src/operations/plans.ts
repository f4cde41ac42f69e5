/** What the server has of reserve studies: which there are, and the layers of a plan. */

import { getItems } from "../api/client";
import type { Question, StudyItem } from "../api/studies";
import type { LayerSpec } from "../api/types";
import type { CockpitStore } from "../state/cockpit";
import type { Reserve } from "../state/reserve";

export async function refreshStudies(store: CockpitStore): Promise<void> {
  const { city } = store.state;
  if (!city) {
    return;
  }
  const [studies, questions] = await Promise.all([
    getItems<StudyItem>(`/api/studies?city=${encodeURIComponent(city.name)}`),
    getItems<Question>("/api/questions"),
  ]);
  store.set({ studies, questions });
}

export async function planLayers(
  store: CockpitStore,
  { study, plan }: Reserve,
): Promise<readonly LayerSpec[]> {
  const { theme, language } = store.state;
  const look = `theme=${theme}&language=${language}`;
  return getItems<LayerSpec>(`/api/studies/${study.study}/plans/${plan}/layers?${look}`);
}
