"""The tables of the model card: what they hold, and that their rows are as wide as their heads."""

import json

import pytest

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.tiny import card, cli
from zeroshot4j_export.tiny.model import TinyConfig

RETRIEVAL = {"held out": {"images": 120, "names": 514, "top1": 61.5, "top5": 82.0},
             "everyday": {"images": 90, "names": 60, "top1": 80.1, "top5": 95.2}}
DETECTION = {"scenes": 160, "asked": 782, "present": 311, "pointing": 99.4, "mean IoU": 0.634, "IoU >= 0.5": 81.5,
             "presence AUC": 1.0, "present found": 99.0, "absent reported": 3.0}
TRAINING = {"steps": 300, "batch": 128, "minutes": 25, "remark": "", "towers": TinyConfig().to_dict()}
FURTHER = {"text": "What else was measured.", "columns": ["set", "figure"], "rows": [["k", 1.5], ["s", None]]}


@pytest.fixture
def work(tmp_path):
    """A work directory with three pictures of a cat."""
    (tmp_path / "work" / "art").mkdir(parents=True)
    cats = [{"source": "fluent", "name": f"cat-{i}", "concept": "cat", "file": f"art/{i}.png"} for i in range(3)]
    (tmp_path / "work" / "art" / "index.json").write_text(json.dumps(cats))
    return tmp_path / "work"


@pytest.fixture
def model(tmp_path):
    """A model directory, as far as a card reads it."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "zeroshot4j.json").write_text(json.dumps({"training": TRAINING}))
    return tmp_path / "model"


def tables(lines):
    """The rows of each table, as lists of cells."""
    found, current = [], []
    for line in [*lines, ""]:
        if line.startswith("|"):
            current.append([cell.strip() for cell in line.strip("|").split("|")])
        elif current:
            found.append(current)
            current = []
    return found


@pytest.mark.parametrize("lines, rows", [
    (card._table(RETRIEVAL), 2), (card._table({}), 0), (card._detection([("k-test", DETECTION), ("s-test", DETECTION)]), 2),
    (card._further(FURTHER), 2), (card._further({**FURTHER, "rows": []}), 0),
])
def test_every_row_is_as_wide_as_the_head(lines, rows):
    (table,) = tables(lines)
    assert len(table) == rows + 2
    assert {len(row) for row in table} == {len(table[0])}
    assert all(set(cell) == {"-"} for cell in table[1])


def test_figures_stand_below_their_names():
    (retrieval,) = tables(card._table(RETRIEVAL))
    assert dict(zip(retrieval[0], retrieval[3], strict=True)) == {
        "test": "everyday", "images": "90", "names": "60", "top-1 %": "80.1", "top-5 %": "95.2"}
    (detection,) = tables(card._detection([("k-test", DETECTION)]))
    assert dict(zip(detection[0], detection[2], strict=True)) == {
        "scenes": "k-test (160)", "asked of": "782", "present": "311", "pointing": "99.4", "mean IoU": "0.634",
        "IoU >= 0.5": "81.5", "presence AUC": "1.0", "present found": "99.0", "absent reported": "3.0"}


def test_files_of_every_kind_become_tables_in_one_order():
    read = [("further", FURTHER), ("k-test", DETECTION), ("retrieval", RETRIEVAL), ("s-test", DETECTION)]
    lines = card._figures(read)
    found = tables(lines)
    assert [table[0][0] for table in found] == ["test", "scenes", "set"]
    assert [row[0] for row in found[1][2:]] == ["k-test (160)", "s-test (160)"]
    assert FURTHER["text"] in lines
    assert card._figures([]) == []


@pytest.mark.parametrize(("content", "found"), [
    ("{", "must be a JSON file, found: Expecting property name"),
    ("[1]", "must hold one JSON object, found list"),
    ("{}", "must hold figures as evaluate writes them, found none"),
    (json.dumps({"slope": 1.5, "intercept": -2.0}), "must hold figures as evaluate writes them, found 'float' object"),
    (json.dumps({k: v for k, v in DETECTION.items() if k != "present found"}),
     "must hold figures as evaluate writes them, found no 'present found'"),
    (json.dumps({"columns": ["a"], "rows": []}), "must hold figures as evaluate writes them, found no 'text'"),
    (None, "must be a JSON file, found: No such file or directory"),
])  # fmt: skip
def test_a_bad_file_of_figures_is_refused_and_no_file_is_written(work, model, tmp_path, content, found, capsys):
    file = tmp_path / "figures.json"
    if content is not None:
        file.write_text(content)
    assert cli.main(["--work", str(work), "card", str(model), "--figures", str(file)]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"zeroshot4j-export tiny: {file} {found}") and error.count("\n") == 1
    assert [f.name for f in model.iterdir()] == ["zeroshot4j.json"]


def test_both_files_are_written_whole(work, model, tmp_path):
    (tmp_path / "k-test.json").write_text(json.dumps(DETECTION))
    card.write_card(work, model, [tmp_path / "k-test.json"])
    assert {f.name for f in model.iterdir()} == {"zeroshot4j.json", "NOTICE", "MODEL_CARD.md"}
    assert "k-test (160)" in (model / "MODEL_CARD.md").read_text("utf-8")
    assert "Fluent" in (model / "NOTICE").read_text("utf-8")


@pytest.mark.parametrize("training", [None, {}, [1], {**TRAINING, "towers": {"depth": 2}},
                                      {k: v for k, v in TRAINING.items() if k != "batch"}])
def test_facts_that_tell_of_no_run_are_refused(work, model, training):
    (model / "zeroshot4j.json").write_text(json.dumps({"training": training}))
    with pytest.raises(ExportError, match='zeroshot4j.json must have a "training", as export writes it, found '):
        card.write_card(work, model, [])
    assert [f.name for f in model.iterdir()] == ["zeroshot4j.json"]


def test_figures_read_back_from_json_are_the_same_table():
    assert card._figures([("k", json.loads(json.dumps(DETECTION)))]) == card._figures([("k", DETECTION)])


def test_how_the_weights_came_about_is_told_in_order():
    before = {"steps": 8156, "batch": 1024, "minutes": 9, "remark": "on a GPU"}
    assert card._training(before) == (
        "From scratch: 8,156 steps of 1024 composed windows (8,351,744 in all) in 9 minutes on a GPU.")
    after = {"steps": 300, "batch": 128, "minutes": 25, "remark": "", "seeds": [1, 2, 3], "before": before, "rate": 0.0008}
    assert card._training(after).splitlines()[1] == (
        "Then, going on from these weights: the mean of 3 runs (seeds 1, 2, 3), together 300 steps of 128 composed windows "
        "(38,400 in all) at a learning rate of 0.0008 in 25 minutes each.")
