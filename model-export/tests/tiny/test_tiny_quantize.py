"""The int8 variant: written from a model directory alone, read and measured beside fp32."""

import json

import numpy as np
import onnx
import pytest
import torch
from PIL import Image

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.tiny import captions, cli, quantize, variant_figures
from zeroshot4j_export.tiny import export as exporting
from zeroshot4j_export.tiny.model import TinyClip
from zeroshot4j_export.tiny.scan import ModelDirectory
from zeroshot4j_export.tiny.tokenizer import encode


@pytest.fixture
def directory(concepts, small, tmp_path):
    torch.manual_seed(3)
    tokens = sorted({i for row in encode(captions.vocabulary(concepts)).tolist() for i in row})
    exporting.export(TinyClip(small, tokens, 4).eval(), concepts, tmp_path / "model", (2.0, -1.0), log=lambda _: None)
    return tmp_path / "model"


def pictures(count):
    random = np.random.default_rng(5)
    return [Image.fromarray(random.integers(0, 256, (8, 8, 3), np.uint8)).resize((224, 224)) for _ in range(count)]


def content(directory):
    return {f.relative_to(directory).as_posix(): f.read_bytes() for f in directory.rglob("*") if f.is_file()}


def test_a_copy_has_the_tower_beside_and_nothing_else_is_another(directory, tmp_path):
    before = content(directory)
    quantize.quantize(directory, tmp_path / "both", (3.0, -2.0), log=lambda _: None)
    after = content(tmp_path / "both")
    assert content(directory) == before
    assert after.keys() - before.keys() == {"onnx/vision_model_quantized.onnx"}
    assert {n for n in before if after[n] != before[n]} == {"zeroshot4j.json"}
    facts = json.loads(after["zeroshot4j.json"])
    assert facts.pop("presence") == {"fp32": {"slope": 2.0, "intercept": -1.0}, "int8": {"slope": 3.0, "intercept": -2.0}}
    assert facts.items() < json.loads(before["zeroshot4j.json"]).items()


def test_all_products_are_of_eight_bits(directory, tmp_path):
    quantize.quantize(directory, tmp_path / "both", log=lambda _: None)
    one, other = (onnx.load(tmp_path / "both" / "onnx" / f"vision_model{s}.onnx").graph for s in ("", "_quantized"))
    weights = {i.name for i in one.initializer} | {n.output[0] for n in one.node if n.op_type == "Cast"}
    products = sum(n.op_type == "MatMul" and n.input[1] in weights for n in one.node)
    assert products == sum(n.op_type == "MatMulInteger" for n in other.node) > 0


def test_a_calibration_of_other_numbers_is_not_kept(directory, tmp_path):
    quantize.quantize(directory, tmp_path / "one", (3.0, -2.0), log=lambda _: None)
    quantize.quantize(tmp_path / "one", tmp_path / "two", log=lambda _: None)
    two = ModelDirectory(tmp_path / "two", "int8")
    assert (two.slope, two.intercept) == (1.0, 0.0) and ModelDirectory(tmp_path / "two").slope == 2.0


def test_the_variants_embed_alike_and_each_picture_alone(directory, tmp_path):
    quantize.quantize(directory, tmp_path / "both", log=lambda _: None)
    fp32, int8 = ModelDirectory(tmp_path / "both"), ModelDirectory(tmp_path / "both", "int8")
    shown = pictures(3)
    rows = int8.images(shown)
    assert not np.array_equal(rows, fp32.images(shown))
    assert (rows * fp32.images(shown)).sum(axis=1).min() > 0.99
    np.testing.assert_array_equal(rows[2], int8.images(shown[2:])[0])
    np.testing.assert_array_equal(int8.texts(["a cat"]), fp32.texts(["a cat"]))


def test_a_tower_that_differs_too_much_writes_nothing(directory, tmp_path, monkeypatch):
    monkeypatch.setitem(quantize.parity.COSINE_FLOOR, "int8", 1.1)
    with pytest.raises(ExportError, match=r"vision_model_quantized.onnx: cosines with fp32 must be 1.1 or more, found 1\.0000"):
        quantize.quantize(directory, tmp_path / "both", log=lambda _: None)
    assert list(tmp_path.iterdir()) == [directory]


def test_what_is_no_model_directory_ends_in_one_line(directory, tmp_path, capsys):
    (directory / "onnx" / "vision_model.onnx").write_bytes(b"no graph")
    fit = tmp_path / "fit.json"
    fit.write_text('{"slope": null, "intercept": 1}')
    for arguments, said in (([directory], "vision_model.onnx"), ([tmp_path / "none"], "none"),
                            ([directory, "--calibration", fit], "fit.json must have numbers, found slope None and intercept 1")):
        assert cli.main(["quantize", *map(str, arguments[:1]), str(tmp_path / "out"), *map(str, arguments[1:])]) == 1
        error = capsys.readouterr().err
        assert said in error and len(error.splitlines()) == 1
    assert {f.name for f in tmp_path.iterdir()} == {"model", "fit.json"}


