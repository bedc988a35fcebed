import json
import os

import numpy as np
import pytest

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.tiny import bank, cli, evaluate
from zeroshot4j_export.tiny.artwork import Cutout


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
    assert {c.source for c in bank.training_set(many)} == {"noto"}
    assert bank.training_set([cutout("noto", "1"), *many[5:]]) == []  # held-out pictures do not count


def test_a_head_counts_less_where_other_pictures_show_the_animal():
    dogs = [cutout("noto", "dog-face", "dog"), cutout("fxemoji", "dog", "dog"), cutout("noto", "dog", "dog")]
    # the second is in heads.txt: its name does not say what it shows
    assert bank.wholeness(dogs).tolist() == pytest.approx([0.6, 0.6, 1.0])
    assert bank.wholeness(dogs[:2]).tolist() == [1.0, 1.0]  # no other dog is there
    others = [cutout("noto", "clock face", "clock"), cutout("noto", "clock", "clock")]
    assert bank.wholeness(others).tolist() == [1.0, 1.0]  # no animal
    assert bank.wholeness([cutout("mesh", "dog-0", "dog"), dogs[0]]).tolist() == [1.0, 1.0]  # views of one model are no drawings


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


def test_calibration_does_not_run_away_where_hardly_anything_overlaps():
    present, absent = np.linspace(1, 5, 300), np.linspace(-6, 0.9, 500)
    slope, intercept = evaluate.calibrate([*present, -1.0], [*absent])
    assert 0.5 < slope < 20 and 0 < -intercept / slope < 2


def scene_set(folder):
    """A picture with two cats and a dog, of which a bee is asked too."""
    truth = {"images": [{"id": 7, "file_name": "a.png", "asked": [3, 1, 2]}],
             "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "bee"}, {"id": 3, "name": "Dog"}],
             "annotations": [{"image_id": 7, "category_id": 1, "bbox": [100, 100, 50, 50]},
                             {"image_id": 7, "category_id": 1, "bbox": [300, 100, 50, 50]},
                             {"image_id": 7, "category_id": 3, "bbox": [0, 0, 40, 40]}]}
    (folder / "annotations.json").write_text(json.dumps(truth))


def test_a_scene_set_asks_what_it_says(tmp_path):
    scene_set(tmp_path)
    (question,) = evaluate.questions(tmp_path)
    assert question.file == tmp_path / "a.png" and question.prompts == ["a dog", "a cat", "a bee"]
    assert question.boxes == {"a cat": [(100, 100, 150, 150), (300, 100, 350, 150)], "a dog": [(0, 0, 40, 40)]}


def test_what_is_no_scene_set_is_refused(tmp_path):
    with pytest.raises(ExportError, match="must be a set of scenes"):
        evaluate.questions(tmp_path)


def test_detection_figures_count_what_the_answers_say(tmp_path):
    scene_set(tmp_path)

    def ask(_, prompts):
        return [{"prompt": "a dog", "evidence": 1.0, "peak": (20, 57), "boxes": []},
                {"prompt": "a cat", "evidence": 4.0, "peak": (290, 120), "boxes": [(100, 100, 150, 125)]},
                {"prompt": "a bee", "evidence": 2.0, "peak": (0, 0), "boxes": [(0, 0, 5, 5)]}]

    figures = evaluate.detection_figures(ask, tmp_path)
    assert (figures["present"], figures["absent"], figures["objects"]) == (2, 1, 3)
    assert figures["pointing"] == 50  # the cat, with slack; the dog is one pixel too far
    assert figures["mean IoU"] == round(0.5 / 3, 3) and figures["IoU >= 0.5"] == 33.3
    assert figures["presence AUC"] == 0.5 and figures["present found"] == 50 and figures["absent reported"] == 100
    assert figures["evidence"] == {"present": [1.0, 4.0], "absent": [2.0]}


@pytest.mark.parametrize(("given", "message"), [
    (["--tool", "zeroshot"], "--tool must be given with SCENES"),
    (["--attributes", "--tool", "zeroshot"], "--tool must be given with SCENES"),
    (["scenes", "--half", "reporting"], "--half must be given without SCENES"),
])  # fmt: skip
def test_options_that_do_not_apply_are_refused(given, message, capsys):
    assert cli.main(["evaluate", "model", *given]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"zeroshot4j-export tiny: {message}") and error.count("\n") == 1


@pytest.mark.parametrize("half", [None, "tuning"])
def test_the_reporting_half_is_measured_unless_another_is_asked(half, tmp_path, monkeypatch):
    monkeypatch.setattr("zeroshot4j_export.tiny.scan.ModelDirectory", lambda directory: directory)
    monkeypatch.setattr(evaluate, "retrieval_figures", lambda model, work, asked: {"half": asked})
    out = tmp_path / "figures.json"
    assert cli.main(["evaluate", "model", "--out", str(out), *(["--half", half] if half else [])]) == 0
    assert json.loads(out.read_text()) == {"half": half or "reporting"}


def test_a_break_while_a_report_is_written_leaves_the_one_that_is_there(tmp_path, monkeypatch):
    out = tmp_path / "figures.json"
    out.write_text("before")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk is gone")))
    with pytest.raises(OSError, match="disk is gone"):
        cli._report({"a": 1}, out)
    assert out.read_text() == "before" and list(tmp_path.iterdir()) == [out]
