package io.github.zeroshot4j.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks: JMH's own command line, after a line that says where the figures come from; or with the one argument
 * {@code smoke} every benchmark once, small, to see that it works; with {@code compare} a {@link Comparison}; or with
 * {@code memory} what {@link Memory} measures.
 */
public final class Benchmarks {
    private Benchmarks() {}

    /**
     * Runs what the arguments say, and exits with 1 if a benchmark fails.
     *
     * @param args {@code smoke}, {@code compare} or {@code memory} with its options, or what JMH takes ({@code -h} lists it)
     */
    public static void main(String[] args) throws Exception {
        if (args.length == 1 && args[0].equals("smoke")) {
            smoke();
        } else if (args.length > 0 && args[0].equals("compare")) {
            Comparison.run(Arrays.copyOfRange(args, 1, args.length));
        } else if (args.length > 0 && args[0].equals("memory")) {
            Memory.run(Arrays.copyOfRange(args, 1, args.length));
        } else {
            System.out.println(machine());
            Main.main(args);
        }
    }

    private static void smoke() throws RunnerException {
        System.out.println("Smoke run: every benchmark once, cold and small. It measures nothing.");
        Options options = new OptionsBuilder()
                .forks(1)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .param("model", "tiny")
                .param("image", "1792x1536") // the article's window fits twice
                .param("prompts", "2")
                .param("batch", "3")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        for (RunResult result : results) {
            BenchmarkParams ran = result.getParams();
            String name = ran.getBenchmark();
            System.out.print(name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1));
            ran.getParamsKeys().forEach(key -> System.out.print(" " + key + "=" + ran.getParam(key)));
            System.out.println();
        }
        System.out.printf("Smoke run: %d benchmarks ran without a failure. Nothing was measured.%n", results.size());
    }

    /** Returns what must stand beside a figure: processor, system and commit. JMH itself prints the JDK. */
    static String machine() throws IOException {
        return String.format(
                "# Machine: %s, %d processors, %s %s; commit %s",
                processor(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                commit());
    }

    private static String processor() throws IOException {
        Path cpuinfo = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(cpuinfo)) {
            return "unknown processor";
        }
        return Files.readAllLines(cpuinfo).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown processor");
    }

    static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty").start();
            String name = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? name : "unknown";
        } catch (IOException noGit) {
            return "unknown";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
