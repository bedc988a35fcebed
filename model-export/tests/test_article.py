"""The command article, against the same computed by hand."""

import json
import shutil

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper
from PIL import Image
from tokenizers import Tokenizer

from zeroshot4j_export.article import Settings
from zeroshot4j_export.goldens.pictures import Picture
from zeroshot4j_export.oracle import open_oracle, window_embeddings

WIDTH, HEIGHT = 150, 130  # 7 x 6 patches of 20 pixels and a remainder at both edges
SCAN = ["--patch", 20, "--window", 3, "--stride", 1, "--clip-passes", 2, "--threshold", 0.4]
PROMPTS = ["a cat", "Two red apples"]


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """A random model that resizes to 40 and crops 32 of it, so that the crop is no formality."""
    from zeroshot4j_export.cli import main

    out = tmp_path_factory.mktemp("article") / "small"
    assert main(["random", str(out), "--seed", "9", "--resize", "40", "--logit-scale", "60", "--variants", "fp32"]) == 0
    return out


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    path = tmp_path_factory.mktemp("article") / "picture.png"
    Image.fromarray(Picture("small", 3, WIDTH, HEIGHT).pixels()).save(path)
    return path


def by_hand(model, image, prompt, patch, window, stride, passes, threshold):
    """From files to box without the code under test: crops of the image itself, plain loops and lists."""
    facts = json.loads((model / "preprocessor_config.json").read_text())
    vision, text = (onnxruntime.InferenceSession(str(model / "onnx" / f"{kind}_model.onnx")) for kind in ("vision", "text"))
    row = text.run(None, {"input_ids": np.array([Tokenizer.from_file(str(model / "tokenizer.json")).encode(prompt).ids])})[0][0]
    picture = Image.open(image)
    rows, columns = picture.height // patch, picture.width // patch
    total, runs, window_scores = ([[start] * columns for _ in range(rows)] for start in (0.0, 1, None))
    for top in range(0, rows - window + 1, stride):
        for left in range(0, columns - window + 1, stride):
            crop = picture.crop((left * patch, top * patch, (left + window) * patch, (top + window) * patch))
            pixels = np.asarray(crop.resize((40, 40), Image.Resampling.BICUBIC).crop((4, 4, 36, 36)), dtype=np.float64) / 255
            pixels = (pixels - facts["image_mean"]) / facts["image_std"]
            found = vision.run(None, {"pixel_values": pixels.transpose(2, 0, 1)[None].astype(np.float32)})[0][0]
            score = 60 * float(found @ row) / float(np.linalg.norm(found) * np.linalg.norm(row))
            window_scores[top][left] = score
            for r in range(top, top + window):
                for c in range(left, left + window):
                    total[r][c] += score
                    runs[r][c] += 1
    mean = [[total[r][c] / runs[r][c] for c in range(columns)] for r in range(rows)]
    clipped = mean
    for _ in range(passes):
        middle = sum(map(sum, clipped)) / (rows * columns)
        clipped = [[max(0.0, v - middle) for v in line] for line in clipped]
    low, high = min(map(min, clipped)), max(map(max, clipped))
    normalised = [[(v - low) / (high - low) for v in line] for line in clipped]
    above = [(r, c) for r in range(rows) for c in range(columns) if normalised[r][c] > threshold]
    box = {
        "xmin": min(c for _, c in above) * patch, "ymin": min(r for r, _ in above) * patch,
        "xmax": max(c + 1 for _, c in above) * patch, "ymax": max(r + 1 for r, _ in above) * patch,
    }  # fmt: skip
    return window_scores, mean, normalised, box


