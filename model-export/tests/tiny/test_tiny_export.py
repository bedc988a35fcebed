import json

import numpy as np
import onnxruntime
import pytest
import torch

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.tiny import captions, halves
from zeroshot4j_export.tiny import export as exporting
from zeroshot4j_export.tiny.card import write_card
from zeroshot4j_export.tiny.model import TinyClip
from zeroshot4j_export.tiny.scan import ModelDirectory
from zeroshot4j_export.tiny.tokenizer import encode


@pytest.fixture
def model(concepts, small):
    torch.manual_seed(3)
    tokens = sorted({i for row in encode(captions.vocabulary(concepts)).tolist() for i in row})
    return TinyClip(small, tokens, 4).eval()


@pytest.fixture
def directory(model, concepts, tmp_path):
    exporting.export(model, concepts, tmp_path / "model", (2.0, -1.0), log=lambda _: None)
    return tmp_path / "model"


def test_the_directory_has_the_hubs_layout_and_our_facts(directory, model, small):
    files = {f.relative_to(directory).as_posix() for f in directory.rglob("*") if f.is_file()}
    assert files == {"config.json", "preprocessor_config.json", "tokenizer.json", "zeroshot4j.json",
                     "onnx/vision_model.onnx", "onnx/text_model.onnx"}
    facts = json.loads((directory / "zeroshot4j.json").read_text())
    assert facts["formatVersion"] == 1 and facts["presence"] == {"fp32": {"slope": 2.0, "intercept": -1.0}}
    assert facts["logitScale"] == pytest.approx(float(model.scale.detach()), abs=1e-3)
    assert {"cat", "kitty", "mice", "photo"} <= set(facts["knownWords"])
    assert json.loads((directory / "config.json").read_text())["projection_dim"] == small.embed_dim


def test_texts_embed_as_in_torch_whatever_pads_them(directory, model):
    session = onnxruntime.InferenceSession(str(directory / "onnx" / "text_model.onnx"))
    ids = encode(["a cat", "a photo of two mice", ""]).numpy()
    with torch.no_grad():
        expected = halves.rounded(model.text)(torch.from_numpy(ids)).numpy()
    np.testing.assert_allclose(session.run(None, {"input_ids": ids})[0], expected, atol=1e-4)
    zeros = np.concatenate([ids, np.zeros_like(ids)], axis=1)  # padding by 0 after the end mark
    np.testing.assert_allclose(session.run(None, {"input_ids": zeros})[0], expected, atol=1e-4)


def test_the_tokenizer_file_truncates_and_does_not_pad(directory):
    tokenizer = ModelDirectory(directory).tokenizer
    assert tokenizer.encode("a cat").ids == encode(["a cat"])[0].tolist()
    long = tokenizer.encode("cat " * 200).ids
    assert len(long) == 77 and long[-1] == 49407


def test_unknown_words_share_one_embedding(directory):
    model = ModelDirectory(directory)
    known = {i for row in encode(["a cat", "a photo of two mice"]).tolist() for i in row}
    unseen = [model.tokenizer.encode(f"a {word}").ids for word in ("guitar", "sofa")]
    assert [len(ids) for ids in unseen] == [4, 4] and unseen[0] != unseen[1]  # one token each, between a and the end
    assert not {ids[2] for ids in unseen} & known
    guitar, sofa, cat, longer = model.texts(["a guitar", "a sofa", "a cat", "a guitar sofa"])
    np.testing.assert_allclose(guitar, sofa, rtol=0, atol=1e-7)
    # ... which is neither that of a known word nor that of every text
    assert np.abs(guitar - cat).max() > 1e-3 and np.abs(guitar - longer).max() > 1e-3


def test_a_graph_that_differs_writes_nothing(model, concepts, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting.parity, "reference", lambda tower, batches: [
        tower(torch.from_numpy(b)).detach().numpy() + 0.01 for b in batches])
    with pytest.raises(ExportError, match="parity with PyTorch failed"):
        exporting.export(model, concepts, tmp_path / "model", log=lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_a_graph_that_depends_on_its_batch_writes_nothing(model, concepts, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "neighbour_difference", lambda *_: 0.1)
    with pytest.raises(ExportError, match="must not depend on its batch"):
        exporting.export(model, concepts, tmp_path / "model", log=lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_too_large_is_refused(model, concepts, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "LARGEST_BYTES", 1000)
    with pytest.raises(ExportError, match="must have at most 1,000 bytes"):
        exporting.export(model, concepts, tmp_path / "model", log=lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_the_facts_keep_what_the_card_tells_of_the_run(model, concepts, tmp_path):
    run = {"steps": 3489, "batch": 128, "minutes": 70, "remark": "alone.", "towers": model.config.to_dict()}
    exporting.export(model, concepts, tmp_path / "model", training=run, log=lambda _: None)
    assert json.loads((tmp_path / "model" / "zeroshot4j.json").read_text())["training"] == json.loads(json.dumps(run))


def test_a_card_needs_what_the_export_tells_of_the_run(directory, tmp_path):
    with pytest.raises(ExportError, match='zeroshot4j.json must have a "training"'):
        write_card(tmp_path, directory, [])
    assert not (directory / "MODEL_CARD.md").exists() and not (directory / "NOTICE").exists()
