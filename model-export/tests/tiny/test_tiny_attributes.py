import dataclasses
import random
from collections import Counter

import pytest
import torch

from zeroshot4j_export.tiny import attributes, captions
from zeroshot4j_export.tiny.batches import Batch, Data, Shown
from zeroshot4j_export.tiny.colours import COLOURS
from zeroshot4j_export.tiny.compose import Composer, random_placement
from zeroshot4j_export.tiny.concepts import parse
from zeroshot4j_export.tiny.planning import Planner
from zeroshot4j_export.tiny.tokenizer import encode
from zeroshot4j_export.tiny.train import Trainer

RED, BLUE = COLOURS.index("red"), COLOURS.index("blue")


def of(*colours):
    shares = torch.zeros(len(colours), len(COLOURS))
    for row, colour in enumerate(colours):
        if colour is not None:
            shares[row, colour] = 0.9
    return shares


def batch():
    """A red one of theme 4, a blue one of another concept, two of theme 4 (blue), nothing."""
    first, second = torch.tensor([4, 7, 4, -1]), torch.tensor([-1, -1, 4, -1])
    return Batch(torch.zeros(4, 3, 8, 8), first, second, torch.tensor([1.0, 1, .6, 0]), torch.tensor([0., 0, .6, 0]),
                 of(RED, BLUE, BLUE, None), of(None, None, BLUE, None), torch.tensor([0., 0, 1, 0]))


def logits(high):
    """-20 but for the (window, text) pairs that are given."""
    texts = torch.full((4, 2 * 12 + 11), -20.0)
    for window, text in high:
        texts[window, text] = 20.0
    return texts


def test_texts_come_in_the_order_that_the_loss_reads(concepts):
    texts = attributes.captions(concepts[:2], ("{}",), random.Random(1))
    assert len(texts) == 2 * 12 + 11
    for i, colour in enumerate(COLOURS):
        assert colour in texts[i] and any(n in texts[i] for n in ("cat", "kitt")), texts[i]
        assert colour in texts[11 + i] and any(n in texts[11 + i] for n in ("mouse", "mice")), texts[11 + i]
        assert colour in texts[24 + i] and not any(n in texts[24 + i] for n in ("cat", "kitt", "mouse", "mice"))
    assert texts[22].split()[-1] in ("cats", "kitties") and texts[23].split()[-1] == "mice"
    texts = [t for seed in range(40) for t in attributes.captions(concepts[:1], ("{}",), random.Random(seed))[-11:]]
    assert {"an orange thing", "an orange object", "something orange", "orange things"} <= set(texts)
    assert "orange" not in texts  # which is a fruit


def test_every_text_is_of_known_tokens_and_is_not_cut(concepts):
    known = {i for row in encode(captions.vocabulary(concepts)).tolist() for i in row}
    for seed in range(30):
        ids = encode(attributes.captions(concepts, captions.TEMPLATES, random.Random(seed)))
        assert set(ids.flatten().tolist()) <= known
        assert int((ids[:, captions.CONTEXT_TOKENS:] != 49407).sum()) == 0


def test_the_loss_wants_the_colour_of_the_thing_the_pair_and_the_colour_of_anything():
    themes, countable = torch.tensor([2, 4]), torch.tensor([True, True])
    right = [(0, 11 + RED), (2, 11 + BLUE), (2, 23), (0, 24 + RED), (1, 24 + BLUE), (2, 24 + BLUE)]
    value, told = attributes.loss(logits(right), batch(), themes, countable)
    partial = float(value)  # the windows of weight 0.6 cannot be met with certainty
    assert float(told) == 1.0
    for i in range(len(right)):
        less, _ = attributes.loss(logits([p for k, p in enumerate(right) if k != i]), batch(), themes, countable)
        assert float(less) > partial + 0.5, right[i]
    for wrong in ((0, 11 + BLUE), (1, 11 + BLUE), (3, 11 + RED), (0, 23), (3, 24 + RED), (0, RED)):
        more, _ = attributes.loss(logits([*right, wrong]), batch(), themes, countable)
        assert float(more) > partial, wrong
    _, told = attributes.loss(logits([(0, 11 + BLUE), (2, 11 + BLUE)]), batch(), themes, countable)
    assert float(told) < 0.5


def test_what_cannot_be_counted_is_not_asked_in_pairs():
    themes = torch.tensor([2, 4])
    for countable, differs in ((True, True), (False, False)):
        values = [float(attributes.loss(logits(high), batch(), themes, torch.tensor([True, countable]))[0])
                  for high in ([(2, 23)], [(0, 23)], [])]  # two of theme 4, one of it, no text for two
        assert (len(set(values)) > 1) == differs
    named = parse("[food]\nbread | | -\nloaf | bread | -\n[tool]\nscissors | shears | -\n")
    assert [attributes.counted(c) for c in named] == [[], ["loaves"], []]


