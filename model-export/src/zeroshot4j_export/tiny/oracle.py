"""What would be found if a part of the method knew the truth: where the figures of a model on a set of scenes are lost.

True crops: the model is shown each object framed by its true box. What it does not know there, no localizer finds.
True windows: the fitting of boxes is told what the response model says of each window of the scan, from the true boxes. What it
misses there, no model finds.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from .captions import CORE_NEGATIVES
from .evaluate import questions
from .fit import Finder, response
from .scan import LOOKED_AT_AGAIN, ModelDirectory, iou, sizes

FRAMES = (1.0, 1.25, 1.6, 2.0)  # sides of the true crops, in longer sides of the box
PLAIN = FRAMES.index(1.25)
LOWEST, HIGHEST = -6.0, 4.0  # log-odds of windows that show nothing and of windows that show all


def true_crops(model: ModelDirectory, scenes: Path, threshold: float = 0.5) -> dict:
    """Shares in percent of objects whose probability reaches the threshold, at one frame and at the best of four, and of
    absent prompts that reach it at any object's best frame."""
    plain, best, absent = [], [], []
    negatives = model.texts(CORE_NEGATIVES)
    for q in questions(scenes):
        image = Image.open(q.file).convert("RGB")
        boxes = [(p, b) for p in q.prompts for b in q.boxes.get(p, ())]
        if not boxes:
            continue
        rows = model.images([image.crop(square(b, f, image.size)) for _, b in boxes for f in FRAMES])
        nothing = np.logaddexp.reduce(model.scale * rows @ negatives.T, axis=1)
        odds = model.scale * rows @ model.texts(q.prompts).T - nothing[:, None]
        p = model.probability(odds).reshape(len(boxes), len(FRAMES), -1)
        for i, (prompt, _) in enumerate(boxes):
            own = p[i, :, q.prompts.index(prompt)]
            plain.append(own[PLAIN] >= threshold)
            best.append(own.max() >= threshold)
        absent += [p[:, :, j].max() >= threshold for j, prompt in enumerate(q.prompts) if prompt not in q.boxes]
    return {"objects": len(best), "known at one frame": _percent(plain), "known at the best of four": _percent(best),
            "absent prompts seen in them": _percent(absent)}


def square(box, factor: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The square around a box, moved into the image."""
    side = max(2, min(round(factor * max(box[2] - box[0], box[3] - box[1])), *size))
    x, y = (min(max(round((a + b - side) / 2), 0), s - side) for a, b, s in zip(box[:2], box[2:], size, strict=True))
    return x, y, x + side, y + side


def true_windows(scenes: Path) -> dict:
    """How many objects the fitting of boxes finds among windows that say exactly what the response model expects."""
    ious = []
    for q in questions(scenes):
        with Image.open(q.file) as image:
            size = image.size
        for truth in q.boxes.values():
            found = _fitted(size, np.array(truth, float))
            ious += [max((iou(f, b) for f in found), default=0.0) for b in truth]
    return {"objects": len(ious), "found, IoU >= 0.5": _percent(np.array(ious) >= 0.5),
            "mean IoU": round(float(np.mean(ious)), 3)}


def _fitted(size: tuple[int, int], truth: np.ndarray) -> list[tuple]:
    def told(boxes):
        return LOWEST + (HIGHEST - LOWEST) * response(np.array(boxes, float), truth).max(0)

    scan = [b for boxes in sizes(*size) for b in boxes]
    finder = Finder(size, scan, told(scan))
    return [tuple(np.rint(fitted.edges)) for fitted, odds in finder.find(0.0, LOOKED_AT_AGAIN, told) if odds >= 0]


def _percent(hits) -> float:
    return round(100 * float(np.mean(hits)), 1) if len(hits) else 0.0
