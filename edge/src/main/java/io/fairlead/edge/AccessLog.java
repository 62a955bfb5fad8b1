package io.fairlead.edge;

import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.ConnectionListener;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The access log: one line for each connection event, gathered and written together. A failed write loses the lines it
 * held, which are counted; the first one is reported; nothing else stops because of it. A sink that takes nothing blocks
 * the connection events, but neither the ticker nor the end of the process. <b>Thread safe.</b>
 */
final class AccessLog implements ConnectionListener, AutoCloseable {
    /** Names standard output instead of a file. */
    static final String STANDARD_OUTPUT = "-";

    private static final int FLUSH_LENGTH = 32 * 1024;
    private static final long CLOSE_LIMIT_MS = 2_000;

    private final String name;
    private final OutputStream out;
    private final Terminal terminal;
    private final ReentrantLock lock = new ReentrantLock();
    private final StringBuilder pending = new StringBuilder(FLUSH_LENGTH + 1024);
    private long pendingLines;
    private boolean failing;
    private boolean reported;
    private volatile long linesLost;

    /**
     * Write to a stream.
     *
     * @param name for messages.
     * @param out not buffered; closed with the log unless it is standard output.
     * @param terminal where a failure is reported.
     */
    AccessLog(String name, OutputStream out, Terminal terminal) {
        this.name = name;
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Open a file at its end, or standard output.
     *
     * @param name a path, or {@code -}.
     * @param terminal for standard output, and where a failure is reported.
     * @return the log.
     * @throws StartException if it cannot be written.
     */
    @SuppressWarnings("resource")
    static AccessLog open(String name, Terminal terminal) throws StartException {
        if (STANDARD_OUTPUT.equals(name)) {
            return new AccessLog(name, terminal.rawOut(), terminal);
        }
        try {
            return new AccessLog(name, new FileOutputStream(name, true), terminal);
        } catch (final IOException e) {
            throw new StartException("cannot write the access log " + name + ": " + why(Path.of(name)), e);
        }
    }

    @Override
    public void onConnection(ConnectionEvent event) {
        lock.lock();
        try {
            AccessLogLine.append(event, pending);
            pendingLines++;
            if (pending.length() >= FLUSH_LENGTH) {
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Write what was gathered, unless a write is going on; to be called every second or so. */
    void flush() {
        if (!lock.tryLock()) {
            return;
        }
        try {
            write();
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        if (pendingLines == 0) {
            return;
        }
        try {
            // After a failed write the file may end in half a line.
            final String text = failing ? "\n" + pending : pending.toString();
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            failing = false;
        } catch (final IOException e) {
            onFailure(e);
        } finally {
            pending.setLength(0);
            pendingLines = 0;
        }
    }

    /**
     * How many lines could not be written.
     *
     * @return the count.
     */
    long linesLost() {
        return linesLost;
    }

    /** Write what was gathered and close the sink; if that takes too long it is left undone. */
    @Override
    public void close() {
        // A write to a pipe that nobody reads cannot be interrupted: only a thread of its own can be left behind.
        final Thread closer = new Thread(this::writeAndClose, "fairlead-access-log-close");
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(CLOSE_LIMIT_MS);
            if (closer.isAlive()) {
                terminal.note("fairlead: the access log " + name + " takes nothing: its last lines are lost");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeAndClose() {
        lock.lock();
        try {
            write();
            if (terminal.rawOut() != out) {
                out.close();
            }
        } catch (final IOException e) {
            onFailure(e);
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock alone
    private void onFailure(IOException error) {
        failing = true;
        linesLost += pendingLines;
        if (!reported) {
            reported = true;
            terminal.note("fairlead: cannot write the access log " + name + ": " + error.getMessage()
                    + "; forwarding goes on, lost lines are counted");
        }
    }

    private static String why(Path path) {
        final Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) {
            return "it is a folder; name a file";
        }
        if (folder != null && !Files.isDirectory(folder)) {
            return "there is no folder " + folder + "; make it, or name another file";
        }
        return "not permitted or not possible; name a file this user may write";
    }
}
