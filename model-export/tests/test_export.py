import json
import shutil

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from file_tree import tree
from safetensors.torch import load_file, save_file

from zeroshot4j_export import parity, writer
from zeroshot4j_export.sources import load


@pytest.fixture
def source(hugging_face_directory, tmp_path):
    return shutil.copytree(hugging_face_directory, tmp_path / "source")


def edit_weights(source, change):
    weights = load_file(source / "model.safetensors")
    change(weights)
    save_file(weights, source / "model.safetensors", metadata={"format": "pt"})


def test_directory_is_exported_with_its_files_as_they_are_and_the_trained_scale(source, run, tmp_path):
    out = tmp_path / "out"
    code, log, err = run("export", source, out, "--variants", "fp32,int8,fp16")
    assert code == 0, err
    assert log.count("largest difference") == 6
    for name in ("config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"):
        assert (out / name).read_bytes() == (source / name).read_bytes()
    facts = json.loads((out / "zeroshot4j.json").read_text())
    # 30 is the weight that the fixture set; config.json says 2.6592, the value before training.
    assert facts == {"formatVersion": 1, "modelName": "source", "logitScale": 30.0}


def test_graphs_compute_what_transformers_computes_at_any_batch_and_length(source, run, tmp_path):
    out = tmp_path / "out"
    assert run("export", source, out, "--variants", "fp32")[0] == 0
    clip = load(source, "source")
    pixels = np.random.default_rng(1).normal(size=(5, 3, 32, 32)).astype(np.float32)
    ids = clip.tokenizer(["a cat", "a dog", "a red cat"], padding=True, return_tensors="np").input_ids.astype(np.int64)
    with torch.no_grad():
        # The public methods of CLIPModel, not the towers that were exported.
        images = clip.model.get_image_features(pixel_values=torch.from_numpy(pixels)).pooler_output.numpy()
        texts = clip.model.get_text_features(input_ids=torch.from_numpy(ids)).pooler_output.numpy()
    session = onnxruntime.InferenceSession(str(out / "onnx" / "vision_model.onnx"))
    np.testing.assert_allclose(session.run(["image_embeds"], {"pixel_values": pixels})[0], images, atol=1e-5)
    session = onnxruntime.InferenceSession(str(out / "onnx" / "text_model.onnx"))
    for batch in (ids, ids[:1]):
        np.testing.assert_allclose(session.run(["text_embeds"], {"input_ids": batch})[0], texts[: len(batch)], atol=1e-5)


def test_what_follows_the_end_of_text_does_not_matter(source, run, tmp_path):
    """Readers pad with 0 or with the end of text; both must give the same embedding."""
    out = tmp_path / "out"
    assert run("export", source, out, "--variants", "fp32")[0] == 0
    session = onnxruntime.InferenceSession(str(out / "onnx" / "text_model.onnx"))
    ids = load(source, "source").tokenizer("a photo of a cat").input_ids
    rows = [np.array([ids + [pad] * (77 - len(ids))], dtype=np.int64) for pad in (0, ids[-1])] + [np.array([ids])]
    first, *others = (session.run(None, {"input_ids": row})[0] for row in rows)
    for other in others:
        np.testing.assert_allclose(other, first, atol=1e-5)


def test_opset_and_float_interface_of_every_variant(source, run, tmp_path):
    out = tmp_path / "out"
    assert run("export", source, out, "--variants", "fp32,int8,fp16")[0] == 0
    for path in (out / "onnx").iterdir():
        model = onnx.load(str(path))
        assert {o.domain: o.version for o in model.opset_import}[""] == 17, path
        assert [v.type.tensor_type.elem_type for v in model.graph.output] == [onnx.TensorProto.FLOAT], path
        types = {node.op_type for node in model.graph.node}
        assert ("MatMulInteger" in types) == path.stem.endswith("_quantized")


# A failure leaves nothing behind


def nothing_but(directory, *names):
    return sorted(p.name for p in directory.iterdir()) == sorted(names)


