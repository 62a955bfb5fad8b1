package io.fairlead.core.rules;

/** Receives what {@link FrameTracker#track} found. Called on the thread that tracks, and must not throw. */
@FunctionalInterface
public interface FrameHandler {
    /**
     * A frame's header is complete. Its payload, or the rest of it, is still to pass.
     *
     * @param connection as given to {@link FrameTracker#track}.
     * @param opcode 0 to 15 (RFC 6455 section 5.2).
     * @param fin whether the frame ends its message.
     * @param payloadLength in bytes.
     * @param closeCode of a Close frame, {@link FrameTracker#NO_CLOSE_CODE} if it carries none; 0 for all others.
     */
    void onFrame(long connection, int opcode, boolean fin, long payloadLength, int closeCode);
}
