"""What the embedded model's scan says of three pictures, by the twin of the scan in Python."""

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.goldens.header import comment_lines, header
from zeroshot4j_export.tiny.scan import SHARES, Found, ModelDirectory, Scan, patch_px, sizes, windows

NAME = "tiny"
DIRECTORY = "model-export/tiny/src/test/resources/goldens"
MODEL = "model-export/tiny/src/main/resources/io/github/zeroshot4j/tiny/model"
PICTURES = ((300, 300), (450, 301), (12, 12))  # square; 3 : 2, with patches that the edge cuts; no new window in a second look
PROMPTS = (
    "an apple", "a tomato", "a smiley", "a face", "a cat", "a strawberry", "a cherry", "a lemon", "a house", "a car", "a dog",
    "Background",
)  # fmt: skip
LEAST_CLEAR = 9
NOISE, DISTURBED = 3e-7, 4  # of an embedding's numbers, and how often: more than two releases of ONNX Runtime differ by
PIXELS, CLEARANCE = 1, 1e-4
SIZES = (
    (300, 300), (450, 301), (301, 450), (224, 224), (640, 480), (1920, 1080), (1024, 256), (1025, 256), (1000, 100), (100, 1000),
    (501, 23), (100, 3), (3, 100), (40, 1), (13, 13), (5, 9), (1, 1),
)  # fmt: skip
SCAN_NOTES = (
    "map: rows x columns, row by row, separated by spaces. boxes: \"xmin ymin xmax ymax score\", separated by semicolons,",
    "highest score first; undecided: the same with a presence threshold of 0, where more boxes are looked for.",
    "- is where embeddings that are disturbed by 3e-7 change more than an edge by 1 pixel, or a number by 1e-4: a window of a",
    "second look, which is placed by a rounded box, says something else a pixel further. Else these are fair tolerances.",
    "The picture of w x h pixels, in integers, u = min(w, h) / 12, later lines on top:",
    "  red, green, blue of (x, y) = 130 + x * 90 / w, 150 + y * 80 / h, 200 - y * 60 / h",
    "  disc cx cy r = where (x - cx)^2 + (y - cy)^2 <= r^2; box x0 y0 x1 y1 half-open; cx = w - 3u, cy = h - 3u",
    "  disc 3u 4u 2u: 214 40 40; disc 3u+u/2 2u-u/4 u/2: 60 160 60; disc cx cy 2u: 250 205 50;",
    "  disc cx-u*2/3 cy-u/2 u/4, disc cx+u*2/3 cy-u/2 u/4, box cx-u cy+u/2 cx+u cy+u*3/4: 60 40 30",
)
GRID_NOTES = (
    "Side of the patches that a scan with defaults makes of an image, number of windows of each share, and of all together:",
    "shares that round to one side are scanned once.",
)


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


class Disturbed(ModelDirectory):
    """A model whose embeddings of images are a little off."""

    def __init__(self, directory: Path, seed: int):
        super().__init__(directory)
        self.random = np.random.default_rng(seed)

    def images(self, pictures) -> np.ndarray:
        rows = super().images(pictures)
        return rows + self.random.normal(0, NOISE, rows.shape).astype(rows.dtype)


def same_numbers(a: Found, b: Found) -> bool:
    """Whether map and evidence of two answers are the same but for rounding."""
    differences = [a.evidence - b.evidence, a.probability - b.probability, np.abs(a.map - b.map).max()]
    return max(map(abs, differences)) <= CLEARANCE


def same_boxes(a: Found, b: Found) -> bool:
    """Whether the boxes of two answers are the same but for rounding, in the same order."""
    if len(a.boxes) != len(b.boxes):
        return False
    edges = max((abs(p - q) for pair in zip(a.boxes, b.boxes, strict=True) for p, q in zip(*pair, strict=True)), default=0)
    scores = max((abs(p - q) for p, q in zip(a.scores, b.scores, strict=True)), default=0)
    return edges <= PIXELS and scores <= CLEARANCE


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
    lines = [*comment_lines(head), "width,height,prompt,evidence,probability,map,boxes,undecided"]
    models = [ModelDirectory(directory), *(Disturbed(directory, seed) for seed in range(DISTURBED))]
    for width, height in PICTURES:
        scans = [Scan(model, picture(width, height)) for model in models]
        rows = [_row(scans, prompt) for prompt in PROMPTS]
        count = sum("-" not in row for row in rows)
        if count < LEAST_CLEAR:
            raise ExportError(f"clear answers ({count}) must be at least {LEAST_CLEAR}: change PROMPTS of {__file__}")
        lines += [",".join([str(width), str(height), *row]) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def _row(scans: list[Scan], prompt: str) -> list[str]:
    """Prompt, numbers and boxes of the first scan; - where one of the others says something else."""
    found, *others = (scan.ask(prompt) for scan in scans)
    undecided, *others_undecided = (scan.ask(prompt, 0) for scan in scans)
    numbers = [f"{found.evidence:.6f}", f"{found.probability:.6f}", " ".join(f"{v:.5f}" for v in found.map.ravel())]
    return [
        prompt,
        *(numbers if all(same_numbers(found, o) for o in others) else "---"),
        _boxes(found) if all(same_boxes(found, o) for o in others) else "-",
        _boxes(undecided) if all(same_boxes(undecided, o) for o in others_undecided) else "-",
    ]


def _boxes(found: Found) -> str:
    return ";".join(f"{' '.join(map(str, b))} {s:.6f}" for b, s in zip(found.boxes, found.scores, strict=True))


def _grids(path: Path) -> Path:
    columns = ",".join(["width,height,patch", *(f"windows{share}" for share in SHARES), "all"])
    lines = [*comment_lines(header(NAME, (), GRID_NOTES)), columns]
    lines = [line for line in lines if line != "# libraries: "]  # nothing is computed by one
    for width, height in SIZES:
        patch = patch_px(width, height)
        counts = [len(windows(width, height, share)) for share in SHARES]
        together = sum(map(len, sizes(width, height)))
        lines.append(",".join(map(str, (width, height, patch, *counts, together))))
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path
