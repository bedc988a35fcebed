package io.github.zeroshot4j.tool;

import static io.github.zeroshot4j.tool.DetectCommandTest.filesIn;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.Pictures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that {@code --report} writes, without a browser; {@link ReportBrowserTest} opens it in one. */
final class HtmlReportTest {
    private static final Pattern ISLAND =
            Pattern.compile("<script type=\"application/json\" class=\"(image|run)\">(.*?)</script>", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private String image = "";
    private Path report = Path.of("");

    @BeforeEach
    void draw() throws IOException {
        image = ToolRun.redSquare(folder.resolve("square.png")).toString();
        report = folder.resolve("report.html");
    }

    private ToolRun report(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--report", report.toString()));
        return ToolRun.of(all.toArray(new String[0]));
    }

    private List<JsonNode> islands(String kind) throws IOException {
        List<JsonNode> islands = new ArrayList<>();
        for (MatchResult island :
                ISLAND.matcher(Files.readString(report)).results().toList()) {
            if (island.group(1).equals(kind)) {
                islands.add(new ObjectMapper().readTree(island.group(2)));
            }
        }
        return islands;
    }

    // ---- what is in it

    @Test
    void report_results_thoseOfTheRun() throws IOException {
        ToolRun with = report("localize", image, "red", "green", "--json", "-");
        ToolRun without = ToolRun.of("localize", image, "red", "green", "--json", "-");

        assertThat(with.hasCode(0).out()).isEqualTo(without.hasCode(0).out());
        assertThat(islands("image")).hasSize(1);
        JsonNode shown = islands("image").get(0);
        JsonNode result = with.json().get(0);
        assertThat(shown.get("image").textValue()).isEqualTo(image);
        assertThat(shown.get("prompts")).hasSize(2);
        assertThat(shown.get("prompts").get(0).get("found")).isEqualTo(result.get("detections"));
        for (int p = 0; p < 2; p++) {
            JsonNode presence = result.get("prompts").get(p).get("presence");
            for (String field : new String[] {"present", "probability", "evidence"}) {
                assertThat(shown.get("prompts").get(p).get(field)).isEqualTo(presence.get(field));
            }
        }
        JsonNode run = islands("run").get(0);
        assertThat(run.get("version").textValue()).isEqualTo(ToolVersion.text());
        assertThat(run.get("command").textValue()).isEqualTo("localize");
        assertThat(run.get("preset").textValue()).isEqualTo("default");
        assertThat(run.get("model").textValue()).isNotBlank();
        assertThat(run.get("seconds").doubleValue()).isPositive();
        assertThat(run.get("options")).hasSameSizeAs(DetectorSetting.ALL);
        assertThat(run.get("options").get("presenceThreshold").doubleValue()).isEqualTo(0.5);
        assertThat(run.get("prompts").get(1).get("label").textValue()).isEqualTo("green");
    }

    @Test
    void report_markupInPromptsAndNames_neverHtml() throws IOException {
        String evil = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> ' \" & \u2028 猫";
        Path odd = Files.copy(Path.of(image), folder.resolve("a&b <i>'\"`.png"));

        report("detect", odd.toString(), evil, "red").hasCode(0);

        String html = Files.readString(report);
        assertThat(html).doesNotContain("alert(1)</script>", "<img src=x", "<i>", "<!--");
        // The two islands and the page's own.
        assertThat(count(html, "<script")).isEqualTo(3);
        assertThat(count(html, "</script")).isEqualTo(3);
        assertThat(islands("run").get(0).get("prompts").get(0).get("label").textValue())
                .isEqualTo(evil);
        assertThat(islands("image").get(0).get("image").textValue()).isEqualTo(odd.toString());
    }

    @Test
    void report_anyRun_loadsNothing() throws Exception {
        report("detect", image, "red", "https://example.org/x").hasCode(0);

        String html = Files.readString(report);
        String page = ISLAND.matcher(html).replaceAll("");
        // The name of SVG, which nobody fetches, is the one address in it.
        assertThat(page.replace("'http://www.w3.org/2000/svg'", "")).doesNotContain("http://", "https://", "//cdn");
        assertThat(page)
                .doesNotContainPattern("(?i)<link|<iframe|<object|@import|src\\s*=\\s*[\"'](?!data:)|eval\\(|fetch\\(")
                .doesNotContainPattern("(?i)\\son[a-z]+\\s*=|innerHTML|insertAdjacent|document\\.write")
                .doesNotContainPattern("url\\((?!#)")
                .doesNotContain("{{", "}}</");
        // What the policy lets run is what is there.
        assertThat(page)
                .contains("default-src 'none'; img-src data:; style-src " + hash(page, "<style>", "</style>")
                        + "; script-src " + hash(page, "<script>", "</script>") + ";");
    }

    private static String hash(String page, String from, String to) throws Exception {
        int start = page.indexOf(from) + from.length();
        byte[] content = page.substring(start, page.indexOf(to, start)).getBytes(StandardCharsets.UTF_8);
        return "'sha256-"
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(content))
                + "'";
    }

