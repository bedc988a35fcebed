import json
import subprocess
import sys

import numpy as np
import onnxruntime
import pytest
from file_tree import tree

from zeroshot4j_export.random_clip import PRESETS, random_clip


def test_same_seed_gives_the_same_bytes_also_in_another_process(run, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    options = ["--seed", "3", "--variants", "fp32,int8,fp16", "--name", "r"]
    assert run("random", here, *options)[0] == 0
    subprocess.run([sys.executable, "-m", "zeroshot4j_export", "random", there, *options], check=True, capture_output=True)
    first, second = tree(here), tree(there)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_another_seed_gives_other_weights():
    first, second = (random_clip(PRESETS["tiny-test"], seed, "r").model.state_dict() for seed in (3, 4))
    same = [name for name in first if first[name].equal(second[name])]
    assert set(same) <= {"logit_scale", "text_model.embeddings.position_ids", "vision_model.embeddings.position_ids"}


def test_directory_has_the_layout_of_the_hub(run, tmp_path):
    out = tmp_path / "r"
    code, log, _ = run("random", out, "--seed", "1")
    assert code == 0
    assert sorted(tree(out)) == [
        "config.json", "onnx/text_model.onnx", "onnx/text_model_quantized.onnx", "onnx/vision_model.onnx",
        "onnx/vision_model_quantized.onnx", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json",
        "zeroshot4j.json",
    ]  # fmt: skip
    assert log.count("largest difference") == 4
    facts = json.loads((out / "zeroshot4j.json").read_text())
    assert facts["formatVersion"] == 1 and facts["modelName"] == "r" and facts["logitScale"] == 100.0
    tokenizer = json.loads((out / "tokenizer.json").read_text())
    assert tokenizer["padding"] is None and tokenizer["truncation"] is None  # left to the reader, as on the Hub
    assert out.stat().st_mode & 0o777 == 0o755


def test_size_options_reach_the_graphs_and_the_facts(run, tmp_path):
    out = tmp_path / "r"
    sizes = "--projection 12 --vocab-size 530 --context-length 20 --text-hidden 16 --text-layers 1 --text-heads 2".split()
    sizes += "--image-size 24 --patch-size 12 --vision-hidden 18 --vision-layers 1 --vision-heads 3".split()
    code, _, err = run("random", out, "--seed", "1", "--variants", "fp32", "--resize", "30", "--logit-scale", "14.5", *sizes)
    assert code == 0, err
    config, pre = (json.loads((out / f"{name}.json").read_text()) for name in ("config", "preprocessor_config"))
    assert config["projection_dim"] == 12 and config["text_config"]["max_position_embeddings"] == 20
    assert config["vision_config"]["num_attention_heads"] == 3 and config["text_config"]["eos_token_id"] == 529
    assert pre["size"] == {"shortest_edge": 30} and pre["crop_size"] == {"height": 24, "width": 24}
    assert json.loads((out / "zeroshot4j.json").read_text())["logitScale"] == 14.5
    session = onnxruntime.InferenceSession(str(out / "onnx" / "vision_model.onnx"))
    assert session.get_inputs()[0].shape == ["batch_size", 3, 24, 24]
    assert session.get_outputs()[0].shape == ["batch_size", 12]


def test_configuration_file_is_used(run, tmp_path):
    config = {"model_type": "clip", **PRESETS["tiny-test"], "projection_dim": 9}
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert run("random", tmp_path / "r", "--seed", "1", "--variants", "fp32", "--config", tmp_path / "config.json")[0] == 0
    assert json.loads((tmp_path / "r" / "config.json").read_text())["projection_dim"] == 9


def test_configuration_of_another_model_is_refused(run, tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "siglip"}')
    code, _, err = run("random", tmp_path / "r", "--seed", "1", "--config", tmp_path / "config.json")
    assert code == 1 and "model_type must be clip" in err


@pytest.mark.parametrize("kind", ["vision", "text"])
def test_different_inputs_get_different_embeddings(kind):
    """Weights that flatten every input to one embedding would let a wrong order or batch pass the tests in Java."""
    from zeroshot4j_export import parity
    from zeroshot4j_export.towers import towers

    clip = random_clip(PRESETS["tiny-test"], seed=1, name="r")
    if kind == "vision":
        batches = parity.image_batches(clip.image_size, clip.preprocessor["image_mean"], clip.preprocessor["image_std"])
    else:
        batches = parity.text_batches(clip.tokenizer, clip.context_length)[:3]
    rows = np.concatenate(parity.reference(towers(clip.model)[kind], batches))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = (rows @ rows.T)[~np.eye(len(rows), dtype=bool)]
    assert cosines.max() < 0.995, cosines.max()


def test_vit_b_32_preset_is_the_full_size_model():
    """The configuration only: the model itself takes a minute, see the README."""
    from zeroshot4j_export.random_clip import build_config

    config = build_config(PRESETS["vit-b-32"])
    assert (config.projection_dim, config.text_config.hidden_size, config.text_config.vocab_size) == (512, 512, 49408)
    vision = config.vision_config
    assert (vision.hidden_size, vision.num_hidden_layers, vision.patch_size, vision.image_size) == (768, 12, 32, 224)
