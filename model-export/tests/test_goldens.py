"""The committed golden files are the ones that the command writes, every one, and say where they come from."""

import csv
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zeroshot4j_export.goldens import GOLDENS, acceptance, article, coco, repository_root, resize, tiny, windows, write_goldens
from zeroshot4j_export.goldens.noise import floats, mix

ROOT = repository_root()
DIRECTORIES = (
    "core/src/test/resources/goldens", "onnx-backend/src/test/resources/goldens", "onnx-backend/src/test/resources/models",
    tiny.DIRECTORY, acceptance.DIRECTORY, coco.DIRECTORY,
)  # fmt: skip
# Computed by ONNX Runtime in float32, which rounds otherwise on another CPU.
ROUNDED = (f"{tiny.DIRECTORY}/scan.csv",)


def golden_files(root: Path) -> dict[str, Path]:
    return {str(p.relative_to(root)): p for d in DIRECTORIES for p in sorted((root / d).rglob("*")) if p.is_file()}


def missing_headers(files: dict[str, Path]) -> list[str]:
    return [name for name, path in files.items() if not has_header(path)]


def has_header(path: Path) -> bool:
    """Tables and JSON carry it. For a binary file the table of the same name speaks, or the NOTICE beside it, which also
    speaks for a model directory."""
    model = next((parent for parent in path.parents if (parent / "zeroshot4j.json").is_file()), None)
    if model:
        path = model.parent / "NOTICE"
    elif path.suffix == ".bin":
        path = next((p for p in (path.with_suffix(".csv"), path.with_name("NOTICE")) if p.is_file()), path)
    if not path.is_file():
        return False
    if path.name.endswith(".jsonl.gz"):
        first = content(path).split(b"\n", 1)[0]
        return first.startswith(b"{") and "script" in json.loads(first).get("header", {})
    if path.suffix == ".json":
        head = json.loads(path.read_text()).get("header", {})
        return "script" in head and "licence" in head
    return path.read_bytes().startswith(b"# script: python -m zeroshot4j_export goldens")


def content(path: Path) -> bytes:
    """Unpacked: builds of zlib compress differently."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.fixture(scope="session")
def regenerated(tmp_path_factory):
    """All goldens but the maps (minutes; see test_maps.py), written from another directory by the command itself."""
    root = tmp_path_factory.mktemp("checkout")
    only = [argument for name in GOLDENS if name != "maps" for argument in ("--only", name)]
    command = [sys.executable, "-m", "zeroshot4j_export", "goldens", "--root", str(root), *only]
    subprocess.run(command, check=True, capture_output=True, cwd="/")
    return root


def test_every_committed_golden_is_what_the_command_writes(regenerated):
    committed, written = ({k: v for k, v in golden_files(root).items() if "/maps/" not in k} for root in (ROOT, regenerated))
    assert committed.keys() == written.keys(), "run: python -m zeroshot4j_export goldens"
    exact = committed.keys() - set(ROUNDED)
    assert [name for name in exact if content(committed[name]) != content(written[name])] == []
    assert [name for name in ROUNDED if not nearly_equal(committed[name].read_text(), written[name].read_text())] == []


def nearly_equal(a: str, b: str) -> bool:
    """The same text, but for numbers with decimals, which may differ by 1e-4."""
    pattern = r"-?\d+\.\d{6}"
    if re.sub(pattern, "#", a) != re.sub(pattern, "#", b):
        return False
    return all(abs(float(x) - float(y)) <= 1e-4 for x, y in zip(re.findall(pattern, a), re.findall(pattern, b), strict=True))


def test_nearly_equal_forgives_rounding_and_nothing_else():
    line = "300,300,a cat,0.399477,1.000000,22 44 176 66 0.500000"
    assert nearly_equal(line, line.replace("0.399477", "0.399478").replace("1.000000", "0.999999"))
    for other in (line.replace("0.399477", "0.399677"), line.replace("176", "198"), line.replace("cat", "car"), line + " 1"):
        assert not nearly_equal(line, other)


def test_every_golden_says_where_it_comes_from():
    files = golden_files(ROOT)
    assert len(files) > 20
    assert missing_headers(files) == []


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.bin", "models/r/zeroshot4j.json", "NOTICE"])
def test_golden_without_header_is_noticed(name, tmp_path):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"cases": []}' if name.endswith(".json") else "x,y\n1,2\n")
    assert missing_headers({name: path}) == [name]


def test_goldens_hold_no_path_of_the_machine_that_wrote_them():
    for name, path in golden_files(ROOT).items():
        for prefix in (str(ROOT), os.path.expanduser("~"), "/tmp/", "/home/", "site-packages"):
            assert prefix.encode() not in content(path), name


def test_size_of_all_goldens_stays_small():
    sizes = {name: path.stat().st_size for name, path in golden_files(ROOT).items()}
    assert sum(size for name, size in sizes.items() if "/resize/" in name) < 300_000
    assert sum(sizes.values()) < 3_200_000


def test_one_group_alone_writes_the_same_bytes(regenerated, tmp_path, capsys):
    written = write_goldens(tmp_path, ["article"])
    assert {path.name for path in written} == {"article.csv", "notebook.json", "NOTICE"}
    for path in written:
        assert path.read_bytes() == (regenerated / path.relative_to(tmp_path)).read_bytes()


def test_groups_are_those_of_the_command():
    heads = b"".join(
        content(p) for p in golden_files(ROOT).values() if p.suffix in (".csv", ".json", ".gz") or p.name == "NOTICE"
    )
    for name in GOLDENS:
        assert f"--only {name}".encode() in heads


# The formula that Java repeats


def java_mix(seed: int, index: int) -> int:
    """The formula in plain integers, as Java's int arithmetic does it."""
    m = 0xFFFFFFFF
    h = (index * 0x9E3779B1 + seed * 0x85EBCA77) & m
    h ^= h >> 15
    h = h * 0x85EBCA77 & m
    h ^= h >> 13
    h = h * 0xC2B2AE3D & m
    return h ^ (h >> 16)