    @Test
    void report_largeImages_scaledDown() throws IOException {
        // Noise is what JPEG packs worst: 6 megapixels of it.
        Random random = new Random(1);
        int[] pixels = random.ints(3000 * 2000, 0, 0x1000000).toArray();
        Path large = folder.resolve("large.jpg");
        Pictures.write(RgbImage.ofPacked(3000, 2000, pixels), large);

        report("detect", large.toString(), "red", "--image", image, "--window", "4", "--patch", "250")
                .hasCode(Zeroshot.NOTHING_FOUND);

        JsonNode shown = islands("image").get(0);
        int width = shown.get("shownWidth").intValue();
        int height = shown.get("shownHeight").intValue();
        assertThat((double) width * height).isBetween(0.99 * 1280 * 1280, 1.01 * 1280 * 1280);
        assertThat((double) width / height).isBetween(1.49, 1.51);
        byte[] jpeg = Base64.getDecoder()
                .decode(shown.get("picture").textValue().substring("data:image/jpeg;base64,".length()));
        assertThat(ImageIO.read(new ByteArrayInputStream(jpeg)).getWidth()).isEqualTo(width);
        assertThat(Files.size(report)).isLessThan(3_000_000);
        assertThat(islands("image").get(1).get("shownWidth").intValue()).isEqualTo(140);
    }

    @Test
    void report_manyImages_smallerOnes() throws IOException {
        HtmlReport hundred = HtmlReport.open(JsonPlace.of("--report", report.toString()), Json.object(), 100);
        HtmlReport one = HtmlReport.open(JsonPlace.of("--report", report.toString()), Json.object(), 1);
        try (hundred;
                one) {
            assertThat(one.mostPixels()).isEqualTo(1280 * 1280);
            assertThat(hundred.mostPixels()).isEqualTo(480_000);
        }
        assertThat(filesIn(folder)).containsExactly("square.png");
    }

    @Test
    void report_imageThatFails_isNamed() throws IOException {
        report("detect", folder + "/missing.png", "red", "--image", image).hasCode(Zeroshot.SOME_FAILED);

        assertThat(islands("image")).hasSize(1);
        assertThat(islands("run").get(0).get("failures").get(0).textValue())
                .isEqualTo(folder + "/missing.png: no such file");
    }

    @Test
    void report_presets_sliderOfTheirKind() throws IOException {
        assertThat(slider("detect", image, "red").toString())
                .isEqualTo("{\"kind\":\"score\",\"value\":0.5,\"lowest\":0.05,\"looks\":true}");
        assertThat(slider("detect", image, "red", "--boxes", "components").toString())
                .isEqualTo("{\"kind\":\"score\",\"value\":0.5,\"lowest\":0.05,\"looks\":false}");
        // Nothing is known of what is lower.
        assertThat(slider("detect", image, "red", "--max-calls", "200").toString())
                .isEqualTo("{\"kind\":\"score\",\"value\":0.5,\"lowest\":0.5,\"looks\":true}");
        assertThat(slider("detect", image, "red", "--threshold", "0.03").toString())
                .isEqualTo("{\"kind\":\"score\",\"value\":0.03,\"lowest\":0.03,\"looks\":true}");
        String[] article = {"detect", image, "red", "--preset", "article", "--patch", "14", "--window", "2"};
        assertThat(slider(article).toString()).isEqualTo("{\"kind\":\"map\",\"value\":0.5,\"lowest\":0}");
        assertThat(islands("image").get(0).get("prompts").get(0).get("map").get("values"))
                .hasSize(100);
        List<String> regions = new ArrayList<>(List.of(article));
        regions.addAll(List.of("--boxes", "components"));
        assertThat(slider(regions.toArray(new String[0])).toString())
                .isEqualTo("{\"kind\":\"none\",\"value\":0.5,\"lowest\":0}");
    }