def test_a_colour_without_a_sure_name_is_neither_asked_for_nor_against():
    themes, countable = torch.tensor([4]), torch.tensor([True])

    def shown(shares):
        none = torch.zeros(1, 11)
        return Batch(torch.zeros(1, 3, 8, 8), torch.tensor([4]), torch.tensor([-1]), torch.ones(1), torch.zeros(1), shares, none,
                     torch.zeros(1))

    def loss(shares, high):
        texts = torch.full((1, 12 + 11), -20.0)
        texts[0, high] = 20.0
        return float(attributes.loss(texts, shown(shares), themes, countable)[0])

    beige = torch.zeros(1, 11)  # all of it lies between the names
    assert loss(beige, [RED]) == loss(beige, [BLUE, 12 + BLUE]) == loss(beige, [])
    partly = of(RED)  # nine tenths are red, the rest has no name
    assert loss(partly, [RED, 12 + RED]) + 1 < loss(partly, [BLUE, 12 + BLUE])
    half = torch.zeros(1, 11)
    half[0, RED] = 0.5  # the other half may be blue
    assert loss(half, [RED, 12 + RED]) < loss(half, [])
    assert loss(half, [BLUE]) - loss(half, []) < loss(of(RED), [BLUE]) - loss(of(RED), [])


def test_what_has_a_colour_in_its_name_is_not_asked_in_colours():
    named = parse("[fruit]\norange | | -\napple | green apple | -\npear | | -\n")
    assert [attributes.may_be_coloured(c) for c in named] == [False, False, True]


@pytest.fixture
def many():
    """Twelve concepts of three cut-outs each."""
    concepts = parse("[thing]\n" + "".join(f"{n} | | -\n" for n in (
        "cat", "dog", "cow", "pig", "bee", "car", "bus", "cup", "hat", "bed", "box", "key")))
    cutouts = torch.full((36, 4, 32, 32), 200, dtype=torch.uint8)
    return Data(concepts, torch.arange(36) // 3, Composer(cutouts, torch.full((3, 3, 56, 56), 90, dtype=torch.uint8)))


def test_a_plan_shows_its_themes_alone_in_pairs_and_beside_others(many):
    planner = Planner(many, seed=3, batch=128, shards=2, concepts_per_step=5)
    kinds, windows = Counter(), 0
    for step in range(20):
        plan = planner.plan(step, ease=0.3)
        assert len(plan.themes) == 8  # one in sixteen windows
        assert len(plan.ids) == len(plan.chosen) + len(plan.negatives) + len(planner.hypernyms) + 8 * 12 + 11
        for s in plan.shown:
            first, second = (torch.where(i >= 0, many.classes[i.clamp(min=0)], -1) for i in (s.first, s.second))
            assert bool(torch.isin(first[s.of_theme], plan.themes).all())
            assert bool(s.of_theme[s.beside].all()) and bool((second[first < 0] < 0).all())
            twins = s.beside & (first == second)
            alone, other = s.beside & (second < 0), s.beside & (second >= 0) & ~twins
            kinds.update(of_theme=int(s.of_theme.sum()), twins=int(twins.sum()), alone=int(alone.sum()), other=int(other.sum()))
            windows += len(first)
    # 0.85 of the windows are not empty; a twelfth of what lies beside another is of the same concept by chance
    for kind, share in (("of_theme", .4), ("twins", .4 * (.3 + .15 / 12)), ("alone", .4 * .15), ("other", .4 * .15 * 11 / 12)):
        assert kinds[kind] / windows == pytest.approx(0.85 * share, rel=0.2), kind
    again = Planner(many, seed=3, batch=128, shards=2, concepts_per_step=5).plan(19, ease=0.3)
    assert torch.equal(again.ids, plan.ids) and torch.equal(again.shown[1].first, plan.shown[1].first)


def test_where_a_thing_lies_has_nothing_to_do_with_what_it_is(many):
    planner = Planner(many, seed=1, batch=128, shards=2, concepts_per_step=5)
    above = {True: [], False: []}
    for step in range(30):
        plan = planner.plan(step, ease=0.0)
        for shard, s in enumerate(plan.shown):
            y = random_placement(len(s.first), 0.0, torch.Generator().manual_seed(planner.seeds(step, shard)[1])).y
            for of_theme in (True, False):
                above[of_theme] += (y[s.of_theme == of_theme] < 0).tolist()
    shares = [sum(above[k]) / len(above[k]) for k in (True, False)]
    assert shares == pytest.approx([0.5, 0.5], abs=0.06)  # of some 1,300 and 2,500


def test_two_of_a_kind_count_as_little_as_the_heads_that_they_are(concepts, small, data, options):
    heads = dataclasses.replace(data, wholeness=torch.tensor([0.6, 1.0, 1.0, 1.0, 1.0, 1.0]))
    shown = Shown(torch.tensor([0, 1, 2, 0]), torch.tensor([1, 1, 2, 2]), *(torch.tensor([True] * 4) for _ in (1, 2)))
    pairs, weights = [], []
    for of in (data, heads):
        batch = Trainer(of, small, options).draw(shown, 5)
        pairs.append(batch.pair)
        weights.append(batch.weight1)
    assert bool((pairs[0][:3] > 0).all()) and float(pairs[0][3]) == 0  # the last are of two concepts
    torch.testing.assert_close(pairs[1], pairs[0] * torch.tensor([0.6, 1, 1, 1]))
    torch.testing.assert_close(weights[1], weights[0] * torch.tensor([0.6, 1, 1, 0.6]))
