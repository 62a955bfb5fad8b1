package io.fairlead.bench.micro;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.fairlead.core.rules.UpgradePeek;
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

/** The verdict on a browser's upgrade request that arrives in one piece, or in several. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class UpgradePeekBenchmark {
    private static final int HEADER_LIMIT = 16 * 1024;

    /** As Chromium sends it. */
    private static final String REQUEST = String.join(
            "\r\n",
            "GET /chat HTTP/1.1",
            "Host: localhost:8080",
            "Connection: Upgrade",
            "Pragma: no-cache",
            "Cache-Control: no-cache",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
                    + " Safari/537.36",
            "Upgrade: websocket",
            "Origin: http://localhost:8080",
            "Sec-WebSocket-Version: 13",
            "Accept-Encoding: gzip, deflate, br, zstd",
            "Accept-Language: en-GB,en;q=0.9",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
            "",
            "");

    /** How many pieces it arrives in. */
    @Param({"1", "4", "64"})
    public int pieces;

    private final UnsafeBuffer state = new UnsafeBuffer(ByteBuffer.allocateDirect(UpgradePeek.STATE_LENGTH));
    private UnsafeBuffer bytes;

    /** Encode the request. */
    @Setup
    public void encode() {
        final byte[] request = REQUEST.getBytes(ISO_8859_1);
        bytes = new UnsafeBuffer(ByteBuffer.allocateDirect(request.length));
        bytes.putBytes(0, request);
    }

    /** One request. */
    @Benchmark
    public int peek() {
        state.setMemory(0, UpgradePeek.STATE_LENGTH, (byte) 0);
        int verdict = UpgradePeek.NEED_MORE;
        for (int piece = 1; piece <= pieces; piece++) {
            verdict = UpgradePeek.peek(state, 0, bytes, 0, bytes.capacity() * piece / pieces, HEADER_LIMIT);
        }
        if (verdict != UpgradePeek.WEBSOCKET || UpgradePeek.headLength(state, 0) != bytes.capacity()) {
            throw new IllegalStateException("the request was not understood: " + verdict);
        }
        return verdict;
    }
}