    private JsonNode slider(String... arguments) throws IOException {
        report(arguments);
        return islands("run").get(0).get("slider");
    }

    // ---- where it goes

    @Test
    void report_impossiblePlaces_refused() throws IOException {
        byte[] before = Files.readAllBytes(Path.of(image));
        String same = folder.resolve("same").toString();
        Map<List<String>, String> messages = Map.of(
                List.of("--report", "-"), "--report -: must be a file",
                List.of("--report", "/dev/null"), "--report /dev/null: must be a file",
                List.of("--report", folder.toString()), "--report " + folder + ": a folder, not a file",
                List.of("--report", image), "--report " + image + ": also one of the images (" + image + ")",
                List.of("--report", same, "--json", same),
                        "--json and --report (" + same + ") must go to different files",
                List.of("--report", image + "/x.html"),
                        "--report " + image + "/x.html: cannot be written (a file is there)");
        messages.forEach((options, message) -> {
            List<String> all = new ArrayList<>(List.of("detect", image, "red"));
            all.addAll(options);
            ToolRun run = ToolRun.of(all.toArray(new String[0]));
            assertThat(run.hasCode(Zeroshot.BAD_USE).err()).startsWith("zeroshot: " + message);
        });
        assertThat(Files.readAllBytes(Path.of(image))).isEqualTo(before);
        assertThat(filesIn(folder)).containsExactly("square.png");
    }

    @Test
    void report_tooManyImages_refusedBeforeAnyWork() {
        List<String> all = new ArrayList<>(List.of("detect", image, "red"));
        for (int i = 0; i < HtmlReport.MOST_IMAGES; i++) {
            all.addAll(List.of("--image", image));
        }

        ToolRun run = report(all.toArray(new String[0]));

        assertThat(run.hasCode(Zeroshot.BAD_USE).err())
                .startsWith("zeroshot: --report: images (1001) must be at most 1000, which a page can hold");
        assertThat(report).doesNotExist();
    }

    @Test
    void report_runThatFails_leavesWhatWasThere() throws IOException {
        Files.writeString(report, "before");
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };

        ToolRun run = ToolRun.of(
                InputStream.nullInputStream(), broken, false, "detect", image, "red", "--report", report.toString());

        run.hasCode(Zeroshot.FAILED);
        assertThat(report).hasContent("before");
        assertThat(filesIn(folder)).containsExactlyInAnyOrder("report.html", "square.png");
    }

    @Test
    void report_done_replacesWhatWasThere() throws IOException {
        Files.writeString(report, "before");

        ToolRun run = report("detect", image, "red");

        assertThat(run.hasCode(0).err()).contains("zeroshot: report in " + report);
        assertThat(Files.readString(report)).startsWith("<!doctype html>").endsWith("</html>\n");
        assertThat(filesIn(folder)).containsExactlyInAnyOrder("report.html", "square.png");
    }

    /** The tool waits for an image on standard input when it is told to end, as by Ctrl-C. */
    @Test
    void report_interrupted_leavesNothingHalfWritten() throws Exception {
        Files.writeString(report, "before");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Zeroshot.class.getName(),
                        "detect",
                        "-",
                        "a cat",
                        "--report",
                        report.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (filesIn(folder).stream().noneMatch(name -> name.endsWith(".part"))) {
                assertThat(process.isAlive()).isTrue();
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(50);
            }
            // Not at the very moment when it was opened.
            Thread.sleep(500);
            process.toHandle().destroy(); // the signal alone: standard input stays open
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(report).hasContent("before");
        assertThat(filesIn(folder)).containsExactlyInAnyOrder("report.html", "square.png");
    }

    private static long count(String text, String part) {
        return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }
}
