import dataclasses
import json
import shutil
from pathlib import Path

import onnx
import pytest
import torch

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.tiny import captions, halves
from zeroshot4j_export.tiny import export as exporting
from zeroshot4j_export.tiny.batches import HALF_WAY
from zeroshot4j_export.tiny.checkpoint import mean_model, training_facts
from zeroshot4j_export.tiny.model import TinyClip
from zeroshot4j_export.tiny.schedule import FromScratch, GoingOn
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
    with pytest.raises(ValueError, match=r"zeroshot4j.json must hold towers of Tiny.*vision_layers=2.*\), found TinyConfig\("):
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


def test_going_on_takes_the_second_half_of_the_schedule():
    scratch, going_on = FromScratch(), GoingOn(Path("model"))
    assert scratch.difficulty(0.0) == (1.0, 1.0)
    assert going_on.difficulty(0.0) == going_on.difficulty(1.0) == scratch.difficulty(HALF_WAY) == (0.3, 0.6)
    # from 0.05 in equal parts to 0.3 at three tenths
    assert [scratch.presence_weight(p) for p in (0.0, 0.15, 0.3, 1.0)] == pytest.approx([0.05, 0.175, 0.3, 0.3])
    assert going_on.presence_weight(0.0) == going_on.presence_weight(1.0) == 0.3


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
    facts = training_facts(files, "here.")
    assert (facts["steps"], facts["seeds"], facts["rate"]) == (6, [1, 2, 3], options.learning_rate)
    assert facts["before"] == {"towers": json.loads(json.dumps(small.to_dict()))}
    other = Trainer(data, dataclasses.replace(small, embed_dim=8), options)
    other.run(tmp_path / "other", 1)
    with pytest.raises(ValueError, match=r"other/checkpoint.pt must be of the towers and concepts of .*1/checkpoint.pt"):
        mean_model([files[0], tmp_path / "other" / "checkpoint.pt"])


@pytest.fixture
def runs(directory, data, options, small, tmp_path):
    """Runs a step and returns the checkpoint."""
    def run(name, **changed):
        folder = tmp_path / name
        Trainer(data, small, dataclasses.replace(options, **{"start": str(directory), **changed})).run(folder, 1)
        return folder / "checkpoint.pt"

    return run


def change(file, **parts):
    state = torch.load(file, weights_only=True)
    torch.save({k: v for k, v in {**state, **parts}.items() if v is not None}, file)


@pytest.mark.parametrize(("changed", "found"), [
    ({"seed": 5}, "seeds 5, 5"),
    ({"batch": 16}, "batch 8, 16"),
    ({"learning_rate": 1e-4, "steps": 30}, r"learning_rate 0\.0015, 0\.0001; steps 20, 30"),
    ({"start": None}, r"nothing in .*two/checkpoint\.pt that it went on from"),
])  # fmt: skip
def test_unrelated_runs_have_no_mean(runs, changed, found):
    files = [runs("one", seed=5), runs("two", **{"seed": 6, **changed})]
    for reading in (mean_model, training_facts):
        with pytest.raises(ValueError, match=r"one/checkpoint\.pt, .*two/checkpoint\.pt must be runs that went on from the same "
                                             rf"weights with the same options and a seed each, found {found}$"):
            reading(files)


def test_runs_from_scratch_and_a_file_twice_have_no_mean(runs):
    one, two = runs("one", start=None, seed=1), runs("two", start=None, seed=2)
    with pytest.raises(ValueError, match=r"found nothing in .*one/checkpoint\.pt that it went on from"):
        mean_model([one, two])
    with pytest.raises(ValueError, match="found seeds 5, 5"):
        mean_model([file := runs("three"), file])


def test_runs_of_other_weights_or_of_unknown_options_have_no_mean(runs):
    one, two = runs("one", seed=1), runs("two", seed=2)
    options = torch.load(two, weights_only=True)["options"]
    change(two, options={**options, "start": "0" * 64})
    with pytest.raises(ValueError, match=rf"found start {options['start']}, 0{{64}}"):
        mean_model([one, two])
    change(two, options=options, before={"steps": 1})
    with pytest.raises(ValueError, match=r"found another training before in .*two/checkpoint.pt than in .*one/checkpoint.pt"):
        mean_model([one, two])
    change(two, options=None)
    with pytest.raises(ValueError, match=r"found no options in .*two/checkpoint.pt"):
        mean_model([one, two])


