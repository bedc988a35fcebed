import json
import math

import pytest
from PIL import Image

from zeroshot4j_export.tiny import bank, evaluate, scenes
from zeroshot4j_export.tiny.artwork import Cutout
from zeroshot4j_export.tiny.concepts import load


def cutout(source, name, concept="cat"):
    return Cutout(source, name, concept, f"art/{source}/{name}.png")


def test_halves_are_fixed_by_the_name_and_about_even():
    stamps = [cutout("tuxpaint", f"animals/{i}") for i in range(400)]
    halves = [bank.half(c) for c in stamps]
    assert halves == [bank.half(c) for c in stamps]
    assert 160 < halves.count("tuning") < 240
    # committed: the halves must never move, or figures would be of pictures that were looked at
    assert [bank.half(cutout("openmoji", n)) for n in ("cat", "apple", "car", "bee")] == [
        "reporting", "reporting", "tuning", "tuning"]


def test_the_held_out_sets_are_never_trained_on():
    many = [cutout(s, f"{i}") for s in ("noto", "openmoji", "tuxpaint") for i in range(5)]
    assert {c.source for c in bank.training_set(many, 3)} == {"noto"}
    assert bank.training_set([cutout("noto", "1"), *many[5:]], 3) == []  # held-out pictures do not count


def test_auc_of_known_orders():
    assert evaluate.auc([2, 3], [0, 1]) == 1.0
    assert evaluate.auc([0, 1], [2, 3]) == 0.0
    assert evaluate.auc([1, 2], [1, 2]) == 0.5


def test_iou_of_known_boxes():
    assert evaluate.iou((0, 0, 10, 10), (0, 0, 10, 10)) == 1.0
    assert evaluate.iou((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(50 / 150)
    assert evaluate.iou((0, 0, 10, 10), (20, 20, 30, 30)) == 0.0


def test_calibration_puts_one_half_between_the_classes():
    slope, intercept = evaluate.calibrate([3.0, 4.0, 5.0, 1.9], [0.0, -1.0, 1.0, 2.1])
    assert slope > 0 and 1.0 < -intercept / slope < 2.5


def test_detection_figures_count_what_the_answers_say(tmp_path):
    truth = {"images": [{"id": 1, "file_name": "a.png", "asked": {"present": ["a cat"], "absent": ["a dog"]}}],
             "annotations": [{"image_id": 1, "prompt": "a cat", "bbox": [100, 100, 50, 50]}]}
    (tmp_path / "truth.json").write_text(json.dumps(truth))

    def ask(_, prompts):
        assert prompts == ["a cat", "a dog"]
        return [{"prompt": "a cat", "evidence": 4.0, "peak": (90, 120), "boxes": [(100, 100, 150, 125)]},
                {"prompt": "a dog", "evidence": -2.0, "peak": (0, 0), "boxes": [(0, 0, 5, 5)]}]

    figures = evaluate.detection_figures(ask, tmp_path)
    assert figures["pointing"] == 100 and figures["mean IoU"] == 0.5 and figures["presence AUC"] == 1.0
    assert figures["absent reported"] == 100


def test_scenes_have_true_boxes_and_ask_for_nothing_that_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(scenes, "background", lambda *_: Image.new("RGB", (1024, 1024), "grey"))
    named = {c.name: c for c in load()}
    pictures = [cutout("noto", n, n) for n in ("cat", "car", "apple", "hammer")]
    for p in pictures:
        (tmp_path / p.file).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGBA", (60, 40), "red").save(tmp_path / p.file)
    image, objects, absent = scenes.scene(tmp_path, pictures, named, "seed")
    again = scenes.scene(tmp_path, pictures, named, "seed")
    assert 2 <= len(objects) <= 4 and again[1] == objects and again[2] == absent
    for o in objects:
        x0, y0, x1, y1 = o["box"]
        assert image.getpixel((x0 + 1, y0 + 1))[0] > 200 and image.getpixel((x1 - 2, y1 - 2))[0] > 200
        assert image.getpixel((max(0, x0 - 3), y0)) == (128, 128, 128)
        assert 170 <= x1 - x0 <= 420 and math.isclose((x1 - x0) / (y1 - y0), 1.5, rel_tol=0.02)
    assert not set(absent) & {o["prompt"] for o in objects}
