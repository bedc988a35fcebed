"""What the embedded model's scan says of two pictures, by the twin of the scan in Python."""

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.goldens.header import comment_lines, header
from zeroshot4j_export.tiny.scan import BOX_THRESHOLD, PRESENCE_THRESHOLD, WINDOWS, Found, ModelDirectory, Scan, patch_px, windows

NAME = "tiny"
DIRECTORY = "model-export/tiny/src/test/resources/goldens"
MODEL = "model-export/tiny/src/main/resources/io/github/zeroshot4j/tiny/model"
PICTURES = ((300, 300), (450, 301))  # square; 3 : 2, with patches that the edge cuts
PROMPTS = (
    "an apple", "a tomato", "a smiley", "a face", "a cat", "a strawberry", "a cherry", "a lemon", "a house", "a car", "a dog",
    "Background",
)  # fmt: skip
LEAST_CLEAR = 6
CLEARANCE = 1e-4
SIZES = (
    (300, 300), (450, 301), (301, 450), (224, 224), (640, 480), (1920, 1080), (1024, 256), (1025, 256), (1000, 100), (100, 1000),
    (2000, 100), (1999, 103), (4000, 37), (1000, 3), (3, 1000), (785, 1), (2000, 1), (13, 13), (5, 9), (1, 1),
)  # fmt: skip
SCAN_NOTES = (
    "map: rows x columns, row by row, separated by spaces. boxes: of all components of the map, \"xmin ymin xmax ymax score\",",
    "separated by semicolons, highest score first, without regard to the presence threshold.",
    "boxes is - where the map is nearly flat, or a decision within 1e-4 of its threshold: another CPU may decide otherwise.",
    "1e-4 is a fair tolerance for the numbers. The picture of w x h pixels, in integers, u = min(w, h) / 12, later lines on top:",
    "  red, green, blue of (x, y) = 130 + x * 90 / w, 150 + y * 80 / h, 200 - y * 60 / h",
    "  disc cx cy r = where (x - cx)^2 + (y - cy)^2 <= r^2; box x0 y0 x1 y1 half-open; cx = w - 3u, cy = h - 3u",
    "  disc 3u 4u 2u: 214 40 40; disc 3u+u/2 2u-u/4 u/2: 60 160 60; disc cx cy 2u: 250 205 50;",
    "  disc cx-u*2/3 cy-u/2 u/4, disc cx+u*2/3 cy-u/2 u/4, box cx-u cy+u/2 cx+u cy+u*3/4: 60 40 30",
)
GRID_NOTES = ("Side of the patches and number of windows of 2 and of 4 patches that a scan with defaults makes of an image.",)


def picture(w: int, h: int) -> Image.Image:
    """An apple of sorts at the upper left and a face at the lower right, by the formula of the header."""
    y, x = np.mgrid[0:h, 0:w]
    pixels = np.stack([130 + x * 90 // w, 150 + y * 80 // h, 200 - y * 60 // h], -1)
    u = min(w, h) // 12
    cx, cy = w - 3 * u, h - 3 * u
    for left, top, r, colour in (
        (3 * u, 4 * u, 2 * u, (214, 40, 40)), (3 * u + u // 2, 2 * u - u // 4, u // 2, (60, 160, 60)),
        (cx, cy, 2 * u, (250, 205, 50)), (cx - u * 2 // 3, cy - u // 2, u // 4, (60, 40, 30)),
        (cx + u * 2 // 3, cy - u // 2, u // 4, (60, 40, 30)),
    ):  # fmt: skip
        pixels[(x - left) ** 2 + (y - top) ** 2 <= r * r] = colour
    pixels[cy + u // 2 : cy + u * 3 // 4, cx - u : cx + u] = (60, 40, 30)
    return Image.fromarray(pixels.astype(np.uint8))


def clear(found: Found) -> bool:
    """Whether rounding cannot change a decision: which patches make a box, who is present, which box is the better one."""
    low, high = found.map.min(), found.map.max()
    if high - low < 0.01:  # stretching such a map to [0, 1] makes errors visible
        return False
    decisions = [*(found.map - low).ravel() / (high - low) - BOX_THRESHOLD]
    decisions += [p - PRESENCE_THRESHOLD for p in (found.probability, *found.scores)]
    decisions += [a - b for a, b in zip(found.scores, found.scores[1:], strict=False)]
    return min(map(abs, decisions)) > CLEARANCE


def write(root: Path) -> list[Path]:
    from zeroshot4j_export.goldens import repository_root

    directory, model = root / DIRECTORY, repository_root() / MODEL
    directory.mkdir(parents=True, exist_ok=True)
    return [_scans(directory / "scan.csv", model), _grids(directory / "grids.csv")]


def _scans(path: Path, directory: Path) -> Path:
    weights = [
        f"{name} sha256: {hashlib.sha256((directory / name).read_bytes()).hexdigest()}"
        for name in ("onnx/vision_model.onnx", "onnx/text_model.onnx")
    ]
    head = header(NAME, ("numpy", "onnxruntime", "pillow", "tokenizers"), (*weights, *SCAN_NOTES))
    lines = [*comment_lines(head), "width,height,prompt,evidence,probability,map,boxes"]
    model = ModelDirectory(directory)
    for width, height in PICTURES:
        scan = Scan(model, picture(width, height))
        found = [scan.ask(prompt) for prompt in PROMPTS]
        count = sum(map(clear, found))
        if count < LEAST_CLEAR:
            raise ExportError(f"prompts with clear boxes ({count}) must be at least {LEAST_CLEAR}: change PROMPTS of {__file__}")
        lines += [f"{width},{height},{_row(answer)}" for answer in found]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def _row(found: Found) -> str:
    boxes = ";".join(f"{' '.join(map(str, b))} {s:.6f}" for b, s in zip(found.boxes, found.scores, strict=True))
    boxes = boxes if clear(found) else "-"
    values = " ".join(f"{v:.6f}" for v in found.map.ravel())
    return f"{found.prompt},{found.evidence:.6f},{found.probability:.6f},{values},{boxes}"


def _grids(path: Path) -> Path:
    lines = [*comment_lines(header(NAME, (), GRID_NOTES)), "width,height,patch,windows2,windows4"]
    lines = [line for line in lines if line != "# libraries: "]  # nothing is computed by one
    for width, height in SIZES:
        patch = patch_px(width, height)
        counts = [len(windows(width, height, patch, side)) for side in WINDOWS]
        lines.append(",".join(map(str, (width, height, patch, *counts))))
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path