def test_checkpoints_that_name_the_directory_by_its_path_are_exported_still(runs, directory):
    """As they were written before the weights' digest was kept."""
    files = [runs("one", seed=1), runs("two", seed=2)]
    expected = mean_model(files).state_dict()
    for file in files:
        change(file, options={**torch.load(file, weights_only=True)["options"], "start": "work/model"})
    assert torch.equal(mean_model(files).state_dict()["image.project.weight"], expected["image.project.weight"])
    assert training_facts(files)["seeds"] == [1, 2]


def test_a_resumed_run_that_goes_on_equals_one_without_a_break(directory, data, options, small, tmp_path):
    shutil.copytree(directory, tmp_path / "elsewhere")
    going_on = dataclasses.replace(options, start=str(directory))
    whole = Trainer(data, small, going_on)
    whole.run(tmp_path / "whole", stop_after=4)
    Trainer(data, small, going_on).run(tmp_path / "parts", stop_after=2)
    parts = Trainer(data, small, dataclasses.replace(options, start=f"{tmp_path}/./elsewhere/"))
    parts.run(tmp_path / "parts", stop_after=2)
    assert parts.step == whole.step == 4
    for mine, other in ((parts.model, whole.model), (parts.averaged, whole.averaged)):
        for name, value in other.state_dict().items():
            torch.testing.assert_close(mine.state_dict()[name], value, rtol=0, atol=0, msg=name)


def test_a_run_goes_on_from_its_own_weights_and_keeps_what_was_before(directory, data, options, small, tmp_path, trained,
                                                                      concepts):
    going_on = dataclasses.replace(options, start=str(directory))
    Trainer(data, small, going_on).run(tmp_path / "run", stop_after=1)
    facts = json.loads((directory / "zeroshot4j.json").read_text())
    told = facts["training"]
    (directory / "zeroshot4j.json").write_text(json.dumps({**facts, "training": {**told, "remark": "told anew"}}))
    Trainer(data, small, going_on).run(tmp_path / "run", stop_after=1)
    assert training_facts([tmp_path / "run" / "checkpoint.pt"])["before"] == told
    with torch.no_grad():
        trained.image.project.weight.add_(1)
    exporting.export(trained, concepts, directory, training=told, log=lambda _: None)
    with pytest.raises(ValueError, match=r"options \(start [0-9a-f]{64}\) must be those that .*checkpoint.pt was begun with"):
        Trainer(data, small, going_on).resume(tmp_path / "run")


def broken(directory, facts):
    (directory / "zeroshot4j.json").write_text(json.dumps(facts(json.loads((directory / "zeroshot4j.json").read_text()))))


@pytest.mark.parametrize(("facts", "message"), [
    (lambda f: [f], "must hold one JSON object, found list"),
    (lambda f: {k: v for k, v in f.items() if k != "logitScale"}, "must have logitScale, found no logitScale"),
    (lambda f: {**f, "logitScale": -1}, r": logitScale \(-1\) must be a positive number"),
    (lambda f: {**f, "training": None}, r"must hold towers of TinyConfig\(.*\), found None"),
    (lambda f: {**f, "training": {"towers": {"depth": 2}}}, r"must hold towers of TinyConfig\(.*\), found {'depth': 2}"),
])
def test_facts_that_tell_of_no_towers_are_refused(directory, concepts, small, facts, message):
    broken(directory, facts)
    with pytest.raises((ExportError, ValueError), match=f"model/zeroshot4j.json ?{message}"):
        load_start(TinyClip(small, tokens(concepts), 4), directory)


def without_weights(file):
    model = onnx.load(str(file))
    del model.graph.initializer[:]
    onnx.save(model, str(file))


def without_remap(file):
    model = onnx.load(str(file))
    kept = [i for i in model.graph.initializer if i.name != "remap"]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    onnx.save(model, str(file))


@pytest.mark.parametrize(("name", "harm", "message"), [
    ("vision", lambda f: f.unlink(), "must be an ONNX graph, found: No such file"),
    ("vision", lambda f: f.write_bytes(b"\xff" * 100), "must be an ONNX graph, found: "),
    ("text", lambda f: f.write_bytes(f.read_bytes()[:2000]), "must be an ONNX graph, found: "),
    ("text", without_weights, "must hold the weights of a tower as .*, found: 0 products with weights instead of 5"),
    ("text", without_remap, "must hold the weights of a tower as export writes it, found no 'remap'"),
    ("vision", lambda f: f.write_bytes((f.parent / "text_model.onnx").read_bytes()), "must hold the weights of a tower"),
])  # fmt: skip
def test_a_graph_that_export_did_not_write_is_refused(directory, concepts, small, name, harm, message):
    harm(directory / "onnx" / f"{name}_model.onnx")
    with pytest.raises(ExportError, match=f"onnx/{name}_model.onnx {message}"):
        load_start(TinyClip(small, tokens(concepts), 4), directory)
