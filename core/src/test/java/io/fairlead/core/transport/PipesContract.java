package io.fairlead.core.transport;

import static io.fairlead.core.transport.Transport.END_OF_STREAM;
import static io.fairlead.core.transport.Transport.READABLE;
import static io.fairlead.core.transport.Transport.RESET;
import static io.fairlead.core.transport.Transport.WOULD_BLOCK;
import static io.fairlead.core.transport.Transport.WRITABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the pipes of every transport that has some must do. */
@Timeout(60)
public abstract class PipesContract extends TransportHarness {
    private static final int MANY = 100;

    Pipes pipes;

    @BeforeEach
    void takePipes() {
        pipes = transport.pipes();
        assertNotNull(pipes, "this transport has pipes");
    }

    /**
     * How many bytes may stand unread in a socket's buffers before its peer cannot send more.
     *
     * @return a length that a helper sends at a time.
     */
    protected int pieceLength() {
        return 16 * 1024;
    }

    // Opening and closing

    @Test
    void shouldTellOfTheSamePipesEachTime() {
        assertSame(pipes, transport.pipes());
    }

    @Test
    void shouldCountOpenPipesAndNotTakeThemForSockets() {
        assertEquals(0, pipes.openCount());
        final int first = open();
        final int second = open();
        assertEquals(2, pipes.openCount());
        assertEquals(0, transport.openSockets());

        pipes.close(first);
        assertEquals(1, pipes.openCount());
        pipes.close(second);
        assertEquals(0, pipes.openCount());
    }

    @Test
    void shouldCloseEveryPipeWhenTransportIsClosed() throws IOException {
        final Pair source = pair();
        final int pipe = open();
        open();
        send(source, "unsent");
        fillOnce(pipe, source, 6);

        transport.close();

        assertEquals(0, pipes.openCount());
    }

