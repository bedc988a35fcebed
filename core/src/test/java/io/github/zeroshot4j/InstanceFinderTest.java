package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.InstanceFinder.Instance;
import io.github.zeroshot4j.InstanceFinder.Look;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects in windows that say what {@link WindowResponse} makes of them: log-odds of -10 for nothing, of 10 for all. */
final class InstanceFinderTest {
    private static final Box LEFT = new Box(20, 60, 90, 130);
    private static final Box RIGHT = new Box(115, 60, 185, 130);
    private static final Look NEVER = windows -> {
        throw new AssertionError("nobody may look again");
    };

    /** What windows say where objects are, and which were asked for. */
    private static final class World implements Look {
        private final int width;
        private final int height;
        private final List<Box> objects;
        private final List<List<Box>> looks = new ArrayList<>();

        World(int width, int height, Box... objects) {
            this.width = width;
            this.height = height;
            this.objects = List.of(objects);
        }

        List<Box> scan() {
            List<Box> windows = new ArrayList<>();
            for (double share : DetectorOptions.DEFAULT_WINDOW_SHARES) {
                windows.addAll(SpreadWindows.of(width, height, SpreadWindows.side(width, height, share)));
            }
            return windows;
        }

        InstanceFinder finder() {
            return new InstanceFinder(width, height, scan(), says(scan()));
        }

        @Override
        public double[] logOdds(List<Box> windows) {
            looks.add(windows);
            return says(windows);
        }

        private double[] says(List<Box> windows) {
            WindowResponse response = new WindowResponse();
            return windows.stream()
                    .mapToDouble(window -> objects.stream()
                            .mapToDouble(object -> -10
                                    + 20
                                            * response.of(
                                                    (double) window.intersectionArea(object),
                                                    (double) window.area(),
                                                    (double) object.area()))
                            .max()
                            .orElse(-10))
                    .toArray();
        }
    }

    private static Box box(Instance instance) {
        return instance.fitted().box(280, 280);
    }

    @Test
    void find_oneObject_itsBoxAndItsLogOdds() {
        World world = new World(280, 280, LEFT);
        List<Instance> found = world.finder().find(0, 0, NEVER);
        assertThat(found).hasSize(1);
        assertThat(box(found.get(0)).iou(LEFT)).isGreaterThan(0.7);
        // The three windows that see it best.
        assertThat(found.get(0).logOdds())
                .isCloseTo(
                        Arrays.stream(world.says(world.scan()))
                                .boxed()
                                .sorted(Comparator.reverseOrder())
                                .limit(3)
                                .mapToDouble(logOdds -> logOdds)
                                .average()
                                .orElseThrow(),
                        within(1e-9));
    }

    @ParameterizedTest(name = "{0} looks")
    @ValueSource(ints = {0, 1, 4})
    void find_twoSideBySide_oneBoxOnEach(int looks) {
        World world = new World(280, 280, LEFT, RIGHT);
        List<Instance> found = world.finder().find(0, looks, world);
        assertThat(found).hasSize(2);
        assertThat(found)
                .anySatisfy(instance -> assertThat(box(instance).iou(LEFT)).isGreaterThan(0.7));
        assertThat(found)
                .anySatisfy(instance -> assertThat(box(instance).iou(RIGHT)).isGreaterThan(0.7));
        assertThat(world.looks).hasSize(Math.min(looks, 2));
    }

    @Test
    void find_nothingThere_theLikeliestWithoutALook() {
        World world = new World(280, 280);
        List<Instance> found = world.finder().find(0, 4, NEVER);
        assertThat(found).hasSize(1);
        assertThat(found.get(0).logOdds()).isEqualTo(-10);
        World faint = new World(280, 280, new Box(100, 100, 108, 108));
        assertThat(faint.finder().find(5, 4, NEVER))
                .as("below what is worth it")
                .hasSize(1);
    }

    @Test
    void find_looks_betterBoxes() {
        double once = 0;
        double twice = 0;
        for (int x = 20; x < 200; x += 9) {
            Box object = new Box(x, 37, x + 47, 37 + 47);
            World world = new World(280, 280, object);
            once += box(world.finder().find(0, 0, NEVER).get(0)).iou(object);
            twice += box(world.finder().find(0, 1, world).get(0)).iou(object);
        }
        assertThat(twice).isGreaterThan(once);
    }

