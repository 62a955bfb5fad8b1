package io.fairlead.bench.micro;

import io.fairlead.core.rules.FrameHandler;
import io.fairlead.core.rules.FrameTracker;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Following one masked message: whole, as when a read finds it so, and in reads of at most 64 KiB, as the loop sees a large
 * one. Below that length the two are the same. Not measured: reading the bytes; the tracker looks at headers alone, so the cost
 * is that of calls, not of bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class FrameTrackerBenchmark {
    private static final int HEADER_LIMIT = 14;
    private static final int READ_LENGTH = 64 * 1024;

    /** Bytes of the message. */
    @Param({"16", "64", "1024", "16384", "131072", "1048576"})
    public int messageLength;

    private final UnsafeBuffer state = new UnsafeBuffer(ByteBuffer.allocateDirect(FrameTracker.STATE_LENGTH));
    private final FrameHandler handler = this::onFrame;
    private UnsafeBuffer bytes;
    private int frameLength;
    private long payloads;

    /** Encode the message. */
    @Setup
    public void encode() {
        final ByteBuffer frame = ByteBuffer.allocateDirect(HEADER_LIMIT + messageLength);
        frame.put((byte) 0x82);
        if (messageLength < 126) {
            frame.put((byte) (0x80 | messageLength));
        } else if (messageLength <= 0xffff) {
            frame.put((byte) 0xfe).putShort((short) messageLength);
        } else {
            frame.put((byte) 0xff).putLong(messageLength);
        }
        frameLength = frame.position() + Integer.BYTES + messageLength;
        bytes = new UnsafeBuffer(frame);
        FrameTracker.start(state, 0);
    }

    /** One message in one piece. */
    @Benchmark
    public long whole() {
        final long before = payloads;
        return checked(before, FrameTracker.track(state, 0, bytes, 0, frameLength, handler, 0));
    }

    /** One message in reads. */
    @Benchmark
    public long reads() {
        final long before = payloads;
        boolean isFraming = true;
        for (int offset = 0; offset < frameLength; offset += READ_LENGTH) {
            final int length = Math.min(READ_LENGTH, frameLength - offset);
            isFraming &= FrameTracker.track(state, 0, bytes, offset, length, handler, 0);
        }
        return checked(before, isFraming);
    }

    private long checked(long before, boolean isFraming) {
        if (!isFraming || payloads - before != messageLength) {
            throw new IllegalStateException("the frame was lost");
        }
        return payloads;
    }

    private void onFrame(long connection, int opcode, boolean fin, long payloadLength, int closeCode) {
        payloads += payloadLength;
    }
}
