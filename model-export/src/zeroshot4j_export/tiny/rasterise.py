"""Draws triangles: perspective, z-buffer, textures, two-sided light, transparency; anti-aliased by supersampling."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numba
import numpy as np

from .wavefront import Material, Mesh

CREASE = math.cos(math.radians(40))  # edges that are sharper than this stay sharp
_SPECULAR = 0.35
_GREY = 12


@dataclass(frozen=True)
class Light:
    """A key light from ``direction`` (towards it, in the model's axes) and light of a sky and a ground."""

    direction: tuple[float, float, float]
    key: tuple[float, float, float]
    sky: tuple[float, float, float]
    ground: tuple[float, float, float]


@dataclass(frozen=True)
class Camera:
    """Looks at the model's centre. Angles in degrees; azimuth 0 sees the front (+z), y is up."""

    azimuth: float
    elevation: float
    roll: float
    field_of_view: float

    def axes(self) -> np.ndarray:
        """Rows: right, up and backwards of the camera."""
        a, e, r = (math.radians(v) for v in (self.azimuth, self.elevation, self.roll))
        back = np.array([math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)])
        right = np.array([math.cos(a), 0.0, -math.sin(a)])
        up = np.cross(back, right)
        return np.stack([right * math.cos(r) + up * math.sin(r), up * math.cos(r) - right * math.sin(r), back])


@dataclass
class Model:
    """A mesh with what all its views share: normals per corner, and its textures in one row."""

    mesh: Mesh
    normals: np.ndarray
    texels: np.ndarray
    textures: np.ndarray  # per material: first texel, width, height (0 = none)
    surfaces: np.ndarray  # per material: diffuse, specular, shininess, opacity, tint of the texture