    @Test
    void find_randomWorlds_looksInsideNewSquareAndNotTooMany() {
        Fuzz.check(50, InstanceFinderTest::world, world -> {
            int looks = world.objects.size();
            List<Instance> found = world.finder().find(-5, looks, world);
            assertThat(found).hasSizeBetween(1, InstanceFinder.MOST);
            assertThat(world.looks).hasSizeLessThanOrEqualTo(looks);
            Set<Box> seen = new HashSet<>(world.scan());
            for (List<Box> windows : world.looks) {
                assertThat(windows).hasSizeBetween(1, InstanceFinder.LOOKS).allSatisfy(window -> {
                    assertThat(window.width()).isEqualTo(window.height()).isPositive();
                    assertThat(window.intersectionArea(new Box(0, 0, world.width, world.height)))
                            .as("inside")
                            .isEqualTo(window.area());
                    assertThat(seen.add(window))
                            .as("%s not seen before", window)
                            .isTrue();
                });
            }
            assertThat(found).allSatisfy(instance -> {
                assertThat(instance.logOdds()).isBetween(-10.0, 10.0);
                Box box = instance.fitted().box(world.width, world.height);
                assertThat(box.intersectionArea(new Box(0, 0, world.width, world.height)))
                        .isEqualTo(box.area())
                        .isPositive();
            });
        });
    }

    @Test
    void find_noise_atMostMostAndTheSameAgain() {
        List<Box> windows = new World(280, 200).scan();
        Fuzz.check(
                15,
                random -> windows.stream()
                        .mapToDouble(window -> 10 * random.nextGaussian())
                        .toArray(),
                noise -> {
                    List<Instance> once = new InstanceFinder(280, 200, windows, noise).find(-100, 0, NEVER);
                    List<Instance> again = new InstanceFinder(280, 200, windows, noise).find(-100, 0, NEVER);
                    assertThat(once).hasSizeBetween(1, InstanceFinder.MOST);
                    assertThat(again).hasSameSizeAs(once);
                    for (int i = 0; i < once.size(); i++) {
                        assertThat(again.get(i).fitted().edges())
                                .isEqualTo(once.get(i).fitted().edges());
                        assertThat(again.get(i).logOdds()).isEqualTo(once.get(i).logOdds());
                    }
                });
    }

    @Test
    void find_moreObjectsThanMost_most() {
        List<Box> objects = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            int x = 14 + i % 4 * 70;
            int y = 14 + i / 4 * 70;
            objects.add(new Box(x, y, x + 42, y + 42));
        }
        World world = new World(280, 280, objects.toArray(new Box[0]));
        List<Instance> found = world.finder().find(0, 0, NEVER);
        assertThat(found).hasSize(InstanceFinder.MOST);
    }

    @Test
    void distinct_inOneThatWasDroppedItself_stays() {
        Instance best = instance(0, 100, 5);
        Instance inBest = instance(30, 130, 4); // 70 of its 100 columns
        Instance inDropped = instance(68, 168, 3); // 62 of its columns are in the one before, 32 in the best
        assertThat(InstanceFinder.distinct(List.of(best, inBest, inDropped))).containsExactly(best, inDropped);
        assertThat(InstanceFinder.distinct(List.of(inBest, inDropped))).containsExactly(inBest);
    }

    private static Instance instance(double left, double right, double logOdds) {
        return new Instance(FittedBox.certain(new double[] {left, 0, right, 100}), logOdds);
    }

    @Test
    void find_allWindowsAlike_theImage() {
        for (double logOdds : new double[] {-7, 7}) {
            List<Box> windows = new World(280, 200).scan();
            double[] alike = windows.stream()
                    .mapToDouble(window -> logOdds + (window.xMin() % 2) * 0.2) // by chance
                    .toArray();
            assertThat(new InstanceFinder(280, 200, windows, alike).find(0, 4, NEVER))
                    .singleElement()
                    .satisfies(all -> {
                        assertThat(all.fitted().box(280, 200)).isEqualTo(new Box(0, 0, 280, 200));
                        assertThat(all.logOdds()).isEqualTo(logOdds + 0.2);
                    });
        }
    }

    @Test
    void everything_theImage() {
        Instance all = new World(280, 200, LEFT).finder().everything();
        assertThat(all.fitted().box(280, 200)).isEqualTo(new Box(0, 0, 280, 200));
        assertThat(all.logOdds()).isGreaterThan(9);
    }

    /** Up to three objects in images of any shape, some of them tiny. */
    private static World world(Random random) {
        int width = Fuzz.between(random, 1, random.nextInt(3) == 0 ? 12 : 300);
        int height = Fuzz.between(random, 1, random.nextInt(3) == 0 ? 12 : 90);
        Box[] objects = new Box[random.nextInt(4)];
        for (int i = 0; i < objects.length; i++) {
            int x = random.nextInt(width);
            int y = random.nextInt(height);
            objects[i] = new Box(x, y, Fuzz.between(random, x + 1, width), Fuzz.between(random, y + 1, height));
        }
        return new World(width, height, objects);
    }
}
