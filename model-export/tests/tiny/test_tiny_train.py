import contextlib
import dataclasses
import logging
import math
import os
import re

import pytest
import torch

from zeroshot4j_export.tiny import captions, cli
from zeroshot4j_export.tiny.batches import Batch
from zeroshot4j_export.tiny.checkpoint import mean_model, training_facts
from zeroshot4j_export.tiny.train import Trainer, TrainOptions


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


@pytest.mark.parametrize(("name", "value"), [
    ("steps", 21), ("seed", 6), ("batch", 16), ("minutes", 3.0), ("shards", 1), ("learning_rate", 1e-3),
])  # fmt: skip
def test_a_checkpoint_of_other_options_is_refused(data, options, tmp_path, small, name, value):
    Trainer(data, small, options).run(tmp_path, stop_after=1)
    found, other = getattr(options, name), dataclasses.replace(options, **{name: value})
    with pytest.raises(ValueError, match=rf"options \({name} {value}\) must be those that .*checkpoint.pt was begun with, "
                                         rf"found {name} {found}; .*delete it to start anew"):
        Trainer(data, small, other).run(tmp_path, stop_after=1)


def test_how_often_it_is_saved_and_where_it_runs_may_change(data, options, tmp_path, small):
    Trainer(data, small, options).run(tmp_path, stop_after=1)
    again = Trainer(data, small, dataclasses.replace(options, checkpoint_seconds=1.0))
    again.resume(tmp_path)
    assert again.step == 1
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["options"].keys() == {
        f.name for f in dataclasses.fields(TrainOptions)} - {"checkpoint_seconds", "device"}


def older(folder):
    """Takes the options from a checkpoint: those written before they were stored."""
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    del state["options"]
    torch.save(state, folder / "checkpoint.pt")


def test_a_checkpoint_without_options_is_gone_on_from_with_a_warning(data, options, tmp_path, small, caplog):
    Trainer(data, small, options).run(tmp_path, stop_after=1)
    older(tmp_path)
    trainer = Trainer(data, small, options)
    with caplog.at_level(logging.WARNING):
        trainer.resume(tmp_path)
    assert trainer.step == 1 and "does not say which options it was begun with" in caplog.text


def test_a_checkpoint_without_options_and_beyond_the_schedule_is_refused(data, options, tmp_path, small):
    Trainer(data, small, options).run(tmp_path, stop_after=3)
    older(tmp_path)
    with pytest.raises(ValueError, match=r"steps \(2\) must be at least the 3 steps of .*checkpoint.pt"):
        Trainer(data, small, dataclasses.replace(options, steps=2)).resume(tmp_path)


@pytest.mark.parametrize("parts, found", [
    (None, "found no file"),
    (b"no pickle at all", "found: Weights only load failed"),
    (b"", "found: EOFError"),
    ({"weights": 1}, "found no step, elapsed, config, tokens, concepts, averaged in it"),
    ([1, 2], "found no step, elapsed, config, tokens, concepts, averaged in it"),
])
def test_what_is_no_checkpoint_is_refused(tmp_path, parts, found):
    file = tmp_path / "c.pt"
    if isinstance(parts, bytes):
        file.write_bytes(parts)
    elif parts:
        torch.save(parts, file)
    for reading in (mean_model, training_facts):
        with pytest.raises(ValueError, match=rf"c\.pt must be a checkpoint of training, {found}$"):
            reading([file])


def test_a_checkpoint_that_was_cut_off_is_refused(data, options, tmp_path, small):
    Trainer(data, small, options).run(tmp_path, stop_after=1)
    file = tmp_path / "checkpoint.pt"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(ValueError, match=r"checkpoint\.pt must be a checkpoint of training, found: "):
        Trainer(data, small, options).resume(tmp_path)


def test_a_result_without_its_optimizers_is_exported_but_not_gone_on_from(data, options, tmp_path, small):
    Trainer(data, small, options).run(tmp_path, stop_after=1)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    del state["optimizers"]
    torch.save(state, tmp_path / "checkpoint.pt")
    assert mean_model([tmp_path / "checkpoint.pt"]).config == small
    with pytest.raises(ValueError, match="found no optimizers in it"):
        Trainer(data, small, options).resume(tmp_path)


@pytest.mark.parametrize(("name", "value", "rule"), [
    ("steps", 0, "at least 1"), ("steps", -5, "at least 1"), ("warmup", 0, "at least 1"), ("shards", 0, "at least 1"),
    ("concepts_per_step", 0, "at least 1"), ("batch", 0, "a positive multiple of 2 shards"),
    ("batch", 127, "a positive multiple of 2 shards"), ("batch", -2, "a positive multiple of 2 shards"),
    ("seed", -1, "0 to 4294967295"), ("seed", 2**32, "0 to 4294967295"),
    ("minutes", 0.0, "finite and above 0"), ("minutes", -1.0, "finite and above 0"), ("minutes", math.nan, "finite and above 0"),
    ("learning_rate", 0.0, "finite and above 0"), ("learning_rate", math.inf, "finite and above 0"),
    ("weight_decay", -0.1, "finite and not negative"), ("checkpoint_seconds", math.nan, "finite and not negative"),
    ("average", 1.0, "0 or more and below 1"),
])  # fmt: skip
def test_options_out_of_range_are_refused(name, value, rule):
    with pytest.raises(ValueError, match=rf"^{name} \({re.escape(str(value))}\) must be {rule}$"):
        TrainOptions(**{name: value})


def test_fewer_than_no_steps_are_refused(data, options, tmp_path, small):
    with pytest.raises(ValueError, match=r"stop_after \(-3\) must not be negative"):
        Trainer(data, small, options).run(tmp_path, stop_after=-3)
    assert not any(tmp_path.iterdir())