@pytest.mark.parametrize("stride", [1, 2])
def test_result_is_what_a_hand_computation_gives(stride, model, image, run, tmp_path):
    out = tmp_path / "result.json"
    scan = [*SCAN[:5], stride, *SCAN[6:]]
    code, printed, err = run("article", model, image, *PROMPTS, *scan, "--out", out)
    assert (code, err) == (0, "") and f"wrote {out}" in printed
    result = json.loads(out.read_text())
    assert (result["backend"], result["rows"], result["columns"]) == ("onnx", 6, 7)
    assert (result["droppedRight"], result["droppedBelow"]) == (10, 10)
    assert [entry["prompt"] for entry in result["prompts"]] == PROMPTS
    for entry in result["prompts"]:
        scores, mean, normalised, box = by_hand(model, image, entry["prompt"], 20, 3, stride, 2, 0.4)
        scores = [[v for v in line if v is not None] for line in scores]
        np.testing.assert_allclose(entry["windowScores"], [line for line in scores if line], atol=2e-5)
        np.testing.assert_allclose(entry["map"], mean, atol=2e-5)
        np.testing.assert_allclose(entry["normalised"], normalised, atol=2e-4)
        assert np.ptp(entry["windowScores"]) > 1, "the windows must differ, or nothing is shown"
        assert entry["box"] == box
        x, y, width, height = (entry["articleBox"][key] for key in ("x", "y", "width", "height"))
        assert [x, y, x + width, y + height] == list(box.values())


def test_weights_of_pytorch_give_the_scores_of_the_graphs(hugging_face_directory, image, run, tmp_path):
    exported = tmp_path / "exported"
    assert run("export", hugging_face_directory, exported, "--variants", "fp32")[0] == 0
    results = {}
    for directory in (hugging_face_directory, exported):
        out = tmp_path / "result.json"
        assert run("article", directory, image, "a cat", *SCAN, "--out", out)[0] == 0
        result = json.loads(out.read_text())
        results[result["backend"]] = result["prompts"][0]
    np.testing.assert_allclose(results["torch"]["map"], results["onnx"]["map"], atol=2e-5)
    assert results["torch"]["box"] == results["onnx"]["box"]


def test_one_window_is_flat_and_has_no_box(model, image, run, tmp_path):
    out = tmp_path / "result.json"
    code, printed, _ = run("article", model, image, "a cat", "--patch", 65, "--window", 2, "--out", out)
    entry = json.loads(out.read_text())["prompts"][0]
    assert code == 0 and "box none" in printed
    assert np.ptp(entry["map"]) == 0 and (entry["normalised"], entry["box"], entry["articleBox"]) == (None, None, None)


def test_stride_2_takes_every_other_window_of_stride_1(model):
    oracle, pixels = open_oracle(model), Picture("small", 3, WIDTH, HEIGHT).pixels()
    one, two = (window_embeddings(oracle, pixels, Settings(20, 3, stride)) for stride in (1, 2))
    assert one.shape[:2] == (4, 5) and two.shape[:2] == (2, 3)
    np.testing.assert_array_equal(one[::2, ::2], two)


def test_text_longer_than_the_model_reads_is_cut(model):
    oracle = open_oracle(model)
    np.testing.assert_array_equal(oracle.text("a " * 75), oracle.text("a " * 300))


def test_processor_as_newer_transformers_save_it_is_read(model, tmp_path):
    newer = tmp_path / "newer"
    shutil.copytree(model, newer)
    open_oracle(model).processor.save_pretrained(newer)
    (newer / "preprocessor_config.json").unlink()
    assert "image_processor" in json.loads((newer / "processor_config.json").read_text())
    window = torch.from_numpy(Picture("small", 3, WIDTH, HEIGHT).pixels())
    np.testing.assert_array_equal(open_oracle(newer).image(window), open_oracle(model).image(window))


