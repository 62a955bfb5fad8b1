package io.fairlead.bench.load;

import io.fairlead.core.transport.Transport;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One WebSocket up to its frames: connects, shakes hands, writes what it is given and hands on what comes. When it has
 * ended it can connect again.
 *
 * <pre>
 *   CLOSED ──connect──► CONNECTING ──► UPGRADING ──101──► OPEN
 *      ▲                    │              │                │
 *      └────────────────────┴──────────────┴────────────────┘ abort, end of stream, anything wrong
 * </pre>
 *
 * <p><b>Owned by the load thread.</b> Bytes cost no allocation; a connect costs what the transport's does.
 */
public final class WebSocketClient {
    private static final long NO_TOKEN = -1;
    private static final int ANSWER_LIMIT = 4096;

    private enum Phase {
        CLOSED,
        CONNECTING,
        UPGRADING,
        OPEN
    }

    /** Told what becomes of a WebSocket. May call it, connecting again included. */
    public interface Handler {
        /** The handshake is done. */
        void onOpen();

        /**
         * Bytes came behind the handshake.
         *
         * @param bytes from position to limit; valid during this call.
         * @throws ProtocolException if they are wrong: the WebSocket is then ended with {@link #onFailed}.
         */
        void onBytes(ByteBuffer bytes) throws ProtocolException;

        /** What {@link WebSocketClient#hasUnsent} spoke of is written now. */
        void onDrained();

        /** The server ended its side, and with it this WebSocket, when it was open. */
        void onEnd();

        /**
         * It ended in another way.
         *
         * @param reason why.
         */
        void onFailed(String reason);
    }

    private final LoadLoop loop;
    private final Transport transport;
    private final InetSocketAddress target;
    private final DirectBuffer request;
    private final Handler handler;
    private final int index;
    private int generation;
    private long token = NO_TOKEN;
    private int socket = Transport.NULL_SOCKET;
    private Phase phase = Phase.CLOSED;
    private DirectBuffer unsent;
    private int unsentOffset;
    private ByteBuffer answer;

    /**
     * Not connected yet.
     *
     * @param loop to be served by, for good.
     * @param target where to.
     * @param request the handshake's, see {@link Handshake#request}; shared.
     * @param handler told of everything.
     */
    WebSocketClient(LoadLoop loop, InetSocketAddress target, DirectBuffer request, Handler handler) {
        this.loop = loop;
        this.target = target;
        this.request = request;
        this.handler = handler;
        transport = loop.transport;
        index = loop.add(this);
    }

    /** Whether the handshake is done and nothing has ended it. */
    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    /** Whether there is no socket. */
    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /** Whether the system has not taken all of the last frame yet. */
    boolean hasUnsent() {
        return unsent != null;
    }

    /**
     * Connect and shake hands. A failure may be told within this call.
     *
     * @param source where from, or null for the system to choose.
     */
    void connect(InetSocketAddress source) {
        if (phase != Phase.CLOSED) {
            throw new IllegalStateException("it is connected: " + phase);
        }
        phase = Phase.CONNECTING;
        socket = transport.connect(target, source);
        if (socket < 0) {
            fail(connectFailure(socket));
            return;
        }
        generation++;
        token = (long) generation << Integer.SIZE | index;
        if (transport.register(socket, token, Transport.WRITABLE) != 0) {
            fail(connectFailure(Transport.LOCAL_RESOURCE));
        }
    }

    /**
     * Write a whole frame, or as much as the system takes now and the rest when it can.
     *
     * @param frame left as it is until it is written.
     */
    void send(DirectBuffer frame) {
        if (unsent != null) {
            throw new IllegalStateException("the last frame is still being written");
        }
        write(frame, 0);
    }

    /** End it with a reset, and tell nobody. Does nothing when it has ended. */
    void abort() {
        if (phase != Phase.CLOSED) {
            if (socket >= 0) {
                transport.reset(socket);
            }
            forget();
        }
    }

    /** End it, and tell the handler why. Does nothing when it has ended. */
    void fail(String reason) {
        if (phase != Phase.CLOSED) {
            final String when = phase.name();
            abort();
            handler.onFailed(when + ": " + reason);
        }
    }