def model(mesh: Mesh) -> Model:
    order = np.argsort(mesh.corners.ravel(), kind="stable")
    start = np.searchsorted(mesh.corners.ravel()[order], np.arange(len(mesh.points) + 1))
    normals = _normals(mesh.points, mesh.corners, order // 3, start)
    texels, textures, end = [np.zeros((1, 4), np.uint8)], [], 1
    for m in mesh.materials:
        h, w = m.texture.shape[:2] if m.texture is not None else (0, 0)
        textures.append((end, w, h))
        if w:
            texels.append(m.texture.reshape(-1, 4))
            end += w * h
    surfaces = [(*m.diffuse, *m.specular, max(m.shininess, 1.0), m.opacity, *_tint(m)) for m in mesh.materials]
    return Model(mesh, normals, np.concatenate(texels), np.array(textures, np.int64), np.array(surfaces, np.float64))


def _tint(material: Material) -> tuple[float, ...]:
    """The colour of a grey texture. One in colours has its own: any grey, colour or black is written beside it."""
    if material.texture is None:
        return 1.0, 1.0, 1.0
    grey = np.ptp(material.texture[..., :3].astype(int), axis=2).mean() < _GREY
    brightest = max(material.diffuse)
    return tuple(d / brightest for d in material.diffuse) if grey and brightest > 0 else (1.0, 1.0, 1.0)


def render(subject: Model, camera: Camera, light: Light, px: int, margin: int = 4, samples: int = 3) -> np.ndarray:
    """RGBA, uint8 [h,w,4], not premultiplied: the model's longer side is ``px``, and around it is a margin."""
    mesh, axes = subject.mesh, camera.axes()
    used = np.unique(mesh.corners)
    middle = (mesh.points[used].min(0) + mesh.points[used].max(0)) / 2
    seen = (mesh.points - middle) @ axes.T
    radius = np.linalg.norm(seen[used], axis=1).max() or 1.0
    depth = 1.02 * radius / math.sin(math.radians(camera.field_of_view) / 2) - seen[:, 2]
    flat = seen[:, :2] / depth[:, None] * (1, -1)
    low, size = flat[used].min(0), np.ptp(flat[used], axis=0)
    scale = px / max(size.max(), 1e-9)
    width, height = (max(1, math.ceil(s * scale - 1e-6)) + 2 * margin for s in size)
    screen = np.column_stack([((flat - low) * scale + margin) * samples, 1 / depth])
    opacity = subject.surfaces[mesh.material, 7]
    solid = np.flatnonzero(opacity >= 0.999)
    glass = np.flatnonzero((opacity < 0.999) & (opacity > 0.004))
    glass = glass[np.argsort(screen[mesh.corners[glass], 2].mean(1), kind="stable")]  # the farthest first
    colour = np.zeros((height * samples, width * samples, 4))
    nearest = np.zeros(colour.shape[:2])
    lights = np.array([light.direction, light.key, light.sky, light.ground], float)
    lights[0] /= np.linalg.norm(lights[0])
    for rows, blend in ((solid, False), (glass, True)):
        _draw(rows, blend, screen, mesh.corners, mesh.uvs, mesh.uv_corners, mesh.material, subject.normals,
              subject.texels, subject.textures, subject.surfaces, axes[2], lights, colour, nearest)
    small = colour.reshape(height, samples, width, samples, 4).mean((1, 3))
    small[..., :3] /= np.maximum(small[..., 3:], 1e-6)
    return (small.clip(0, 1) * 255 + 0.5).astype(np.uint8)


@numba.njit
def _normals(points, corners, faces, start):
    """Unit normals [m,3,3]: per corner the mean over the faces round its vertex that bend little from its own.

    Faces may be wound either way round: one that points the other way counts reversed.
    """
    own = np.zeros((len(corners), 3))
    for f in range(len(corners)):
        a, b, c = points[corners[f, 0]], points[corners[f, 1]], points[corners[f, 2]]
        own[f] = np.cross(b - a, c - a)  # twice the area long, so large faces count more
    length = np.sqrt((own ** 2).sum(1))
    normals = np.zeros((len(corners), 3, 3))
    for f in range(len(corners)):
        for k in range(3):
            total = own[f].copy()
            vertex = corners[f, k]
            for i in range(start[vertex], start[vertex + 1]):
                g = faces[i]
                cosine = _dot(own[f], own[g])
                if g != f and abs(cosine) > CREASE * length[f] * length[g]:
                    sign = 1.0 if cosine > 0 else -1.0
                    for d in range(3):
                        total[d] += sign * own[g, d]
            normals[f, k] = total / max(1e-12, math.sqrt(_dot(total, total)))
    return normals


@numba.njit
def _draw(rows, blend, screen, corners, uvs, uv_corners, material, normals, texels, textures, surfaces, view, lights,
          colour, nearest):
    """Draws the triangles ``rows`` into ``colour`` (premultiplied) and, unless they blend, into ``nearest`` (1/depth)."""
    height, width = nearest.shape
    weight = np.zeros(3)
    normal = np.zeros(3)
    shaded = np.zeros(3)
    for f in rows:
        a, b, c = screen[corners[f, 0]], screen[corners[f, 1]], screen[corners[f, 2]]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if abs(area) < 1e-9:
            continue
        surface, (first, tw, th) = surfaces[material[f]], textures[material[f]]
        for y in range(max(0, math.ceil(min(a[1], b[1], c[1]) - 0.5)),
                       min(height - 1, math.floor(max(a[1], b[1], c[1]) - 0.5)) + 1):
            for x in range(max(0, math.ceil(min(a[0], b[0], c[0]) - 0.5)),
                           min(width - 1, math.floor(max(a[0], b[0], c[0]) - 0.5)) + 1):
                px, py = x + 0.5, y + 0.5
                weight[0] = ((b[0] - px) * (c[1] - py) - (b[1] - py) * (c[0] - px)) / area
                weight[1] = ((c[0] - px) * (a[1] - py) - (c[1] - py) * (a[0] - px)) / area
                weight[2] = 1 - weight[0] - weight[1]
                if min(weight[0], weight[1], weight[2]) < -1e-9:
                    continue
                near = weight[0] * a[2] + weight[1] * b[2] + weight[2] * c[2]
                if near <= nearest[y, x]:
                    continue
                for k in range(3):  # what is linear on the triangle is linear over 1/depth on the screen
                    weight[k] *= screen[corners[f, k], 2] / near
                red, green, blue = surface[0], surface[1], surface[2]
                if tw > 0 and min(uv_corners[f, 0], uv_corners[f, 1], uv_corners[f, 2]) >= 0:
                    u, v = 0.0, 0.0
                    for k in range(3):
                        u += weight[k] * uvs[uv_corners[f, k], 0]
                        v += weight[k] * uvs[uv_corners[f, k], 1]
                    texel = texels[first + int((1 - (v - math.floor(v))) * th * 0.9999999) * tw
                                   + int((u - math.floor(u)) * tw * 0.9999999)]
                    if texel[3] < 128:  # leaves and the like are cut out of their textures
                        continue
                    red, green, blue = (surface[8] * texel[0] / 255, surface[9] * texel[1] / 255,
                                        surface[10] * texel[2] / 255)
                for i in range(3):
                    normal[i] = (weight[0] * normals[f, 0, i] + weight[1] * normals[f, 1, i]
                                 + weight[2] * normals[f, 2, i])
                _shade(normal, view, lights, red, green, blue, surface, shaded)
                opacity = surface[7] if blend else 1.0
                for i in range(3):
                    colour[y, x, i] = shaded[i] * opacity + colour[y, x, i] * (1 - opacity)
                colour[y, x, 3] = opacity + colour[y, x, 3] * (1 - opacity)
                if not blend:
                    nearest[y, x] = near


@numba.njit
def _shade(normal, view, lights, red, green, blue, surface, shaded):
    """Light of sky and ground, the key light, and a highlight; both sides of a surface are lit alike."""
    length = max(1e-12, math.sqrt(_dot(normal, normal)))
    if _dot(normal, view) < 0:
        length = -length
    direct = max(0.0, _dot(normal, lights[0]) / length)
    highlight = 0.0
    if direct > 0:
        # half-way between light and view: both are of unit length
        facing = (_dot(normal, lights[0]) + _dot(normal, view)) / length
        facing /= max(1e-6, math.sqrt(2 + 2 * _dot(lights[0], view)))
        highlight = _SPECULAR * max(0.0, facing) ** surface[6]
    above = 0.5 + 0.5 * normal[1] / length
    for i in range(3):
        base = red if i == 0 else green if i == 1 else blue
        lit = lights[2, i] * above + lights[3, i] * (1 - above) + lights[1, i] * direct
        shaded[i] = min(1.0, base * lit + surface[3 + i] * lights[1, i] * highlight)


@numba.njit
def _dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