def text_graph(model, directory, dtype, inputs, length):
    """A copy of the model whose text graph takes other inputs, and adds the number of tokens that it was given."""
    shutil.copytree(model, directory)
    path = directory / "onnx" / "text_model.onnx"
    graph = onnx.load(path).graph
    nodes = [
        helper.make_node("Cast", ["input_ids"], ["ids"], to=TensorProto.INT64),
        *graph.node,
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["mask", "axis"], ["tokens"]),
        helper.make_node("Add", ["text_embeds", "tokens"], ["sum"]),
    ]
    for node in graph.node:
        node.input[:] = ["ids" if name == "input_ids" else name for name in node.input]
        node.output[:] = ["embeds" if name == "text_embeds" else name for name in node.output]
    nodes[-1].input[0], nodes[-1].output[0] = "embeds", "text_embeds"
    weights = [*graph.initializer, helper.make_tensor("axis", TensorProto.INT64, [1], [1])]
    values = [helper.make_tensor_value_info(name, dtype, ["n", length]) for name in inputs]
    changed = helper.make_graph(nodes, "text", values, graph.output, weights)
    onnx.save(helper.make_model(changed, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return directory


@pytest.mark.parametrize("dtype", [TensorProto.INT32, TensorProto.INT64])
@pytest.mark.parametrize("inputs", [("input_ids", "attention_mask"), ("attention_mask", "input_ids")])
@pytest.mark.parametrize("length", ["t", 77])
def test_text_graph_gets_the_inputs_that_it_has(dtype, inputs, length, model, tmp_path):
    plain, oracle = open_oracle(model), open_oracle(text_graph(model, tmp_path / "model", dtype, inputs, length))
    session = onnxruntime.InferenceSession(str(model / "onnx" / "text_model.onnx"))
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    for prompt in PROMPTS:
        ids = tokenizer.encode(prompt).ids
        row = session.run(None, {"input_ids": np.array([ids])})[0][0]
        np.testing.assert_allclose(plain.text(prompt), row / np.linalg.norm(row), atol=1e-6)
        moved = row + len(ids)
        np.testing.assert_allclose(oracle.text(prompt), moved / np.linalg.norm(moved), atol=1e-6)


# errors


def test_graph_that_cannot_be_given_its_inputs_is_named(model, image, run, tmp_path):
    with_three = tmp_path / "three"
    text_graph(model, with_three, TensorProto.INT64, ("input_ids", "attention_mask", "position_ids"), "t")
    doubles = text_graph(model, tmp_path / "doubles", TensorProto.DOUBLE, ("input_ids", "attention_mask"), "t")
    pairs = tmp_path / "pairs"
    shutil.copytree(model, pairs)
    vision = onnx.load(pairs / "onnx" / "vision_model.onnx")
    vision.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 2
    onnx.save(vision, pairs / "onnx" / "vision_model.onnx")
    for directory, kind, expected in (
        (with_three, "text", "must have no inputs but input_ids and attention_mask, found position_ids"),
        (doubles, "text", "must have input_ids of int32 or int64, found tensor(double)"),
        (pairs, "vision", "cannot be run: "),
    ):
        code, _, err = run("article", directory, image, "a cat", *SCAN, "--out", tmp_path / "out.json")
        path = directory / "onnx" / f"{kind}_model.onnx"
        assert code == 1 and err.startswith(f"zeroshot4j-export: {path} {expected}") and err.count("\n") == 1
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--patch", 0], "--patch (0) must be at least 1"),
        (["--window", 0], "--window (0) must be at least 1"),
        (["--stride", 0], "--stride (0) must be at least 1"),
        (["--window", 2, "--stride", 3], "--stride (3) must be at most the window (2), or patches go unseen"),
        (["--clip-passes", -1], "--clip-passes (-1) must be at least 0"),
        (["--threshold", 1.5], "--threshold (1.5) must be from 0 to 1"),
        ([" "], "prompt (' ') must not be blank"),
        (
            ["--patch", 32, "--window", 5],
            "window (5 patches of 32 pixels) must fit the 150 x 130 image, which has 4 rows and 4 columns of whole patches; "
            "the largest patch that fits is 26",
        ),
    ],
)
def test_bad_value_is_one_line_and_nothing_is_written(argv, expected, model, image, run, tmp_path):
    code, _, err = run("article", model, image, "a cat", *argv, "--out", tmp_path / "out.json")
    assert code == 1 and err == f"zeroshot4j-export: {expected}\n"
    assert list(tmp_path.iterdir()) == []


