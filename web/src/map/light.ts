/** The light of the scene, as the server describes it. */

import { AmbientLight, DirectionalLight, LightingEffect } from "@deck.gl/core";
import type { Scene } from "../api/types";

export function makeEffects(scene: Scene): LightingEffect[] {
  return scene.effects.map(({ ambient, sun }) => {
    const lights = {
      ambient: new AmbientLight({ color: [...ambient.color], intensity: ambient.intensity }),
      sun: new DirectionalLight({
        color: [...sun.color],
        intensity: sun.intensity,
        direction: [...(sun.direction ?? [0, 0, -1])],
      }),
    };
    return new LightingEffect(lights);
  });
}
