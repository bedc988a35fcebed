import contextlib
import io
import json
from collections import Counter

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from zeroshot4j_export.scenes import SETS, SPLITS, dataset, pools
from zeroshot4j_export.scenes.backgrounds import PHOTOS
from zeroshot4j_export.scenes.compose import KINDS

COUNT = 15  # two of each kind, and one more


@pytest.fixture(scope="session")
def written(work, tmp_path_factory):
    out = tmp_path_factory.mktemp("sets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zeroshot4j_export.scenes.compose.SHORT_SIDE", (100, 180))
        for set_ in SETS:
            for split in SPLITS:
                dataset.write_set(work, out / f"{set_}-{split}", set_, split, COUNT)
    return out


def read(directory):
    return json.loads((directory / "annotations.json").read_text("utf-8"))


def test_the_same_seed_gives_the_same_bytes_and_another_other_scenes(work, written, tmp_path):
    for seed in (1, 2):
        dataset.write_set(work, tmp_path / f"{seed}", "k", "dev", COUNT, seed)
    first = {f.name: f.read_bytes() for f in (written / "k-dev").iterdir()}
    assert first == {f.name: f.read_bytes() for f in (tmp_path / "1").iterdir()}
    assert not {v for k, v in first.items()} & {f.read_bytes() for f in (tmp_path / "2").iterdir()}


def test_more_images_leave_the_first_ones_as_they_are(work, written, tmp_path):
    dataset.write_set(work, tmp_path / "few", "s", "test", 8)
    few, many = read(tmp_path / "few"), read(written / "s-test")
    assert few["images"] == many["images"][:8] and few["annotations"] == many["annotations"][: len(few["annotations"])]
    assert all((tmp_path / "few" / i["file_name"]).read_bytes() == (written / "s-test" / i["file_name"]).read_bytes()
               for i in few["images"])


@pytest.mark.parametrize("set_", SETS)
def test_dev_and_test_share_nothing(written, set_):
    dev, test = (read(written / f"{set_}-{s}") for s in SPLITS)
    for key, part in (("picture_sha256", "annotations"), ("picture", "annotations"), ("background", "images")):
        assert not {r[key] for r in dev[part]} & {r[key] for r in test[part]}, key
    assert {a["picture"].split("/")[0] for a in [*dev["annotations"], *test["annotations"]]} <= set(SETS[set_])


@pytest.mark.parametrize("set_", SETS)
@pytest.mark.parametrize("split", SPLITS)
def test_coco_reads_the_file_and_finds_the_truth(written, set_, split):
    directory = written / f"{set_}-{split}"
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(directory / "annotations.json"))
    assert len(coco.getImgIds()) == COUNT
    for image in coco.loadImgs(coco.getImgIds()):
        picture = Image.open(directory / image["file_name"])
        assert picture.size == (image["width"], image["height"]) and picture.mode == "RGB"
        found = coco.loadAnns(coco.getAnnIds(imgIds=image["id"]))
        assert found
        covered = np.zeros((image["height"], image["width"]), int)
        for a in found:
            mask = coco.annToMask(a)
            covered += mask
            assert a["bbox"] == coco_mask.toBbox(coco_mask.encode(np.asfortranarray(mask))).tolist()
            assert a["area"] == mask.sum() and a["iscrowd"] == 0
        assert covered.max() == 1
    assert sorted(a["id"] for a in coco.anns.values()) == list(range(1, len(coco.anns) + 1))


@pytest.mark.parametrize("set_", SETS)
def test_each_image_asks_what_is_there_and_one_more_of_what_is_not(written, set_):
    truth = read(written / f"{set_}-test")
    names = {c["id"]: c["name"] for c in truth["categories"]}
    for image in truth["images"]:
        present = {a["category_id"] for a in truth["annotations"] if a["image_id"] == image["id"]}
        assert present < set(image["asked"]) and len(set(image["asked"])) == len(image["asked"]) == 2 * len(present) + 1
        assert not {names[i] for i in image["asked"]} & set(pools.CLUTTER)


def test_categories_are_all_trained_concepts_and_kinds_are_dealt_evenly(work, written):
    truth = read(written / "p-dev")
    assert {c["name"] for c in truth["categories"]} == pools.trained(work)
    count = Counter(tag for i in truth["images"] for tag in i["tags"])
    assert set(count) == set(KINDS) and max(count.values()) - min(count.values()) <= 1
    assert all(len(i["tags"]) == 1 for i in truth["images"])


def test_the_file_says_where_it_comes_from(written):
    info = read(written / "p-test")["info"]
    assert (info["set"], info["split"], info["seed"], info["version"]) == ("p", "test", 1, "1")
    assert "tuxpaint-stamps-default=2022.06.04-1" in info["versions"]["packages"] and info["versions"]["pillow"]
    backgrounds = {i["background"] for i in read(written / "p-test")["images"]}
    assert {b for b in backgrounds if not b.startswith("drawn ")} <= {p.file for p in PHOTOS if p.split == "test"}


@pytest.mark.parametrize("mask", ["0000", "1111", "0110", "1001", "1000", "0001"])
def test_run_lengths_are_those_that_coco_decodes(mask):
    pixels = np.array([c == "1" for c in mask]).reshape(2, 2)
    coded = dataset.run_lengths(pixels)
    decoded = coco_mask.decode(coco_mask.frPyObjects(coded, 2, 2))
    assert np.array_equal(decoded, pixels) and sum(coded["counts"]) == 4


def test_the_command_writes_the_chosen_sets_and_replaces_only_sets_of_scenes(work, tmp_path, run):
    out = tmp_path / "scenes"
    command = ("scenes", out, "--work", work, "--set", "s", "--set", "p", "--split", "dev", "--images", 7)
    code, printed, _ = run(*command)
    assert code == 0 and f"wrote {out / 's-dev'}: 7 images, " in printed
    assert sorted(p.name for p in out.iterdir()) == ["p-dev", "s-dev"]
    assert run(*command)[0] == 1 and run(*command, "--force")[0] == 0
    (out / "s-dev" / "annotations.json").unlink()
    code, _, err = run(*command, "--force")
    assert code == 1 and "s-dev is not a set of scenes (no annotations.json)" in err


def test_the_command_names_what_is_wrong(work, tmp_path, run):
    assert run("scenes", tmp_path / "a", "--work", work, "--images", 0)[2].endswith("--images (0) must be at least 1\n")
    code, _, err = run("scenes", tmp_path / "a", "--work", tmp_path)
    assert code == 1 and f"{tmp_path} must have art/index.json: run tiny --work {tmp_path} prepare" in err
    assert list(tmp_path.iterdir()) == []


def test_a_set_that_cannot_be_finished_leaves_nothing(work, tmp_path, full_disk):
    with pytest.raises(OSError, match="No space left"):
        dataset.write_set(work, tmp_path / "set", "s", "dev", 3)
    assert list(tmp_path.iterdir()) == []
