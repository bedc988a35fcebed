"""The golden maps: pictures, and what is stored of them. Rewriting all of them takes minutes; here are parts."""

import csv
import math

import numpy as np
import pytest
from PIL import Image

from zeroshot4j_export.article import Settings, localise
from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.goldens import maps, pictures, repository_root
from zeroshot4j_export.goldens.noise import mix
from zeroshot4j_export.goldens.pictures import PICTURES, Picture
from zeroshot4j_export.goldens.resize import sha256
from zeroshot4j_export.oracle import open_oracle, window_embeddings

ROOT = repository_root()
SMALL = Picture("small", 3, 150, 130)


def rows(directory):
    lines = (directory / "maps.csv").read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def stored(directory, row):
    """The map and the normalised map of a row."""
    content, count = (directory / "maps.bin").read_bytes(), int(row["rows"]) * int(row["columns"])
    raw = np.frombuffer(content, "<f4", count, int(row["mapOffset"]))
    return raw, np.frombuffer(content, "<u2", count, int(row["normalisedOffset"])) / 65535


def settings_of(row) -> Settings:
    return Settings(*(int(row[key]) for key in ("patch", "window", "stride", "passes")))


def box_of(row):
    return tuple(int(row[key]) for key in ("xmin", "ymin", "xmax", "ymax")) if row["xmin"] else None


@pytest.mark.parametrize("group", maps.GROUPS, ids=lambda group: group.directory.split("/")[0])
def test_committed_maps_are_what_the_model_gives(group):
    """One picture with its larger patches: float32 that ONNX Runtime computed, which another CPU rounds otherwise."""
    picture = next(picture for picture in PICTURES if picture.name == "landscape")
    oracle, pixels = open_oracle(ROOT / group.model), picture.pixels()
    checked = 0
    for row in rows(ROOT / group.directory):
        if row["picture"] != picture.name or row["patch"] not in ("200", "256"):
            continue
        settings = settings_of(row)
        scores = oracle.scores(window_embeddings(oracle, pixels, settings), row["prompt"])
        found = localise(scores, *settings.grid(picture.width, picture.height), settings)
        raw, normalised = stored(ROOT / group.directory, row)
        np.testing.assert_allclose(found.averaged.ravel(), raw, atol=1e-4, err_msg="run: goldens --only maps")
        np.testing.assert_allclose(found.normalised.ravel(), normalised, atol=1e-4)
        assert found.box == box_of(row)
        assert row["sourceSha256"] == sha256(pixels)
        checked += 1
    assert checked == 16


@pytest.mark.parametrize("group", maps.GROUPS, ids=lambda group: group.directory.split("/")[0])
def test_committed_maps_fill_the_file_and_vary(group):
    found, end = rows(ROOT / group.directory), 0
    for row in found:
        count = int(row["rows"]) * int(row["columns"])
        if row["passes"] == "1":
            assert int(row["mapOffset"]) == end
            end += 4 * count
        assert int(row["normalisedOffset"]) == end
        end += 2 * count
    assert end == (ROOT / group.directory / "maps.bin").stat().st_size
    assert len({box_of(row) for row in found}) > 20, "boxes that are all the same would show little"
    assert {row["picture"] for row in found} == {picture.name for picture in PICTURES}


def test_written_group_is_what_localise_gives(tmp_path):
    group = maps.Group(maps.GROUPS[0].model, "out", {"small": (15, 20)}, {"small": (15,)})
    table, binary = maps.write_group(tmp_path, group, (SMALL,))
    assert table.read_text().startswith("# script: python -m zeroshot4j_export goldens --only maps\n# libraries: numpy==")
    found = rows(tmp_path / "out")
    assert [settings_of(row) for row in found] == [
        Settings(patch, window, stride, passes)
        for patch, strides in ((15, (2,)), (20, (1, 2))) for window in (4, 6) for stride in strides for passes in (1, 3)
    ]  # fmt: skip
    oracle = open_oracle(ROOT / group.model)
    for row in found:
        settings = settings_of(row)
        scores = oracle.scores(window_embeddings(oracle, SMALL.pixels(), settings), row["prompt"])
        expected = localise(scores, *settings.grid(SMALL.width, SMALL.height), settings)
        raw, normalised = stored(tmp_path / "out", row)
        np.testing.assert_allclose(raw, expected.averaged.ravel(), atol=1e-4)
        np.testing.assert_allclose(normalised, expected.normalised.ravel(), atol=1e-4)
        assert box_of(row) == expected.box


def test_prompt_whose_box_hangs_on_rounding_is_passed_over(tmp_path, monkeypatch):
    group = maps.Group(maps.GROUPS[0].model, "out", {"small": (15, 20)})
    monkeypatch.setattr(maps, "STABLE", 0.3)
    with pytest.raises(ExportError, match="random-a, picture small: no prompt whose boxes are stable"):
        maps.write_group(tmp_path, group, (SMALL,))
    assert list(tmp_path.iterdir()) == []


def test_picture_is_the_formula_of_the_header(tmp_path):
    """In plain integers, at corners, edges of the disc and elsewhere."""
    w, h, r = SMALL.width, SMALL.height, min(SMALL.width, SMALL.height) // 5
    pixels = SMALL.pixels()
    cx, cy = 2 * w // 3, 2 * h // 5
    points = {(0, 0), (w - 1, 0), (0, h - 1), (w - 1, h - 1), (cx, cy), (cx + r, cy), (cx + r - 1, cy), (40, 80), (7, 99)}
    seen = set()
    for x, y in points:
        in_disc = math.dist((x, y), (cx, cy)) < r
        seen.add(in_disc)
        for channel in range(3):
            grain = int(mix(3, [(y * w + x) * 3 + channel])[0]) >> 27
            block = int(mix(4, [(y // 157 * 64 + x // 191) * 3 + channel])[0]) >> 25
            slope = (x * 128 // w, y * 128 // h, 127 - x * 128 // w)[channel]
            disc = (x // 40 + y // 40) % 2 * 200 if channel == 0 else 30
            assert pixels[y, x, channel] == grain + (disc if in_disc else block // 2 + slope), (x, y, channel)
    assert seen == {True, False}
    pictures.save("odd", tmp_path / "odd.png")
    assert sha256(np.asarray(Image.open(tmp_path / "odd.png"))) == sha256(PICTURES[2].pixels())
