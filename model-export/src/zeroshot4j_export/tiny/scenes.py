"""What scenes are made of: backgrounds that training never saw, and cut-outs placed on them."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from PIL import Image

from . import bank, sources
from .concepts import Concept

SIDE = 1024


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