    @Test
    void shouldKeepManyPipesApart() throws IOException {
        final Pair source = pair();
        final Pair sink = pair();
        final List<Integer> opened = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            opened.add(open());
        }
        assertEquals(MANY, pipes.openCount());
        final Set<Integer> distinct = new HashSet<>(opened);
        assertEquals(MANY, distinct.size());
        for (int i = 0; i < MANY; i++) {
            send(source, letter(i));
            fillOnce(opened.get(i), source, 1);
        }
        for (int i = 0; i < MANY; i += 2) {
            pipes.close(opened.get(i));
        }
        for (int i = 1; i < MANY; i += 2) {
            drainAll(opened.get(i), sink, 1);
            assertEquals(letter(i), receive(sink, 1));
        }
        for (int i = 0; i < MANY; i += 2) {
            assertTrue(distinct.contains(open()), "a closed handle is used again");
        }
    }

    // Looking at bytes

    @Test
    void shouldLeaveBytesWhenTheyArePeeked() throws IOException {
        final Pair source = pair();
        assertEquals(WOULD_BLOCK, pipes.peek(source.socket(), buffer, 0, 4));
        send(source, "frame");
        awaitReady(source, READABLE);

        for (int i = 0; i < 3; i++) {
            buffer.setMemory(0, 16, (byte) '.');
            final int count = pipes.peek(source.socket(), buffer, 3, 4);
            assertTrue(movesFewBytesAtOnce() ? count == 4 : count > 0 && count <= 4, () -> "peek gave " + count);
            assertEquals(
                    "..." + "fram".substring(0, count) + ".", buffer.getStringWithoutLengthAscii(0, 3 + count + 1));
        }
        assertStillReadable(source);
        assertEquals("frame", read(source, 5));
    }

    @Test
    void shouldTellTheEndWhenPeekedBehindTheLastByte() throws IOException {
        final Pair source = pair();
        send(source, "x");
        source.peer().shutdownOutput();
        assertEquals("x", read(source, 1));
        awaitReady(source, READABLE);

        assertEquals(END_OF_STREAM, pipes.peek(source.socket(), buffer, 0, 4));
        assertEquals(END_OF_STREAM, pipes.fill(open(), source.socket(), 4));
        assertEquals(END_OF_STREAM, transport.read(source.socket(), buffer, 0, 4));
    }

    // From socket to socket

    @Test
    void shouldMoveBytesUnchangedWhenTheyPassThroughAPipe() throws IOException {
        final Pair source = pair();
        final Pair sink = pair();
        final int pipe = open();
        for (int round = 0; round < 50; round++) {
            final String text = text(round, 1 + round % 30);
            send(source, text);
            move(pipe, source, sink, text.length());
            assertEquals(text, receive(sink, text.length()));
        }
    }

    @Test
    void shouldMoveNoMoreThanAsked() throws IOException {
        final Pair source = pair();
        final Pair sink = pair();
        final int pipe = open();
        send(source, "header|payload");

        move(pipe, source, sink, 6);
        assertEquals("header", receive(sink, 6));
        assertEquals("|payload", read(source, 8));
    }

    @Test
    void shouldDrainInPiecesWhenAskedTo() throws IOException {
        final Pair source = pair();
        final Pair sink = pair();
        final int pipe = open();
        send(source, "abcdef");
        final int filled = fillOnce(pipe, source, 6);

        for (int i = 0; i < filled; i++) {
            awaitReady(sink, WRITABLE);
            assertEquals(1, pipes.drain(pipe, sink.socket(), 1));
        }
        assertEquals("abcdef".substring(0, filled), receive(sink, filled));
    }

    @Test
    void shouldLoseWhatAPipeHoldsWhenItIsClosed() throws IOException {
        final Pair source = pair();
        final Pair sink = pair();
        final int lost = open();
        send(source, "lost and kept");
        final int lostLength = fillOnce(lost, source, 4);
        pipes.close(lost);
        assertEquals(0, pipes.openCount());

        move(open(), source, sink, 13 - lostLength);

        assertEquals("lost and kept".substring(lostLength), receive(sink, 13 - lostLength));
    }

    @Test
    void shouldTakeTurnsWithReadsAndWrites() throws IOException {
        final Pair source = pair();
        final Pair sink = pair();
        final int pipe = open();
        send(source, "one two three");

        assertEquals("one ", read(source, 4));
        write(sink, "one ");
        move(pipe, source, sink, 4);
        assertEquals("three", read(source, 5));
        write(sink, "three");

        assertEquals("one two three", receive(sink, 13));
    }

    // Ends and back-pressure

    @Test
    void shouldFillCountsThenWouldBlockThenEndOfStream() throws IOException {
        final Pair source = pair();
        final Pair sink = pair();
        final int pipe = open();
        assertEquals(WOULD_BLOCK, pipes.fill(pipe, source.socket(), 16));
        send(source, "last words");
        move(pipe, source, sink, 10);
        assertEquals(WOULD_BLOCK, pipes.fill(pipe, source.socket(), 16));

        source.peer().shutdownOutput();
        awaitReady(source, READABLE);
        assertEquals(END_OF_STREAM, pipes.fill(pipe, source.socket(), 16));
        assertEquals(END_OF_STREAM, pipes.fill(pipe, source.socket(), 16));
        assertEquals("last words", receive(sink, 10));
    }

    @Test
    void shouldStayResetWhenSourceResets() throws IOException {
        final Pair source = pair();
        final int pipe = open();
        resetByPeer(source);

        assertEquals(RESET, pipes.fill(pipe, source.socket(), 16));
        assertEquals(RESET, pipes.fill(pipe, source.socket(), 16));
        assertEquals(RESET, pipes.peek(source.socket(), buffer, 0, 16));
        assertEquals(RESET, transport.read(source.socket(), buffer, 0, 16));
    }

    @Test
    void shouldStayResetWhenAPeekMeetsTheResetFirst() throws IOException {
        final Pair source = pair();
        resetByPeer(source);

        assertEquals(RESET, pipes.peek(source.socket(), buffer, 0, 16));
        assertEquals(RESET, pipes.fill(open(), source.socket(), 16));
        assertEquals(RESET, transport.write(source.socket(), buffer, 0, 1));
    }

    @Test
    void shouldStayResetWhenSinkResets() throws IOException {
        final Pair source = pair();
        final Pair sink = pair();
        final int pipe = open();
        send(source, "for nobody");
        final int held = fillOnce(pipe, source, 10);
        resetByPeer(sink);

        assertEquals(RESET, pipes.drain(pipe, sink.socket(), held));
        assertEquals(RESET, pipes.drain(pipe, sink.socket(), held));
        assertEquals(RESET, transport.write(sink.socket(), buffer, 0, 1));
        assertEquals(RESET, transport.read(sink.socket(), buffer, 0, 1));
        pipes.close(pipe);
    }

    @Test
    void shouldTellResetWhenItDrainsToAClosedPeer() throws IOException {
        final Pair source = pair();
        final Pair sink = pair();
        final int pipe = open();
        sink.peer().close();
        awaitReady(sink, READABLE);
        send(source, "ab");
        move(pipe, source, sink, 1);
        fillOnce(pipe, source, 1);

        pollUntil(() -> transport.write(sink.socket(), buffer, 0, 1) == RESET);
        assertEquals(RESET, pipes.drain(pipe, sink.socket(), 1));
    }

    @Test
    void shouldHoldWhatASinkDoesNotTakeUntilItReads() throws IOException {
        final Pair source = pair();
        final Pair sink = pair();
        final int pipe = open();
        final StringBuilder sent = new StringBuilder();
        int drained = 0;
        int held = 0;
        while (held == 0) {
            final String piece = text(sent.length(), pieceLength());
            sent.append(piece);
            send(source, piece);
            int missing = piece.length();
            while (missing > 0 && held == 0) {
                final int filled = fillOnce(pipe, source, missing);
                final int taken = drainUntilFull(pipe, sink, filled);
                drained += taken;
                held = filled - taken;
                missing -= filled;
            }
        }
        assertEquals(WOULD_BLOCK, pipes.drain(pipe, sink.socket(), held));
        assertFalse(isWritable(sink));

        assertEquals(sent.substring(0, drained), receive(sink, drained));
        drainAll(pipe, sink, held);
        assertEquals(sent.substring(drained, drained + held), receive(sink, held));
    }

    private boolean isWritable(Pair pair) throws IOException {
        transport.setInterest(pair.socket(), pair.token(), WRITABLE);
        return isReported(pair.token(), WRITABLE);
    }

    /** Drain until the sink takes no more, or nothing is left. @return how much went. */
    private int drainUntilFull(int pipe, Pair sink, int length) {
        int drained = 0;
        int count = 1;
        while (drained < length && count > 0) {
            count = pipes.drain(pipe, sink.socket(), length - drained);
            drained += count;
        }
        assertTrue(count >= 0, "the sink is there");
        return drained;
    }

    private static String letter(int i) {
        return String.valueOf((char) ('a' + i % 26));
    }

    int open() {
        final int pipe = pipes.open();
        assertTrue(pipe >= 0, () -> "open gave " + pipe);
        return pipe;
    }

    /** Fill an empty pipe, once, with some of what was sent. */
    int fillOnce(int pipe, Pair source, int length) throws IOException {
        awaitReady(source, READABLE);
        final int count = pipes.fill(pipe, source.socket(), length);
        assertTrue(count > 0 && count <= length, () -> "fill gave " + count);
        return count;
    }

    /** Move so many bytes, in as many rounds as it takes. */
    void move(int pipe, Pair source, Pair sink, int length) throws IOException {
        int moved = 0;
        while (moved < length) {
            final int filled = fillOnce(pipe, source, length - moved);
            drainAll(pipe, sink, filled);
            moved += filled;
        }
    }

    void drainAll(int pipe, Pair sink, int length) throws IOException {
        int drained = 0;
        while (drained < length) {
            awaitReady(sink, WRITABLE);
            final int count = pipes.drain(pipe, sink.socket(), length - drained);
            assertTrue(count > 0, () -> "drain gave " + count);
            drained += count;
        }
    }

    static String text(int seed, int length) {
        final StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('!' + (seed * 31 + i * 7 + (i >> 5)) % 90));
        }
        return text.toString();
    }
}
