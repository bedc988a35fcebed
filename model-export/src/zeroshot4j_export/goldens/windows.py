"""Pillow's resize of every window of whole scans, among them the article's on 18 megapixels, and of seeded random crops."""

import random
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from zeroshot4j_export.goldens import resize
from zeroshot4j_export.goldens.header import comment_lines, header

NAME = "windows"
DIRECTORY = resize.DIRECTORY
RANDOM_CASES = 240
SEED = 5
SCAN_NOTES = (
    "expected: Image.crop(window).resize((side, side)) with Pillow's filter for every window of window x window patches, rows",
    "from the top; the remainder that fills no patch is dropped. crc32 of the RGB bytes of each result, separated by spaces.",
    *resize.SOURCE_NOTES[:4],
)
RANDOM_NOTES = (
    "expected: Image.crop((x0, y0, x1, y1)).resize((width, height)) with Pillow's filter; crc32 of its RGB bytes",
    *resize.SOURCE_NOTES[:4],
)


@dataclass(frozen=True)
class Scan:
    name: str
    kind: str
    seed: int
    width: int
    height: int
    patch: int
    window: int
    stride: int
    side: int
    filter: str = "BICUBIC"

    def windows(self) -> list[tuple[int, int, int, int]]:
        rows, cols = self.height // self.patch, self.width // self.patch
        starts = [range(0, n - self.window + 1, self.stride) for n in (rows, cols)]
        size = self.window * self.patch
        return [
            (x * self.patch, y * self.patch, x * self.patch + size, y * self.patch + size) for y in starts[0] for x in starts[1]
        ]


SCANS = (
    Scan("article_window_6", "noise", 51, 3456, 5184, 256, 6, 1, 224),  # 120 windows of 1536 pixels
    Scan("article_window_4", "noise", 51, 3456, 5184, 256, 4, 1, 224),  # 170 of 1024
    Scan("article_landscape_stride_2", "blocks", 0, 5184, 3456, 256, 6, 2, 224),  # hard edges
    Scan("large_input", "noise", 51, 3456, 5184, 256, 6, 5, 336),  # the side of ViT-L/14@336px
    Scan("odd_patch", "noise", 52, 1023, 769, 37, 5, 3, 224),  # 185 pixels: a little up
    Scan("one_patch", "noise", 53, 300, 200, 64, 1, 1, 224),  # far up
    Scan("small", "ramp", 0, 160, 120, 16, 3, 1, 32),
    Scan("bilinear", "noise", 54, 900, 700, 100, 3, 1, 224, "BILINEAR"),
)


def random_cases() -> list[tuple]:
    """Seed, source size, crop, target size and filter: mostly small, at times one pixel, or far from square."""
    source = random.Random(SEED)

    def up_to(limit: int) -> int:  # even on a logarithmic scale, so that 1, 2 and 3 are frequent
        return max(1, int(limit ** source.random()))

    cases = []
    for seed in range(RANDOM_CASES):
        width, height = (up_to(900), up_to(900)) if seed % 4 else (up_to(9000), up_to(12))
        if seed % 8 == 0:
            width, height = height, width
        crop_width, crop_height = (max(1, int(n * (0.3 + 0.7 * source.random()))) for n in (width, height))
        x, y = (int(source.random() * (n + 1)) for n in (width - crop_width, height - crop_height))
        target = (up_to(400), up_to(400)) if seed % 3 else (224, 224)
        name = "BILINEAR" if seed % 6 == 5 else "BICUBIC"
        cases.append((100 + seed, width, height, x, y, x + crop_width, y + crop_height, *target, name))
    return cases


def write(root: Path) -> list[Path]:
    directory = root / DIRECTORY
    directory.mkdir(parents=True, exist_ok=True)
    return [_scans(directory), _random(directory)]


def _scans(directory: Path) -> Path:
    lines = comment_lines(header(NAME, ("numpy", "pillow"), SCAN_NOTES))
    lines.append("name,kind,seed,sourceWidth,sourceHeight,patch,window,stride,side,filter,sourceCrc32,crc32")
    for scan in SCANS:
        picture = resize.source(scan.kind, scan.seed, scan.width, scan.height)
        image = Image.fromarray(picture)
        results = " ".join(_resized(image, window, (scan.side, scan.side), scan.filter) for window in scan.windows())
        facts = (scan.name, scan.kind, scan.seed, scan.width, scan.height, scan.patch, scan.window, scan.stride, scan.side)
        lines.append(",".join(map(str, (*facts, scan.filter, _crc32(picture), results))))
    return _table(directory / "windows.csv", lines)


def _random(directory: Path) -> Path:
    lines = comment_lines(header(NAME, ("numpy", "pillow"), RANDOM_NOTES))
    lines.append("kind,seed,sourceWidth,sourceHeight,x0,y0,x1,y1,width,height,filter,crc32")
    for case in random_cases():
        seed, width, height, *crop, to_width, to_height, name = case
        image = Image.fromarray(resize.source("noise", seed, width, height))
        lines.append(",".join(map(str, ("noise", *case, _resized(image, crop, (to_width, to_height), name)))))
    return _table(directory / "random.csv", lines)


def _resized(image: Image.Image, crop, size: tuple[int, int], name: str) -> str:
    return _crc32(np.asarray(image.crop(crop).resize(size, Image.Resampling[name])))


def _crc32(array: np.ndarray) -> str:
    return f"{zlib.crc32(array.tobytes()):08x}"


def _table(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path