def test_graph_that_differs_from_pytorch_is_not_written(source, run, tmp_path, monkeypatch):
    original = writer.export_tower

    def broken(kind, tower, example, path):
        original(kind, tower, example, path)
        model = onnx.load(str(path))
        weight = max(model.graph.initializer, key=lambda t: len(t.raw_data))
        values = onnx.numpy_helper.to_array(weight).copy()
        values.flat[::2] *= 1.01
        weight.CopyFrom(onnx.numpy_helper.from_array(values, weight.name))
        onnx.save(model, str(path))

    monkeypatch.setattr(writer, "export_tower", broken)
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1
    assert "parity with PyTorch failed" in err and "vision_model.onnx" in err and "tolerance 2e-05" in err
    assert nothing_but(tmp_path, "source")


@pytest.mark.parametrize("variant", ["int8", "fp16"])
def test_variant_below_its_floor_is_not_written(variant, source, run, tmp_path, monkeypatch):
    monkeypatch.setitem(parity.COSINE_FLOOR, variant, 1.001)
    code, _, err = run("export", source, tmp_path / "out", "--variants", f"fp32,{variant}")
    assert code == 1 and "parity with PyTorch failed" in err and "floor 1.001" in err
    assert f"export without {variant}" in err
    assert nothing_but(tmp_path, "source")


def test_tower_too_large_for_one_file_is_refused(source, run, tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "LARGEST_TOWER", 100_000)
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1 and "weights of the text tower" in err and "must fit one ONNX file (100,000 bytes)" in err
    assert nothing_but(tmp_path, "source")


def test_not_a_number_fails_the_parity(source, run, tmp_path):
    edit_weights(source, lambda weights: weights["visual_projection.weight"].fill_(float("nan")))
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1 and "parity with PyTorch failed" in err and "nan" in err
    assert nothing_but(tmp_path, "source")


def test_wrong_output_name_is_refused(source, run, tmp_path, monkeypatch):
    original = writer.export_tower

    def renamed(kind, tower, example, path):
        original(kind, tower, example, path)
        model = onnx.load(str(path))
        output = model.graph.output[0]
        model.graph.node.append(onnx.helper.make_node("Identity", [output.name], ["embeddings"]))
        output.name = "embeddings"
        onnx.save(model, str(path))

    monkeypatch.setattr(writer, "export_tower", renamed)
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1 and "vision_model.onnx: inputs and outputs must be" in err and "'embeddings'" in err
    assert nothing_but(tmp_path, "source")


def test_existing_directory_is_an_error_and_stays_as_it_is(source, run, tmp_path):
    out = shutil.copytree(source, tmp_path / "out")
    before = tree(out)
    code, _, err = run("export", source, out)
    assert code == 1 and "out exists" in err and "--force" in err
    assert tree(out) == before


def test_force_replaces_a_model_directory_and_nothing_else(source, run, tmp_path):
    out = shutil.copytree(source, tmp_path / "out")
    assert run("export", source, out, "--variants", "fp32", "--force")[0] == 0
    assert "model.safetensors" not in tree(out) and "onnx/text_model.onnx" in tree(out)
    assert nothing_but(tmp_path, "source", "out")

    other = tmp_path / "photos"
    other.mkdir()
    (other / "holiday.jpg").write_bytes(b"x")
    code, _, err = run("export", source, other, "--force")
    assert code == 1 and "not a model directory" in err
    assert tree(other) == {"holiday.jpg": b"x"}


def test_failed_force_keeps_the_old_directory(source, run, tmp_path, monkeypatch):
    out = shutil.copytree(source, tmp_path / "out")
    before = tree(out)
    monkeypatch.setattr(parity, "FP32_TOLERANCE", -1.0)
    assert run("export", source, out, "--force")[0] == 1
    assert tree(out) == before
    assert nothing_but(tmp_path, "source", "out")


# Sources


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("config.json", "missing: config.json"),
        ("model.safetensors", "missing: model.safetensors or pytorch_model.bin"),
        ("tokenizer.json", "missing: tokenizer.json, or vocab.json with merges.txt"),
        ("preprocessor_config.json", "missing: preprocessor_config.json"),
    ],
)
def test_missing_file_is_named(file, expected, source, run, tmp_path):
    (source / file).unlink()
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1 and expected in err
    assert nothing_but(tmp_path, "source")


