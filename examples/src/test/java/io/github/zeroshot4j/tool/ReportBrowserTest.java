package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Reports in a real browser. */
final class ReportBrowserTest {
    private static final String EVIL = "<script>window.taken = 1</script><img src=x onerror='window.taken = 1'>";

    @TempDir
    private static Path folder;

    private static Browser browser;
    private static Path square;
    private static Path dogs;
    private static List<Box> dogBoxes = List.of();

    /** The reports are those of the colours' model, but for one of the embedded model, whose scores are between 0 and 1. */
    @BeforeAll
    static void start() throws IOException {
        browser = Browser.start(folder.resolve("profile"));
        square = ToolRun.redSquare(folder.resolve("square.png"));
        dogs = folder.resolve("dogs.html");
        ToolRun run = ToolRun.in(
                Map.of(),
                "detect",
                "images/two-dogs.jpg",
                "a dog",
                "a chair",
                EVIL,
                "--json",
                "-",
                "--report",
                "" + dogs);
        dogBoxes = boxes(run.hasCode(Zeroshot.FOUND).json());
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void detect_oneImage_sliderTakesBoxesAway() throws IOException {
        browser.open(dogs);
        drawn();

        assertThat(boxes()).isEqualTo(dogBoxes).hasSize(2);
        assertThat(browser.find("#threshold-value").getText()).isEqualTo("0.50");
        assertThat(browser.find("#reset").isEnabled()).isFalse();
        // To the right end: no score is 1.
        slide(Keys.END);
        assertThat(browser.find("#threshold-value").getText()).isEqualTo("1.00");
        assertThat(boxes()).isEmpty();
        assertThat(browser.find("#status").getText()).isEqualTo("0 boxes shown in 1 image");
        assertThat(browser.find(".columns .none").getText()).isEqualTo("No box at this threshold.");
        // Back, by the button, which the keyboard reaches.
        browser.find("#reset").sendKeys(Keys.ENTER);
        browser.await("document.querySelectorAll('.picture g').length > 0");
        assertThat(boxes()).isEqualTo(dogBoxes);
        assertQuiet();
    }

    @Test
    void detect_sliderToTheLeft_boxesBelowTheThreshold() throws IOException {
        browser.open(dogs);
        drawn();

        slide(Keys.HOME);

        assertThat(browser.find("#threshold-value").getText()).isEqualTo("0.05");
        // The chairs that there are not: the model is not sure of that (0.24).
        assertThat(boxes()).startsWith(dogBoxes.get(0), dogBoxes.get(1)).hasSizeGreaterThan(2);
        assertThat(browser.find("#status").getText()).endsWith("also what is below the run's threshold");
        assertThat(browser.find("tbody tr.below .below").getText()).isEqualTo("below 0.50");
        assertThat(browser.all(".maps .verdict"))
                .extracting(WebElement::getText)
                .satisfies(verdicts -> assertThat(verdicts.get(0)).startsWith("Present, probability 0.99"))
                .satisfies(verdicts -> assertThat(verdicts.get(1)).startsWith("Absent, probability 0."));
        assertQuiet();
    }

    @Test
    void detect_markupInPrompts_isText() throws IOException {
        browser.open(dogs);
        drawn();

        assertThat(browser.find("#title").getText()).isEqualTo("a dog, a chair, " + EVIL);
        assertThat(browser.all(".maps h3")).extracting(WebElement::getText).containsExactly("a dog", "a chair", EVIL);
        assertThat(browser.all("script")).hasSize(3); // image, run, and the page's own
        assertQuiet();
    }

    @Test
    void detect_article_sliderDrawsTheBoxAnew() throws IOException {
        String[] article = {"detect", square.toString(), "red", "--preset", "article", "--patch", "14", "--window", "2"
        };
        List<Box> expected = open(article);
        assertThat(boxes()).isEqualTo(expected).hasSize(1);

        // What the page draws at another threshold is what the tool finds with it.
        for (int i = 0; i < 7; i++) {
            slide(Keys.ARROW_LEFT);
        }
        assertThat(browser.find("#threshold-value").getText()).isEqualTo("0.43");
        List<Box> drawn = boxes();
        List<String> again = new ArrayList<>(List.of(article));
        again.addAll(List.of("--threshold", "0.43", "--json", "-"));
        assertThat(drawn)
                .isEqualTo(boxes(ToolRun.of(again.toArray(new String[0])).json()));
        slide(Keys.END);
        assertThat(boxes()).isEmpty();
        assertQuiet();
    }

    @Test
    void detect_keyboardAlone_reachesEverything() throws IOException {
        open("detect", square.toString(), "red", "green");
        List<String> reached = new ArrayList<>();
        browser.run("document.activeElement.blur()");
        for (int i = 0; i < 12; i++) {
            WebElement active = (WebElement) browser.value("return document.activeElement");
            if (i > 0) {
                assertThat(browser.run("return getComputedStyle(document.activeElement).outlineStyle"))
                        .as("focus is seen on %s", active.getTagName())
                        .isNotEqualTo("none");
                reached.add(String.valueOf(browser.run(
                        "const it = document.activeElement; return it.tagName + (it.id ? '#' + it.id : '')")));
            }
            if (reached.contains("SUMMARY")) {
                break;
            }
            active.sendKeys(Keys.TAB);
        }
        // The button back is off while the slider is there.
        assertThat(reached).containsExactly("INPUT", "INPUT", "INPUT#threshold", "INPUT#labels", "BUTTON", "SUMMARY");

        browser.find("#prompts input").sendKeys(Keys.SPACE);
        browser.await("document.querySelectorAll('.picture g').length == 0");
        browser.find("#prompts input").sendKeys(Keys.SPACE);
        browser.await("document.querySelectorAll('.picture g').length > 0");
        browser.find("td button").sendKeys(Keys.ENTER);
        assertThat(browser.find("td button").getAttribute("aria-pressed")).isEqualTo("true");
        assertThat(browser.all(".picture g.lit")).hasSize(1);
        browser.find("#labels").sendKeys(Keys.SPACE);
        assertThat(browser.find(".tags").isDisplayed()).isFalse();
        assertQuiet();
    }

    @Test
    void detect_everyControlAndPicture_hasAName() throws IOException {
        browser.open(dogs);
        drawn();

        assertThat(browser.run(
                        "return [...document.querySelectorAll('img')].filter((it) => !it.hasAttribute('alt')).length"))
                .isEqualTo(0L);
        assertThat(browser.find(".picture img").getAttribute("alt"))
                .startsWith("images/two-dogs.jpg with 2 boxes: a dog ");
        assertThat(browser.all("input, button, output"))
                .isNotEmpty()
                .allSatisfy(it -> assertThat(it.getAccessibleName())
                        .as(it.getAttribute("outerHTML"))
                        .isNotBlank());
        assertThat(browser.find("#threshold").getAttribute("aria-valuetext")).isEqualTo("0.50");
        // Text against its ground, in both schemes: the 4.5 of WCAG 2.2.
        for (String scheme : new String[] {"light", "dark"}) {
            browser.prefer(scheme);
            assertThat((List<?>) browser.value(CONTRASTS)).as(scheme).isEmpty();
        }
        browser.prefer("light");
    }

    /** Returns what has a contrast of less than 4.5, of all elements that hold text right inside. */
    private static final String CONTRASTS = """
            const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
            const light = (colour) => channels(colour).slice(0, 3).map((it) => it / 255)
                .map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4))
                .reduce((sum, it, i) => sum + it * [0.2126, 0.7152, 0.0722][i], 0);
            const ground = (node) => {
                for (let it = node; it; it = it.parentElement) {
                    const colour = getComputedStyle(it).backgroundColor;
                    if (!/, 0\\)$/.test(colour)) return colour;
                }
                return 'rgb(255, 255, 255)';
            };
            return [...document.body.querySelectorAll('*')]
                .filter((it) => !['SCRIPT', 'NOSCRIPT', 'OPTION'].includes(it.tagName) && !it.closest('[hidden], :disabled'))
                .filter((it) => [...it.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
                .map((it) => {
                    const [a, b] = [light(getComputedStyle(it).color), light(ground(it))].sort((x, y) => y - x);
                    return [(a + 0.05) / (b + 0.05), it.tagName + '.' + it.className + ' ' + it.textContent.slice(0, 30)];
                })
                .filter(([contrast]) => contrast < 4.5)
                .map((it) => it.join(' '));
            """;

    @Test
    void detect_lightAndDark_differ() throws IOException {
        Path blue = folder.resolve("blue.png");
        Pictures.write(RgbImage.filled(200, 140, 0x808080).fill(new Box(120, 30, 160, 70), 0x0000FF), blue);
        open("localize", square.toString(), "red", "blue", "--image", blue.toString(), "--image", "missing.png");

        double light = brightness("light", "several");
        double dark = brightness("dark", "several");

        assertThat(light).isGreaterThan(200);
        assertThat(dark).isLessThan(80);
        assertThat(browser.find("#failures").getText()).isEqualTo("Failed: missing.png: no such file");
        assertThat(browser.all("article h2"))
                .extracting(WebElement::getText)
                .containsExactly(square.toString(), blue.toString());
        // Printed, the second image is there too, though it was never scrolled to.
        assertThat(browser.print()).hasSizeGreaterThan(10_000);
        browser.open(dogs);
        drawn();
        brightness("light", "one");
        brightness("dark", "one");
        assertThat(browser.all("article"))
                .allSatisfy(it -> assertThat(it.getText()).contains("Boxes"));
        browser.prefer("light");
        assertQuiet();
    }

    /** Returns the mean level of the page's corner, where nothing but the ground is. */
    private static double brightness(String scheme, String name) throws IOException {
        browser.prefer(scheme);
        browser.keepScreenshot("report-" + name + "-" + scheme);
        Path file = Files.write(folder.resolve(scheme + ".png"), browser.screenshot());
        RgbImage corner = ImageFiles.read(file).crop(new Box(0, 0, 10, 10));
        return Arrays.stream(corner.toPacked()).map(it -> it & 0xff).average().orElseThrow();
    }

    private static ToolRun report(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--report", folder.resolve("report.html").toString()));
        return ToolRun.of(all.toArray(new String[0]));
    }

    /** Opens the report of a run, and returns the run's boxes in the first image. */
    private static List<Box> open(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--json", "-"));
        ToolRun run = report(all.toArray(new String[0]));
        browser.open(folder.resolve("report.html"));
        drawn();
        return boxes(run.json());
    }

    private static void drawn() {
        browser.await("document.querySelectorAll('article .columns > div > *').length > 0");
    }

    private static List<Box> boxes(JsonNode results) {
        List<Box> boxes = new ArrayList<>();
        results.get(0).get("detections").forEach(it -> boxes.add(ToolRun.box(it)));
        return boxes;
    }

    /** Returns the boxes in the first picture, the surest first, which is drawn last. */
    private static List<Box> boxes() {
        List<Box> boxes = new ArrayList<>();
        for (WebElement rect : browser.all("article:first-of-type .picture g rect:last-child")) {
            int[] numbers = Stream.of("x", "y", "width", "height")
                    .mapToInt(name -> Integer.parseInt(rect.getDomAttribute(name)))
                    .toArray();
            boxes.add(0, new Box(numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]));
        }
        return boxes;
    }

    /** Presses a key on the slider, and waits until the page has followed. */
    private static void slide(Keys key) {
        browser.find("#threshold").sendKeys(key);
        browser.run(
                "window.frames2 = 0; requestAnimationFrame(() => requestAnimationFrame(() => { window.frames2 = 1; }))");
        browser.await("window.frames2 === 1");
    }

    private static void assertQuiet() {
        assertThat(browser.console()).isEmpty();
        assertThat(browser.run("return window.taken")).isNull();
    }
}
