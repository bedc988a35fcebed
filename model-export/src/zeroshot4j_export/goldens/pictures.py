"""Pictures of any size by a formula in integers, with something to see in them: coloured blocks, a slope and a disc.

python -m zeroshot4j_export.goldens.pictures portrait FILE.png writes one of them as a file.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from zeroshot4j_export.goldens.noise import mix

NOTES = (
    "picture: sample (x, y, channel) of the RGB picture of w x h pixels, all divisions of whole numbers:",
    "  grain = mix(seed, (y * w + x) * 3 + channel) >>> 27; dx = x - 2 * w / 3; dy = y - 2 * h / 5; r = min(w, h) / 5",
    "  in the disc, where dx * dx + dy * dy < r * r: grain + (channel == 0 ? ((x / 40 + y / 40) & 1) * 200 : 30)",
    "  elsewhere: grain + block / 2 + slope, where block = mix(seed + 1, (y / 157 * 64 + x / 191) * 3 + channel) >>> 25 and",
    "  slope = channel == 0 ? x * 128 / w : channel == 1 ? y * 128 / h : 127 - x * 128 / w",
    "  int mix(int seed, int i) { int h = i * 0x9E3779B1 + seed * 0x85EBCA77; h ^= h >>> 15; h *= 0x85EBCA77; h ^= h >>> 13;",
    "                             h *= 0xC2B2AE3D; return h ^ (h >>> 16); }",
)


@dataclass(frozen=True)
class Picture:
    name: str
    seed: int
    width: int
    height: int

    def pixels(self) -> np.ndarray:
        """uint8 [height, width, 3], by NOTES."""
        result = np.empty((self.height, self.width, 3), np.uint8)
        y, x = np.ogrid[: self.height, : self.width]
        dx, dy, radius = x - 2 * self.width // 3, y - 2 * self.height // 5, min(self.width, self.height) // 5
        disc = dx * dx + dy * dy < radius * radius
        slopes = (x * 128 // self.width, y * 128 // self.height, 127 - x * 128 // self.width)
        for channel, slope in enumerate(slopes):
            grain = mix(self.seed, (y * self.width + x) * 3 + channel) >> np.uint32(27)
            block = mix(self.seed + 1, (y // 157 * 64 + x // 191) * 3 + channel) >> np.uint32(25)
            inside = (x // 40 + y // 40 & 1) * 200 if channel == 0 else 30
            result[..., channel] = grain + np.where(disc, inside, block // 2 + slope)
        return result


PICTURES = (
    Picture("portrait", 101, 3456, 5184),  # 18 million pixels, the size of the article's photo
    Picture("landscape", 103, 1792, 1536),  # whole patches of 64, 128 and 256
    Picture("odd", 105, 1601, 1907),  # two primes: no patch divides them
)


def save(name: str, path: Path) -> None:
    picture = next(picture for picture in PICTURES if picture.name == name)
    Image.fromarray(picture.pixels()).save(path, compress_level=1)


if __name__ == "__main__":
    save(sys.argv[1], Path(sys.argv[2]))
