"""A set of scenes as a directory: pictures and ``annotations.json`` in COCO's instances format."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.target import whole_directory
from zeroshot4j_export.tiny import sources

from . import IMAGES, SETS, pools
from .backgrounds import PHOTOS
from .compose import KINDS, Composer, Scene

VERSION = 1  # of the way scenes are made: another number, other scenes
_PHOTO_SOURCES = tuple(sorted({p.source for p in PHOTOS}))


def check_work(work: Path) -> None:
    """Whether the pictures are there."""
    for needed in (work / "art" / "index.json", *(sources.source_dir(work, k) for k in _PHOTO_SOURCES)):
        if not needed.exists():
            raise ExportError(f"{work} must have {needed.relative_to(work)}: run tiny --work {work} prepare")


def write_set(
    work: Path, out: Path, set_: str, split: str, count: int = IMAGES, seed: int = 1, force: bool = False, log: Callable = print
) -> None:
    """Writes so many scenes of a set and split; all, or nothing."""
    with whole_directory(out, force, "a set of scenes", "annotations.json") as directory:
        document = _write(Composer(work, set_, split), directory, _name(set_, split, seed), count)
        document["info"] = _info(set_, split, seed)
        (directory / "annotations.json").write_text(_lines(document), encoding="utf-8")
    log(f"wrote {out}: {len(document['images'])} images, {len(document['annotations'])} objects")


def _write(composer: Composer, directory: Path, name: str, count: int) -> dict:
    """Writes the pictures and returns what is in them. Each comes from a seed of its own: more leave the first as they are."""
    ids = {n: i for i, n in enumerate(composer.concepts, 1)}
    images, annotations = [], []
    for i, kind in enumerate(_deal(count, random.Random(name)), 1):
        scene = composer.scene(kind, random.Random(f"{name}/{i}"))
        file = f"{i:04}.png"
        scene.image.save(directory / file, compress_level=1)
        present = {ids[o.cutout.concept] for o in scene.objects}
        images.append({
            "id": i, "file_name": file, "width": scene.image.width, "height": scene.image.height, "tags": [kind],
            "asked": sorted([*present, *(ids[c.name] for c in scene.absent)]), "background": scene.background.origin})
        annotations += _annotations(composer.work, scene, i, len(annotations), ids)
    categories = [{"id": i, "name": n, "supercategory": composer.concepts[n].hypernyms[0]} for n, i in ids.items()]
    return {"info": {}, "images": images, "annotations": annotations, "categories": categories}


def _name(set_: str, split: str, seed: int) -> str:
    return f"zeroshot4j-scenes-{VERSION}/{set_}/{split}/{seed}"


def _deal(count: int, rng: random.Random) -> list[str]:
    """Kinds for so many scenes, each as often as any other, or once more."""
    dealt: list[str] = []
    while len(dealt) < count:
        dealt += rng.sample(list(KINDS), len(KINDS))
    return dealt[:count]


def _annotations(work: Path, scene: Scene, image: int, before: int, ids: dict[str, int]) -> list[dict]:
    return [{
        "id": before + i, "image_id": image, "category_id": ids[o.cutout.concept], "bbox": box_of(seen),
        "area": int(seen.sum()), "iscrowd": 0, "segmentation": run_lengths(seen),
        "picture": f"{o.cutout.source}/{o.cutout.name}", "picture_sha256": pools.digest(work, o.cutout),
    } for i, (o, seen) in enumerate(zip(scene.objects, scene.seen, strict=True), 1)]


def box_of(mask: np.ndarray) -> list[int]:
    """COCO's [x, y, width, height] of the mask's pixels."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return [int(v) for v in (columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)]


def run_lengths(mask: np.ndarray) -> dict:
    """COCO's uncompressed run lengths: column by column, beginning with the pixels that are not in the mask."""
    flat = np.concatenate([[False], mask.ravel(order="F")])
    return {"size": list(mask.shape), "counts": np.diff([0, *np.flatnonzero(np.diff(flat)), mask.size]).tolist()}


def _info(set_: str, split: str, seed: int) -> dict:
    used = [sources.by_key(k).spec for k in (*SETS[set_], *_PHOTO_SOURCES)]
    return {"description": f"zeroshot4j scenes, set {set_}, split {split}", "version": str(VERSION), "set": set_,
            "split": split, "seed": seed, "clutter": list(pools.CLUTTER),
            "versions": {"packages": used, "pillow": PIL.__version__, "numpy": np.__version__}}


def _lines(document: dict) -> str:
    """JSON with one record a line."""
    parts = []
    for key, value in document.items():
        text = "[\n" + ",\n".join(json.dumps(v) for v in value) + "\n]" if isinstance(value, list) else json.dumps(value)
        parts.append(f'"{key}": {text}')
    return "{" + ",\n".join(parts) + "}\n"
