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

/** Following one whole masked message, as it comes when each read finds one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class FrameTrackerBenchmark {
    private static final int HEADER_LIMIT = 14;

    /** Bytes of the message. */
    @Param({"64", "1024", "131072"})
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

    /** One message. */
    @Benchmark
    public long track() {
        final long before = payloads;
        final boolean isFraming = FrameTracker.track(state, 0, bytes, 0, frameLength, handler, 0);
        if (!isFraming || payloads - before != messageLength) {
            throw new IllegalStateException("the frame was lost");
        }
        return payloads;
    }

    private void onFrame(long connection, int opcode, boolean fin, long payloadLength, int closeCode) {
        payloads += payloadLength;
    }
}
