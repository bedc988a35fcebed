"""The article's algorithm with a model: score maps and boxes of pictures, for the tests of the preset article()."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np
import torch

from zeroshot4j_export.article import Settings, box, localise
from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.goldens import repository_root
from zeroshot4j_export.goldens.header import comment_lines, header
from zeroshot4j_export.goldens.pictures import NOTES as PICTURE_NOTES
from zeroshot4j_export.goldens.pictures import PICTURES, Picture
from zeroshot4j_export.goldens.resize import sha256
from zeroshot4j_export.oracle import Oracle, open_oracle, window_embeddings

NAME = "maps"
LIBRARIES = ("numpy", "onnxruntime", "pillow", "tokenizers", "torch", "transformers")
COLUMNS = (
    "picture,seed,width,height,sourceSha256,prompt,patch,window,stride,passes,rows,columns,mapOffset,normalisedOffset,"
    "xmin,ymin,xmax,ymax"
)
NOTES = (
    "What the command `article` finds with the model of these tests: transformers' CLIPProcessor, fp32 graphs on ONNX Runtime.",
    "Every patch with every window, stride and number of mean-clip passes. maps.bin holds, little-endian, rows x columns, row by",
    "row: at mapOffset float32, the window scores (logits) averaged per patch as the article does; at normalisedOffset unsigned",
    "16 bit, the clipped map stretched to 0..1, times 65535. Box: half-open pixels, threshold 0.5.",
    "Where all windows of a large picture's smallest patch would take too long, it has the largest stride alone.",
    "The prompt is the first of a list whose boxes stay the same when each normalised score moves by 1e-4.",
    *PICTURE_NOTES,
)

WINDOWS, STRIDES, PASSES = (4, 6), (1, 2), (1, 3)
PATCHES = (64, 128, 200, 256)
STABLE = 1e-4
PROMPTS = (
    "a butterfly", "a red and black checkered ball", "a blue wall", "a cat", "a chess board", "a target", "background",
    "a photo of a dog", "a green leaf", "two red apples on a wooden table", "an umbrella", "noise",
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    model: str
    directory: str
    patches: dict[str, tuple[int, ...]]  # by picture, where not all of PATCHES
    sparse: dict[str, tuple[int, ...]] = field(default_factory=dict)  # by picture, patches with the largest stride alone


GROUPS = (
    Group(
        "onnx-backend/src/test/resources/models/random-a",
        "onnx-backend/src/test/resources/goldens/maps",
        {"portrait": (64, 128, 256)},
    ),
    # Windows of 224 pixels: the 7,702 at patch 64 and stride 1 would take the Java tests half a minute alone.
    Group(
        "model-export/tiny/src/main/resources/io/github/zeroshot4j/tiny/model",
        "model-export/tiny/src/test/resources/goldens/maps",
        {"portrait": (64, 128, 256)},
        {"portrait": (64,)},
    ),
)


def write(root: Path) -> list[Path]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # for copies of a few KB more threads take longer
    try:
        return [path for group in GROUPS for path in write_group(root, group)]
    finally:
        torch.set_num_threads(threads)


def write_group(root: Path, group: Group, pictures: tuple[Picture, ...] = PICTURES) -> list[Path]:
    model = root / group.model
    # Another root may have no model: that of the checkout is the one that its tests use.
    oracle = open_oracle(model if model.is_dir() else repository_root() / group.model, threads=1)
    lines = [*comment_lines(header(NAME, LIBRARIES, NOTES)), f"# model: {oracle.name}", COLUMNS]
    maps = bytearray()
    for picture in pictures:
        sparse = group.sparse.get(picture.name, ())
        strides = {patch: STRIDES[-1:] if patch in sparse else STRIDES for patch in group.patches.get(picture.name, PATCHES)}
        lines += _rows(oracle, picture, strides, maps)
    directory = root / group.directory
    directory.mkdir(parents=True, exist_ok=True)
    table, binary = directory / "maps.csv", directory / "maps.bin"
    table.write_text("\n".join(lines) + "\n", encoding="ascii")
    binary.write_bytes(maps)
    return [table, binary]


def _rows(oracle: Oracle, picture: Picture, strides: dict[int, tuple[int, ...]], maps: bytearray) -> Iterator[str]:
    pixels = picture.pixels()
    scans = {}
    for patch, window in product(strides, WINDOWS):
        # The windows of stride 2 are every other one of stride 1.
        least = strides[patch][0]
        embeddings = window_embeddings(oracle, pixels, Settings(patch, window, least))
        scans |= {(patch, window, stride): embeddings[:: stride // least, :: stride // least] for stride in strides[patch]}
    # Another first prompt for each picture.
    prompts = sorted(PROMPTS, key=lambda prompt: (PROMPTS.index(prompt) - picture.seed) % len(PROMPTS))
    stable = (prompt for prompt in prompts if all(_is_stable(*found) for found in _found(oracle, picture, scans, prompt)))
    prompt = next(stable, None)
    if prompt is None:
        raise ExportError(f"{oracle.name}, picture {picture.name}: no prompt whose boxes are stable; add some to PROMPTS")
    source = sha256(pixels)
    offset = -1
    for settings, found in _found(oracle, picture, scans, prompt):
        if settings.passes == PASSES[0]:  # the map before clipping is the same for all passes
            offset = _append(maps, found.averaged.astype("<f4"))
        normalised = np.zeros_like(found.averaged) if found.normalised is None else found.normalised
        facts = (picture.name, picture.seed, picture.width, picture.height, source, prompt)
        scan = (settings.patch, settings.window, settings.stride, settings.passes, *found.averaged.shape)
        offsets = offset, _append(maps, np.round(normalised * 65535).astype("<u2"))
        yield ",".join(map(str, (*facts, *scan, *offsets, *(found.box or ("",) * 4))))


def _found(oracle: Oracle, picture: Picture, scans: dict, prompt: str):
    for scan, passes in product(scans, PASSES):
        settings = Settings(*scan, passes)
        scores = oracle.scores(scans[scan], prompt)
        yield settings, localise(scores, *settings.grid(picture.width, picture.height), settings)


def _is_stable(settings: Settings, found) -> bool:
    """The box must not hang on the rounding of a score near the threshold, which differs from machine to machine."""
    return all(box(found.normalised, settings.threshold + d, settings.patch) == found.box for d in (-STABLE, STABLE))


def _append(maps: bytearray, values: np.ndarray) -> int:
    offset = len(maps)
    maps += values.tobytes()
    return offset
