/** What the panels may do; each name is one operation. */

import { compareWith } from "../operations/compare";
import { type ForkRequest, startFork } from "../operations/fork";
import type { PlacementRequest, RunRequest } from "../operations/jobs";
import { cancelJob, clearPlacement, startPlacement, startRun } from "../operations/jobs";
import { openCity, openRun, report, restyle } from "../operations/open";
import { choosePlace } from "../operations/place";
import {
  choosePoint,
  closeStudy,
  hold,
  moveTo,
  openStudy,
  replayPlan,
  startStudy,
  undoMove,
} from "../operations/reserve";
import type { Clock } from "../state/clock";
import { advance, stepBy, togglePlay } from "../state/clock";
import { type CockpitStore, type Panel, runSpan } from "../state/cockpit";

export interface Actions {
  readonly togglePlay: () => void;
  readonly stepBy: (steps: number) => void;
  readonly scrub: (time_s: number) => void;
  readonly setClock: (change: Partial<Clock>) => void;
  readonly pass: (seconds: number) => void;
  readonly choosePlace: (code: string) => void;
  readonly openCity: (name: string) => void;
  readonly openRun: (id: string | null) => void;
  readonly compareWith: (id: string | null) => void;
  readonly toggleLayer: (id: string, isShown: boolean) => void;
  readonly togglePanel: (panel: Panel) => void;
  readonly toggleLeaders: () => void;
  readonly switchLanguage: () => void;
  readonly switchTheme: () => void;
  readonly startRun: (request: RunRequest) => void;
  readonly startFork: (request: ForkRequest) => void;
  readonly startPlacement: (request: PlacementRequest) => void;
  readonly clearPlacement: () => void;
  readonly startStudy: (question: string) => void;
  readonly openStudy: (id: string) => void;
  readonly closeStudy: () => void;
  readonly choosePoint: (point: number) => void;
  readonly holdDepot: (facility: string) => void;
  readonly moveDepot: (to: string | null) => void;
  readonly undoMove: () => void;
  readonly replayPlan: () => void;
  readonly cancelJob: () => void;
  readonly closeCard: () => void;
  readonly dismiss: () => void;
  readonly home: () => void;
}

export function makeActions(store: CockpitStore, home: () => void): Actions {
  const attempt = (work: Promise<unknown>): void => {
    work.catch((problem: unknown) => report(store, problem));
  };
  const setClock = (change: Partial<Clock>): void =>
    store.set({ clock: { ...store.state.clock, ...change } });
  const withSpan = (
    change: (clock: Clock, span: NonNullable<ReturnType<typeof runSpan>>) => Clock,
  ): void => {
    const span = runSpan(store.state.run);
    if (span) {
      store.set({ clock: change(store.state.clock, span) });
    }
  };
  return {
    setClock,
    togglePlay: () => withSpan(togglePlay),
    stepBy: (steps) => withSpan((clock, span) => stepBy(clock, span, steps)),
    scrub: (time_s) => setClock({ time_s }),
    pass: (seconds) => withSpan((clock, span) => advance(clock, span, seconds)),
    choosePlace: (code) => attempt(choosePlace(store, code)),
    openCity: (name) => attempt(openCity(store, name)),
    openRun: (id) => attempt(openRun(store, id)),
    compareWith: (id) => attempt(compareWith(store, id)),
    toggleLayer: (id, isShown) =>
      store.set({ chosenLayers: { ...store.state.chosenLayers, [id]: isShown } }),
    togglePanel: (panel) => store.set({ panel: store.state.panel === panel ? null : panel }),
    toggleLeaders: () => store.set({ isLeadersOpen: !store.state.isLeadersOpen }),
    switchLanguage: () => {
      store.set({ language: store.state.language === "zh" ? "en" : "zh" });
      attempt(restyle(store));
    },
    switchTheme: () => {
      store.set({ theme: store.state.theme === "dark" ? "light" : "dark" });
      attempt(restyle(store));
    },
    startRun: (request) => attempt(startRun(store, request)),
    startFork: (request) => attempt(startFork(store, request)),
    startPlacement: (request) => attempt(startPlacement(store, request)),
    clearPlacement: () => clearPlacement(store),
    startStudy: (question) => attempt(startStudy(store, question)),
    openStudy: (id) => attempt(openStudy(store, id)),
    closeStudy: () => closeStudy(store),
    choosePoint: (point) => attempt(choosePoint(store, point)),
    holdDepot: (facility) => hold(store, facility),
    moveDepot: (to) => attempt(moveTo(store, to)),
    undoMove: () => attempt(undoMove(store)),
    replayPlan: () => attempt(replayPlan(store)),
    cancelJob: () => attempt(cancelJob(store)),
    closeCard: () => store.set({ card: null }),
    dismiss: () => store.set({ problem: null }),
    home: () => {
      const top = [...store.state.places.values()].find((place) => place.level === "city");
      if (top) {
        attempt(choosePlace(store, top.code));
      }
      home();
    },
  };
}