def test_a_row_for_each_variant_that_is_there(directory, tmp_path, monkeypatch):
    quantize.quantize(directory, tmp_path / "both", log=lambda _: None)
    monkeypatch.setattr(variant_figures, "retrieval_figures", lambda model, work, half: {
        f"cats, {half} half": {"top1": float(model.batch), "top5": 99.5}})
    one = variant_figures.variant_figures(directory, tmp_path)
    both = variant_figures.variant_figures(tmp_path / "both", tmp_path)
    assert one["columns"] == both["columns"] == ["variant", "bytes", "ms", "cats, reporting half"]
    assert [row[0] for row in one["rows"]] == ["fp32"] and [row[0] for row in both["rows"]] == ["fp32", "int8"]
    # one by one by int8: the stand-in above gives the batch as top-1
    assert [row[3] for row in both["rows"]] == ["64.0 / 99.5", "1.0 / 99.5"]
    sizes = [(tmp_path / "both" / "onnx" / f"vision_model{s}.onnx").stat().st_size for s in ("", "_quantized")]
    assert [int(row[1].replace(",", "")) for row in both["rows"]] == sizes
    assert all(float(row[2]) > 0 for row in both["rows"])


@pytest.mark.parametrize("two", [["scenes", "--attributes"], ["scenes", "--variants"], ["--attributes", "--variants"]])
def test_one_measurement_at_a_time(two, capsys):
    assert cli.main(["evaluate", "model", *two]) == 1
    assert "only one must be given of SCENES, --attributes and --variants" in capsys.readouterr().err


FILES = ("zeroshot4j.json", "preprocessor_config.json", "tokenizer.json", "onnx/vision_model.onnx", "onnx/text_model.onnx")


@pytest.mark.parametrize(("command", "lacking", "found"), [
    ("calibrate MODEL scenes --variant int8", None, "with int8, found no onnx/vision_model_quantized.onnx"),
    ("calibrate MODEL scenes", "onnx/vision_model.onnx", "with fp32, found no onnx/vision_model.onnx"),
    *(("evaluate MODEL", f, f"with fp32, found no {f}") for f in FILES),
    ("evaluate MODEL scenes", "onnx/text_model.onnx", "with fp32, found no onnx/text_model.onnx"),
    ("evaluate MODEL --attributes", "tokenizer.json", "with fp32, found no tokenizer.json"),
    ("evaluate MODEL --variants", "zeroshot4j.json", "with fp32, found no zeroshot4j.json"),
    ("oracle MODEL scenes", "zeroshot4j.json", "with fp32, found no zeroshot4j.json"),
])  # fmt: skip
def test_a_directory_without_a_file_that_is_needed_is_one_line(command, lacking, found, tmp_path, capsys):
    (tmp_path / "onnx").mkdir()
    for name in FILES:
        if name != lacking:
            (tmp_path / name).touch()
    assert cli.main([str(tmp_path) if c == "MODEL" else c for c in command.split()]) == 1
    assert capsys.readouterr().err == f"zeroshot4j-export tiny: {tmp_path} must be a model directory {found}\n"


def test_variants_of_a_directory_without_an_image_tower_are_refused(tmp_path, capsys):
    assert cli.main(["evaluate", str(tmp_path), "--variants"]) == 1
    assert capsys.readouterr().err == (f"zeroshot4j-export tiny: {tmp_path} must be a model directory, found none of "
                                       "vision_model.onnx, vision_model_quantized.onnx, vision_model_fp16.onnx\n")


def test_a_graph_that_is_none_is_one_line(directory, capsys):
    graph = directory / "onnx" / "vision_model.onnx"
    graph.write_bytes(b"no graph")
    assert cli.main(["evaluate", str(directory)]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"zeroshot4j-export tiny: {graph} cannot be run: ") and error.count("\n") == 1


@pytest.mark.parametrize(("content", "found"), [("no JSON", "must be a JSON file, found: Expecting value"),
                                                ("{\"slope\": 1}", "must have slope and intercept, found no intercept")])
def test_a_calibration_that_is_none_is_one_line(content, found, tmp_path, capsys):
    file = tmp_path / "fit.json"
    file.write_text(content)
    assert cli.main(["quantize", "model", str(tmp_path / "out"), "--calibration", str(file)]) == 1
    assert capsys.readouterr().err.startswith(f"zeroshot4j-export tiny: {file} {found}")
