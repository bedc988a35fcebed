import dataclasses
import json

import pytest
import torch

from zeroshot4j_export.tiny import captions, halves
from zeroshot4j_export.tiny import export as exporting
from zeroshot4j_export.tiny.checkpoint import mean_model
from zeroshot4j_export.tiny.model import TinyClip
from zeroshot4j_export.tiny.start import load_start
from zeroshot4j_export.tiny.tokenizer import encode
from zeroshot4j_export.tiny.train import Trainer


def tokens(concepts):
    return sorted({i for row in encode(captions.vocabulary(concepts)).tolist() for i in row})


@pytest.fixture
def trained(data, options, small):
    trainer = Trainer(data, small, options)
    for _ in range(3):
        trainer.train_step()  # so that the statistics of the batch norms are none of the first ones
    return trainer.model.eval()


@pytest.fixture
def directory(trained, concepts, small, tmp_path):
    exporting.export(trained, concepts, tmp_path / "model", training={"towers": small.to_dict()}, log=lambda _: None)
    return tmp_path / "model"


def test_a_model_filled_from_a_directory_is_the_one_that_was_exported(directory, trained, concepts, small):
    torch.manual_seed(99)
    model = TinyClip(small, tokens(concepts), 4)
    load_start(model, directory)
    model.eval()
    pixels, ids = torch.randn(5, 3, 224, 224), encode(["a cat", "a photo of two mice", "unheard of", ""])
    with torch.no_grad():
        torch.testing.assert_close(model.image(pixels), halves.rounded(trained.image)(pixels), rtol=0, atol=1e-4)
        torch.testing.assert_close(model.text(ids), halves.rounded(trained.text)(ids), rtol=0, atol=1e-5)
        assert float(model.scale) == pytest.approx(float(trained.scale), rel=1e-3)


def test_new_tokens_keep_their_own_rows_and_known_ones_take_theirs(directory, trained, concepts, small):
    new = encode(["zeppelin"])[0, 1].item()
    ids = sorted({*tokens(concepts), new})
    model = TinyClip(small, ids, 4)
    own = model.text.tokens.weight[model.text.remap[new]].clone()
    load_start(model, directory)
    assert torch.equal(model.text.tokens.weight[model.text.remap[new]], own)
    with torch.no_grad():
        text = encode(["a cat"])
        torch.testing.assert_close(model.eval().text(text), halves.rounded(trained.text)(text), rtol=0, atol=1e-5)


def test_towers_of_other_sizes_are_refused(directory, concepts, small):
    other = dataclasses.replace(small, vision_layers=2)
    with pytest.raises(ValueError, match=r"model must hold towers of TinyConfig\(.*vision_layers=2.*\), found TinyConfig\("):
        load_start(TinyClip(other, tokens(concepts), 4), directory)
    facts = json.loads((directory / "zeroshot4j.json").read_text())
    del facts["training"]
    (directory / "zeroshot4j.json").write_text(json.dumps(facts))
    with pytest.raises(ValueError, match="found None"):
        load_start(TinyClip(small, tokens(concepts), 4), directory)


def test_going_on_leaves_the_convolutions_and_trains_the_rest(directory, data, options, small, tmp_path):
    going_on = dataclasses.replace(options, start=str(directory))
    trainer = Trainer(data, small, going_on)
    before = {k: v.clone() for k, v in trainer.model.state_dict().items()}
    trainer.run(tmp_path / "run", stop_after=2)
    changed = {k.rsplit(".", 1)[0] for k, v in trainer.model.state_dict().items() if not torch.equal(v, before[k])}
    assert not [k for k in changed if "stem" in k or "classifier" in k]
    assert {"image.blocks.0.qkv", "image.project", "text.tokens", "text.project"} <= changed
    with pytest.raises(ValueError, match="must be those that"):  # the schedule is another one
        Trainer(data, small, options).resume(tmp_path / "run")


def test_the_mean_of_runs_is_of_their_averaged_weights(directory, data, options, small, tmp_path):
    files = []
    for seed in (1, 2, 3):
        Trainer(data, small, dataclasses.replace(options, start=str(directory), seed=seed)).run(tmp_path / str(seed), 2)
        files.append(tmp_path / str(seed) / "checkpoint.pt")
    states = [torch.load(f, weights_only=True)["averaged"] for f in files]
    mean = mean_model(files).state_dict()
    for name in ("image.blocks.0.qkv.weight", "text.tokens.weight", "log_scale"):
        torch.testing.assert_close(mean[name], sum(s[name] for s in states) / 3)
    assert torch.equal(mean["text.remap"], states[0]["text.remap"])
    other = Trainer(data, dataclasses.replace(small, embed_dim=8), options)
    other.run(tmp_path / "other", 1)
    with pytest.raises(ValueError, match=r"other/checkpoint.pt must be of the towers and concepts of .*1/checkpoint.pt"):
        mean_model([files[0], tmp_path / "other" / "checkpoint.pt"])
