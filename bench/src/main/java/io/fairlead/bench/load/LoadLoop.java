package io.fairlead.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The selector of one target's clients, and what they share: the read buffer, the count, the errors. Each target has a loop
 * of its own, so that clients which rest cost nothing.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class LoadLoop implements AutoCloseable {
    private static final int READ_LENGTH = 256 * 1024;

    /** What a selector key of this loop is attached to. */
    @FunctionalInterface
    interface Ready {
        /** The channel is ready for something it waits for. */
        void onReady();
    }

    /** For reads, shared by all. */
    final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_LENGTH);

    private final Selector selector;
    private final Consumer<SelectionKey> action = LoadLoop::onSelected;
    private boolean isSending;
    private long completedCount;
    private long errorCount;
    private String firstError;

    LoadLoop() throws IOException {
        selector = Selector.open();
    }

    Selector selector() {
        return selector;
    }

    /** Whether a client that has got its answer begins anew. */
    boolean isSending() {
        return isSending;
    }

    void isSending(boolean value) {
        isSending = value;
    }

    /** Round trips, or lives, completed so far. */
    long completedCount() {
        return completedCount;
    }

    void completed(int count) {
        completedCount += count;
    }

    long errorCount() {
        return errorCount;
    }

    /** The first error, or null. */
    String firstError() {
        return firstError;
    }

    void onError(String error) {
        errorCount++;
        if (firstError == null) {
            firstError = error;
        }
    }

    /**
     * Serve the clients.
     *
     * @param endNs until {@code System.nanoTime()} has passed this.
     * @param isDone or until this is so.
     * @return whether it was so.
     */
    boolean run(long endNs, BooleanSupplier isDone) throws IOException {
        while (!isDone.getAsBoolean()) {
            final long leftNs = endNs - System.nanoTime();
            if (leftNs <= 0) {
                return false;
            }
            selector.select(action, 1 + TimeUnit.NANOSECONDS.toMillis(leftNs));
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        for (final SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private static void onSelected(SelectionKey key) {
        if (key.isValid()) {
            ((Ready) key.attachment()).onReady();
        }
    }
}
