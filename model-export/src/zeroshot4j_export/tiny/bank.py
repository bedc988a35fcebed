"""The tensors that training draws from: cut-outs, photo crops and procedural backgrounds."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import concepts, sources
from .artwork import Cutout, trim

CUTOUT_PX = 128
BACKGROUND_PX = 112
HELD_OUT = ("openmoji", "tuxpaint")
MINIMUM_PICTURES = 3  # of a concept
# How often a picture is drawn, against the others of its concept: pictograms of one or two colours are many, and
# what a prompt is asked about seldom looks like one.
_WEIGHTS = {"fluenthc": 0.5, "emojimono": 0.4, "gameicons": 0.4, "mdi": 0.3, "fontawesome": 0.3, "phosphor": 0.5,
            "iconpark": 0.5, "cyber": 0.5, "linecolor": 0.5, "plump": 0.5, "flex": 0.5}
MODEL_WEIGHT = 3.0
_HEAD = re.compile(r"(?<![a-z])(face|head)(?![a-z])", re.IGNORECASE)
HEAD_WHOLENESS = 0.6  # how much of its animal a head is; where it were all of it, boxes of animals would be of their heads


def half(cutout: Cutout) -> str:
    """The half that a held-out picture belongs to: ``tuning`` may be looked at, ``reporting`` is for figures only."""
    digest = hashlib.sha256(f"zeroshot4j-tiny-1/{cutout.source}/{cutout.name}".encode()).digest()
    return "tuning" if digest[0] % 2 == 0 else "reporting"


def training_set(cutouts: list[Cutout]) -> list[Cutout]:
    """What may be trained on: the held-out sets never, and no concept of fewer than three pictures."""
    allowed = [c for c in cutouts if c.source not in HELD_OUT]
    pictures: dict[str, set] = {}
    for c in allowed:
        pictures.setdefault(c.concept, set()).add(_picture(c))
    return [c for c in allowed if len(pictures[c.concept]) >= MINIMUM_PICTURES]


def _picture(cutout: Cutout) -> tuple[str, str]:
    """All views of a model are one picture: they know one thing only, however many they are."""
    name = cutout.name.rsplit("-", 1)[0] if cutout.source == "mesh" else cutout.name
    return cutout.source, name


def weights(cutouts: list[Cutout]) -> torch.Tensor:
    """How often each cut-out is drawn, against the others of its concept.

    The views of a model together count like ``MODEL_WEIGHT`` pictures. Where a concept has many models, as chair has,
    it is fewer, one at least: all its views like all its other pictures, or drawings of it would be rare.
    """
    views = Counter(_picture(c) for c in cutouts if c.source == "mesh")
    models = Counter(concept for concept, _ in {(c.concept, _picture(c)) for c in cutouts if c.source == "mesh"})
    others = Counter(c.concept for c in cutouts if c.source != "mesh")
    share = {k: min(MODEL_WEIGHT, max(1.0, others[k] / n)) for k, n in models.items()}
    return torch.tensor([share[c.concept] / views[_picture(c)] if c.source == "mesh" else _WEIGHTS.get(c.source, 1.0)
                         for c in cutouts])


def wholeness(cutouts: list[Cutout]) -> torch.Tensor:
    """How much each cut-out counts as its concept: less, where it is the head of an animal that others show whole, and these
    are no fewer than half as many as the heads."""
    listed = resources.files(__package__).joinpath("heads.txt").read_text("utf-8").splitlines()
    listed = {line for line in listed if line and not line.startswith("#")}
    animals = {c.name for c in concepts.load() if "animal" in c.hypernyms}
    head = [c.concept in animals and (f"{c.source}/{c.name}" in listed or bool(_HEAD.search(c.name))) for c in cutouts]
    drawn = Counter((c.concept, h) for c, h in zip(cutouts, head, strict=True) if c.source not in ("mesh", "sh3d"))
    return torch.tensor([HEAD_WHOLENESS if h and 2 * drawn[c.concept, False] >= drawn[c.concept, True] else 1.0
                         for c, h in zip(cutouts, head, strict=True)])


def cutout_bank(work: Path, cutouts: list[Cutout]) -> torch.Tensor:
    """uint8 [n,4,128,128]: trimmed, longer side = 128, centred, premultiplied."""
    bank = np.zeros((len(cutouts), 4, CUTOUT_PX, CUTOUT_PX), np.uint8)
    for row, cutout in enumerate(cutouts):
        bank[row] = fit(trim(Image.open(work / cutout.file).convert("RGBA")), CUTOUT_PX)
    return torch.from_numpy(bank)


def fit(image: Image.Image, px: int) -> np.ndarray:
    """Premultiplied RGBA [4,px,px] of an image whose longer side becomes ``px``."""
    factor = px / max(image.size)
    size = tuple(max(1, round(s * factor)) for s in image.size)
    small = image.convert("RGBa").resize(size, Image.Resampling.BOX if factor < 0.5 else Image.Resampling.BICUBIC)
    canvas = Image.new("RGBa", (px, px))
    canvas.paste(small, ((px - size[0]) // 2, (px - size[1]) // 2))
    return np.asarray(canvas).transpose(2, 0, 1)


@lru_cache(maxsize=len(sources.PHOTOS))
def photo(work: Path, name: str) -> Image.Image:
    """A background photo, cut to the part that may be used. Shared: not to be drawn on."""
    file = sources.source_dir(work, "lomiri") / "usr/share/backgrounds" / name
    return read_photo(file, sources.PHOTOS[name].get("box"))


def read_photo(file: Path, box: tuple[float, float, float, float] | None) -> Image.Image:
    """The part of a photo that ``box`` gives in fractions, or all of it; at most 2000 pixels wide and high."""
    image = Image.open(file).convert("RGB")
    if box:
        w, h = image.size
        image = image.crop((int(box[0] * w), int(box[1] * h), int(box[2] * w), int(box[3] * h)))
    image.thumbnail((2000, 2000), Image.Resampling.BOX)
    return image


def background_bank(work: Path, photos: int, procedural: int, seed: int) -> torch.Tensor:
    """uint8 [photos+procedural,3,112,112] of training backgrounds: random crops, then drawn ones."""
    rng = np.random.default_rng(seed)
    images = [photo(work, n) for n, p in sources.PHOTOS.items() if p["use"] == "train"]
    bank = np.zeros((photos + procedural, 3, BACKGROUND_PX, BACKGROUND_PX), np.uint8)
    for row in range(photos):
        image = images[rng.integers(len(images))]
        side = int(min(image.size) * math.exp(rng.uniform(math.log(0.08), 0)))
        x, y = (int(rng.integers(0, s - side + 1)) for s in image.size)
        crop = image.crop((x, y, x + side, y + side)).resize((BACKGROUND_PX,) * 2, Image.Resampling.BICUBIC)
        if rng.random() < 0.25:
            crop = crop.rotate(90 * int(rng.integers(1, 4)))
        bank[row] = np.asarray(crop).transpose(2, 0, 1)
    for row in range(photos, len(bank)):
        bank[row] = procedural_background(rng, BACKGROUND_PX)
    return torch.from_numpy(bank)


def procedural_background(rng: np.random.Generator, px: int) -> np.ndarray:
    """One drawn background, uint8 [3,px,px]: plain, gradient, noise, stripes, blobs or a mixture of two."""
    kinds = (_plain, _gradient, _noise, _stripes, _blobs, _horizon)
    image = kinds[rng.choice(len(kinds), p=(0.16, 0.2, 0.26, 0.08, 0.12, 0.18))](rng, px)
    if rng.random() < 0.35:
        other = kinds[rng.integers(1, len(kinds))](rng, px)
        share = rng.uniform(0.1, 0.5)
        image = image * (1 - share) + other * share
    if rng.random() < 0.5:
        image = image + rng.normal(0, rng.uniform(0, 0.05), image.shape)
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)


def _colour(rng: np.random.Generator) -> np.ndarray:
    grey = rng.uniform(0, 1) if rng.random() < 0.7 else rng.choice([0.0, 1.0])
    return np.clip(grey + rng.normal(0, rng.choice([0.0, 0.1, 0.25]), 3), 0, 1)[:, None, None]


def _plain(rng, px):
    return np.broadcast_to(_colour(rng), (3, px, px)).copy()


def _gradient(rng, px):
    y, x = np.mgrid[0:px, 0:px] / px - 0.5
    turn = rng.uniform(0, 2 * math.pi)
    t = np.hypot(x, y) * 1.4 if rng.random() < 0.3 else np.cos(turn) * x + np.sin(turn) * y + 0.5
    return _colour(rng) * (1 - t) + _colour(rng) * t


def _noise(rng, px):
    field, amplitude = np.zeros((1 if rng.random() < 0.5 else 3, px, px)), 1.0
    cells = int(rng.integers(2, 9))
    while cells < px:
        coarse = rng.uniform(0, 1, (len(field), cells, cells)).astype(np.float32)
        fine = np.stack([np.asarray(Image.fromarray(c).resize((px, px), Image.Resampling.BICUBIC)) for c in coarse])
        field += amplitude * fine
        amplitude *= rng.uniform(0.35, 0.75)
        cells *= 2
    field = (field - field.min()) / (np.ptp(field) + 1e-6)
    return _colour(rng) * (1 - field) + _colour(rng) * field


def _stripes(rng, px):
    y, x = np.mgrid[0:px, 0:px] / px
    turn, count = rng.uniform(0, math.pi), rng.uniform(2, 14)
    t = np.sin(2 * math.pi * count * (np.cos(turn) * x + np.sin(turn) * y))
    if rng.random() < 0.4:
        t = t * np.sin(2 * math.pi * count * (-np.sin(turn) * x + np.cos(turn) * y))
    t = np.clip(t * rng.uniform(1, 6), -1, 1) / 2 + 0.5
    return _colour(rng) * (1 - t) + _colour(rng) * t


def _blobs(rng, px):
    """Soft or hard shapes without a name, of any size: an object is not just "something there"."""
    y, x = np.mgrid[0:px, 0:px] / px
    image = _gradient(rng, px)
    for _ in range(int(rng.integers(1, 9))):
        cx, cy, r = rng.uniform(0, 1, 2).tolist() + [rng.uniform(0.04, 0.4)]
        turn, squeeze = rng.uniform(0, math.pi), rng.uniform(0.2, 1)
        u = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
        v = (-(x - cx) * np.sin(turn) + (y - cy) * np.cos(turn)) / squeeze
        power = rng.choice([1.0, 2.0, 8.0])
        d = (np.abs(u) ** power + np.abs(v) ** power) ** (1 / power) / r
        mask = np.clip((1 - d) * rng.choice([1.5, 30.0]), 0, 1)
        image = image * (1 - mask) + _colour(rng) * mask
    return image


def _horizon(rng, px):
    """Two or three textured bands, as sky, hills and ground are."""
    y = np.mgrid[0:px, 0:px][0] / px
    image = _gradient(rng, px)
    for _ in range(int(rng.integers(1, 3))):
        edge = rng.uniform(0.15, 0.9) + np.cumsum(rng.normal(0, rng.uniform(0, 0.02), px))
        mask = np.clip((y - edge[None, :]) * 40, 0, 1)
        image = image * (1 - mask) + _noise(rng, px) * mask
    return image
