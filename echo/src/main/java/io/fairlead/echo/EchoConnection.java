package io.fairlead.echo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * One client's socket. <b>Owned by the loop thread.</b>
 *
 * <pre>
 *   accept            101                 Close, or the client's end
 *  ────────► HEAD ──────────► FRAMES ──────────────────────┐
 *              │ any other answer                          ▼
 *              └──────────────────────────────────────► LINGERING ──► closed
 * </pre>
 *
 * <p>Bytes the client does not take at once wait in {@code unsent}, and the input behind them in {@code unread}; while
 * there is an unsent slab nothing is read (write interest alone), so a client that does not read stops being read.
 */
final class EchoConnection {
    private static final long HEAD_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long STALL_LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LINGER_LIMIT_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long LINGER_LENGTH_LIMIT = 1 << 20;
    private static final int END_OF_STREAM = -1;

    private enum Phase {
        HEAD,
        FRAMES,
        LINGERING
    }

    private final SocketChannel channel;
    private final SelectionKey key;
    private final LoopResources resources;

    private Phase phase = Phase.HEAD;
    private HeadCollector head = new HeadCollector();
    private FrameEcho echo;
    private ByteBuffer unsent;
    private ByteBuffer unread;
    private long lingeredLength;
    private long deadlineNs;
    private boolean hasDeadline;
    private boolean isClosed;

    EchoConnection(SocketChannel channel, SelectionKey key, LoopResources resources, long nowNs) {
        this.channel = channel;
        this.key = key;
        this.resources = resources;
        resources.connectionCount.incrementAndGet();
        setDeadline(nowNs + HEAD_LIMIT_NS);
    }

    /** Reads or writes, whichever it waits for. An exception means that the peer is gone. */
    void onReady() throws IOException {
        if (unsent != null) {
            onWritable();
        } else {
            onReadable();
        }
    }

    /** Ends the phase under way if its time is over. */
    void onSweep(long nowNs) throws IOException {
        if (!hasDeadline || nowNs - deadlineNs < 0) {
            return;
        }
        if (phase == Phase.HEAD && unsent == null) {
            answer(resources.responder.tooLate());
        } else {
            close();
        }
    }

    /** Says 1001 if that is possible at once, then closes: the server is going away. */
    void onServerClose() throws IOException {
        if (phase == Phase.FRAMES && unsent == null) {
            resources.out.clear();
            echo.endIfBetweenFrames(CloseCode.GOING_AWAY, resources.out);
            channel.write(resources.out.flip());
        }
        close();
    }

