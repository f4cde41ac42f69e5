/** The one clock of the page: pure functions from clock to clock. Times are seconds from T0. */

export interface Span {
  readonly start_s: number;
  readonly end_s: number;
  readonly step_s: number;
}

export interface Clock {
  readonly time_s: number;
  readonly isPlaying: boolean;
  readonly isLooping: boolean;
  /** Simulated seconds per second of the viewer. */
  readonly speed: number;
}

export const SPEEDS: readonly number[] = [1, 60, 300, 900, 3600, 10_800];

export const restingClock: Clock = { time_s: 0, isPlaying: false, isLooping: false, speed: 900 };

export function clampTime(span: Span, time_s: number): number {
  return Math.max(span.start_s, Math.min(span.end_s, time_s));
}

/** Lets `seconds` of the viewer pass; at the end it begins again or rests. */
export function advance(clock: Clock, span: Span, seconds: number): Clock {
  if (!clock.isPlaying) {
    return clock;
  }
  const time_s = clock.time_s + seconds * clock.speed;
  if (time_s < span.end_s) {
    return { ...clock, time_s };
  }
  return clock.isLooping
    ? { ...clock, time_s: span.start_s }
    : { ...clock, time_s: span.end_s, isPlaying: false };
}

/** Starts or rests; at the end, play begins again from the start. */
export function togglePlay(clock: Clock, span: Span): Clock {
  const isOver = clock.time_s >= span.end_s;
  return {
    ...clock,
    isPlaying: !clock.isPlaying,
    time_s: !clock.isPlaying && isOver ? span.start_s : clock.time_s,
  };
}

export function stepCount(span: Span): number {
  return Math.floor((span.end_s - span.start_s) / span.step_s) + 1;
}

export function stepAt(span: Span, time_s: number): number {
  const step = Math.floor((clampTime(span, time_s) - span.start_s) / span.step_s);
  return Math.min(step, stepCount(span) - 1);
}

/** Moves to the next step's moment, or to an earlier one where `steps` is negative, and rests. */
export function stepBy(clock: Clock, span: Span, steps: number): Clock {
  const here = (clock.time_s - span.start_s) / span.step_s;
  const step = steps > 0 ? Math.floor(here) + steps : Math.ceil(here) + steps;
  return {
    ...clock,
    isPlaying: false,
    time_s: clampTime(span, span.start_s + step * span.step_s),
  };
}

/** Gives the share of the way from the step's moment to the next step's, 0..1. */
export function stepFraction(span: Span, time_s: number): number {
  const elapsed = clampTime(span, time_s) - span.start_s;
  return (elapsed % span.step_s) / span.step_s;
}
