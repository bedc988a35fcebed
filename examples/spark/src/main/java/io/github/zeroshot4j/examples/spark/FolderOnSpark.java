package io.github.zeroshot4j.examples.spark;

import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.ImageReadOptions;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Finds things in all images below a folder, on as many machines as Spark has, and writes what it found as Parquet: a row for each
 * detection, and one with an {@code error} for each image that cannot be read, which does not stop the others. An image without
 * either has no row.
 *
 * <p>Spark splits the files among tasks by their size ({@code spark.sql.files.maxPartitionBytes}, 128 MB); a task holds one image at
 * a time. Results do not depend on that.
 */
public final class FolderOnSpark {
    /** The configuration property that names a model directory, which all machines must have; without it, the embedded model. */
    static final String MODEL = "spark.zeroshot4j.model";

    /** The columns. */
    static final StructType SCHEMA = new StructType()
            .add("path", DataTypes.StringType)
            .add("label", DataTypes.StringType)
            .add("score", DataTypes.DoubleType)
            .add("xmin", DataTypes.IntegerType)
            .add("ymin", DataTypes.IntegerType)
            .add("xmax", DataTypes.IntegerType)
            .add("ymax", DataTypes.IntegerType)
            .add("error", DataTypes.StringType);

    private static final String IMAGES = "*.{jpg,jpeg,png,gif,bmp,tif,tiff,JPG,JPEG,PNG,GIF,BMP,TIF,TIFF}";

    private FolderOnSpark() {}

    /** Runs it: {@code INPUT OUTPUT PROMPT...}, folders that all executors reach. */
    public static void main(String[] args) throws IOException {
        if (args.length < 3) {
            throw new IllegalArgumentException(
                    "arguments (" + String.join(" ", args) + ") must be INPUT OUTPUT PROMPT...");
        }
        try (SparkSession spark = SparkSession.builder().appName("zeroshot4j").getOrCreate()) {
            spark.sparkContext().setLogLevel("WARN");
            LongAccumulator opened = spark.sparkContext().longAccumulator("models opened");
            List<String> prompts = List.of(args).subList(2, args.length);
            detect(spark, args[0], prompts, opened).write().parquet(args[1]);
            System.out.println("models opened: " + opened.value());
        }
    }

    /**
     * Finds things in all images below a folder. Nothing is computed before the rows are asked for.
     *
     * @param opened counts the executors that had to open the model
     * @throws IllegalArgumentException if a prompt is blank
     */
    static Dataset<Row> detect(SparkSession spark, String folder, List<String> texts, LongAccumulator opened) {
        Prompt.all(texts); // refused here, not by every task
        List<String> prompts = List.copyOf(texts); // of a class that can be serialized
        Dataset<Tuple2<String, byte[]>> files = spark.read()
                .format("binaryFile")
                .option("recursiveFileLookup", true)
                .option("pathGlobFilter", IMAGES)
                .load(folder)
                .select("path", "content")
                .as(Encoders.tuple(Encoders.STRING(), Encoders.BINARY()));
        String model = spark.conf().get(MODEL, "");
        MapPartitionsFunction<Tuple2<String, byte[]>, Row> rows =
                part -> rows(part, ExecutorModel.detector(model, opened), Prompt.all(prompts));
        return files.mapPartitions(rows, Encoders.row(SCHEMA));
    }

    private static Iterator<Row> rows(
            Iterator<Tuple2<String, byte[]>> files, ZeroShotDetector detector, List<Prompt> prompts) {
        Spliterator<Tuple2<String, byte[]>> each = Spliterators.spliteratorUnknownSize(files, Spliterator.ORDERED);
        return StreamSupport.stream(each, false)
                .flatMap(file -> rows(file._1(), file._2(), detector, prompts))
                .iterator();
    }

    private static Stream<Row> rows(String path, byte[] file, ZeroShotDetector detector, List<Prompt> prompts) {
        RgbImage image;
        try {
            image = ImageFiles.read(file, ImageReadOptions.defaults());
        } catch (IOException e) {
            return Stream.of(RowFactory.create(path, null, null, null, null, null, null, e.getMessage()));
        }
        return detector.detect(image, prompts).stream().map(found -> row(path, found));
    }

    private static Row row(String path, Detection found) {
        return RowFactory.create(
                path,
                found.label(),
                found.score(),
                found.box().xMin(),
                found.box().yMin(),
                found.box().xMax(),
                found.box().yMax(),
                null);
    }
}
