"""A work directory with small made-up art: noise in ellipses, flat squares, and noise for photos."""

import json
import random
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image

from zeroshot4j_export.scenes import SETS, compose
from zeroshot4j_export.scenes.backgrounds import _FOLDERS, PHOTOS
from zeroshot4j_export.tiny import sources
from zeroshot4j_export.tiny.artwork import Cutout

NAMES = ("cat", "dog", "banana", "apple", "car", "bus", "hammer", "saw", "castle", "guitar", "violin", "umbrella", "pizza",
         "chair", "sofa", "laptop", "camera", "rose", "cactus", "snowman", "T-shirt", "boot", "man", "robot", "kite", "pencil",
         "soccer ball", "basketball", "trophy", "anchor", "suitcase", "bomb", "eye", "wheel", "bucket", "ladder", "tent",
         "skull", "volcano", "spoon", "gear", "key", "bone")


def ellipse(seed: str, width: int = 60, height: int = 44) -> Image.Image:
    """Noise in a soft-edged ellipse that leaves a transparent margin."""
    rng = np.random.default_rng(list(seed.encode()))
    y, x = np.mgrid[0:height, 0:width]
    reach = np.hypot((x - width / 2) / (width / 2 - 4), (y - height / 2) / (height / 2 - 3))
    alpha = np.clip((1.1 - reach) * 1000, 0, 255)
    return Image.fromarray(np.dstack([rng.integers(0, 256, (height, width, 3)), alpha]).astype(np.uint8))


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    cutouts = [Cutout(s, f"{n}-{i}", n, f"art/{s}/{n}-{i}.png")
               for source in SETS.values() for s in source for n in NAMES for i in range(1 if len(source) > 1 else 4)]
    for c in cutouts:
        (folder / c.file).parent.mkdir(parents=True, exist_ok=True)
        ellipse(c.file).save(folder / c.file)
    (folder / "art" / "index.json").write_text(json.dumps([asdict(c) for c in cutouts]))
    for photo in PHOTOS:
        file = sources.source_dir(folder, photo.source) / _FOLDERS[photo.source] / photo.file
        file.parent.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(list(photo.file.encode())).integers(0, 256, (24, 32, 3), np.uint8)
        Image.fromarray(noise).resize((320, 240)).save(file)
    return folder


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Scenes of about 150 pixels, fast to make."""
    monkeypatch.setattr(compose, "SHORT_SIDE", (100, 180))


@pytest.fixture
def rng():
    return random.Random(7)
