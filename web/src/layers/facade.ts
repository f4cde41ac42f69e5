/** Extruded polygons with light on their walls: darker at the foot, windows on the storeys.
 *
 * Light only: every value multiplies the colour that the server's palette gave, so a building that
 * the palette darkens loses its lit windows too.
 */

import { SolidPolygonLayer } from "@deck.gl/layers";

const vertexDeclarations = `
out vec2 facade_position;
out float facade_isWall;
flat out float facade_seed;
`;

// On a wall `positions.x` runs along it and `positions.y` from its foot to its eaves.
const vertexWall = `
#ifdef IS_SIDE_VERTEX
vec2 facade_edge = (nextVertexPositions.xy - vertexPositions.xy)
  * vec2(cos(radians(project.coordinateOrigin.y)), 1.0) * 111320.0;
facade_position = vec2(positions.x * length(facade_edge), positions.y * elevations);
facade_isWall = 1.0;
facade_seed = fract(dot(vertexPositions.xy, vec2(91357.13, 47351.71)));
#else
facade_position = vec2(0.0, elevations);
facade_isWall = 0.0;
facade_seed = 0.0;
#endif
`;

const fragmentDeclarations = `
in vec2 facade_position;
in float facade_isWall;
flat in float facade_seed;
float facade_hash(vec2 p) { return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453); }
`;

/** The foot of a wall is darker by night, when the light comes from above. */
const fragmentWall = (foot: string): string => `
if (!bool(picking.isActive)) {
  float shade = mix(${foot}, 1.0, smoothstep(0.0, 26.0, facade_position.y));
  color.rgb *= mix(1.08, shade, facade_isWall);
}
`;

const fragmentWindows = `
if (!bool(picking.isActive) && facade_isWall > 0.5) {
  vec2 bay = facade_position / vec2(4.2, 3.3);
  vec2 pixel = fwidth(bay);
  float near = 1.0 - smoothstep(0.25, 0.8, max(pixel.x, pixel.y));
  vec2 inside = fract(bay);
  vec2 pane = step(vec2(0.24, 0.3), inside) * step(inside, vec2(0.76, 0.74));
  float lit = step(0.66, facade_hash(floor(bay) + facade_seed * 571.0));
  float glow = mix(0.15, pane.x * pane.y * lit, near);
  color.rgb += color.rgb * vec3(2.3, 1.75, 1.05) * glow;
}
`;

const NIGHT = fragmentWall("0.5") + fragmentWindows;
const DAY = fragmentWall("0.82");

/** Walls by night: windows lit. */
export class FacadeLayer extends SolidPolygonLayer {
  static override layerName = "FacadeLayer";

  protected get light(): string {
    return NIGHT;
  }

  override getShaders(type: string): ReturnType<SolidPolygonLayer["getShaders"]> {
    const shaders = super.getShaders(type);
    return {
      ...shaders,
      inject: {
        ...shaders.inject,
        "vs:#decl": vertexDeclarations,
        "vs:#main-end": vertexWall,
        "fs:#decl": fragmentDeclarations,
        "fs:DECKGL_FILTER_COLOR": this.light,
      },
    };
  }
}

/** Walls by day. */
export class DayFacadeLayer extends FacadeLayer {
  static override layerName = "DayFacadeLayer";

  protected override get light(): string {
    return DAY;
  }
}
