import json

import numpy as np
import pytest
from PIL import Image

from zeroshot4j_export.tiny import oracle
from zeroshot4j_export.tiny.captions import CORE_NEGATIVES


@pytest.fixture
def scenes(tmp_path):
    """One grey picture of 320 x 240 with a red square of 80 and a red bar; green is asked for and absent."""
    picture = np.full((240, 320, 3), 90, np.uint8)
    picture[30:110, 40:120] = picture[150:190, 200:300] = (250, 0, 0)
    Image.fromarray(picture).save(tmp_path / "a.png")
    (tmp_path / "annotations.json").write_text(json.dumps({
        "images": [{"id": 1, "file_name": "a.png", "width": 320, "height": 240, "asked": [1, 2]}],
        "categories": [{"id": 1, "name": "Red"}, {"id": 2, "name": "Green"}],
        "annotations": [{"image_id": 1, "category_id": 1, "bbox": [40, 30, 80, 80]},
                        {"image_id": 1, "category_id": 1, "bbox": [200, 150, 100, 40]}]}))
    return tmp_path


class Colours:
    """Embeds a picture as how red, how green and how grey it is."""

    scale = 10.0

    def images(self, pictures):
        rows = [np.asarray(p, float).reshape(-1, 3).mean(0) for p in pictures]
        rows = np.array([[r - g, g - r, 90.0] for r, g, _ in rows]).clip(min=0)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def texts(self, prompts):
        return np.array([[1.0, 0, 0] if "red" in p else [0, 1.0, 0] if "green" in p else [0, 0, 1.0] for p in prompts])

    def probability(self, odds):
        return 1 / (1 + np.exp(-(odds + np.log(len(CORE_NEGATIVES)))))


def test_true_crops_show_what_the_model_knows_and_what_it_takes_for_it(scenes):
    # The square fills its frame at 1.25 by 64 %: red beats grey. The bar fills a frame of its length by 40 % and one of
    # 1.25 by 26 %, a mean of 131 - 66 = 65 redder than green, which is less than the 90 of grey: known at the best only.
    assert oracle.true_crops(Colours(), scenes) == {
        "objects": 2, "known at one frame": 50.0, "known at the best of four": 100.0, "absent prompts seen in them": 0.0}


def test_the_square_around_a_box_stays_in_the_image():
    assert oracle.square((40, 30, 120, 110), 1.25, (320, 240)) == (30, 20, 130, 120)
    assert oracle.square((0, 0, 80, 40), 2.0, (320, 240)) == (0, 0, 160, 160)
    assert oracle.square((10, 10, 310, 60), 1.6, (320, 240)) == (40, 0, 280, 240)


def test_windows_that_know_the_truth_lead_to_both_objects(scenes):
    figures = oracle.true_windows(scenes)
    assert figures["objects"] == 2 and figures["found, IoU >= 0.5"] == 100.0 and figures["mean IoU"] > 0.75
