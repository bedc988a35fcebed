"""Average precision by pycocotools, for seeded random annotations and detections."""

import contextlib
import io
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.goldens.header import header

NAME = "coco"
DIRECTORY = "examples/src/test/resources/goldens/coco"
WIDTH, HEIGHT = 200, 160
NOTES = (
    "truth: COCO's instances format; detections: COCO's results format, bbox is x, y, width, height in pixels",
    "expected: pycocotools' COCOeval of type bbox, all areas, 100 detections; ap30 with the threshold 0.3 alone",
    "categories: average precision over IoU 0.5 to 0.95 by category id; -1 for a category without objects",
)


@dataclass(frozen=True)
class Case:
    """What is drawn: up to so many objects and boxes for each image and category, boxes on multiples of ``grid`` pixels."""

    name: str
    seed: int
    images: int = 6
    objects: int = 4
    crowd_share: float = 0.0
    score_decimals: int = 4
    grid: float = 0.01
    most_boxes: int = 6


CASES = (
    Case("random", 1, images=12),
    Case("crowds", 2, crowd_share=0.3),
    Case("tied_scores", 3, images=12, score_decimals=1, crowd_share=0.1),
    Case("ious_on_the_thresholds", 4, images=10, grid=10),  # such as 0.5 and 0.75, exactly
    Case("more_than_100_boxes", 5, images=3, objects=6, most_boxes=180, score_decimals=3),
    Case("several_images_without_objects", 6, images=9, objects=1),
)


def region(rng: random.Random, grid: float, near: list[float] | None = None) -> list[float]:
    """A box inside the image, anywhere or close to another."""

    def snapped(value: float, high: float) -> float:
        return round(min(max(round(value / grid) * grid, 0), high), 2)

    if near is None:
        x, y = snapped(rng.uniform(0, WIDTH - 60), WIDTH - 60), snapped(rng.uniform(0, HEIGHT - 60), HEIGHT - 60)
        return [x, y, max(snapped(rng.uniform(10, 60), 60), grid), max(snapped(rng.uniform(10, 60), 60), grid)]
    shift = max(grid, 8)
    x, y, width, height = (value + rng.choice((0, 0, 1)) * rng.uniform(-shift, shift) for value in near)
    x, y = snapped(x, WIDTH - 70), snapped(y, HEIGHT - 70)
    return [x, y, max(snapped(width, 70), grid), max(snapped(height, 70), grid)]


def draw(case: Case) -> tuple[dict, list[dict]]:
    """The truth and the detections. Category 9 has no object, category 4 no detection, the last image neither."""
    rng = random.Random(case.seed)
    ids = rng.sample(range(1, 1000), case.images)
    truth = {
        "images": [{"id": i, "file_name": f"{i}.png", "width": WIDTH, "height": HEIGHT} for i in ids],
        "annotations": [],
        "categories": [{"id": i, "name": f"thing {i}"} for i in (7, 2, 9, 4)],
    }
    detections = []
    for image in ids[:-1]:
        for category in (2, 4, 7, 9):
            there = [region(rng, case.grid) for _ in range(rng.randint(0, case.objects))] if category != 9 else []
            for bbox in there:
                truth["annotations"].append({
                    "id": len(truth["annotations"]) + 1, "image_id": image, "category_id": category, "bbox": bbox,
                    "area": round(bbox[2] * bbox[3], 2), "iscrowd": int(rng.random() < case.crowd_share),
                })  # fmt: skip
            for _ in range(rng.randint(0, case.most_boxes) if category != 4 else 0):
                near = rng.choice(there) if there and rng.random() < 0.7 else None
                score = round(rng.random(), case.score_decimals)
                bbox = region(rng, case.grid, near)
                detections.append({"image_id": image, "category_id": category, "bbox": bbox, "score": score})
    return truth, detections


def expected(truth: dict, detections: list[dict]) -> dict:
    try:
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    except ImportError as e:
        raise ExportError("the group coco needs pycocotools: pip install -e 'model-export[test]'") from e

    def evaluated(thresholds: list[float] | None) -> COCOeval:
        with contextlib.redirect_stdout(io.StringIO()):
            coco = COCO()
            coco.dataset = json.loads(json.dumps(truth))
            coco.createIndex()
            evaluation = COCOeval(coco, coco.loadRes(json.loads(json.dumps(detections))), "bbox")
            if thresholds:
                evaluation.params.iouThrs = np.array(thresholds)
            evaluation.evaluate()
            evaluation.accumulate()
            if not thresholds:
                evaluation.summarize()
        return evaluation

    def mean(values: np.ndarray) -> float:
        return float(values[values > -1].mean()) if (values > -1).any() else -1.0

    full = evaluated(None)
    precision = full.eval["precision"][:, :, :, 0, -1]  # threshold, recall, category
    return {
        "map": full.stats[0], "ap50": full.stats[1], "ap75": full.stats[2], "ar100": full.stats[8],
        "ap30": mean(evaluated([0.3]).eval["precision"][:, :, :, 0, -1]),
        "categories": {str(c): mean(precision[:, :, k]) for k, c in enumerate(full.params.catIds)},
    }  # fmt: skip


def rounded(value):
    """Nine decimals: the last digits are another CPU's."""
    return {k: rounded(v) for k, v in value.items()} if isinstance(value, dict) else round(float(value), 9)


def write(root: Path) -> list[Path]:
    directory = root / DIRECTORY
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    for case in CASES:
        truth, detections = draw(case)
        content = {"header": header(NAME, ("pycocotools", "numpy"), NOTES), "truth": truth, "detections": detections,
                   "expected": rounded(expected(truth, detections))}  # fmt: skip
        path = directory / f"{case.name}.json"
        path.write_text(lines(content) + "\n", encoding="ascii")
        files.append(path)
    return files


def lines(content: dict) -> str:
    """JSON with one annotation or detection per line."""
    text = json.dumps(content, separators=(",", ":"))
    return text.replace('},{"', '},\n{"').replace('],"', '],\n"')
