package io.github.zeroshot4j.tool;

import static io.github.zeroshot4j.tool.DetectCommandTest.filesIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.Pictures;
import io.github.zeroshot4j.evaluation.CocoFile;
import io.github.zeroshot4j.evaluation.GroundTruth;
import io.github.zeroshot4j.evaluation.Region;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** {@code --coco}, {@code --voc} and {@code --yolo}, read back by other means than they were written with. */
final class DatasetTest {
    /** Where Python with the packages of model-export is; the build itself needs none. */
    private static final String PYTHON = "ZEROSHOT4J_PYTHON";

    @TempDir
    private Path folder;

    private String image = "";

    @BeforeEach
    void draw() throws IOException {
        image = ToolRun.redSquare(folder.resolve("square.png")).toString();
    }

    private static Detection found(String label, double score, int xMin, int yMin, int xMax, int yMax) {
        return new Detection(label, score, new Box(xMin, yMin, xMax, yMax));
    }

    private static Input input(String file) {
        return Input.ofFile(Path.of(file));
    }

    // ---- through the tool

    @ParameterizedTest
    @ValueSource(strings = {"detect", "localize", "occlude"})
    void run_allThree_boxesOfTheJson(String command) throws Exception {
        String flat = folder.resolve("flat.png").toString();
        Pictures.write(RgbImage.filled(60, 40, 0x000000), Path.of(flat));

        ToolRun run = ToolRun.of(
                command,
                image,
                "blue",
                "red",
                "--image",
                flat,
                "--json",
                "-",
                "--coco",
                folder + "/found.json",
                "--voc",
                folder + "/voc",
                "--yolo",
                folder + "/yolo");

        JsonNode results = run.hasCode(0).json();
        List<Box> boxes = new ArrayList<>();
        results.get(0).get("detections").forEach(it -> boxes.add(ToolRun.box(it)));
        assertThat(boxes).isNotEmpty();
        assertThat(results.get(1).get("detections")).isEmpty();

        GroundTruth truth = CocoFile.read(folder.resolve("found.json"));
        assertThat(truth.images()).extracting(GroundTruth.Image::fileName).containsExactly(image, flat);
        assertThat(truth.images().get(0).objects())
                .extracting(GroundTruth.TrueObject::region)
                .containsExactlyElementsOf(boxes.stream().map(Region::of).toList());
        assertThat(truth.images().get(1).objects()).isEmpty();

        assertThat(filesIn(folder.resolve("voc"))).containsExactly("flat.xml", "square.xml");
        assertThat(vocBoxes(voc("square"))).containsExactlyElementsOf(boxes);
        assertThat(vocBoxes(voc("flat"))).isEmpty();

        assertThat(filesIn(folder.resolve("yolo"))).containsExactly("classes.txt", "data.yaml");
        assertThat(filesIn(folder.resolve("yolo/labels"))).containsExactly("flat.txt", "square.txt");
        assertThat(yoloBoxes("square", 140, 140)).containsExactlyElementsOf(boxes);
        assertThat(folder.resolve("yolo/labels/flat.txt")).isEmptyFile();
    }

    @Test
    void run_coco_evaluatedAgainstItselfIsPerfect() {
        String coco = folder.resolve("found.json").toString();
        ToolRun.of("detect", image, "red", "blue", "--coco", coco, "-q").hasCode(0);

        // The same words are asked for again, and the file names lead to the images from any folder.
        JsonNode document = ToolRun.of(
                        "evaluate", "--annotations", coco, "--images", "src", "--preset", "default", "--json", "-")
                .hasCode(0)
                .json();

        assertThat(document.at("/presets/0/categories/0/prompt").textValue()).isEqualTo("red");
        assertThat(document.at("/presets/0/figures/map/value").doubleValue()).isEqualTo(1);
        assertThat(document.at("/presets/0/figures/absentRate/value").doubleValue())
                .isZero();
    }

    @Test
    void run_cocoToStandardOutput_alone() {
        ToolRun run = ToolRun.of("detect", image, "red", "--coco", "-").hasCode(0);

        assertThat(run.json().get("annotations")).hasSize(1);
    }

    @Test
    void run_imageThatFails_isInNoneOfThem() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.png"), "no image");

