"""Views of the Sweet Home 3D models: each is drawn from all around, in changing light, as a cut-out."""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import os
import zipfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from zeroshot4j_export.target import whole_file

from . import rasterise, wavefront

log = logging.getLogger(__name__)

VIEWS = 16
VIEW_PX = 240
_THIN = 0.2
_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Model:
    """A model in a furniture library: ``rotation`` (rows of a matrix) puts it upright with its front to +z.
    Of what is ``frontal`` the back is not drawn."""

    library: Path
    file: str
    rotation: tuple[float, ...] = _IDENTITY
    frontal: bool = False


@dataclass(frozen=True)
class View:
    model: Model
    number: int


def catalogued(library: Path, entry: dict, frontal: bool) -> Model:
    """The model of a catalogue's entry."""
    rotation = tuple(float(v) for v in entry["modelRotation"].split()) if "modelRotation" in entry else _IDENTITY
    return Model(library, entry["model"].lstrip("/"), rotation, frontal)


def draw(jobs: Iterable[tuple[View, Path]]) -> None:
    """Draws the views, those of a model together. A model that cannot be read is left out."""
    by_model: dict[Model, list[tuple[int, Path]]] = {}
    for view, file in jobs:
        by_model.setdefault(view.model, []).append((view.number, file))
    if not by_model:
        return
    log.info("drawing %d views of %d models", sum(map(len, by_model.values())), len(by_model))
    # not forked: the threads of torch do not survive that
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(by_model)), multiprocessing.get_context("spawn")) as pool:
        for reason in pool.map(_draw_model, by_model, by_model.values()):
            if reason:
                log.warning("leaving out %s", reason)


def _draw_model(model: Model, views: list[tuple[int, Path]]) -> str | None:
    """Draws one model; returns why it could not."""
    try:
        subject = read(model)
    except (wavefront.MeshError, OSError, zipfile.BadZipFile) as e:
        return str(e)
    for number, file in views:
        image = picture(subject, model, number)
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(file) as part:
            image.save(part, format="PNG")
    return None


def read(model: Model) -> rasterise.Model:
    with zipfile.ZipFile(model.library) as archive:
        mesh = wavefront.load(archive, model.file)
    mesh.points = mesh.points @ np.reshape(model.rotation, (3, 3)).T
    return rasterise.model(mesh)


def picture(subject: rasterise.Model, model: Model, number: int) -> Image.Image:
    """View ``number`` of ``VIEWS``: camera and light follow from it and the model's name."""
    digest = hashlib.sha256(f"zeroshot4j-tiny-1/mesh/{model.file}/{number}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    used = subject.mesh.points[np.unique(subject.mesh.corners)]
    camera = _camera(rng, number, model.frontal, *np.ptp(used, axis=0))
    return Image.fromarray(rasterise.render(subject, camera, _light(rng, camera.azimuth), VIEW_PX))


def _camera(rng: np.random.Generator, number: int, frontal: bool, width: float, height: float, depth: float):
    turn = 2 * (number + rng.uniform(0, 1)) / VIEWS - 1
    # all around, more of them of the front; of what is flat the edge shows as little as the back
    flat = depth < _THIN * max(width, height)
    azimuth = 65 * turn if frontal or flat else 180 * np.sign(turn) * abs(turn) ** 1.3
    kind = rng.random()
    elevation = rng.uniform(-4, 5) if kind < 0.1 else rng.uniform(5, 40) if kind < 0.85 else rng.uniform(40, 65)
    if height < _THIN * max(width, depth):
        elevation = rng.uniform(30, 85)
    return rasterise.Camera(azimuth, elevation, rng.normal(0, 3), rng.uniform(15, 50))


def _light(rng: np.random.Generator, azimuth: float) -> rasterise.Light:
    """The key light comes from above on the camera's side, so that no view is all shade."""
    around, up = np.radians(azimuth + rng.uniform(-70, 70)), np.radians(rng.uniform(20, 75))
    warmth = rng.normal(0, 0.06)
    tint = np.array([1 + warmth, 1, 1 - warmth])
    ambient = rng.uniform(0.5, 0.75)
    key = rng.uniform(1.1, 1.45) - ambient
    ground = ambient * rng.uniform(0.55, 0.85)
    return rasterise.Light((np.sin(around) * np.cos(up), np.sin(up), np.cos(around) * np.cos(up)),
                           tuple(key * tint), tuple(ambient * (2 - tint)), (ground,) * 3)
