"""Boxes fitted to log-odds that the response model itself makes, of known objects."""

import numpy as np
import pytest

from zeroshot4j_export.tiny import fit, scan

SIZE = 400, 300
OBJECT, OTHER = (60.0, 80.0, 160.0, 170.0), (260.0, 90.0, 340.0, 190.0)


def windows():
    return [w for boxes in scan.sizes(*SIZE) for w in boxes]


def odds(boxes, seen):
    """-9 where nothing is seen of the objects, 3 where one is seen best."""
    return -9 + 12 * fit.response(np.array(seen, float), np.array(boxes)).max(0)


def find(*objects, looks=4):
    finder = fit.Finder(SIZE, windows(), odds(objects, windows()))
    return finder.find(-1, looks, lambda seen: odds(objects, seen))


def test_response_of_known_overlaps():
    window = np.array([[0.0, 0, 100, 100]])

    def of(*box):
        return fit.response(window, np.array([box], float))[0, 0]

    assert of(0, 0, 100, 100) == pytest.approx(1 - np.exp(-1 / 0.1))
    assert of(100, 0, 200, 100) == 0
    assert of(0, 0, 20, 20) == pytest.approx(1 - np.exp(-0.04 / 0.1))  # all of it, small in the window
    assert of(70, 0, 170, 100) == pytest.approx(0.3 / 0.6 * (1 - np.exp(-0.3 / 0.1)))  # 0.3 of it


def test_one_object_is_found_where_it_is():
    (found, evidence), *others = find(OBJECT)
    assert scan.iou(found.edges, OBJECT) > 0.8 and evidence > 2
    assert all(o < evidence for _, o in others)
    assert found.probabilities.sum() == pytest.approx(1)


def test_two_objects_are_two_boxes():
    found = [box.edges for box, evidence in find(OBJECT, OTHER) if evidence > 0]
    assert len(found) == 2
    for truth in (OBJECT, OTHER):
        assert max(scan.iou(box, truth) for box in found) > 0.7


def test_windows_of_a_look_are_new_squares_in_the_image():
    seen = []
    finder = fit.Finder(SIZE, windows(), odds([OBJECT], windows()))
    finder.find(-1, 4, lambda boxes: seen.extend(boxes) or odds([OBJECT], boxes))
    assert seen and len(set(seen)) == len(seen) and not set(seen) & set(windows())
    for x0, y0, x1, y1 in seen:
        assert 0 <= x0 < x1 <= SIZE[0] and 0 <= y0 < y1 <= SIZE[1] and x1 - x0 == y1 - y0


def test_what_is_not_worth_it_is_not_looked_at_again():
    finder = fit.Finder(SIZE, windows(), odds([OBJECT], windows()) - 9)
    ((_, evidence),) = finder.find(-1, 4, lambda _: pytest.fail("looked again"))
    assert evidence < -5


def test_a_box_in_another_by_more_than_three_fifths_is_no_second_thing():
    def box(*edges):
        return fit.certain(np.array(edges, float))

    assert fit.same_thing(box(0, 0, 100, 100), box(50, 0, 110, 10))  # 50 of the smaller one's 60 columns
    assert fit.same_thing(box(50, 0, 110, 10), box(0, 0, 100, 100))
    assert not fit.same_thing(box(0, 0, 100, 100), box(70, 0, 130, 10))  # 30 of 60
    assert not fit.same_thing(box(0, 0, 10, 10), box(20, 20, 30, 30))


def test_what_lies_in_a_dropped_box_alone_stays():
    def found(left, right, odds):
        return fit.certain(np.array([left, 0.0, right, 100.0])), odds

    best, in_best, in_dropped = found(0, 100, 5), found(30, 130, 4), found(68, 168, 3)  # 70 and 62 of 100 columns
    assert fit.distinct([best, in_best, in_dropped]) == [best, in_dropped]
    assert fit.distinct([in_best, in_dropped]) == [in_best]


def test_what_all_windows_say_alike_fills_the_image():
    finder = fit.Finder(SIZE, windows(), np.full(len(windows()), 4.0))
    ((found, evidence),) = finder.find(-1, 4, lambda _: pytest.fail("looked again"))
    assert tuple(found.edges) == (0, 0, *SIZE) and evidence == 4


def test_a_look_without_new_windows_changes_nothing():
    size = 12, 12  # where every window of a look is the image
    seen = [w for boxes in scan.sizes(*size) for w in boxes]
    says = -9 + 12 * fit.response(np.array(seen, float), np.array([[1.0, 2, 7, 6]])).max(0)

    def edges(looks):
        return [tuple(f.edges) for f, _ in fit.Finder(size, seen, says).find(-1, looks, lambda _: pytest.fail("looked again"))]

    assert edges(4) == edges(0)


@pytest.mark.parametrize("size, sides", [((1, 100), [1]), ((100, 3), [3, 2, 1]), ((300, 300), [300, 180, 108, 60])])
def test_shares_of_one_side_are_scanned_once(size, sides):
    assert [boxes[0][2] for boxes in scan.sizes(*size)] == sides