        ToolRun.of(
                        "detect",
                        broken.toString(),
                        "red",
                        "--image",
                        image,
                        "--coco",
                        folder + "/found.json",
                        "--voc",
                        folder + "/voc",
                        "--yolo",
                        folder + "/yolo")
                .hasCode(Zeroshot.SOME_FAILED);

        assertThat(CocoFile.read(folder.resolve("found.json")).images()).hasSize(1);
        assertThat(filesIn(folder.resolve("voc"))).containsExactly("square.xml");
        assertThat(filesIn(folder.resolve("yolo/labels"))).containsExactly("square.txt");
    }

    @Test
    void run_sameNamesInOtherFolders_bothKeptAndOldOnesReplaced() throws Exception {
        Path other = Files.createDirectories(folder.resolve("b"));
        String second = ToolRun.redSquare(other.resolve("Square.png")).toString();
        Files.createDirectories(folder.resolve("voc"));
        Files.writeString(folder.resolve("voc/square.xml"), "old");
        Files.writeString(folder.resolve("voc/other.xml"), "of somebody else");

        ToolRun.of(
                        "detect",
                        image,
                        "red",
                        "--image",
                        second,
                        "--voc",
                        folder + "/voc",
                        "--yolo",
                        folder + "/voc",
                        "--json",
                        folder + "/voc/b.xml")
                .hasCode(0);

        assertThat(filesIn(folder.resolve("voc")))
                .containsExactly("Square-2.xml", "b.xml", "classes.txt", "data.yaml", "other.xml", "square.xml");
        assertThat(text(voc("square"), "path")).isEqualTo(image);
        assertThat(text(voc("Square-2"), "path")).isEqualTo(second);
        assertThat(text(voc("Square-2"), "folder")).isEqualTo("b");
        assertThat(text(voc("Square-2"), "filename")).isEqualTo("Square.png");
        assertThat(filesIn(folder.resolve("voc/labels"))).containsExactly("Square-2.txt", "square.txt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--coco . | --coco .: a folder, not a file",
                "--coco pom.xml/f | --coco pom.xml/f: cannot be written",
                "--coco - --json - | --json and --coco (-) must go to different files",
                "--jsonl IMAGE.x --coco IMAGE.x | --jsonl and --coco (IMAGE.x) must go to different files",
                "--coco IMAGE | --coco IMAGE: also one of the images",
                "--voc pom.xml | --voc pom.xml: the folder cannot be made (a file is there)",
                "--yolo pom.xml/x | --yolo pom.xml/x: the folder cannot be made",
                "--voc | Missing required parameter for option '--voc'"
            })
    void badUse_places_code2AndNothingIsWritten(String options, String message) throws IOException {
        byte[] before = Files.readAllBytes(Path.of(image));
        String[] arguments = Stream.concat(
                        Stream.of("detect", image, "red"),
                        Stream.of(options.replace("IMAGE", image).split(" ", -1)))
                .toArray(String[]::new);

        ToolRun run = ToolRun.of(arguments).hasCode(Zeroshot.BAD_USE);

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(message.replace("IMAGE", image));
        assertThat(filesIn(folder)).containsExactly("square.png");
        assertThat(Files.readAllBytes(Path.of(image))).isEqualTo(before);
    }

    @Test
    void run_cocoOntoAFullDisk_oneLineAndCode4() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full here");

        ToolRun run = ToolRun.of("detect", image, "red", "-q", "--coco", "/dev/full");

        assertThat(run.hasCode(Zeroshot.FAILED).err())
                .startsWith("zeroshot: --coco /dev/full: cannot be written (")
                .hasLineCount(1);
    }

    // ---- boxes, to the pixel

    @Test
    void boxes_randomOnes_comeBackToThePixel() throws Exception {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            // The longest side that is read, on one image in two.
            int width = seed % 2 == 0 ? 65_535 : 1 + random.nextInt(2000);
            int height = 1 + random.nextInt(40);
            List<Detection> detections = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int x = random.nextInt(width);
                int y = random.nextInt(height);
                int right = x + 1 + random.nextInt(width - x);
                int bottom = y + 1 + random.nextInt(height - y);
                detections.add(found(i % 2 == 0 ? "a" : "b", random.nextDouble(), x, y, right, bottom));
            }
            List<Box> boxes = detections.stream().map(Detection::box).toList();
            RgbImage picture = RgbImage.filled(width, height, 0);
            VocDataset voc = new VocDataset(folder.resolve("voc"), List.of());
            YoloDataset yolo = new YoloDataset(folder.resolve("yolo"), List.of("a", "b"), List.of());
            voc.add(input("x/r.png"), picture, detections);
            yolo.add(input("x/r.png"), picture, detections);

            assertThat(vocBoxes(voc("r"))).as("VOC, seed %d", seed).isEqualTo(boxes);
            assertThat(yoloBoxes("r", width, height)).as("YOLO, seed %d", seed).isEqualTo(boxes);
            assertThat(Files.readAllLines(folder.resolve("yolo/labels/r.txt")))
                    .extracting(line -> line.substring(0, 2))
                    .containsExactly("0 ", "1 ", "0 ", "1 ", "0 ", "1 ", "0 ", "1 ", "0 ", "1 ");
        }
    }

    @Test
    void voc_oneBox_asTheFormatHasIt() throws Exception {
        VocDataset voc = new VocDataset(folder.resolve("voc"), List.of());

        // The whole of a picture of 3 x 2 pixels, which VOC counts from 1 to 3 and from 1 to 2.
        voc.add(input("pets/a.jpg"), RgbImage.filled(3, 2, 0), List.of(found("a cat", 0.75, 0, 0, 3, 2)));

        assertThat(Files.readString(folder.resolve("voc/a.xml")).replace(System.lineSeparator(), "\n"))
                .isEqualTo("""
                        <annotation>
                            <folder>pets</folder>
                            <filename>a.jpg</filename>
                            <path>pets/a.jpg</path>
                            <source>
                                <database>VERSION</database>
                            </source>
                            <size>
                                <width>3</width>
                                <height>2</height>
                                <depth>3</depth>
                            </size>
                            <segmented>0</segmented>
                            <object>
                                <name>a cat</name>
                                <pose>Unspecified</pose>
                                <truncated>0</truncated>
                                <difficult>0</difficult>
                                <bndbox>
                                    <xmin>1</xmin>
                                    <ymin>1</ymin>
                                    <xmax>3</xmax>
                                    <ymax>2</ymax>
                                </bndbox>
                                <score>0.75</score>
                            </object>
                        </annotation>
                        """.replace("VERSION", ToolVersion.text()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<cat> & \"dog\" ]]>", "über 猫 \uD83D\uDC31", "-- a\ttab", "'"})
    void voc_anyName_comesBack(String name) throws Exception {
        VocDataset voc = new VocDataset(folder.resolve("voc"), List.of());

        voc.add(input("x/a&<b>.png"), RgbImage.filled(9, 9, 0), List.of(found(name, 0.5, 0, 0, 1, 1)));

        assertThat(text(voc("a&<b>"), "name")).isEqualTo(name);
        assertThat(text(voc("a&<b>"), "filename")).isEqualTo("a&<b>.png");
    }

    @Test
    void voc_whatXmlCannotHold_isReplaced() throws Exception {
        VocDataset voc = new VocDataset(folder.resolve("voc"), List.of());

        voc.add(input("x/a.png"), RgbImage.filled(9, 9, 0), List.of(found("a\u0001b\uD83Dc\uFFFEd", 1, 0, 0, 1, 1)));

        assertThat(text(voc("a"), "name")).isEqualTo("a\uFFFDb\uFFFDc\uFFFDd");
    }

    @Test
    void standardInput_hasANameOfItsOwn() throws Exception {
        byte[] bytes = Files.readAllBytes(Path.of(image));

        ToolRun.of(bytes, false, "detect", "-", "red", "--voc", folder + "/voc", "--yolo", folder + "/yolo")
                .hasCode(0);

        assertThat(text(voc("stdin"), "filename")).isEqualTo("-");
        assertThat(text(voc("stdin"), "folder")).isEmpty();
        assertThat(filesIn(folder.resolve("yolo/labels"))).containsExactly("stdin.txt");
    }

    // ---- names of classes

    @Test
    void yolo_classes_aLineEachInTheOrderOfThePrompts() throws IOException {
        new YoloDataset(folder.resolve("yolo"), List.of("a cat", "yes: \"no\" # \\", "two\n lines"), List.of());

        assertThat(Files.readString(folder.resolve("yolo/classes.txt")))
                .isEqualTo("a cat\nyes: \"no\" # \\\ntwo lines\n");
        assertThat(Files.readString(folder.resolve("yolo/data.yaml"))).isEqualTo("""
                # The images, or links to them, go to images, beside labels.
                train: images
                val: images
                names:
                  0: "a cat"
                  1: "yes: \\"no\\" # \\\\"
                  2: "two lines"
                """);
    }

    @Test
    void python_pycocotoolsAndYaml_readTheSame() throws Exception {
        String python = System.getenv(PYTHON);
        assumeTrue(python != null, PYTHON + " names no Python: pycocotools did not read what was written");
        ToolRun run = ToolRun.of(
                "detect",
                image,
                "red",
                "blue: \"é\" \uD83D\uDC31",
                "--coco",
                folder + "/found.json",
                "--yolo",
                folder + "/yolo",
                "--json",
                "-");
        String script = """
                import json, sys, yaml
                from pycocotools.coco import COCO
                from pycocotools.cocoeval import COCOeval
                folder, out = sys.argv[1:]
                coco = COCO(folder + "/found.json")
                coco.info()
                results = coco.loadRes([{k: a[k] for k in ("image_id", "category_id", "bbox", "score")}
                                        for a in coco.loadAnns(coco.getAnnIds())])
                evaluation = COCOeval(coco, results, "bbox")
                evaluation.evaluate(); evaluation.accumulate(); evaluation.summarize()
                with open(folder + "/yolo/data.yaml", encoding="utf-8") as file:
                    names = yaml.safe_load(file)["names"]
                json.dump({"boxes": [a["bbox"] for a in coco.dataset["annotations"]], "ap": evaluation.stats[0],
                           "coco": [c["name"] for c in coco.loadCats(coco.getCatIds())],
                           "yolo": [names[i] for i in range(len(names))]}, open(out, "w"))
                """;

        Path out = folder.resolve("out.json");
        Process process = new ProcessBuilder(python, "-c", script, folder.toString(), out.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        JsonNode read = new ObjectMapper().readTree(out.toFile());
        Box box = ToolRun.box(run.json().get(0).get("detections").get(0));
        assertThat(read.get("boxes").toString())
                .isEqualTo("[[" + box.xMin() + "," + box.yMin() + "," + box.width() + "," + box.height() + "]]");
        assertThat(read.get("ap").doubleValue()).isEqualTo(1, within(1e-9));
        assertThat(read.get("coco").toString()).isEqualTo("[\"red\",\"blue: \\\"é\\\" \uD83D\uDC31\"]");
        assertThat(read.get("yolo")).isEqualTo(read.get("coco"));
    }

    // ---- reading back

    private Document voc(String stem) throws Exception {
        String xml = Files.readString(folder.resolve("voc").resolve(stem + ".xml"));
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static String text(Document document, String element) {
        return document.getElementsByTagName(element).item(0).getTextContent();
    }

    private static List<Box> vocBoxes(Document document) {
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < document.getElementsByTagName("bndbox").getLength(); i++) {
            Element bounds = (Element) document.getElementsByTagName("bndbox").item(i);
            boxes.add(new Box(
                    number(bounds, "xmin") - 1,
                    number(bounds, "ymin") - 1,
                    number(bounds, "xmax"),
                    number(bounds, "ymax")));
        }
        return boxes;
    }

    private static int number(Element parent, String name) {
        Node node = parent.getElementsByTagName(name).item(0);
        return Integer.parseInt(node.getTextContent());
    }

    /** Returns the boxes of a label file, whose corners must be within half a pixel of whole ones. */
    private List<Box> yoloBoxes(String stem, int width, int height) throws IOException {
        List<Box> boxes = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("yolo/labels").resolve(stem + ".txt"))) {
            String[] words = line.split(" ", -1);
            assertThat(words).as(line).hasSize(5);
            double x = Double.parseDouble(words[1]) * width;
            double y = Double.parseDouble(words[2]) * height;
            double halfWidth = Double.parseDouble(words[3]) * width / 2;
            double halfHeight = Double.parseDouble(words[4]) * height / 2;
            boxes.add(
                    new Box(whole(x - halfWidth), whole(y - halfHeight), whole(x + halfWidth), whole(y + halfHeight)));
        }
        return boxes;
    }

    private static int whole(double coordinate) {
        assertThat(coordinate).isCloseTo(Math.rint(coordinate), within(0.1));
        return (int) Math.rint(coordinate);
    }
}