    void onReady(long readyToken, int readiness) {
        if (readyToken != token) {
            return;
        }
        if (phase == Phase.CONNECTING) {
            onConnectOutcome(transport.finishConnect(socket));
            return;
        }
        if (unsent != null && (readiness & Transport.WRITABLE) != 0) {
            onWritable();
        }
        if ((readiness & ~Transport.WRITABLE) != 0 && phase != Phase.CLOSED) {
            read();
        }
    }

    private void onConnectOutcome(int outcome) {
        if (outcome == Transport.CONNECT_DONE) {
            phase = Phase.UPGRADING;
            transport.setInterest(socket, token, Transport.READABLE);
            write(request, 0);
        } else if (outcome != Transport.CONNECT_PENDING) {
            fail(connectFailure(outcome));
        }
    }

    private void onWritable() {
        write(unsent, unsentOffset);
        if (unsent == null && phase == Phase.OPEN) {
            handler.onDrained();
        }
    }

    private void write(DirectBuffer bytes, int offset) {
        final int length = bytes.capacity() - offset;
        final int written = transport.write(socket, bytes, offset, length);
        if (written == Transport.RESET) {
            fail("reset");
        } else if (written < length) {
            unsentOffset = offset + written;
            if (unsent == null) {
                unsent = bytes;
                transport.setInterest(socket, token, Transport.READABLE | Transport.WRITABLE);
            }
        } else if (unsent != null) {
            unsent = null;
            transport.setInterest(socket, token, Transport.READABLE);
        }
    }

    private void read() {
        final int length = loop.read(socket);
        if (length > 0) {
            try {
                onBytes(loop.received(length));
            } catch (final ProtocolException e) {
                fail(e.getMessage());
            }
        } else if (length == Transport.RESET) {
            fail("reset");
        } else if (length == Transport.END_OF_STREAM) {
            onEndOfStream();
        }
    }

    private void onBytes(ByteBuffer bytes) throws ProtocolException {
        if (phase == Phase.UPGRADING) {
            onAnswer(bytes);
        } else {
            handler.onBytes(bytes);
        }
    }

    private void onAnswer(ByteBuffer bytes) throws ProtocolException {
        final boolean isFirst = answer == null;
        final ByteBuffer all = isFirst ? bytes : joined(bytes);
        final int headLength = Handshake.headLength(all);
        if (headLength == 0) {
            answer = isFirst ? joined(bytes) : all;
            return;
        }
        answer = null;
        phase = Phase.OPEN;
        all.position(headLength);
        handler.onOpen();
        if (all.hasRemaining() && phase == Phase.OPEN) {
            handler.onBytes(all);
        }
    }

    /** An answer that came in pieces, so far. */
    private ByteBuffer joined(ByteBuffer piece) throws ProtocolException {
        final int earlierLength = answer == null ? 0 : answer.limit();
        if (earlierLength + piece.remaining() > ANSWER_LIMIT) {
            throw new ProtocolException("the head of the answer is too long");
        }
        final ByteBuffer all = ByteBuffer.allocate(earlierLength + piece.remaining());
        if (answer != null) {
            all.put(answer.rewind());
        }
        return all.put(piece).flip();
    }

    private void onEndOfStream() {
        if (phase != Phase.OPEN) {
            fail("the connection was ended");
            return;
        }
        transport.close(socket);
        forget();
        handler.onEnd();
    }

    private void forget() {
        phase = Phase.CLOSED;
        socket = Transport.NULL_SOCKET;
        token = NO_TOKEN;
        unsent = null;
        answer = null;
    }

    private static String connectFailure(int outcome) {
        return switch (outcome) {
            case Transport.CONNECT_REFUSED -> "refused";
            case Transport.CONNECT_TIMED_OUT -> "timed out";
            case Transport.CONNECT_UNREACHABLE -> "unreachable";
            case Transport.CONNECT_NO_PORT -> "no local port is left";
            case Transport.LOCAL_RESOURCE -> "descriptors, ports or memory are lacking";
            default -> "outcome " + outcome;
        };
    }

    /** A direct buffer as the transport wants it. */
    static DirectBuffer wrapped(ByteBuffer bytes) {
        return new UnsafeBuffer(bytes, bytes.position(), bytes.remaining());
    }
}
