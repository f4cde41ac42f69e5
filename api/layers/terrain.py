"""The layer of the ground: hills shaded by a low sun, fading out at the edge of the city."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from api.layers.colours import Palette
from api.layers.definition import FLAT, Dress, Layer
from api.layers.palette import ramp
from api.layers.scene import Scene, words
from gis.crs import to_degrees
from twin.terrain import Terrain

SUN_AZIMUTH, SUN_HEIGHT = 315.0, 38.0
"""Direction the light comes from and its height [degrees], as on printed relief maps."""
EXAGGERATION = 2.2
SIDE_PIXELS = 1400
"""The longer side of the image is brought near this size, so that shading is smooth."""
MARGIN = 0.06
"""Share of the image on each side over which the ground fades out."""
Corners = list[list[float]]


def corners(
    terrain: Terrain, crs: str, *, window: tuple[int, int, int, int] | None = None
) -> Corners:
    """Corners of a raster or a window of it, in BitmapLayer's order: sw, nw, ne, se [degrees].

    Args:
        terrain: The raster.
        crs: Its CRS.
        window: First row, end row, first column, end column; the whole raster when None.
    """
    rows, columns = terrain.elevation_m.shape
    top, bottom, left, right = window or (0, rows, 0, columns)
    west, east = terrain.west + left * terrain.cell_m, terrain.west + right * terrain.cell_m
    north, south = terrain.north - top * terrain.cell_m, terrain.north - bottom * terrain.cell_m
    x, y = np.array([west, west, east, east]), np.array([south, north, north, south])
    lon, lat = to_degrees(x, y, crs=crs)
    return [[round(float(a), 7), round(float(b), 7)] for a, b in zip(lon, lat, strict=True)]


def hillshade(elevation_m: NDArray[np.float32], cell_m: float) -> NDArray[np.float64]:
    """Brightness of a surface under the sun, 0-2, where level ground has 1 (Lambert's cosine law).

    Args:
        elevation_m: Ground [m], shape ``(rows, columns)``, at least two of each.
        cell_m: Side of a cell [m].
    """
    north_to_south, west_to_east = np.gradient(elevation_m.astype(np.float64), cell_m)
    x, y = -EXAGGERATION * west_to_east, EXAGGERATION * north_to_south
    azimuth, height = np.radians(SUN_AZIMUTH), np.radians(SUN_HEIGHT)
    sun = (np.sin(azimuth) * np.cos(height), np.cos(azimuth) * np.cos(height), np.sin(height))
    light = (x * sun[0] + y * sun[1] + sun[2]) / np.sqrt(x**2 + y**2 + 1)
    return np.asarray(np.clip(light / sun[2], 0.0, 2.0))


def picture(terrain: Terrain, palette: Palette, *, side_pixels: int = SIDE_PIXELS) -> bytes:
    """The ground as PNG: tinted by elevation, shaded by slope, fading at the border."""
    ground = _enlarged(terrain, side_pixels)
    scale = terrain.elevation_m.shape[0] / ground.shape[0]
    low, high = float(ground.min()), float(ground.max())
    place = (ground - low) / (high - low) if high > low else np.zeros_like(ground)
    tints = np.asarray(ramp(palette.hills, 256), dtype=np.float64)
    colour = tints[(np.sqrt(place) * 255).astype(np.int64)]
    light = hillshade(ground, terrain.cell_m * scale) if min(ground.shape) > 1 else np.ones(1)
    shade = 1 + palette.shade * (np.broadcast_to(light, ground.shape) - 1)
    colour[..., :3] = np.clip(colour[..., :3] * shade[..., None], 0, 255)
    colour[..., 3] = 255 * _fade(ground.shape)
    out = io.BytesIO()
    Image.fromarray(colour.astype(np.uint8), "RGBA").save(out, "PNG", compress_level=6)
    return out.getvalue()


def _enlarged(terrain: Terrain, side_pixels: int) -> NDArray[np.float32]:
    rows, columns = terrain.elevation_m.shape
    factor = side_pixels / max(rows, columns)
    size = (max(round(columns * factor), 1), max(round(rows * factor), 1))
    image = Image.fromarray(terrain.elevation_m).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.float32)


def _fade(shape: tuple[int, ...]) -> NDArray[np.float64]:
    sides = []
    for length in shape[:2]:
        at = (np.arange(length) + 0.5) / length
        near = np.clip(np.minimum(at, 1 - at) / MARGIN, 0, 1)
        sides.append(near * near * (3 - 2 * near))
    return np.outer(sides[0], sides[1])


def _dress(scene: Scene) -> Dress:
    style = {
        "@@type": "BitmapLayer",
        "id": "terrain",
        "image": scene.href(
            "terrain",
            "image.png",
            **scene.look() | {"language": None},
            v=scene.city.release[:12] or None,
        ),
        "bounds": corners(scene.city.terrain, scene.city.crs),
        "parameters": FLAT,
    }
    return Dress(style=[style])


LAYER = Layer(
    id="terrain",
    title=words("地形", "Terrain"),
    kind="base",
    order=0,
    visible=True,
    encoding="raster",
    dress=_dress,
    leaf="image.png",
)
