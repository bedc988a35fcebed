package io.github.zeroshot4j.onnx.hub;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps threads and processes from downloading the same model at once. The file system knows processes only, so threads have
 * a lock of their own before it. The file stays: another process may hold it open.
 */
final class CacheLock {
    private static final Logger LOG = LoggerFactory.getLogger(ModelHub.class);

    private static final long PAUSE_MILLIS = 100;

    /** Of this JVM, as file locks are. */
    private static final ConcurrentMap<Path, ReentrantLock> OF_THREADS = new ConcurrentHashMap<>();

    private CacheLock() {}

    /** Something to do. */
    interface Work<T> {
        T run() throws IOException;
    }

    /** Does something while nobody else holds the lock. */
    static <T> T holding(CacheFiles files, Path file, Work<T> work) throws IOException {
        Path directory = files.createParent(file);
        Path key;
        try {
            key = directory.toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            throw new CacheException(directory, "be readable", e);
        }
        ReentrantLock ofThreads = OF_THREADS.computeIfAbsent(key, path -> new ReentrantLock());
        try {
            ofThreads.lockInterruptibly();
        } catch (InterruptedException e) {
            throw CacheFiles.interrupted();
        }
        try (FileChannel channel = open(key);
                FileLock lock = lock(channel, key)) {
            // Closing the lock releases it, in this order.
            assert lock.isValid();
            return work.run();
        } finally {
            ofThreads.unlock();
        }
    }

    private static FileChannel open(Path file) throws CacheException {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new CacheException(file, "be writable", e);
        }
    }

    /** Asks again and again: nothing wakes who waits for a lock of this JVM that another class loader's twin of this class has. */
    private static FileLock lock(FileChannel channel, Path file) throws IOException {
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                LOG.info("waiting for another process that holds {}", file);
            }
            while (lock == null) {
                Thread.sleep(PAUSE_MILLIS);
                lock = tryLock(channel);
            }
            return lock;
        } catch (InterruptedException | ClosedByInterruptException | FileLockInterruptionException e) {
            throw CacheFiles.interrupted();
        } catch (IOException e) {
            throw new CacheException(file, "be a file that can be locked", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }
}
