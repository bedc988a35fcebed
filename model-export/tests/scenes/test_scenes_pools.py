import json
import shutil
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image

from zeroshot4j_export.scenes import SETS, SPLITS, pools
from zeroshot4j_export.scenes.backgrounds import PHOTOS, background
from zeroshot4j_export.tiny import sources
from zeroshot4j_export.tiny.artwork import Cutout, load_index


@pytest.mark.parametrize("set_", SETS)
def test_a_cut_out_is_in_one_split_and_no_picture_in_both(work, set_):
    dev, test = (pools.pool(work, set_, s) for s in SPLITS)
    every = [c for c in load_index(work) if c.source in SETS[set_]]
    assert sorted([*dev, *test], key=every.index) == every
    assert min(len(dev), len(test)) > 0.3 * len(every)
    assert not {pools.digest(work, c) for c in dev} & {pools.digest(work, c) for c in test}


def test_one_picture_under_two_names_is_in_one_split(work, tmp_path):
    """OpenMoji's halves go by name: see test_tiny_evaluate for those of these two."""
    two = [Cutout("openmoji", n, "cat", f"art/openmoji/{n}.png") for n in ("cat", "car")]
    copy = tmp_path / "work"
    shutil.copytree(work, copy)
    for c in two:
        shutil.copyfile(work / "art/openmoji/cat-0.png", copy / c.file)
    (copy / "art" / "index.json").write_text(json.dumps([*map(asdict, [*two, *load_index(work)])]))
    assert [sum(c in two for c in pools.pool(copy, "s", s)) for s in SPLITS] == [0, 2]
    original = next(c for c in load_index(work) if c.file == "art/openmoji/cat-0.png")
    assert original in pools.pool(copy, "s", "test")


def test_only_trained_concepts_and_only_the_sets_own_art(work):
    assert {c.source for c in pools.pool(work, "k", "dev")} <= set(SETS["k"])
    assert {c.concept for c in pools.pool(work, "p", "test")} <= pools.trained(work)


def test_a_digest_is_of_the_pixels_not_of_the_file(tmp_path):
    pixels = np.zeros((50, 60, 4), np.uint8)
    pixels[5:45, 5:50] = 255
    for name, level in (("a", 1), ("b", 9)):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png", compress_level=level)
    pixels[20, 20] = 254
    Image.fromarray(pixels).save(tmp_path / "c.png")
    a, b, c = (pools.digest(tmp_path, Cutout("noto", n, "cat", f"{n}.png")) for n in "abc")
    assert a == b != c


def test_photos_are_grainy_and_drawings_flat(work, tmp_path):
    assert pools.photographed(work, load_index(work)[0])
    Image.new("RGBA", (50, 50), "red").save(tmp_path / "flat.png")
    assert not pools.photographed(tmp_path, Cutout("tuxpaint", "flat", "cat", "flat.png"))
    assert not pools.photographed(work, Cutout("tuxpaint", "seasonal/easter/butterfly", "butterfly", load_index(work)[0].file))


def test_no_photo_is_in_both_splits_or_was_trained_on():
    files = [(p.source, p.file) for p in PHOTOS]
    assert len(set(files)) == len(files)
    assert not {f for _, f in files} & {n for n, p in sources.PHOTOS.items() if p["use"] == "train"}
    assert all(sum(p.split == s and (p.rough or not textured) for p in PHOTOS) >= 3 for s in SPLITS for textured in (False, True))


def test_a_background_fills_the_size_and_comes_from_its_split(work, rng):
    of_split = {s: {p.file for p in PHOTOS if p.split == s} for s in SPLITS}
    seeds = set()
    for i in range(80):
        size = rng.randint(60, 300), rng.randint(60, 300)
        found = background(work, SPLITS[i % 2], size, i % 3 == 0, rng)
        assert found.image.size == size and found.image.mode == "RGB"
        if found.origin.startswith("drawn "):
            seeds.add(found.origin)
        else:
            assert found.origin in of_split[SPLITS[i % 2]]
    assert 15 < len(seeds) < 50  # two in five, and none twice
