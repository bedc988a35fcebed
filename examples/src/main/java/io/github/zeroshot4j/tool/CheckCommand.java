package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Classification;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whether a model directory, or a model that was pulled, with OpenAI's ViT-B/32 gives the figures that were published for it. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tells whether a model is OpenAI's CLIP ViT-B/32 and computes as it should: compares the figures that"
                    + " OpenAI and transformers published with what comes out here, in fp32, and shows what fp16 and int8"
                    + " make of them.",
            "A model with any other weights fails."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:pass",
            "1:fail",
            "2:bad use of the command line, or no such model",
            "3:incomplete: what was looked at passes, and without --coco one fact was not"
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zeroshot check openai/clip-vit-base-patch32", "  zeroshot check clip-b32 --coco 000000039769.jpg"})
final class CheckCommand implements Callable<Integer> {
    private static final int COCO_WIDTH = 640;
    private static final int COCO_HEIGHT = 480;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description =
                    "A model directory with openai/clip-vit-base-patch32 in the Hugging Face ONNX layout, or the name of a"
                            + " model that was pulled.")
    private String model = "";

    @Option(
            names = "--coco",
            paramLabel = "FILE",
            description =
                    "COCO val2017's 000000039769.jpg (two cats on a sofa, 640 x 480), for the second of the two facts.")
    private @Nullable Path coco;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    private final Terminal terminal;
    private final List<Fact> facts;
    private final Map<String, String> environment;

    CheckCommand(Terminal terminal, List<Fact> facts, Map<String, String> environment) {
        this.terminal = terminal;
        this.facts = facts;
        this.environment = environment;
    }

    /**
     * What a variant makes of a fact.
     *
     * @param embeddings of the image, then of the texts
     */
    private record Answer(List<Classification> classes, List<float[]> embeddings) {}

    @Override
    public Integer call() {
        Map<Fact, RgbImage> pictures = pictures();
        Map<Variant, Map<Fact, Answer>> answers = new LinkedHashMap<>();
        try {
            directories().forEach((variant, directory) -> {
                if (directory.isPresent()) {
                    answers.put(variant, answers(directory.get(), variant, pictures));
                } else {
                    say("  %s: not there", name(variant));
                }
            });
        } catch (EncoderException e) {
            throw new BadUse(String.valueOf(e.getMessage()), e);
        }
        boolean pass = true;
        for (Fact fact : facts) {
            pass &= report(fact, answers);
        }
        boolean all = pictures.size() == facts.size();
        say(
                "%s: %d of %d facts looked at%s%s",
                !pass ? "FAIL" : all ? "PASS" : "INCOMPLETE",
                pictures.size(),
                facts.size(),
                pass && !all ? ", which passes" : "",
                all ? "" : "; --coco FILE adds the other");
        return !pass ? Zeroshot.NOTHING_FOUND : all ? Zeroshot.FOUND : Zeroshot.SOME_FAILED;
    }

    /** Where each variant is. The facts are about fp32: it must be there, and opening says which of its files is not. */
    private Map<Variant, Optional<Path>> directories() {
        Map<Variant, Optional<Path>> directories = new LinkedHashMap<>();
        directories.put(Variant.FP32, Optional.of(Models.directory(model, Variant.FP32, environment)));
        for (Variant variant : List.of(Variant.FP16, Variant.INT8)) {
            directories.put(
                    variant, Models.find(model, variant, environment).filter(directory -> has(directory, variant)));
        }
        return directories;
    }

    private static boolean has(Path directory, Variant variant) {
        String suffix = variant == Variant.FP16 ? "_fp16.onnx" : "_quantized.onnx";
        return Files.exists(directory.resolve("onnx/vision_model" + suffix))
                && Files.exists(directory.resolve("onnx/text_model" + suffix));
    }

    private static String name(Variant variant) {
        return variant.name().toLowerCase(Locale.ROOT);
    }

    private Map<Fact, RgbImage> pictures() {
        Map<Fact, RgbImage> pictures = new LinkedHashMap<>();
        for (Fact fact : facts) {
            try {
                if (fact.file().isEmpty()) {
                    pictures.put(fact, Fact.readmePicture());
                } else if (coco != null) {
                    pictures.put(fact, cocoPicture(coco));
                }
            } catch (IOException e) {
                throw new BadUse(String.valueOf(e.getMessage()), e);
            }
        }
        return pictures;
    }

    private static RgbImage cocoPicture(Path file) throws IOException {
        RgbImage image = ImageFiles.read(file);
        if (image.width() != COCO_WIDTH || image.height() != COCO_HEIGHT) {
            throw new BadUse("--coco (" + file + ") must be COCO val2017's 000000039769.jpg of " + COCO_WIDTH + " x "
                    + COCO_HEIGHT + " pixels, found " + image.width() + " x " + image.height());
        }
        return image;
    }

    private Map<Fact, Answer> answers(Path directory, Variant variant, Map<Fact, RgbImage> pictures) {
        OnnxEncoderOptions options = device.toBuilder().variant(variant).build();
        Map<Fact, Answer> answers = new LinkedHashMap<>();
        try (OnnxEncoder encoder = OnnxEncoder.open(directory, options)) {
            if (variant == Variant.FP32) {
                say("model %s in %s", encoder.spec().modelName(), directory);
                encoder.card().ifPresent(card -> say("  %s", card));
            }
            pictures.forEach((fact, picture) -> {
                Recorder recorder = new Recorder(encoder);
                List<Classification> classes =
                        ZeroShotDetector.of(recorder).classify(picture, Prompt.all(fact.prompts()));
                List<float[]> embeddings = new ArrayList<>(List.of(recorder.row()));
                embeddings.addAll(Arrays.asList(encoder.encodeTexts(fact.prompts())));
                answers.put(fact, new Answer(classes, embeddings));
            });
        }
        return answers;
    }

    /** Prints what was found, and returns whether it is what was published; a fact without its picture is neither. */
    private boolean report(Fact fact, Map<Variant, Map<Fact, Answer>> answers) {
        say("%n%s", fact.name());
        Answer exact = answers.getOrDefault(Variant.FP32, Map.of()).get(fact);
        if (exact == null) {
            say("  not run: it needs the picture %s", fact.file());
            return true;
        }
        String quantity = fact.quantity().name().toLowerCase(Locale.ROOT);
        say("  %-20s %14s %14s %14s", quantity, "published", "found", "difference");
        for (int i = 0; i < fact.prompts().size(); i++) {
            double expected = fact.expected().get(i);
            double found = fact.found(exact.classes(), i);
            say("  %-20s %14.8f %14.8f %14.8f", fact.prompts().get(i), expected, found, Math.abs(found - expected));
        }
        boolean holds = fact.holdsFor(exact.classes());
        double largest = fact.largestDifference(exact.classes());
        say("  %s: the largest difference is %.2e, allowed %.0e", holds ? "pass" : "FAIL", largest, fact.tolerance());
        answers.forEach((variant, byFact) -> {
            Answer answer = byFact.get(fact);
            if (variant != Variant.FP32 && answer != null) {
                beside(fact, variant, exact, answer);
            }
        });
        return holds;
    }

    /** A variant has no published figures: it is shown beside fp32. */
    private void beside(Fact fact, Variant variant, Answer exact, Answer answer) {
        say("  %s beside fp32: cosine of the images %.6f", name(variant), cosine(exact, answer, 0));
        for (int i = 0; i < fact.prompts().size(); i++) {
            Classification found = fact.classification(answer.classes(), i);
            double cosine = cosine(exact, answer, 1 + i);
            String line = "    %-20s cosine %.6f, logit %.4f, probability %.8f";
            say(line, found.label(), cosine, found.logit(), found.probability());
        }
    }

    private static double cosine(Answer one, Answer other, int embedding) {
        float[] a = one.embeddings().get(embedding);
        float[] b = other.embeddings().get(embedding);
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }

    private void say(String format, Object... values) {
        terminal.out().println(String.format(Locale.ROOT, format, values));
    }

    /** Keeps the embedding of the one image that it passes on. */
    private static final class Recorder extends ForwardingEncoder {
        private final float[] row;

        Recorder(Encoder encoder) {
            super(encoder);
            this.row = new float[encoder.spec().embeddingDimension()];
        }

        float[] row() {
            return row;
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            super.encodeImages(pixels, count, out);
            out.get(0, row);
        }

        @Override
        public void close() {
            // whoever opened the encoder closes it
        }
    }
}