def test_bad_files_are_named(model, image, run, tmp_path):
    text = tmp_path / "text.png"
    text.write_text("not an image")
    (tmp_path / "empty").mkdir()
    broken = tmp_path / "broken"
    (broken / "onnx").mkdir(parents=True)
    for file in ("config.json", "preprocessor_config.json", "tokenizer.json"):
        (broken / file).write_bytes((model / file).read_bytes())
    for kind in ("vision", "text"):
        (broken / "onnx" / f"{kind}_model.onnx").write_bytes(b"no graph")
    out = tmp_path / "out.json"
    for arguments, expected in (
        ([model, tmp_path / "none.png"], f"image ({tmp_path / 'none.png'}) must be a file, but is not there"),
        ([model, tmp_path], f"image ({tmp_path}) must be a file, but is a directory"),
        ([model, text], f"cannot read the image {text}: "),
        ([tmp_path / "none", image], f"{tmp_path / 'none'} must be a model directory, but is not there"),
        ([image, image], f"{image} must be a model directory, but is a file"),
        (
            [tmp_path / "empty", image],
            f"{tmp_path / 'empty'} is not a model directory; missing: config.json, preprocessor_config.json, tokenizer.json, "
            "onnx/vision_model.onnx, onnx/text_model.onnx",
        ),
        ([broken, image], f"cannot open the model in {broken}: "),
    ):
        code, _, err = run("article", *arguments, "a cat", *SCAN, "--out", out)
        assert code == 1 and err.startswith(f"zeroshot4j-export: {expected}") and err.count("\n") == 1
    code, _, err = run("article", model, image, "a cat", *SCAN, "--out", tmp_path / "no" / "out.json")
    assert code == 1 and f"{tmp_path / 'no'} must be an existing directory" in err
    assert not out.exists()


def test_full_disk_leaves_the_result_of_before(model, image, run, tmp_path, full_disk):
    out = tmp_path / "result.json"
    out.write_bytes(b"before")
    code, _, err = run("article", model, image, "a cat", *SCAN, "--out", out)
    assert code == 1 and err.startswith(f"zeroshot4j-export: cannot write {out}: ") and err.count("\n") == 1
    assert out.read_bytes() == b"before" and list(tmp_path.iterdir()) == [out]


# compare


@pytest.fixture
def tool_result(model, image, run, tmp_path):
    """What the tool would write if it agreed, and a function that compares a changed one."""
    out = tmp_path / "result.json"
    assert run("article", model, image, *PROMPTS, *SCAN, "--out", out)[0] == 0
    result = json.loads(out.read_text())
    entry = {
        "width": WIDTH, "height": HEIGHT,
        "detections": [{"label": e["prompt"], "score": 1.0, "box": e["box"]} for e in result["prompts"]],
        "prompts": [{"prompt": e["prompt"], "map": {"values": e["map"]}} for e in result["prompts"]],
    }  # fmt: skip

    def compare(content):
        path = tmp_path / "tool.json"
        path.write_text(json.dumps(content))
        return run("article", model, image, *PROMPTS, *SCAN, "--out", out, "--compare", path)

    return entry, compare


def test_equal_result_passes_and_tells_the_difference(tool_result):
    entry, compare = tool_result
    entry["prompts"][0]["map"]["values"][2][3] += 0.00005
    code, printed, err = compare([entry])
    assert (code, err) == (0, "")
    assert "a cat: largest difference of the map 5.0e-05" in printed and printed.count(": equal") == 2


def test_difference_is_named(tool_result):
    entry, compare = tool_result
    entry["prompts"][0]["map"]["values"][2][3] += 0.001
    entry["detections"][1]["box"]["xmax"] += 20
    code, printed, err = compare([entry])
    assert code == 1 and "largest difference of the map 1.0e-03" in printed and printed.count("NOT EQUAL") == 2
    assert err == "zeroshot4j-export: the result to compare with differs for: a cat, Two red apples\n"


def test_missing_box_is_a_difference(tool_result):
    entry, compare = tool_result
    del entry["detections"][0]
    code, printed, _ = compare([entry])
    assert code == 1 and "box none, expected" in printed


def test_result_about_something_else_is_refused(tool_result):
    entry, compare = tool_result
    for content, expected in (
        ([entry, entry], "must hold the result of `zeroshot localize --json` for one image"),
        ([{**entry, "width": 151}], "must be about the image of 150 x 130 pixels, found 151 x 130"),
        ([{**entry, "prompts": entry["prompts"][1:]}], "has no prompt (a cat), found ['Two red apples']"),
        ([{**entry, "prompts": [{"prompt": p, "map": {"values": [[1, 2]]}} for p in PROMPTS]}], "(6, 7) rows and columns"),
    ):
        code, _, err = compare(content)
        assert code == 1 and expected in err and err.count("\n") == 1
