package io.fairlead.edge;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.CloseCode;
import java.util.Locale;

/** The two ways bytes go through a connection, each with its counters. <b>Immutable.</b> */
enum Direction {
    /** What clients send. */
    CLIENT_TO_BACKEND(
            "client",
            BackendCounter.UP_BYTES,
            BackendCounter.UP_MESSAGES,
            BackendCounter.UP_MESSAGE_BYTES,
            BackendCounter.UP_FRAMES,
            BackendCounter.UP_PINGS,
            BackendCounter.UP_PONGS,
            BackendCounter.UP_CLOSES),
    /** What backends send. */
    BACKEND_TO_CLIENT(
            "backend",
            BackendCounter.DOWN_BYTES,
            BackendCounter.DOWN_MESSAGES,
            BackendCounter.DOWN_MESSAGE_BYTES,
            BackendCounter.DOWN_FRAMES,
            BackendCounter.DOWN_PINGS,
            BackendCounter.DOWN_PONGS,
            BackendCounter.DOWN_CLOSES);

    private final String label = name().toLowerCase(Locale.ROOT);
    private final String source;
    private final BackendCounter bytes;
    private final BackendCounter messages;
    private final BackendCounter messageBytes;
    private final BackendCounter frames;
    private final BackendCounter pings;
    private final BackendCounter pongs;
    private final BackendCounter closes;

    Direction(
            String source,
            BackendCounter bytes,
            BackendCounter messages,
            BackendCounter messageBytes,
            BackendCounter frames,
            BackendCounter pings,
            BackendCounter pongs,
            BackendCounter closes) {
        this.source = source;
        this.bytes = bytes;
        this.messages = messages;
        this.messageBytes = messageBytes;
        this.frames = frames;
        this.pings = pings;
        this.pongs = pongs;
        this.closes = closes;
    }

    /**
     * The value of a label.
     *
     * @return {@code client_to_backend} or {@code backend_to_client}.
     */
    String label() {
        return label;
    }

    /**
     * The side whose bytes these are.
     *
     * @return {@code client} or {@code backend}.
     */
    String source() {
        return source;
    }

    BackendCounter bytes() {
        return bytes;
    }

    BackendCounter messages() {
        return messages;
    }

    BackendCounter messageBytes() {
        return messageBytes;
    }

    BackendCounter pings() {
        return pings;
    }

    BackendCounter pongs() {
        return pongs;
    }

    BackendCounter closes() {
        return closes;
    }

    /**
     * How many WebSockets this side closed first, with a code.
     *
     * @param backend whose.
     * @param code which.
     * @return the count.
     */
    long closes(BackendStatus backend, CloseCode code) {
        return backend.stats().closes(code, this == CLIENT_TO_BACKEND);
    }

    /**
     * How many text, binary and continuation frames went this way.
     *
     * @param backend whose.
     * @return all frames less the others; the counters are not read at one instant, so never below 0.
     */
    long dataFrames(BackendStatus backend) {
        final long others = backend.count(pings) + backend.count(pongs) + backend.count(closes);
        return Math.max(0, backend.count(frames) - others);
    }
}