@pytest.mark.parametrize("file", ["config.json", "preprocessor_config.json", "tokenizer.json", "model.safetensors"])
def test_broken_file_is_one_clear_error(file, source, run, tmp_path):
    content = (source / file).read_bytes()
    (source / file).write_bytes(content[: len(content) // 2])
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1 and str(source) in err and err.count("\n") == 1, err


def test_missing_weight_is_an_error_not_a_random_number(source, run, tmp_path):
    edit_weights(source, lambda weights: weights.pop("text_projection.weight"))
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1 and "1 missing keys: text_projection.weight" in err


def test_misshapen_weight_is_an_error(source, run, tmp_path):
    edit_weights(source, lambda weights: weights.update({"text_projection.weight": torch.zeros(3, 3)}))
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1 and "1 mismatched keys: text_projection.weight (torch.Size([3, 3])" in err


def test_other_kinds_of_models_are_refused(source, run, tmp_path):
    config = json.loads((source / "config.json").read_text()) | {"model_type": "siglip"}
    (source / "config.json").write_text(json.dumps(config))
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1 and "model_type (siglip) must be clip" in err


def test_crop_that_is_not_the_image_size_is_refused(source, run, tmp_path):
    pre = json.loads((source / "preprocessor_config.json").read_text()) | {"crop_size": 40}
    (source / "preprocessor_config.json").write_text(json.dumps(pre))
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1 and "crop_size (40) must be the model's image_size (32)" in err


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("image_mean", ["0.5", 0.5, 0.5], "three numbers"),
        ("image_mean", [0.5, None, 0.5], "three numbers"),
        ("image_mean", [0.5, 0.5, float("nan")], "three numbers"),
        ("image_mean", [0.5, 0.5], "three numbers"),
        ("image_mean", 0.5, "three numbers"),
        ("image_std", [0.5, True, 0.5], "three numbers above 0"),
        ("image_std", [0.5, 0.0, 0.5], "three numbers above 0"),
    ],
)
def test_mean_and_deviation_that_are_no_numbers_are_named(field, value, rule, source, run, tmp_path):
    pre = json.loads((source / "preprocessor_config.json").read_text()) | {field: value}
    (source / "preprocessor_config.json").write_text(json.dumps(pre))
    code, _, err = run("export", source, tmp_path / "out")
    assert code == 1 and err == f"zeroshot4j-export: preprocessor_config.json: {field} ({value}) must be {rule}\n"


def test_older_and_newer_file_names_are_understood(source, run, tmp_path):
    """vocab.json with merges.txt instead of tokenizer.json; processor_config.json instead of preprocessor_config.json;
    crop_size as a plain number; pytorch_model.bin instead of safetensors."""
    expected = load(source, "source").tokenizer("a photo of a cat").input_ids
    model = json.loads((source / "tokenizer.json").read_text())["model"]
    (source / "vocab.json").write_text(json.dumps(model["vocab"]))
    (source / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(pair) for pair in model["merges"]) + "\n")
    (source / "tokenizer.json").unlink()
    pre = json.loads((source / "preprocessor_config.json").read_text()) | {"crop_size": 32}
    (source / "processor_config.json").write_text(json.dumps({"image_processor": pre}))
    (source / "preprocessor_config.json").unlink()
    torch.save(load_file(source / "model.safetensors"), source / "pytorch_model.bin")
    (source / "model.safetensors").unlink()

    code, _, err = run("export", source, tmp_path / "out", "--variants", "fp32")
    assert code == 0, err
    assert json.loads((tmp_path / "out" / "preprocessor_config.json").read_text())["crop_size"] == 32
    from tokenizers import Tokenizer

    assert Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json")).encode("a photo of a cat").ids == expected


def test_source_that_is_nothing_is_explained(run, tmp_path):
    code, _, err = run("export", "clip-b32", tmp_path / "out")
    assert code == 1 and "source (clip-b32) must be a directory, a checkpoint file, or a Hub id" in err