def test_mix_is_the_documented_formula():
    indexes = [0, 1, 2, 3, 1000, 7_077_887, 2**31 - 1]
    for seed in (0, 1, 28, 2**31 - 1):
        assert mix(seed, indexes).tolist() == [java_mix(seed, i) for i in indexes]


def test_floats_are_exact_and_spread_from_minus_2_to_2():
    values = floats(1, 10_000)
    assert values.dtype == np.float32
    assert values[:5].tolist() == [(java_mix(1, i) >> 8) * 2**-22 - 2 for i in range(5)]
    assert -2 <= values.min() < -1.99 and 1.99 < values.max() < 2


# resize


def rows(path: Path) -> list[dict]:
    csv.field_size_limit(10**6)
    return list(csv.DictReader(line for line in path.read_text().splitlines() if not line.startswith("#")))


def test_resize_bytes_are_where_the_table_says():
    pixels = (ROOT / resize.DIRECTORY / "resize.bin").read_bytes()
    end = 0
    for row in rows(ROOT / resize.DIRECTORY / "resize.csv"):
        width, height, offset = int(row["width"]), int(row["height"]), int(row["offset"])
        if offset < 0:
            assert max(width, height) >= 64
            continue
        assert offset == end
        end += width * height * 3
        assert hashlib.sha256(pixels[offset:end]).hexdigest() == row["sha256"]
        for x, y, rgb in (sample.split(":") for sample in row["samples"].split(" ")):
            position = offset + (int(y) * width + int(x)) * 3
            assert pixels[position : position + 3].hex() == rgb
    assert end == len(pixels)


