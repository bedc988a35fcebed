package io.github.zeroshot4j.onnx;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.EncoderSpec;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * CLIP and its relatives on ONNX Runtime.
 *
 * <p><b>Cost.</b> Opening reads the graphs and the tokenizer twice, once for {@link EncoderSpec#fingerprint()}. Memory is that
 * of the weights, which is the size of the graphs' files, and of one run. An image costs one run of the vision graph, a text
 * one of the text graph; up to {@link OnnxEncoderOptions#batchSize()} of them share a run, those of the fp16 and int8 graphs
 * never: they have one each, several at once. Pixels are read and embeddings written in place.
 *
 * <p><b>Threads.</b> All methods may be called from any number of threads at once, with bit-equal results. However many there
 * are, {@link OnnxEncoderOptions#threads()} compute at once; the other callers wait, in the order of their coming. Threads of
 * the encoder's own are daemons. {@link #close()} waits for running calls.
 *
 * <p><b>What it does not do.</b> No download, no cache of embeddings, no conversion of models. It writes nothing but what the
 * package documentation lists.
 */
public final class OnnxEncoder implements Encoder {
    private final LoadedModel model;
    private final ImageEncoding images;
    private final TextEncoding texts;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    private OnnxEncoder(LoadedModel model) {
        this.model = model;
        this.images = new ImageEncoding(model);
        this.texts = new TextEncoding(model);
    }

    /**
     * Opens a model directory with the {@linkplain OnnxEncoderOptions#defaults() default options}.
     *
     * @throws EncoderException if it is not a model directory that this encoder understands; the message names the file, what
     *     was expected and what was found
     */
    public static OnnxEncoder open(Path modelDirectory) {
        return open(modelDirectory, OnnxEncoderOptions.defaults());
    }

    /**
     * Opens a model directory. The layout is in the documentation of this package.
     *
     * @throws EncoderException if it is not a model directory that this encoder understands, or the device is not there; the
     *     message names the file, what was expected and what was found
     */
    public static OnnxEncoder open(Path modelDirectory, OnnxEncoderOptions options) {
        Objects.requireNonNull(modelDirectory, "modelDirectory");
        requireDirectory(modelDirectory);
        return open(new DirectorySource(modelDirectory), options);
    }

    /**
     * Opens a model that is not a directory.
     *
     * @throws EncoderException if it is not a model that this encoder understands, or the device is not there; the message
     *     names the file, what was expected and what was found
     */
    public static OnnxEncoder open(ModelSource source, OnnxEncoderOptions options) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(options, "options");
        return new OnnxEncoder(LoadedModel.load(source, options));
    }

    private static void requireDirectory(Path directory) {
        String found;
        try {
            if (Files.readAttributes(directory, BasicFileAttributes.class).isDirectory()) {
                return;
            }
            found = "a file";
        } catch (NoSuchFileException e) {
            found = "nothing there";
        } catch (IOException e) {
            found = e.toString();
        }
        throw new EncoderException(
                "modelDirectory (" + directory + ") must be a directory with a model, found " + found);
    }

    @Override
    public EncoderSpec spec() {
        return model.spec();
    }

    /** Returns what computes: {@link OnnxEncoderOptions.Device#CPU} or {@link OnnxEncoderOptions.Device#CUDA}. */
    public OnnxEncoderOptions.Device device() {
        return model.device();
    }

    /** Returns the model's own line about itself, if it has one: what it is for and what it is not. */
    public Optional<String> card() {
        return model.facts().card();
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        Lock open = lockOpen();
        try {
            images.encode(pixels, count, out);
        } finally {
            open.unlock();
        }
    }

    @Override
    public float[][] encodeTexts(List<String> texts) {
        Lock open = lockOpen();
        try {
            return this.texts.encode(texts);
        } finally {
            open.unlock();
        }
    }

    /** {@inheritDoc} This encoder names the words that the model never saw, if its files list those that it did. */
    @Override
    public List<String> notes(String prompt) {
        Lock open = lockOpen();
        try {
            return texts.notes(prompt);
        } finally {
            open.unlock();
        }
    }

    /** {@inheritDoc} This one does on {@link OnnxEncoderOptions.Device#CUDA}. */
    @Override
    public boolean offloads() {
        return device() == OnnxEncoderOptions.Device.CUDA;
    }

    @Override
    public void close() {
        Lock exclusive = lock.writeLock();
        exclusive.lock();
        try {
            if (!closed) {
                closed = true;
                model.close();
            }
        } finally {
            exclusive.unlock();
        }
    }

    @Override
    public String toString() {
        return "OnnxEncoder[" + spec() + ", " + device() + "]";
    }

    /** Returns the lock that the caller now holds, so that the model stays open. */
    private Lock lockOpen() {
        Lock shared = lock.readLock();
        shared.lock();
        if (closed) {
            shared.unlock();
            throw new IllegalStateException("encoder (" + spec().modelName() + ") must be open, it was closed");
        }
        return shared;
    }
}
