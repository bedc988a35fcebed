"""The tables of the model card: what they hold, and that their rows are as wide as their heads."""

import json

import pytest

from zeroshot4j_export.tiny import card

RETRIEVAL = {"held out": {"images": 120, "names": 514, "top1": 61.5, "top5": 82.0},
             "everyday": {"images": 90, "names": 60, "top1": 80.1, "top5": 95.2}}
DETECTION = {"scenes": 160, "asked": 782, "present": 311, "pointing": 99.4, "mean IoU": 0.634, "IoU >= 0.5": 81.5,
             "presence AUC": 1.0, "present found": 99.0, "absent reported": 3.0}
FURTHER = {"text": "What else was measured.", "columns": ["set", "figure"], "rows": [["k", 1.5], ["s", None]]}


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


def test_a_file_of_figures_without_one_that_the_table_has_is_no_table():
    with pytest.raises(KeyError, match="present found"):
        card._figures([("k", {k: v for k, v in DETECTION.items() if k != "present found"})])


def test_figures_read_back_from_json_are_the_same_table():
    assert card._figures([("k", json.loads(json.dumps(DETECTION)))]) == card._figures([("k", DETECTION)])


def test_how_the_weights_came_about_is_told_in_order():
    before = {"steps": 8156, "batch": 1024, "minutes": 9, "remark": "on a GPU"}
    assert card._training(before) == (
        "From scratch: 8,156 steps of 1024 composed windows (8,351,744 in all) in 9 minutes on a GPU.")
    after = {"steps": 300, "batch": 128, "minutes": 25, "remark": "", "seeds": [1, 2, 3], "before": before}
    assert card._training(after).splitlines()[1] == (
        "Then, going on from these weights: the mean of 3 runs (seeds 1, 2, 3), together 300 steps of 128 composed windows "
        "(38,400 in all) in 25 minutes each.")
