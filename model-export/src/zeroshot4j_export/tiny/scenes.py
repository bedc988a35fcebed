"""Seeded scenes with known truth: cut-outs on photos that training never saw."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
from PIL import Image

from . import bank, sources
from .artwork import Cutout, load_index, trim
from .concepts import Concept, article, load

SIDE = 1024
SMALLEST, LARGEST = 170, 420
ABSENT_PER_SCENE = 4


def background(work: Path, rng: random.Random, side: int = SIDE) -> Image.Image:
    """A crop of a held-out photo, or (one in four) a procedural background of a seed of its own."""
    if rng.random() < 0.25:
        small = bank.procedural_background(np.random.default_rng(1_000_000 + rng.getrandbits(31)), 256)
        return Image.fromarray(small.transpose(1, 2, 0)).resize((side, side), Image.Resampling.BICUBIC)
    name = rng.choice([n for n, p in sources.PHOTOS.items() if p["use"] == "test"])
    photo = bank.photo(work, name)
    crop = int(min(photo.size) * rng.uniform(0.5, 1.0))
    x, y = rng.randint(0, photo.width - crop), rng.randint(0, photo.height - crop)
    part = photo.crop((x, y, x + crop, y + crop)).resize((side, side), Image.Resampling.BICUBIC)
    return part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else part


def place(scene: Image.Image, cutout: Image.Image, x: int, y: int, px: int) -> tuple[int, int, int, int]:
    """Pastes a cut-out whose longer side becomes ``px``; returns the box of its visible pixels."""
    picture = scaled(cutout, px)
    scene.paste(picture, (x, y), picture)
    left, top, right, bottom = visible(picture).getbbox()
    return x + left, y + top, x + right, y + bottom


def scaled(cutout: Image.Image, px: float) -> Image.Image:
    """The cut-out at a size whose longer side is ``px``."""
    factor = px / max(cutout.size)
    size = tuple(max(1, round(s * factor)) for s in cutout.size)
    return cutout.convert("RGBa").resize(size, Image.Resampling.BICUBIC).convert("RGBA")


def visible(picture: Image.Image) -> Image.Image:
    """The pixels that count as the object's: 255 where alpha is above 64, 0 elsewhere."""
    return picture.getchannel("A").point(lambda a: 255 if a > 64 else 0)


def related(a: Concept, b: Concept) -> bool:
    """Whether one may pass for the other, so that asking for it proves nothing."""
    words_a, words_b = ({w for n in c.names for w in n.lower().split()} for c in (a, b))
    shared = set(a.hypernyms) & set(b.hypernyms) - {"object", "animal", "food", "plant", "building"}
    return bool(words_a & words_b) or bool(shared)


def scene(work: Path, cutouts: list[Cutout], concepts: dict[str, Concept], seed: str):
    """(image, objects, absent prompts) of one seed: 2 to 4 objects that do not overlap."""
    rng = random.Random(seed)
    image, objects = background(work, rng), []
    wanted = rng.randint(2, 4)
    for _ in range(60):
        if len(objects) == wanted:
            break
        cutout, px = rng.choice(cutouts), rng.randint(SMALLEST, LARGEST)
        x, y = rng.randint(0, SIDE - px), rng.randint(0, SIDE - px)
        clash = any(x < o["box"][2] + 10 and o["box"][0] < x + px + 10 and y < o["box"][3] + 10
                    and o["box"][1] < y + px + 10 for o in objects)
        if clash or any(o["concept"] == cutout.concept for o in objects):
            continue
        picture = trim(Image.open(work / cutout.file).convert("RGBA"))
        if rng.random() < 0.5:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        box = place(image, picture, x, y, px)
        objects.append({"concept": cutout.concept, "prompt": article(cutout.concept.lower()), "box": box,
                        "source": cutout.source})
    shown = [concepts[o["concept"]] for o in objects]
    others = [n for n, c in concepts.items() if not any(related(c, s) for s in shown)]
    absent = [article(n.lower()) for n in rng.sample(others, ABSENT_PER_SCENE)]
    return image, objects, absent


def pool(work: Path, which: str) -> list[Cutout]:
    """Cut-outs for scenes: ``train`` (art seen in training), or a set and half such as ``openmoji:reporting``."""
    cutouts = load_index(work)
    if which == "train":
        return [c for c in bank.training_set(cutouts, 3) if c.source in ("noto", "fluent3d", "fluent", "twemoji", "sh3d")]
    source, half = which.split(":")
    return [c for c in cutouts if c.source == source and bank.half(c) == half]


def write_scenes(work: Path, out: Path, count: int, which: str, seed: int) -> None:
    """Writes ``scene_NNN.png`` and ``truth.json`` (COCO-like, with the prompts that are asked of each image)."""
    out.mkdir(parents=True, exist_ok=True)
    cutouts, trained = pool(work, which), {c.concept for c in bank.training_set(load_index(work), 3)}
    concepts = {c.name: c for c in load() if c.name in trained}
    cutouts = [c for c in cutouts if c.concept in concepts]
    names = sorted(concepts)
    truth = {"info": {"seed": seed, "pool": which}, "images": [], "annotations": [],
             "categories": [{"id": i + 1, "name": n} for i, n in enumerate(names)]}
    for i in range(count):
        image, objects, absent = scene(work, cutouts, concepts, f"{which}-{seed}-{i}")
        file = f"scene_{i:03}.png"
        image.save(out / file, compress_level=1)
        truth["images"].append({"id": i + 1, "file_name": file, "width": SIDE, "height": SIDE,
                                "asked": {"present": [o["prompt"] for o in objects], "absent": absent}})
        for o in objects:
            x0, y0, x1, y1 = o["box"]
            truth["annotations"].append({
                "id": len(truth["annotations"]) + 1, "image_id": i + 1, "category_id": names.index(o["concept"]) + 1,
                "prompt": o["prompt"], "source": o["source"], "bbox": [x0, y0, x1 - x0, y1 - y0],
                "area": (x1 - x0) * (y1 - y0), "iscrowd": 0})
    (out / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
