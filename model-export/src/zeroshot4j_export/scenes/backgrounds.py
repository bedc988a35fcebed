"""Backgrounds that the tiny model was not trained on, and that the development and the test split do not share."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from zeroshot4j_export.tiny import bank, sources

DRAWN_SHARE = 0.4
_DRAWN_PX = 640  # of the longer side; larger ones are enlarged from it
_DRAWN_LOOKS_LIKE = ("mountain", "tree", "cloud", "full moon")  # hills, treetops and discs come out of noise and blobs


@dataclass(frozen=True)
class Photo:
    """A photo and its split. ``shows`` names what can be seen in it, so is neither asked nor placed there; ``box``
    keeps a part (fractions: left, top, right, bottom) that shows no single thing. ``rough`` ones are textures."""

    source: str
    file: str
    split: str
    author: str
    licence: str
    shows: tuple[str, ...] = ()
    box: tuple[float, float, float, float] | None = None
    rough: bool = False


_GPL, _SA, _BY = "GPL-2.0-or-later", "CC-BY-SA-4.0", "CC-BY-4.0"
PHOTOS = (
    Photo("lomiri", "sunset_by_Aitzol_Berasategi.jpg", "dev", "Aitzol Berasategi", _BY,
          ("sun", "mountain", "cloud", "table", "fountain")),
    Photo("lomiri", "Wine_by_Jakkub_Mede.jpg", "dev", "Jakub Mede", _BY, ("sofa",), (0.0, 0.8, 1.0, 1.0)),
    Photo("lomiri", "Dragonfly_by_Bolly.jpg", "dev", "Bolly", _SA, ("leaves", "tree"), (0.0, 0.0, 0.45, 1.0), rough=True),
    Photo("lomiri", "analogpattern_by_Peter_Nerlich.jpg", "dev", "Peter Nerlich", _SA, rough=True),
    Photo("mate", "Blinds.jpg", "dev", "Lennart Poettering, Andrea Cimitan", _GPL, ("leaves",), rough=True),
    Photo("mate", "FreshFlower.jpg", "dev", "Jens Ansorg", _GPL, ("rose", "leaves")),
    Photo("mate", "YellowFlower.jpg", "dev", "Charles Barbin", _GPL, ("sunflower", "leaves"), rough=True),
    Photo("mate", "TwoWings.jpg", "dev", "Charles Barbin, Hylke Bons", _GPL, ("daisy",)),
    Photo("lomiri", "picosdeeuropa_by_Aitzol_Berasategi.jpg", "test", "Aitzol Berasategi", _BY,
          ("mountain", "cloud", "rock"), rough=True),
    Photo("lomiri", "Bridge_by_Sander_Klootwijk.jpg", "test", "Sander Klootwijk", _SA, ("bridge", "cloud")),
    Photo("mate", "Dune.jpg", "test", "Marco Cogoni, Hylke Bons", _GPL, ("wheat", "wave"), rough=True),
    Photo("mate", "GreenMeadow.jpg", "test", "Timothy Schellhase, Lapo Calamandrei", _GPL, ("wheat", "leaves"), rough=True),
    Photo("mate", "RainDrops.jpg", "test", "blackcombwhistler07", _GPL, ("leaves", "water drop"), rough=True),
    Photo("mate", "Storm.jpg", "test", "Sergey Nazarov", _GPL, ("cloud", "bench")),
    Photo("mate", "Garden.jpg", "test", "Charles Barbin", _GPL, ("rose", "leaves")),
    Photo("mate", "Wood.jpg", "test", "Jean-François Fortin Tam", _GPL, ("wood",), rough=True),
)
_FOLDERS = {"lomiri": "usr/share/backgrounds", "mate": "usr/share/backgrounds/mate/nature"}


@dataclass(frozen=True)
class Background:
    """``origin`` is the photo's file name, or ``drawn`` and the seed."""

    image: Image.Image
    origin: str
    shows: tuple[str, ...]


@lru_cache(maxsize=len(PHOTOS))
def _open(work: Path, photo: Photo) -> Image.Image:
    return bank.read_photo(sources.source_dir(work, photo.source) / _FOLDERS[photo.source] / photo.file, photo.box)


def background(work: Path, split: str, size: tuple[int, int], textured: bool, rng: random.Random) -> Background:
    """A background of that size: a part of a photo, or (two in five) a drawn one; on request a rough one."""
    if rng.random() < DRAWN_SHARE:
        seed = rng.getrandbits(63)
        return Background(_drawn(seed, size, textured), f"drawn {seed}", () if textured else _DRAWN_LOOKS_LIKE)
    photo = rng.choice([p for p in PHOTOS if p.split == split and (p.rough or not textured)])
    whole = _open(work, photo)
    factor = min(whole.width / size[0], whole.height / size[1]) * rng.uniform(0.5, 1.0)
    w, h = (max(1, min(int(s * factor), full)) for s, full in zip(size, whole.size, strict=True))
    x, y = rng.randint(0, whole.width - w), rng.randint(0, whole.height - h)
    image = whole.crop((x, y, x + w, y + h)).resize(size, Image.Resampling.BICUBIC)
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return Background(image, photo.file, photo.shows)


def _drawn(seed: int, size: tuple[int, int], textured: bool) -> Image.Image:
    rng = np.random.default_rng(seed)
    pixels = _texture(rng, _DRAWN_PX) if textured else bank.procedural_background(rng, _DRAWN_PX)
    factor = _DRAWN_PX / max(size)
    part = Image.fromarray(pixels.transpose(1, 2, 0)).crop((0, 0, *(max(1, round(s * factor)) for s in size)))
    return part.resize(size, Image.Resampling.BICUBIC)


def _texture(rng: np.random.Generator, px: int) -> np.ndarray:
    """A strong pattern, uint8 [3,px,px]: two colours far apart, in checks, bricks, dots or waves, bent and grained."""
    turn, cells = rng.uniform(0, np.pi), rng.uniform(6, 28)
    y, x = np.mgrid[0:px, 0:px] / px
    bend = rng.uniform(0, 0.04) * np.sin(2 * np.pi * (rng.uniform(1, 4) * y + rng.uniform()))
    u = cells * (np.cos(turn) * x + np.sin(turn) * y + bend)
    v = cells * (np.cos(turn) * y - np.sin(turn) * x + bend)
    kind = rng.integers(4)
    if kind == 0:
        t = (np.floor(u) + np.floor(v)) % 2
    elif kind == 1:
        t = ((v % 1 > 0.12) & ((u / 2 + np.floor(v) / 2) % 1 > 0.06)).astype(float)
    elif kind == 2:
        t = (np.hypot(u % 1 - 0.5, v % 1 - 0.5) < rng.uniform(0.2, 0.4)).astype(float)
    else:
        t = 0.5 + 0.5 * np.sin(2 * np.pi * u + 2 * np.sin(2 * np.pi * v / rng.uniform(2, 6)))
    first = rng.uniform(0, 1, 3)
    second = (first + rng.choice([-1, 1], 3) * rng.uniform(0.3, 0.6, 3)) % 1
    image = first[:, None, None] * (1 - t) + second[:, None, None] * t
    image = image + rng.normal(0, rng.uniform(0.02, 0.1), (1, px, px))
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)
