package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.status.WhyChosen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
    private static final long ACCEPTED_AT_MS =
            Instant.parse("2026-11-23T16:42:07.005Z").toEpochMilli();
    private static final String OPENED =
            "203.0.113.7:51234 [2026-11-23T16:42:07.005Z] 10.1.1.1:8080 b2 key=203.0.113.7/32 owner=b2 why=owner"
                    + " 0.412/0.633/1.208/2.253 412/129 0/0 - ws=-/- 12/4 0 event=open\n";

    private final Captured captured = new Captured(false);

    @Test
    void shouldWriteALineWhenUpgraded() throws UnknownHostException {
        assertEquals(OPENED, line(opened()));
    }

    @Test
    void shouldWriteALineWhenAWebSocketEnded() throws UnknownHostException {
        final ConnectionEvent event = new ConnectionEvent(
                true,
                InetAddress.getByName("2001:db8::7"),
                443,
                ACCEPTED_AT_MS,
                "[::]:8080",
                "b1",
                "2001:db8::/64",
                "b3",
                WhyChosen.PIN,
                999,
                1_000,
                12_345_678_901L,
                3_600_000_000_000L,
                1L << 40,
                88_123,
                3,
                5,
                TerminationCause.COMPLETED,
                true,
                1001,
                false,
                11,
                3,
                2);

        assertEquals(
                "[2001:db8::7]:443 [2026-11-23T16:42:07.005Z] [::]:8080 b1"
                        + " key=2001:db8::/64 owner=b3 why=pin 0.000/0.001/12345.678/3600000.000"
                        + " 1099511627776/88123 3/5 -- ws=1001/backend 11/3 2 event=end\n",
                line(event));
    }

    @Test
    void shouldWriteALineWhenNothingWasReached() throws UnknownHostException {
        final ConnectionEvent event = new ConnectionEvent(
                true,
                InetAddress.getByName("203.0.113.7"),
                51234,
                ACCEPTED_AT_MS,
                "10.1.1.1:8080",
                null,
                "203.0.113.7/32",
                null,
                WhyChosen.NONE,
                -1,
                -1,
                -1,
                10_000_000_000L,
                7,
                0,
                0,
                0,
                TerminationCause.PEEK_TIMED_OUT,
                false,
                0,
                false,
                0,
                0,
                0);

        assertEquals(
                "203.0.113.7:51234 [2026-11-23T16:42:07.005Z] 10.1.1.1:8080 - key=203.0.113.7/32 owner=- why=none"
                        + " -/-/-/10000.000 7/0 0/0 cR ws=- 0/0 0 event=end\n",
                line(event));
    }

    @Test
    void shouldAppendToAFile(@TempDir final Path folder) throws Exception {
        final Path file = folder.resolve("access.log");
        Files.writeString(file, "before\n");

        try (AccessLog log = AccessLog.open(file.toString(), captured.terminal())) {
            log.onConnection(opened());
            assertEquals("before\n", Files.readString(file));
            log.flush();
            assertEquals("before\n" + OPENED, Files.readString(file));
            log.onConnection(opened());
        }

        assertEquals("before\n" + OPENED + OPENED, Files.readString(file));
        assertEquals("", captured.err());
    }

    @Test
    void shouldWriteBeforeASecondWhenMuchIsPending() throws Exception {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (AccessLog log = new AccessLog("x", out, captured.terminal())) {
            for (int i = 0; i < 1000; i++) {
                log.onConnection(opened());
            }
            assertEquals(0, out.size() % OPENED.length());
            assertEquals(true, out.size() > 900 * OPENED.length() - 40_000);
        }
        assertEquals(1000 * OPENED.length(), out.size());
    }

    @Test
    void shouldWriteToStandardOutputAndLeaveItOpen() throws Exception {
        try (AccessLog log = AccessLog.open("-", captured.terminal())) {
            log.onConnection(opened());
        }
        captured.terminal().line("after");

        assertEquals(OPENED + "after" + System.lineSeparator(), captured.out());
    }

    @Test
    void shouldReportOnceCountAndRecoverWhenWritesFail() throws Exception {
        final FailingStream out = new FailingStream();
        final AccessLog log = new AccessLog("access.log", out, captured.terminal());
        log.onConnection(opened());
        log.onConnection(opened());
        log.flush();
        log.onConnection(opened());
        log.flush();
        assertEquals(3, log.linesLost());
        assertEquals(
                "fairlead: cannot write the access log access.log: no space left; forwarding goes on, lost lines are"
                        + " counted" + System.lineSeparator(),
                captured.err());

        out.failing = false;
        log.onConnection(opened());
        log.close();

        assertEquals("\n" + OPENED, out.written.toString(StandardCharsets.UTF_8));
        assertEquals(3, log.linesLost());
    }

    @Test
    void shouldRecoverWhenStandardOutputDoes() throws Exception {
        final FailingStream out = new FailingStream();
        final PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (AccessLog log = AccessLog.open("-", new Terminal(print, out, print, false))) {
            log.onConnection(opened());
            log.flush();
            out.failing = false;
            log.onConnection(opened());
            log.flush();
            log.onConnection(opened());
            log.flush();

            assertEquals(1, log.linesLost());
            assertEquals("\n" + OPENED + OPENED, out.written.toString(StandardCharsets.UTF_8));
        }
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldCloseWhenTheSinkTakesNothing() throws Exception {
        final BlockedStream out = new BlockedStream();
        final AccessLog log = new AccessLog("-", out, captured.terminal());
        log.onConnection(opened());

        log.close();

        assertEquals(
                "fairlead: the access log - takes nothing: its last lines are lost" + System.lineSeparator(),
                captured.err());
        out.freed.countDown();
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldNeitherFlushNorCloseWhileAWriteIsBlocked() throws Exception {
        final BlockedStream out = new BlockedStream();
        final AccessLog log = new AccessLog("-", out, captured.terminal());
        log.onConnection(opened());
        final Thread writer = new Thread(log::flush);
        writer.setDaemon(true);
        writer.start();
        out.entered.await();

        log.flush();
        log.close();

        assertFalse(out.closed);
        out.freed.countDown();
        writer.join();
    }

    @Test
    void shouldSayWhyWhenItCannotBeOpened(@TempDir final Path folder) {
        final StartException error = assertThrows(
                StartException.class, () -> AccessLog.open(folder.resolve("x/y").toString(), captured.terminal()));

        assertEquals(
                "cannot write the access log " + folder.resolve("x/y") + ": there is no folder " + folder.resolve("x")
                        + "; make it, or name another file",
                error.getMessage());
    }

    private static ConnectionEvent opened() throws UnknownHostException {
        return new ConnectionEvent(
                false,
                InetAddress.getByName("203.0.113.7"),
                51234,
                ACCEPTED_AT_MS,
                "10.1.1.1:8080",
                "b2",
                "203.0.113.7/32",
                "b2",
                WhyChosen.OWNER,
                412_999,
                633_000,
                1_208_000,
                2_253_000,
                412,
                129,
                0,
                0,
                null,
                true,
                0,
                false,
                12,
                4,
                0);
    }

    private static String line(ConnectionEvent event) {
        final StringBuilder line = new StringBuilder();
        AccessLogLine.append(event, line);
        return line.toString();
    }

    /** A pipe that nobody reads, until it is freed. */
    private static final class BlockedStream extends OutputStream {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch freed = new CountDownLatch(1);
        private volatile boolean closed;

        @Override
        public void write(int b) {
            entered.countDown();
            boolean free = false;
            while (!free) {
                try {
                    freed.await();
                    free = true;
                } catch (final InterruptedException ignored) {
                    // A blocked write to a pipe does not heed it either.
                }
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** A disk that is full, and later is not. */
    private static final class FailingStream extends OutputStream {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private boolean failing = true;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (failing) {
                throw new IOException("no space left");
            }
            written.write(bytes, offset, length);
        }
    }
}