def test_processor_agrees_with_pillow_step_by_step():
    """The table is transformers' word; this is the same by Pillow and numpy alone."""
    mean, std = np.float64([0.48145466, 0.4578275, 0.40821073]), np.float64([0.26862954, 0.26130258, 0.27577711])
    for row in rows(ROOT / resize.DIRECTORY / "processor.csv"):
        width, height, side, crop = (int(row[k]) for k in ("sourceWidth", "sourceHeight", "resizeSide", "cropSide"))
        picture = Image.fromarray(resize.source(row["kind"], int(row["seed"]), width, height))
        size = tuple(side * n // min(width, height) for n in (width, height))
        left, top = ((n - crop) // 2 for n in size)
        result = picture.resize(size, Image.Resampling[row["filter"]]).crop((left, top, left + crop, top + crop))
        result = np.asarray(result)
        assert hashlib.sha256(result.tobytes()).hexdigest() == row["sha256"], row
        for x, y, *values in (sample.split(":") for sample in row["pixelValues"].split(" ")):
            expected = (result[int(y), int(x)] / 255 - mean) / std
            np.testing.assert_allclose([float(v) for v in values], expected, atol=2e-6)


def test_resize_of_a_crop_does_not_see_its_neighbours():
    """Why the goldens crop first: Pillow's box argument lets the filter reach past the box."""
    picture = Image.fromarray(resize.source("noise", 18, 200, 150))
    box = (37, 41, 138, 142)
    cropped = np.asarray(picture.crop(box).resize((32, 32), Image.Resampling.BICUBIC))
    boxed = np.asarray(picture.resize((32, 32), Image.Resampling.BICUBIC, box=box))
    assert (cropped != boxed).any() and (cropped[4:-4, 4:-4] == boxed[4:-4, 4:-4]).all()


def test_sources_cover_over_and_undershoot():
    """blocks has only 0 and 255; results outside of that range must have been clipped, inner values must occur."""
    source = resize.source("blocks", 0, 24, 24)
    assert set(np.unique(source)) == {0, 255}
    result = np.asarray(Image.fromarray(source).resize((63, 63), Image.Resampling.BICUBIC))
    assert result.min() == 0 and result.max() == 255 and len(np.unique(result)) > 20


# article


def test_constant_score_finds_the_box_of_the_visit_counts():
    case = next(c for c in article.CASES if c.scores == "constant")
    mean = article.averaged(case, article.window_scores(case, 0))
    # 25 * n / (n + 1) for 1, 6 and 36 visits.
    np.testing.assert_allclose([mean[0, 0], mean[0, 6], mean[10, 6]], [12.5, 25 * 6 / 7, 25 * 36 / 37])
    normalised = article.min_max(article.mean_clip(mean, case.passes))
    # Known of the article at this size: rows 4-16 and columns 4-9 (half-open), out of no information at all.
    assert article.box(normalised, 0.5, 1) == (4, 4, 9, 16)


def test_notebook_agrees_with_the_steps():
    content = json.loads((ROOT / article.DIRECTORY / "notebook.json").read_text())
    clipped, normalised = (np.array(content[key]) for key in ("fluffyCatClippedOnce", "fluffyCatNormalised"))
    assert clipped.shape == (20, 13)
    # Both were printed with four decimals, and the first has a maximum of 0.19: 0.0005 is the rounding.
    np.testing.assert_allclose(article.min_max(clipped), normalised, atol=5e-4)
    patches = np.zeros((20, 13))
    for row, col in content["butterflyPatches"]:
        patches[row, col] = 1
    x0, y0, x1, y1 = article.box(patches, 0.5, 256)
    assert [x0, y0, x1 - x0, y1 - y0] == content["butterflyBoxXywh"]


def test_no_case_hangs_on_rounding():
    """A normalised score close to the threshold could fall on either side in another language."""
    for row in rows(ROOT / article.DIRECTORY / "article.csv"):
        values = np.array([float(v) for v in row["normalised"].split()])
        distance = np.abs(values - float(row["threshold"]))
        if row["name"] in ("threshold_0", "threshold_1"):  # on purpose exactly there
            distance = distance[distance > 0]
        assert not len(distance) or distance.min() > 1e-6, row["name"]


def test_visits_outside_every_window_are_zero():
    case = next(c for c in article.CASES if c.name == "stride_2")
    mean = article.averaged(case, article.window_scores(case, 6))
    assert (mean[:, 11] == 0).all() and (mean[:, :11] > 0).all()


# tiny


def test_patches_of_a_long_image_that_the_edge_cuts_count_whole():
    """The rule of PatchGrid.automaticPatchPx: at most 784 patches in all, of which rounding up may not make more."""
    for width, height in [*tiny.SIZES, *((n, 3) for n in range(500, 1500, 7))]:
        patch = tiny.patch_px(width, height)
        whole = [2 * patch, 2 * patch + 1] if patch > 1 else [1, 2, 3]  # the scan's are half as long, rounded down
        assert any(-(-width // p) * -(-height // p) <= 784 for p in whole), (width, height, patch)
    assert tiny.patch_px(300, 300) == 11 and tiny.patch_px(1000, 3) == 1


def test_answers_are_the_same_but_for_rounding():
    values = np.array([[0.0, 0.2], [0.6, 1.0]])

    def found(**changed):
        facts = dict(prompt="a cat", evidence=1.0, probability=0.7, map=values, peak=(0, 0), boxes=[(1, 2, 30, 40)], scores=[0.7])
        return tiny.Found(**{**facts, **changed})

    assert tiny.same_numbers(found(), found(evidence=1.00005, map=values - 5e-5))
    assert not tiny.same_numbers(found(), found(evidence=1.0002))
    assert not tiny.same_numbers(found(), found(map=values * 1.001))
    assert tiny.same_boxes(found(), found(boxes=[(1, 2, 31, 39)], scores=[0.70005]))
    assert not tiny.same_boxes(found(), found(boxes=[(1, 2, 32, 40)]))
    assert not tiny.same_boxes(found(), found(scores=[0.7002]))
    assert not tiny.same_boxes(found(), found(boxes=[], scores=[]))


def test_the_disturbed_model_is_a_little_off():
    pictures = [tiny.picture(60, 60)]
    rows, off = (m.images(pictures) for m in (tiny.ModelDirectory(ROOT / tiny.MODEL), tiny.Disturbed(ROOT / tiny.MODEL, 1)))
    assert 1e-8 < np.abs(rows - off).max() < 3e-6


def test_who_asks_for_a_negative_is_not_weighed_against_it():
    model = tiny.ModelDirectory(ROOT / tiny.MODEL)
    scan = tiny.Scan(model, tiny.picture(60, 60))
    found = scan.ask(" Background ", 1 - 1e-9)  # nothing is worth a second look: one box, of the windows that are there
    window = np.concatenate([embeddings for _, embeddings in scan.scans])
    others = model.texts(["nothing", "a texture", "a pattern", "a plain surface", ""])
    odds = model.scale * window @ model.texts(["background"])[0]
    odds = odds - np.log(np.exp(model.scale * window @ others.T).sum(1))
    assert np.sort(odds)[:3].mean() < found.evidence <= np.sort(odds)[-3:].mean() + 1e-5


# acceptance


def test_picture_of_the_readme_is_cut_and_cleared_as_openai_does_it():
    picture = acceptance.preprocessed()
    assert picture.mode == "RGB" and picture.size == (224, 224)
    with Image.open(Path(acceptance.__file__).parent / "data" / "CLIP.png") as source:
        assert source.mode == "RGBA" and source.size == (2162, 762)
        resized = source.resize((635, 224), Image.Resampling.BICUBIC)
    # torchvision's CenterCrop rounds 205.5 to the even 206.
    assert picture.tobytes() == resized.crop((206, 0, 430, 224)).convert("RGB").tobytes()
    clear = np.asarray(resized.crop((206, 0, 430, 224)).getchannel("A")) == 0
    assert clear.mean() > 0.4 and (np.asarray(picture)[clear] == 0).all()


# windows


def test_windows_cover_the_article_on_18_megapixels():
    article_scan = next(scan for scan in windows.SCANS if scan.name == "article_window_6")
    assert (article_scan.width, article_scan.height, len(article_scan.windows())) == (3456, 5184, 120)
    assert article_scan.windows()[0] == (0, 0, 1536, 1536) and article_scan.windows()[-1] == (1792, 3584, 3328, 5120)


def test_random_crops_are_of_every_kind():
    cases = windows.random_cases()
    assert len(cases) >= 200
    for _, width, height, x0, y0, x1, y1, *_ in cases:
        assert 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height
    crops = [(x1 - x0, y1 - y0, w, h) for _, _, _, x0, y0, x1, y1, w, h, _ in cases]
    assert sum(1 in sizes for sizes in crops) > 20
    assert sum(max(w, h) > 50 * min(w, h) for w, h, _, _ in crops) > 20
    assert sum(w < to_w and h < to_h for w, h, to_w, to_h in crops) > 20
    assert sum(w > to_w and h > to_h for w, h, to_w, to_h in crops) > 20


# coco


def test_cases_hold_what_average_precision_stumbles_over():
    drawn = {case.name: coco.draw(case) for case in coco.CASES}
    for truth, detections in drawn.values():
        assert {a["image_id"] for a in truth["annotations"]} != {i["id"] for i in truth["images"]}
        assert 9 not in {a["category_id"] for a in truth["annotations"]}
        assert 4 not in {d["category_id"] for d in detections}
    assert sum(a["iscrowd"] for a in drawn["crowds"][0]["annotations"]) >= 5
    scores = [d["score"] for d in drawn["tied_scores"][1]]
    assert len(set(scores)) < len(scores) / 3
    pairs = [(d["image_id"], d["category_id"]) for d in drawn["more_than_100_boxes"][1]]
    assert max(pairs.count(pair) for pair in set(pairs)) > 100


def test_ious_of_the_grid_are_on_the_thresholds():
    truth, detections = coco.draw(next(case for case in coco.CASES if case.name == "ious_on_the_thresholds"))

    def iou(a, b):
        w, h = (min(a[i] + a[i + 2], b[i] + b[i + 2]) - max(a[i], b[i]) for i in (0, 1))
        shared = max(w, 0) * max(h, 0)
        return shared / (a[2] * a[3] + b[2] * b[3] - shared)

    ious = [iou(d["bbox"], a["bbox"]) for d in detections for a in truth["annotations"]
            if (d["image_id"], d["category_id"]) == (a["image_id"], a["category_id"])]  # fmt: skip
    assert 0.5 in ious and 0.75 in ious