def test_the_command_line_trains_as_long_as_the_options_say():
    arguments = cli._parser().parse_args(["train"])
    assert arguments.steps == TrainOptions().steps
    options = [cli._options(cli._parser().parse_args(["train", "--minutes", m])) for m in ("0", "25")]
    assert [o.minutes for o in options] == [None, 25.0]


@pytest.mark.parametrize("command", ["train", "all"])
@pytest.mark.parametrize(("given", "message"), [
    (["--steps", "0"], "steps (0) must be at least 1"), (["--minutes", "-1"], "minutes (-1.0) must be finite and above 0"),
    (["--batch", "3"], "batch (3) must be a positive multiple of 2 shards"),
    (["--rate", "0"], "learning_rate (0.0) must be finite and above 0"),
])  # fmt: skip
def test_a_wrong_option_is_one_line_before_any_work(command, given, message, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cli, "_with_allocator", lambda: None)  # starts the process anew
    assert cli.main(["--work", str(tmp_path / "work"), command, *given]) == 1
    assert capsys.readouterr().err == f"zeroshot4j-export tiny: {message}\n"
    assert not (tmp_path / "work").exists()


def test_runs_share_a_work_directory(data, tmp_path, small, monkeypatch):
    monkeypatch.setattr(cli, "_with_allocator", lambda: None)
    monkeypatch.setattr("zeroshot4j_export.tiny.prepare.load_data", lambda *_: data)
    monkeypatch.setattr("zeroshot4j_export.tiny.model.TinyConfig", lambda: small)
    one, two = (["train", "--batch", "8", "--stop-after", "1", "--seed", s] for s in "12")
    assert cli.main(["--work", str(tmp_path), *one]) == 0
    assert cli.main(["--work", str(tmp_path), *two, "--run", str(tmp_path / "b")]) == 0
    seeds = [torch.load(tmp_path / run / "checkpoint.pt", weights_only=True)["options"]["seed"] for run in ("run", "b")]
    assert seeds == [1, 2]


def test_a_device_that_is_not_there_is_one_line(data, options, small, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match=r"device \(cuda\) must be one that torch \S+ can use here, found no CUDA GPU"):
        Trainer(data, small, dataclasses.replace(options, device="cuda"))
    with pytest.raises(SystemExit):
        cli._parser().parse_args(["train", "--device", "tpu"])
    assert cli._parser().parse_args(["train"]).device == "cpu"


def test_everything_is_moved_to_the_device(data, options, small, monkeypatch):
    """The meta device computes shapes alone, and refuses an operation that mixes it with the CPU, as a GPU does."""
    monkeypatch.setattr(torch, "autocast", lambda *_: contextlib.nullcontext())  # knows no meta device
    trainer = Trainer(data, small, dataclasses.replace(options, device="meta"))
    assert {p.device.type for p in (*trainer.model.parameters(), *trainer.averaged.parameters())} == {"meta"}
    plan = trainer.plan(0)
    batch, text = trainer.draw(plan.shown[0], 1), trainer.text(plan.ids)
    assert text.device.type == "meta"
    loss, _ = trainer.loss(trainer.towers[0], batch, text, plan.chosen.to("meta"), len(plan.negatives),
                           plan.themes.to("meta"))
    assert loss.device.type == "meta"


def test_a_break_while_saving_leaves_the_previous_checkpoint(data, options, tmp_path, monkeypatch, small):
    trainer = Trainer(data, small, options)
    trainer.run(tmp_path, stop_after=1)
    before = (tmp_path / "checkpoint.pt").read_bytes()
    trainer.train_step()
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk is gone")))
    with pytest.raises(OSError, match="disk is gone"):
        trainer.save(tmp_path)
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    assert mean_model([tmp_path / "checkpoint.pt"]).config == small
    assert training_facts([tmp_path / "checkpoint.pt"], "alone.") == {
        "steps": 1, "batch": options.batch, "rate": 1.5e-3, "minutes": 0, "remark": "alone.", "towers": small.to_dict()}


def test_the_schedule_ends_with_the_steps(data, options, tmp_path, small):
    trainer = Trainer(data, small, options)
    trainer.run(tmp_path)
    assert trainer.step == options.steps and trainer.progress() == 1.0


def test_targets_give_objects_their_weight_and_the_rest_to_the_negatives(data, options, small):
    trainer = Trainer(data, small, options)
    batch = Batch(torch.zeros(3, 3, 56, 56), torch.tensor([0, 1, -1]), torch.tensor([2, -1, -1]),
                  torch.tensor([1.0, 0.4, 0.0]), torch.tensor([1.0, 0.0, 0.0]),
                  torch.zeros(3, 11), torch.zeros(3, 11), torch.zeros(3))
    t = trainer.targets(batch, torch.tensor([2, 0, 1]), negatives=2)
    torch.testing.assert_close(t.softmax, torch.tensor([[.5, .5, 0, 0, 0], [0, 0, .4, .3, .3], [0, 0, 0, .5, .5]]))
    torch.testing.assert_close(t.presence, torch.tensor([[1., 1, 0], [0, 0, .4], [0, 0, 0]]))
    animal = captions.hypernyms(data.concepts).index("animal")
    torch.testing.assert_close(t.hypernyms[:, animal], torch.tensor([1.0, 0.4, 0.0]))


def test_training_learns_three_coloured_squares(data, options, tmp_path, small):
    trainer = Trainer(data, small, options.__class__(steps=120, batch=32, concepts_per_step=3, warmup=5, seed=5))
    # the whole loss grows with the schedule: what is hard counts more and more
    first = sum(trainer.train_step()["main"] for _ in range(5))
    for _ in range(100):
        trainer.train_step()
    assert sum(trainer.train_step()["main"] for _ in range(5)) < 0.8 * first
