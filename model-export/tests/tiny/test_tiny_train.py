import os

import pytest
import torch

from zeroshot4j_export.tiny import captions
from zeroshot4j_export.tiny.train import Batch, Trainer, load_model, training_facts


def state(trainer):
    return {**trainer.model.state_dict(), **{"averaged." + k: v for k, v in trainer.averaged.state_dict().items()}}


def test_a_resumed_run_equals_one_without_a_break(data, options, tmp_path, small):
    whole = Trainer(data, small, options)
    whole.run(tmp_path / "whole", stop_after=4)
    Trainer(data, small, options).run(tmp_path / "parts", stop_after=2)
    parts = Trainer(data, small, options)
    parts.run(tmp_path / "parts", stop_after=2)
    assert parts.step == whole.step == 4
    for name, value in state(whole).items():
        torch.testing.assert_close(state(parts)[name], value, rtol=0, atol=0, msg=name)


def test_a_checkpoint_of_another_concept_list_is_refused(data, options, concepts, tmp_path, small):
    Trainer(data, small, options).run(tmp_path, stop_after=1)
    data.concepts = [*concepts[:2], concepts[0]]
    with pytest.raises(ValueError, match="must belong to this concept list"):
        Trainer(data, small, options).run(tmp_path, stop_after=1)


def test_a_break_while_saving_leaves_the_previous_checkpoint(data, options, tmp_path, monkeypatch, small):
    trainer = Trainer(data, small, options)
    trainer.run(tmp_path, stop_after=1)
    before = (tmp_path / "checkpoint.pt").read_bytes()
    trainer.train_step()
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk is gone")))
    with pytest.raises(OSError, match="disk is gone"):
        trainer.save(tmp_path)
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    assert load_model(tmp_path / "checkpoint.pt").config == small
    assert training_facts(tmp_path / "checkpoint.pt", "alone.") == {"steps": 1, "minutes": 0, "remark": "alone."}


def test_the_schedule_ends_with_the_steps(data, options, tmp_path, small):
    trainer = Trainer(data, small, options)
    trainer.run(tmp_path)
    assert trainer.step == options.steps and trainer.progress() == 1.0


def test_targets_give_objects_their_weight_and_the_rest_to_the_negatives(data, options, small):
    trainer = Trainer(data, small, options)
    batch = Batch(torch.zeros(3, 3, 56, 56), torch.tensor([0, 1, -1]), torch.tensor([2, -1, -1]),
                  torch.tensor([1.0, 0.4, 0.0]), torch.tensor([1.0, 0.0, 0.0]))
    t = trainer.targets(batch, torch.tensor([2, 0, 1]), negatives=2)
    torch.testing.assert_close(t.softmax, torch.tensor([[.5, .5, 0, 0, 0], [0, 0, .4, .3, .3], [0, 0, 0, .5, .5]]))
    torch.testing.assert_close(t.presence, torch.tensor([[1., 1, 0], [0, 0, .4], [0, 0, 0]]))
    animal = captions.hypernyms(data.concepts).index("animal")
    torch.testing.assert_close(t.hypernyms[:, animal], torch.tensor([1.0, 0.4, 0.0]))


def test_training_learns_three_coloured_squares(data, options, tmp_path, small):
    trainer = Trainer(data, small, options.__class__(steps=60, batch=32, concepts_per_step=3, warmup=5, seed=5))
    first = sum(trainer.train_step()["loss"] for _ in range(5))
    for _ in range(45):
        trainer.train_step()
    assert sum(trainer.train_step()["loss"] for _ in range(5)) < 0.8 * first
