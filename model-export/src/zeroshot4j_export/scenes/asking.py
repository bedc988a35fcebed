"""What may be asked of a scene: nothing that a picture of something else might honestly be taken for."""

from __future__ import annotations

import random
from collections.abc import Iterable

from zeroshot4j_export.tiny.concepts import Concept
from zeroshot4j_export.tiny.scenes import related

# Names that may pass for one another, beyond a shared word or a shared close hypernym (see ``related``).
_ALIKE = tuple(frozenset(n.strip() for n in line.split(",")) for line in """
clock, watch, alarm clock, stopwatch, compass
sun, full moon, moon, planet, globe, balloon
star, magic wand, fireworks, Christmas tree
cloud, rain cloud, lightning, tornado
rain cloud, water drop, wave, fountain
book, books, open book, notebook, scroll, newspaper, bookcase, envelope
candle, lantern, lamp, ceiling lamp, light bulb, flashlight, jack-o-lantern, fire
candle, birthday cake, slice of cake, cupcake, pie, plate
fire, volcano, fireplace, fireworks
plate, cutlery, knife, spoon, spaghetti, pancakes, steak, sushi, salad, rice, soup, fried egg, cup of coffee
bread, baguette, croissant, sandwich, hot dog, hamburger, pretzel
cheese, butter, pizza
picture frame, mirror, window, door, television
vase, potted plant, bouquet, bottle
gift, package, briefcase, suitcase, toolbox, mailbox, treasure chest, microwave, refrigerator, washing machine, oven
shopping bag, handbag, backpack, gift, wallet, money bag
hospital, school, house, factory
windmill, tower, house
piggy bank, pig, money bag
bow tie, necktie, ribbon, butterfly
shovel, spoon, broom, hammer
steering wheel, wheel
webcam, camera, video camera
game controller, joystick, computer mouse
money bag, banknote, credit card, medal
hand, fist, thumbs up, gloves, boxing glove
snowman, snowflake, skis, sled
fishing rod, fish, tropical fish
skull, ghost, bone
bird, nest, egg, chick, fried egg
bee, honey pot
toilet paper, yarn, scroll
leaves, maple leaf, autumn leaves, clover, wheat, bamboo, potted plant, tree
wood, tree
palm tree, beach umbrella, coconut
traffic light, stop sign, warning sign, traffic cone, road barrier
ice skate, roller skate, boot, sneaker, skateboard
sword, knife, axe
baby, baby bottle
barrel, bucket, basket, trash can, beer
dartboard, bow and arrow
flying saucer, alien
Santa Claus, sled, deer
eye, glasses, sunglasses
mountain, volcano, rock
""".strip().splitlines())

# What a picture of the left shows beside itself; names, or hypernyms that stand for all of theirs.
_SHOWS = tuple(tuple(frozenset(n.strip() for n in side.split(",")) for side in line.split(":")) for line in """
animal, person, figure, doll, teddy bear, robot, snowman, Statue of Liberty: body part
person, doll, snowman, Statue of Liberty: clothing
doll, robot, Statue of Liberty, smiley, crying face, clown: person
vehicle: wheel, window, door
wheelchair, shopping cart, suitcase: wheel
skier: skis
building: door, window, clock, tree, fir tree
fruit, vegetable, flower, plant: leaves
""".strip().splitlines())


def confusable(a: Concept, b: Concept) -> bool:
    """Whether one may pass for the other, or a picture of one shows the other."""
    return (a.name == b.name or related(a, b) or any(a.name in alike and b.name in alike for alike in _ALIKE)
            or _shows(a, b) or _shows(b, a))


def _shows(a: Concept, b: Concept) -> bool:
    of_a, of_b = ({c.name, *c.hypernyms} for c in (a, b))
    return any(of_a & whole and of_b & part for whole, part in _SHOWS)


def clear_of(concept: Concept, others: Iterable[Concept]) -> bool:
    return not any(confusable(concept, o) for o in others)


def absent(candidates: list[Concept], visible: list[Concept], count: int, rng: random.Random) -> list[Concept]:
    """So many concepts that are not there, beyond doubt."""
    return rng.sample([c for c in candidates if clear_of(c, visible)], count)
