"""Figures for the model card: retrieval of single cut-outs, and detection on generated scenes."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from zeroshot4j_export.errors import ExportError

from . import bank
from .artwork import Cutout, load_index, trim
from .concepts import article, load
from .scan import ModelDirectory, Scan, iou
from .scenes import background, scaled

# Forty names that a first try would ask for. Both held-out sets show most of them.
EVERYDAY = ("cat", "dog", "horse", "cow", "pig", "sheep", "rabbit", "mouse", "elephant", "lion", "tiger", "bear", "monkey",
            "camel", "duck", "chicken", "penguin", "turtle", "frog", "fish", "butterfly", "bee", "spider", "apple", "banana",
            "strawberry", "pear", "carrot", "tomato", "mushroom", "car", "bus", "truck", "train", "bicycle", "airplane",
            "house", "tree", "scissors", "hammer")
OBJECT_SHARE = 0.8


def cut_out(work: Path, cutout: Cutout) -> Image.Image:
    return trim(Image.open(work / cutout.file).convert("RGBA"))


def framed(work: Path, picture: Image.Image, seed: str, side: int = 224) -> Image.Image:
    """A cut-out in the middle of an unseen background, its longer side 80% of the picture's."""
    scene = background(work, random.Random(seed), side)
    picture = scaled(picture, OBJECT_SHARE * side)
    scene.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2), picture)
    return scene


def retrieval(model: ModelDirectory, work: Path, cutouts: list[Cutout], names: list[str], seed: int = 1) -> dict:
    """Top-1 and top-5 in percent of "a photo of a NAME" over all ``names``."""
    cutouts = [c for c in cutouts if c.concept in names]
    texts = model.texts([f"a photo of {article(n.lower())}" for n in names])
    images = model.images([framed(work, cut_out(work, c), f"{seed}-{c.source}-{c.name}") for c in cutouts])
    order = np.argsort(-(images @ texts.T), axis=1, kind="stable")
    ranks = np.array([list(row).index(names.index(c.concept)) for row, c in zip(order, cutouts, strict=True)])
    return {"images": len(cutouts), "names": len(names), "top1": round(100 * float((ranks < 1).mean()), 1),
            "top5": round(100 * float((ranks < 5).mean()), 1)}


def retrieval_figures(model: ModelDirectory, work: Path, half: str = "reporting") -> dict:
    cutouts = load_index(work)
    trained = bank.training_set(cutouts)
    known = sorted({c.concept for c in trained})
    everyday = [n for n in EVERYDAY if n in known]

    def some(sources, count):
        chosen = sorted((c for c in trained if c.source in sources), key=lambda c: (c.source, c.name))
        return random.Random(7).sample(chosen, min(count, len(chosen)))

    held = {s: [c for c in cutouts if c.source == s and bank.half(c) == half] for s in bank.HELD_OUT}
    emoji = ("noto", "fluent3d", "twemoji")
    return {
        "training art (Noto), all names": retrieval(model, work, some(("noto",), 400), known),
        "training art (Noto, Fluent 3D, Twemoji), all names": retrieval(model, work, some(emoji, 600), known),
        "training art (Noto, Fluent 3D, Twemoji), everyday names": retrieval(model, work, some(emoji, 9999), everyday),
        "training 3D renders (Sweet Home 3D), all names": retrieval(model, work, some(("sh3d",), 300), known),
        f"OpenMoji, {half} half, all names": retrieval(model, work, held["openmoji"], known),
        f"OpenMoji, {half} half, everyday names": retrieval(model, work, held["openmoji"], everyday),
        f"Tux Paint photos, {half} half, all names": retrieval(model, work, held["tuxpaint"], known),
        f"Tux Paint photos, {half} half, everyday names": retrieval(model, work, held["tuxpaint"], everyday),
    }


# --- detection ---


def twin(model_directory: Path, variant: str = "fp32"):
    """Asks the Python twin of the scan; returns a function (image file, prompts) -> answers."""
    model = ModelDirectory(model_directory, variant)

    def ask(file: Path, prompts: list[str]) -> list[dict]:
        scan = Scan(model, Image.open(file).convert("RGB"))
        return [{"prompt": f.prompt, "probability": f.probability, "evidence": f.evidence, "peak": f.peak, "boxes": f.boxes}
                for f in (scan.ask(p) for p in prompts)]

    return ask


def tool(command: Path):
    """Asks the command line tool, with its defaults and the embedded model."""

    def ask(file: Path, prompts: list[str]) -> list[dict]:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "result.json"
            done = subprocess.run([str(command), "localize", str(file), *prompts, "--json", str(out)],
                                  capture_output=True, text=True)
            if done.returncode not in (0, 1):
                raise RuntimeError(f"{command.name} localize failed for {file.name}: {done.stderr.strip()[-500:]}")
            return parse_answer(json.loads(out.read_text("utf-8")), prompts)

    return ask


