package io.fairlead.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/**
 * One WebSocket that sends texts and is told the texts that come, as a browser's does: it answers pings and a Close. When it
 * has ended it can connect again.
 *
 * <p><b>Owned by the load thread.</b> A text costs a {@code String}, so this is for few messages.
 */
public final class TextClient implements WebSocketClient.Handler {
    private static final DirectBuffer CLOSE = WebSocketClient.wrapped(Frames.close());

    private final WebSocketClient webSocket;
    private final TextReader reader = new TextReader();
    private final Handler handler;

    /** Told what becomes of a WebSocket. <b>Called on the load thread</b>; may call it, connecting again included. */
    public interface Handler {
        /** The handshake is done. */
        void onOpen();

        /**
         * A text came.
         *
         * @param text all of it.
         */
        void onText(String text);

        /**
         * The server closes, and was answered; {@link #onEnd} follows when it has ended the connection.
         *
         * @param code that it gives.
         */
        void onClose(int code);

        /**
         * The connection has ended, or never came to be.
         *
         * @param reason why.
         */
        void onEnd(String reason);

        /**
         * The server, or what is before it, broke the protocol; {@link #onEnd} follows.
         *
         * @param what it did.
         */
        void onFault(String what);
    }

    /**
     * Not connected yet.
     *
     * @param loop to be served by, for good.
     * @param target where to.
     * @param request see {@link #request}; shared.
     * @param handler told of everything.
     */
    public TextClient(LoadLoop loop, Target target, DirectBuffer request, Handler handler) {
        this.handler = handler;
        webSocket = new WebSocketClient(loop, target.address(), request, this);
    }

    /**
     * The opening handshake's request.
     *
     * @param target whom it is for.
     */
    public static DirectBuffer request(Target target) {
        return Handshake.request(target.authority());
    }

    /**
     * A text as it is sent, to be sent as often as wanted.
     *
     * @param text of any length.
     */
    public static DirectBuffer frame(String text) {
        return WebSocketClient.wrapped(Frames.masked(Frames.TEXT, ByteBuffer.wrap(text.getBytes(UTF_8))));
    }

    /**
     * Connect and shake hands; it must have ended. A failure may be told within this call.
     *
     * @param source where from, or null for the system to choose.
     */
    public void connect(InetSocketAddress source) {
        reader.reset();
        webSocket.connect(source);
    }

    /**
     * Send a text; it must be open.
     *
     * @param frame see {@link #frame}.
     * @return false if the last one is still waiting for the system to take it, and nothing was sent.
     */
    public boolean send(DirectBuffer frame) {
        if (webSocket.hasUnsent()) {
            return false;
        }
        webSocket.send(frame);
        return true;
    }

    /** Begin the Close handshake; it must be open. {@link Handler#onEnd} tells when it is done. */
    public void close() {
        if (!send(CLOSE)) {
            webSocket.fail("it took nothing more when it was to be closed");
        }
    }

    /** End it with a reset, and tell nobody. Does nothing when it has ended. */
    public void abort() {
        webSocket.abort();
    }

    @Override
    public void onOpen() {
        handler.onOpen();
    }

    @Override
    public void onBytes(ByteBuffer bytes) throws ProtocolException {
        try {
            while (webSocket.isOpen() && reader.read(bytes)) {
                onFrame();
            }
        } catch (final ProtocolException e) {
            handler.onFault(e.getMessage());
            throw e;
        }
    }

    private void onFrame() {
        switch (reader.opcode()) {
            case Frames.PING ->
                // One that finds no room is as good as lost on the way; the server has others.
                send(WebSocketClient.wrapped(Frames.masked(Frames.PONG, reader.payload())));
            case Frames.PONG -> {
                // Nobody asked.
            }
            case Frames.CLOSE -> {
                send(CLOSE);
                if (webSocket.isOpen()) {
                    handler.onClose(reader.closeCode());
                }
            }
            default -> handler.onText(reader.text());
        }
    }

    @Override
    public void onDrained() {
        // Whoever sends asks whether there is room.
    }

    @Override
    public void onEnd() {
        handler.onEnd(reader.hasClosed() ? "closed with " + reader.closeCode() : "ended without a Close");
    }

    @Override
    public void onFailed(String reason) {
        handler.onEnd(reason);
    }
}
