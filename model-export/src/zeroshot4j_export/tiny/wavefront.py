"""Reads Wavefront OBJ models with their materials (MTL) and textures from an archive."""

from __future__ import annotations

import io
import logging
import posixpath
import zipfile
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

log = logging.getLogger(__name__)

MOST_TRIANGLES = 1_500_000
TEXTURE_PX = 512  # a view is about half as large: more detail would only flicker


class MeshError(ValueError):
    """A model that cannot be read. The message names the file and the line."""


@dataclass
class Material:
    """A material has a colour, ``diffuse``, or a texture; ``opacity`` is 0..1."""

    diffuse: tuple[float, ...] = (0.7, 0.7, 0.7)
    specular: tuple[float, ...] = (0.0, 0.0, 0.0)
    shininess: float = 20.0
    opacity: float = 1.0
    texture: np.ndarray | None = None  # uint8 [h,w,4]


@dataclass
class Mesh:
    """Triangles: rows of ``points`` [m,3], of ``uvs`` [m,3] (-1 = none), and one of ``materials`` each."""

    points: np.ndarray
    uvs: np.ndarray
    corners: np.ndarray
    uv_corners: np.ndarray
    material: np.ndarray
    materials: list[Material]


def load(archive: zipfile.ZipFile, name: str) -> Mesh:
    """The model in the archive's member ``name``; its materials and textures lie beside it."""
    reader = _Reader(archive, name)
    number, line = 0, ""
    try:
        text = archive.read(name).decode("utf-8", "replace").replace("\\\n", " ")
        for line in text.splitlines():
            number += 1
            reader.read(line.split())
    except MeshError as e:
        raise MeshError(f"{name}:{number}: {e}") from e
    except (ValueError, IndexError) as e:
        raise MeshError(f"{name}:{number}: line must hold numbers ({line.strip()[:60]})") from e
    except (KeyError, zipfile.BadZipFile, zipfile.zlib.error) as e:
        raise MeshError(f"{name}: {e}") from e
    return reader.mesh()


@dataclass
class _Reader:
    archive: zipfile.ZipFile
    name: str
    points: list = field(default_factory=list)
    uvs: list = field(default_factory=list)
    faces: list = field(default_factory=list)
    materials: list = field(default_factory=lambda: [Material()])
    rows: dict = field(default_factory=dict)
    current: int = 0

    def read(self, words: list[str]) -> None:
        if not words:
            return
        kind = words[0]
        if kind == "v":
            self.points.append((float(words[1]), float(words[2]), float(words[3])))
        elif kind == "vt":
            self.uvs.append((float(words[1]), float(words[2]) if len(words) > 2 else 0.0))
        elif kind == "f":
            self._face(words[1:])
        elif kind == "usemtl":
            self.current = self.rows.get(" ".join(words[1:]), 0)
        elif kind == "mtllib":
            for material, content in read_materials(self.archive, _beside(self.name, " ".join(words[1:]))).items():
                self.rows[material] = len(self.materials)
                self.materials.append(content)

    def _face(self, corners: list[str]) -> None:
        if len(corners) < 3:  # an edge: some modellers write them
            return
        if len(self.faces) >= MOST_TRIANGLES:
            raise MeshError(f"model must have at most {MOST_TRIANGLES} triangles")
        p, t = zip(*(self._corner(c) for c in corners), strict=True)
        for k in range(1, len(p) - 1):  # a fan, which is right for the convex polygons that modellers write
            self.faces.append((p[0], p[k], p[k + 1], t[0], t[k], t[k + 1], self.current))

    def _corner(self, corner: str) -> tuple[int, int]:
        parts = corner.split("/")
        point = _row(parts[0], self.points)
        if point < 0:
            raise MeshError(f"vertex ({parts[0]}) must be one of the {len(self.points)} read so far")
        # one of the catalogue's models names texture coordinates that it has not: it is drawn without them
        return point, _row(parts[1], self.uvs) if len(parts) > 1 and parts[1] else -1

    def mesh(self) -> Mesh:
        if not self.faces:
            raise MeshError(f"{self.name}: model must have faces")
        faces = np.array(self.faces, np.int64)
        return Mesh(np.array(self.points, np.float64), np.array(self.uvs or [(0, 0)], np.float64), faces[:, :3],
                    faces[:, 3:6], faces[:, 6], self.materials)


def _row(index: str, rows: list) -> int:
    """The row of an index, -1 if there is none: they count from 1, or backwards from the last row read so far."""
    i = int(index)
    row = i - 1 if i > 0 else len(rows) + i
    return row if 0 <= row < len(rows) else -1


def _beside(name: str, other: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), other.replace("\\", "/")))


def read_materials(archive: zipfile.ZipFile, name: str) -> dict[str, Material]:
    """The materials of an MTL file; without the file the model is grey."""
    materials: dict[str, Material] = {}
    try:
        text = archive.read(name).decode("utf-8", "replace")
    except KeyError:
        log.warning("%s is missing: its model is grey", name)
        return materials
    material = Material()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if words[0] == "newmtl":
            material = materials[" ".join(words[1:])] = Material()
        try:
            _read_material(archive, name, material, words[0], words[1:])
        except (ValueError, IndexError) as e:
            raise MeshError(f"{name}:{number}: line must hold numbers ({line.strip()[:60]})") from e
    return materials


def _read_material(archive: zipfile.ZipFile, name: str, material: Material, kind: str, values: list[str]) -> None:
    if kind == "Kd":
        material.diffuse = _colour(values)
    elif kind == "Ks":
        material.specular = _colour(values)
    elif kind == "Ns":
        material.shininess = float(values[0])
    elif kind in ("d", "Tr"):
        value = min(max(float(values[-1]), 0.0), 1.0)
        material.opacity = value if kind == "d" else 1 - value
    elif kind == "map_Kd":
        # options such as "-s 1 1 1" stand before the file's name, which may have spaces only without them
        file = values[-1] if values[0].startswith("-") else " ".join(values)
        material.texture = _texture(archive, posixpath.dirname(name), file)


def _colour(values: list[str]) -> tuple[float, ...]:
    numbers = [min(max(float(v), 0.0), 1.0) for v in values[:3]]
    return tuple(numbers if len(numbers) == 3 else numbers[:1] * 3)


def _texture(archive: zipfile.ZipFile, folder: str, file: str) -> np.ndarray | None:
    name = _beside(posixpath.join(folder, ""), file)
    if name not in archive.namelist():  # some are named as they lay on the modeller's disk
        base = posixpath.basename(name).lower()
        name = next((n for n in archive.namelist() if n.lower() == posixpath.join(folder, base).lower()), name)
    try:
        image = Image.open(io.BytesIO(archive.read(name))).convert("RGBA")
    except (KeyError, OSError) as e:
        log.warning("leaving out texture %s: %s", name, e)
        return None
    image.thumbnail((TEXTURE_PX, TEXTURE_PX), Image.Resampling.BOX)
    return np.asarray(image)
