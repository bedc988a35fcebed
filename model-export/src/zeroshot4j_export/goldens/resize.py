"""Pillow's antialiased bicubic resize of crops, the resampling that CLIP was trained with, and CLIP's whole processor."""

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from zeroshot4j_export.goldens.header import comment_lines, header
from zeroshot4j_export.goldens.noise import mix

NAME = "resize"
DIRECTORY = "core/src/test/resources/goldens/resize"
FULL_BYTES_BELOW = 64  # full pixels are kept for targets with both sides below this

SOURCE_NOTES = (
    "source: byte i = (y * sourceWidth + x) * 3 + channel of the picture is, by kind,",
    "  noise: mix(seed, i) >>> 24    blocks: ((x / 7 + y / 5 + channel) & 1) * 255    ramp: (x * 3 + y * 5 + channel * 85) & 255",
    "  int mix(int seed, int i) { int h = i * 0x9E3779B1 + seed * 0x85EBCA77; h ^= h >>> 15; h *= 0x85EBCA77; h ^= h >>> 13;",
    "                             h *= 0xC2B2AE3D; return h ^ (h >>> 16); }",
    "sourceSha256 and sha256 are of the bytes of the source and of the expected result.",
    "samples: x:y:rrggbb of some expected pixels, to see what is wrong when a hash differs.",
)
RESIZE_NOTES = (
    "expected: Image.crop((x0, y0, x1, y1)).resize((width, height), Image.Resampling.BICUBIC): the crop comes first, so no",
    "pixel outside it has a part in the result. RGB, 8 bits a channel, rows from the top.",
    *SOURCE_NOTES,
    "offset: where the expected bytes begin in resize.bin, or -1 for results of 64 pixels a side or more.",
)
PROCESSOR_NOTES = (
    "expected: transformers' CLIPImageProcessorPil on the whole picture: the shorter side resized to resizeSide with Pillow's",
    "filter, cropSide x cropSide cut from the centre (sha256, samples: before the values are normalised), then",
    "pixelValues: x:y:red:green:blue of the same pixels, (value / 255 - mean) / std with CLIP's mean and std, as float32",
    *SOURCE_NOTES,
)

# kind, seed, source width and height, crop x0 y0 x1 y1, target width and height; the reason comes last.
CASES = (
    ("noise", 1, 1, 1, 0, 0, 1, 1, 1, 1),  # the smallest
    ("noise", 2, 1, 1, 0, 0, 1, 1, 9, 7),  # one pixel up
    ("noise", 3, 9, 7, 0, 0, 9, 7, 1, 1),  # all into one pixel
    ("noise", 4, 32, 32, 0, 0, 32, 32, 32, 32),  # same size: a copy
    ("noise", 5, 32, 32, 4, 6, 28, 30, 24, 24),  # same size from a crop
    ("noise", 6, 40, 30, 0, 0, 40, 30, 40, 15),  # vertical pass only
    ("noise", 7, 40, 30, 0, 0, 40, 30, 20, 30),  # horizontal pass only
    ("noise", 8, 64, 64, 0, 0, 64, 64, 32, 32),  # exactly half
    ("noise", 9, 66, 66, 0, 0, 66, 66, 22, 22),  # exactly a third
    ("noise", 10, 61, 53, 0, 0, 61, 53, 17, 13),  # primes down
    ("noise", 11, 17, 13, 0, 0, 17, 13, 61, 53),  # primes up
    ("noise", 12, 31, 31, 0, 0, 31, 31, 32, 32),  # one more
    ("noise", 13, 33, 33, 0, 0, 33, 33, 32, 32),  # one less
    ("noise", 14, 100, 3, 0, 0, 100, 3, 32, 32),  # wide, down and up at once
    ("noise", 15, 3, 100, 0, 0, 3, 100, 32, 32),  # tall
    ("noise", 16, 2000, 1, 0, 0, 2000, 1, 32, 2),  # one row
    ("noise", 17, 1, 2000, 0, 0, 1, 2000, 2, 32),  # one column
    ("noise", 18, 200, 150, 37, 41, 138, 142, 32, 32),  # inner crop: its neighbours must not be seen
    ("noise", 19, 200, 150, 0, 0, 101, 101, 32, 32),  # corner crop
    ("noise", 20, 200, 150, 99, 49, 200, 150, 32, 32),  # opposite corner
    ("noise", 21, 50, 50, 10, 10, 14, 13, 40, 40),  # tiny crop, far up
    ("noise", 22, 320, 240, 0, 0, 320, 240, 48, 36),
    ("blocks", 0, 96, 96, 0, 0, 96, 96, 32, 32),  # hard edges: over- and undershoot are clipped
    ("blocks", 0, 24, 24, 0, 0, 24, 24, 63, 63),  # the same going up
    ("blocks", 0, 300, 200, 20, 10, 270, 190, 48, 48),
    ("ramp", 0, 256, 256, 0, 0, 256, 256, 32, 32),
    ("ramp", 0, 128, 100, 3, 5, 120, 90, 45, 31),
    ("noise", 23, 224, 224, 0, 0, 224, 224, 224, 224),
    ("noise", 24, 300, 300, 0, 0, 300, 300, 224, 224),  # a little down, the encoder's side
    ("noise", 25, 150, 150, 0, 0, 150, 150, 224, 224),  # up
    ("noise", 26, 640, 480, 80, 0, 560, 480, 224, 224),
    ("noise", 27, 1536, 1536, 0, 0, 1536, 1536, 224, 224),  # the article's window
    ("blocks", 0, 1800, 1600, 256, 64, 1792, 1600, 224, 224),  # the same cut from a picture
    ("noise", 28, 5000, 20, 0, 0, 5000, 20, 224, 224),  # extreme aspect
)