def parse_answer(document: list[dict], prompts: list[str]) -> list[dict]:
    """The tool's JSON for one image in the form of the twin. All knowledge of the tool's format is here."""
    image = document[0]
    by_prompt = {entry["prompt"]: entry for entry in image["prompts"]}
    answers = []
    for prompt in prompts:
        entry = by_prompt[prompt]
        boxes = [d["box"] for d in image["detections"] if d["label"] == prompt]
        answers.append({"prompt": prompt, "probability": entry["presence"]["probability"],
                        "evidence": entry["presence"]["evidence"], "peak": (entry["peak"]["x"], entry["peak"]["y"]),
                        "boxes": [(b["xmin"], b["ymin"], b["xmax"], b["ymax"]) for b in boxes]})
    return answers


def auc(positive: list[float], negative: list[float]) -> float:
    """Probability that a positive scores above a negative, ties counted half."""
    p, n = np.asarray(positive)[:, None], np.asarray(negative)[None]
    return float((p > n).mean() + 0.5 * (p == n).mean())


@dataclass(frozen=True)
class Question:
    """A picture of a scene set, what to ask of it, and the boxes of what is there by the prompt."""

    file: Path
    prompts: list[str]
    boxes: dict[str, list[tuple[int, int, int, int]]]


def questions(scenes: Path) -> list[Question]:
    """What a set of the command ``scenes`` asks, one per picture."""
    file = scenes / "annotations.json"
    if not file.is_file():
        raise ExportError(f"{scenes} must be a set of scenes, with annotations.json: run zeroshot4j-export scenes")
    truth = json.loads(file.read_text("utf-8"))
    prompts = {c["id"]: article(c["name"].lower()) for c in truth["categories"]}
    boxes: dict[int, dict[str, list]] = {image["id"]: {} for image in truth["images"]}
    for a in truth["annotations"]:
        x, y, w, h = a["bbox"]
        boxes[a["image_id"]].setdefault(prompts[a["category_id"]], []).append((x, y, x + w, y + h))
    return [Question(scenes / i["file_name"], [prompts[c] for c in i["asked"]], boxes[i["id"]]) for i in truth["images"]]


def detection_figures(ask, scenes: Path, slack: int = 16) -> dict:
    """Pointing: the map's peak lies in an object's box (16 px of slack, as one patch is wider than its centre)."""
    asked, hits, ious, present, absent, found, alarms = questions(scenes), [], [], [], [], 0, 0
    for question in asked:
        for answer in ask(question.file, question.prompts):
            boxes, (x, y) = question.boxes.get(answer["prompt"]), answer["peak"]
            if not boxes:
                absent.append(answer["evidence"])
                alarms += bool(answer["boxes"])
                continue
            present.append(answer["evidence"])
            found += bool(answer["boxes"])
            hits.append(any(b[0] - slack <= x < b[2] + slack and b[1] - slack <= y < b[3] + slack for b in boxes))
            ious += [max((iou(box, b) for b in answer["boxes"]), default=0.0) for box in boxes]
    return {"scenes": len(asked), "present": len(present), "absent": len(absent), "objects": len(ious),
            "pointing": round(100 * float(np.mean(hits)), 1), "mean IoU": round(float(np.mean(ious)), 3),
            "IoU >= 0.5": round(100 * float(np.mean(np.array(ious) >= 0.5)), 1),
            "presence AUC": round(auc(present, absent), 3), "present found": round(100 * found / len(present), 1),
            "absent reported": round(100 * alarms / max(1, len(absent)), 1),
            "evidence": {"present": [round(v, 3) for v in present], "absent": [round(v, 3) for v in absent]}}


def calibrate(present: list[float], absent: list[float]) -> tuple[float, float]:
    """Slope and intercept of a logistic fit (Platt); as many prompts ask for what is there as did in the sets."""
    x = np.array([*present, *absent])
    y = np.array([1.0] * len(present) + [0.0] * len(absent))
    weight = np.full(len(x), 1 / len(x))

    def loss(fit: np.ndarray) -> float:
        logits = fit[0] * x + fit[1]
        return float((weight * np.logaddexp(0, np.where(y == 1, -logits, logits))).sum() + 5e-5 * fit[0] ** 2)

    fit = np.array([1.0, 0.0])
    for _ in range(100):  # Newton's method with a little ridge; the problem is convex
        p = 1 / (1 + np.exp(-np.clip(fit[0] * x + fit[1], -500, 500)))
        gradient = np.array([(weight * (p - y) * x).sum() + 1e-4 * fit[0], (weight * (p - y)).sum()])
        v = weight * p * (1 - p)
        hessian = np.array([[(v * x * x).sum() + 1e-4, (v * x).sum()], [(v * x).sum(), v.sum() + 1e-9]])
        step = np.linalg.solve(hessian, gradient)
        while loss(fit - step) > loss(fit) and np.abs(step).max() > 1e-9:  # far from the minimum a whole step may go beyond it
            step /= 2
        fit = fit - step
        if np.abs(step).max() < 1e-9:
            break
    return float(fit[0]), float(fit[1])


def known_names(work: Path) -> list[str]:
    trained = {c.concept for c in bank.training_set(load_index(work))}
    return [c.name for c in load() if c.name in trained]