    /** Closes the socket and gives back what the connection holds. Idempotent. */
    void close() throws IOException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        resources.connectionCount.decrementAndGet();
        clearDeadline();
        releaseUnsent();
        releaseUnread();
        if (echo != null) {
            echo.release();
        }
        channel.close();
    }

    /** Whether {@link #close} was called. */
    boolean isClosed() {
        return isClosed;
    }

    private void onReadable() throws IOException {
        final ByteBuffer in = resources.in.clear();
        final int length = channel.read(in);
        if (length == END_OF_STREAM) {
            close();
            return;
        }
        in.flip();
        switch (phase) {
            case HEAD -> collectHead(in);
            case FRAMES -> echoFrames(in);
            default -> discard(length);
        }
    }

    private void echoFrames(ByteBuffer in) throws IOException {
        final ByteBuffer out = resources.out;
        FrameEcho.Step step;
        do {
            step = echo.echo(in, out.clear());
            if (!write(out.flip())) {
                onClientStalled(out, in);
                return;
            }
        } while (step == FrameEcho.Step.NEEDS_ROOM);
        if (echo.isEnded()) {
            linger();
        }
    }

    private boolean write(ByteBuffer bytes) throws IOException {
        if (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return !bytes.hasRemaining();
    }

    private void onClientStalled(ByteBuffer out, ByteBuffer in) throws IOException {
        if (!holdUnsent(out) || !holdUnread(in)) {
            resources.log.accept("No memory is left for clients that do not read: one is cut off");
            close();
            return;
        }
        key.interestOps(SelectionKey.OP_WRITE);
        setDeadline(System.nanoTime() + STALL_LIMIT_NS);
    }

    private boolean holdUnsent(ByteBuffer out) {
        unsent = resources.unsentSlabs.acquire();
        if (unsent == null) {
            return false;
        }
        unsent.put(out).flip();
        resources.stalledCount.incrementAndGet();
        return true;
    }

    private boolean holdUnread(ByteBuffer in) {
        // While an earlier unread slab is worked off, it is the input itself.
        if (unread != null || !in.hasRemaining()) {
            return true;
        }
        unread = resources.unsentSlabs.acquire();
        if (unread == null) {
            return false;
        }
        unread.put(in).flip();
        return true;
    }

    private void releaseUnsent() {
        if (unsent != null) {
            resources.unsentSlabs.release(unsent);
            resources.stalledCount.decrementAndGet();
            unsent = null;
        }
    }

    private void releaseUnread() {
        if (unread != null) {
            resources.unsentSlabs.release(unread);
            unread = null;
        }
    }

    private void onWritable() throws IOException {
        final int length = channel.write(unsent);
        if (unsent.hasRemaining()) {
            if (length > 0) {
                setDeadline(System.nanoTime() + STALL_LIMIT_NS);
            }
            return;
        }
        releaseUnsent();
        clearDeadline();
        onDrained();
    }

    private void onDrained() throws IOException {
        if (unread != null) {
            echoFrames(unread);
            if (unsent != null || isClosed) {
                return;
            }
            releaseUnread();
        }
        if (phase == Phase.LINGERING || echo.isEnded()) {
            linger();
        } else {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void collectHead(ByteBuffer in) throws IOException {
        switch (head.collect(in)) {
            case COMPLETE -> onHead(in);
            case MALFORMED -> answer(resources.responder.malformed());
            case TOO_LONG -> answer(resources.responder.tooLong());
            default -> {
                // NEEDS_INPUT: the deadline bounds how long it may take.
            }
        }
    }

    private void onHead(ByteBuffer in) throws IOException {
        HttpResponder.Answer answer = resources.responder.answer(head.head());
        if (!answer.isUpgrade()) {
            answer(answer);
            return;
        }
        head = null;
        clearDeadline();
        phase = Phase.FRAMES;
        echo = resources.newEcho(Addresses.format((InetSocketAddress) channel.getRemoteAddress()));
        final ByteBuffer out = resources.out.clear().put(answer.bytes()).flip();
        if (!write(out)) {
            onClientStalled(out, in);
        } else if (in.hasRemaining()) {
            echoFrames(in);
        }
    }

    /** Sends an answer that is not an upgrade, and the connection's last. */
    private void answer(HttpResponder.Answer answer) throws IOException {
        head = null;
        phase = Phase.LINGERING;
        final ByteBuffer out = resources.out.clear().put(answer.bytes()).flip();
        if (write(out)) {
            linger();
        } else {
            onClientStalled(out, resources.in.clear().flip());
        }
    }

    /**
     * Ends the output, and reads on for a while: a socket closed over unread input is reset, and a reset may take from
     * the client what it has not read of the answer.
     */
    private void linger() throws IOException {
        phase = Phase.LINGERING;
        channel.shutdownOutput();
        key.interestOps(SelectionKey.OP_READ);
        setDeadline(System.nanoTime() + LINGER_LIMIT_NS);
    }

    private void discard(int length) throws IOException {
        lingeredLength += length;
        if (lingeredLength > LINGER_LENGTH_LIMIT) {
            close();
        }
    }

    private void setDeadline(long atNs) {
        if (!hasDeadline) {
            hasDeadline = true;
            resources.deadlineCount++;
        }
        deadlineNs = atNs;
    }

    private void clearDeadline() {
        if (hasDeadline) {
            hasDeadline = false;
            resources.deadlineCount--;
        }
    }
}
