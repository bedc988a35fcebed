package io.github.zeroshot4j.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The Python process of a comparison, {@code benchmarks/compare.py}: a line asks for a measurement, a line answers. */
final class PythonSide implements AutoCloseable {
    private final Process process;
    private final BufferedWriter requests;
    private final BufferedReader answers;
    private final String versions;

    /**
     * Starts it and waits until its models are open.
     *
     * @param pixels a file of width * height * 3 bytes
     */
    PythonSide(String python, Path script, Path model, Path pixels, int width, int height, int threads, int batch)
            throws IOException {
        List<String> command = List.of(
                python,
                script.toString(),
                model.toString(),
                pixels.toString(),
                Integer.toString(width),
                Integer.toString(height),
                Integer.toString(threads),
                Integer.toString(batch));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        versions = answer("ready");
    }

    String versions() {
        return versions;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /**
     * Asks for one measurement: {@code article}, {@code fp32} or {@code int8}.
     *
     * @return milliseconds, or NaN if this model has none
     */
    double measure(String what) throws IOException {
        requests.write(what);
        requests.newLine();
        requests.flush();
        String answer = answer("ms");
        return answer.equals("none") ? Double.NaN : Double.parseDouble(answer);
    }

    private String answer(String kind) throws IOException {
        String line = answers.readLine();
        if (line == null || !line.startsWith(kind + " ")) {
            throw new IOException("compare.py must answer \"" + kind + " ...\", found " + line + "; see above");
        }
        return line.substring(kind.length() + 1);
    }

    @Override
    public void close() throws IOException {
        requests.close(); // its end
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