# kind, seed, source width and height, filter, resize side, crop side
PROCESSOR_CASES = (
    ("noise", 31, 64, 64, "BICUBIC", 32, 32),  # a square
    ("noise", 32, 640, 480, "BICUBIC", 224, 224),  # as photos are
    ("noise", 33, 480, 640, "BICUBIC", 224, 224),
    ("noise", 34, 333, 500, "BICUBIC", 224, 224),  # the longer side is cut to whole pixels: 336.33
    ("noise", 35, 500, 333, "BICUBIC", 224, 224),
    ("noise", 36, 301, 200, "BICUBIC", 224, 224),  # 337: an odd number of pixels to cut off
    ("noise", 37, 37, 90, "BICUBIC", 48, 48),  # up
    ("noise", 38, 200, 160, "BICUBIC", 56, 48),  # resized larger than the crop
    ("noise", 39, 161, 201, "BICUBIC", 57, 48),  # odd margins on both sides
    ("noise", 40, 1000, 40, "BICUBIC", 32, 32),  # a panorama: most of it is lost
    ("noise", 43, 50, 5001, "BICUBIC", 33, 32),  # more than 100 times as tall as wide: the columns first
    ("noise", 44, 50, 5000, "BICUBIC", 33, 32),  # just not
    ("noise", 45, 20, 2500, "BICUBIC", 32, 32),  # the same going up: the rows first
    ("noise", 41, 640, 480, "BILINEAR", 224, 224),
    ("noise", 42, 90, 37, "BILINEAR", 48, 48),
)


def source(kind: str, seed: int, width: int, height: int) -> np.ndarray:
    """The picture [height, width, 3] that the notes above describe."""
    if kind == "noise":
        values = mix(seed, np.arange(height * width * 3)) >> np.uint32(24)
        return values.astype(np.uint8).reshape(height, width, 3)
    y, x, channel = np.ogrid[:height, :width, :3]
    if kind == "blocks":
        return (((x // 7 + y // 5 + channel) & 1) * 255).astype(np.uint8)
    return ((x * 3 + y * 5 + channel * 85) & 255).astype(np.uint8)


def write(root: Path) -> list[Path]:
    directory = root / DIRECTORY
    directory.mkdir(parents=True, exist_ok=True)
    return [*_resize(directory), _processor(directory)]


def _resize(directory: Path) -> list[Path]:
    lines = comment_lines(header(NAME, ("numpy", "pillow"), RESIZE_NOTES))
    lines.append("kind,seed,sourceWidth,sourceHeight,x0,y0,x1,y1,width,height,sourceSha256,sha256,samples,offset")
    pixels = bytearray()
    for case in CASES:
        kind, seed, source_width, source_height, *crop, width, height = case
        picture = source(kind, seed, source_width, source_height)
        result = np.asarray(Image.fromarray(picture).crop(crop).resize((width, height), Image.Resampling.BICUBIC))
        offset = -1
        if max(width, height) < FULL_BYTES_BELOW:
            offset = len(pixels)
            pixels += result.tobytes()
        lines.append(_line(*case, sha256(picture), sha256(result), _samples(result), offset))
    table, full = directory / "resize.csv", directory / "resize.bin"
    table.write_text("\n".join(lines) + "\n", encoding="ascii")
    full.write_bytes(pixels)
    return [table, full]


def _processor(directory: Path) -> Path:
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    lines = comment_lines(header(NAME, ("numpy", "pillow", "transformers"), PROCESSOR_NOTES))
    lines.append("kind,seed,sourceWidth,sourceHeight,filter,resizeSide,cropSide,sourceSha256,sha256,samples,pixelValues")
    for case in PROCESSOR_CASES:
        *what, resample, resize_side, crop_side = case
        picture = source(*what)
        options = {
            "resample": Image.Resampling[resample],
            "size": {"shortest_edge": resize_side},
            "crop_size": {"height": crop_side, "width": crop_side},
        }
        # uint8 in: newer versions rescale float pictures once more.
        raw = CLIPImageProcessorPil(**options, do_rescale=False, do_normalize=False)(picture, return_tensors="np").pixel_values[0]
        normal = CLIPImageProcessorPil(**options)(picture, return_tensors="np").pixel_values[0]
        cropped = np.ascontiguousarray(raw.transpose(1, 2, 0)).astype(np.uint8)
        assert (cropped.transpose(2, 0, 1) == raw).all(), "the processor no longer resizes in 8 bits"
        values = " ".join(f"{x}:{y}:" + ":".join(f"{v:.7g}" for v in normal[:, y, x]) for x, y in _points(crop_side, crop_side))
        lines.append(_line(*case, sha256(picture), sha256(cropped), _samples(cropped), values))
    table = directory / "processor.csv"
    table.write_text("\n".join(lines) + "\n", encoding="ascii")
    return table


def _line(*values) -> str:
    return ",".join(map(str, values))


def sha256(array: np.ndarray) -> str:
    return hashlib.sha256(array.tobytes()).hexdigest()


def _samples(result: np.ndarray) -> str:
    height, width, _ = result.shape
    return " ".join(f"{x}:{y}:{bytes(result[y, x]).hex()}" for x, y in _points(width, height))


def _points(width: int, height: int) -> list[tuple[int, int]]:
    """Corners, middle, and one more."""
    corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]
    return list(dict.fromkeys([*corners, (width // 2, height // 2), (width // 3, height // 5)]))
