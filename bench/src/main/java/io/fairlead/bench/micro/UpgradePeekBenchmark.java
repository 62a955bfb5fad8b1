package io.fairlead.bench.micro;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.core.rules.UpgradePeek;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.InputStream;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The verdict on a client's upgrade request that arrives in one piece, or in several; beside it Netty's decoder in an embedded
 * channel, and the same questions asked of what it decoded. Both must find the same request.
 *
 * <p>The peek sees all bytes so far at each arrival, in the slab where the loop collects them; Netty collects them itself, which
 * is part of its time. Netty's decoder makes an object of every field for whoever wants it: that it does more is the point, for
 * a balancer needs the verdict alone. Not measured: reading, and the answer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class UpgradePeekBenchmark {
    private static final int HEADER_LIMIT = 16 * 1024;
    private static final int KEY_LENGTH = 24;

    /** Whose request; where it comes from is told in {@code README.md} beside the files. */
    @Param({"chrome", "firefox", "node-ws", "curl"})
    public String client;

    /** How many pieces it arrives in. */
    @Param({"1", "4", "64"})
    public int pieces;

    private final UnsafeBuffer peeked = new UnsafeBuffer(ByteBuffer.allocateDirect(UpgradePeek.STATE_LENGTH));
    private UnsafeBuffer bytes;
    private String key;
    private int keyOffset;

    /** Read the request. */
    @Setup
    public void read() throws IOException {
        final byte[] request;
        try (InputStream file = UpgradePeekBenchmark.class.getResourceAsStream(client + ".http")) {
            request = file.readAllBytes();
        }
        final String text = new String(request, US_ASCII);
        keyOffset = text.indexOf("Sec-WebSocket-Key: ") + "Sec-WebSocket-Key: ".length();
        key = text.substring(keyOffset, keyOffset + KEY_LENGTH);
        bytes = new UnsafeBuffer(ByteBuffer.allocateDirect(request.length));
        bytes.putBytes(0, request);
    }

    /** Netty's side, which the peek is measured without. */
    @State(Scope.Thread)
    public static class Netty {
        private EmbeddedChannel channel;
        private ByteBuf bytes;

        /** Copy the request. */
        @Setup
        public void open(UpgradePeekBenchmark benchmark) {
            channel = new EmbeddedChannel(new HttpRequestDecoder());
            bytes = Unpooled.directBuffer(benchmark.bytes.capacity());
            benchmark.bytes.getBytes(0, bytes.internalNioBuffer(0, bytes.capacity()), bytes.capacity());
            bytes.writerIndex(bytes.capacity());
        }

        /** Give the memory back. */
        @TearDown
        public void release() {
            channel.finishAndReleaseAll();
            bytes.release();
        }
    }

    /** One request with the peek. */
    @Benchmark
    public int peek() {
        peeked.setMemory(0, UpgradePeek.STATE_LENGTH, (byte) 0);
        int verdict = UpgradePeek.NEED_MORE;
        for (int piece = 1; piece <= pieces; piece++) {
            verdict = UpgradePeek.peek(peeked, 0, bytes, 0, end(piece), HEADER_LIMIT);
        }
        if (verdict != UpgradePeek.WEBSOCKET
                || UpgradePeek.headLength(peeked, 0) != bytes.capacity()
                || UpgradePeek.keyOffset(peeked, 0) != keyOffset) {
            throw new IllegalStateException("the request was not understood: " + verdict);
        }
        return verdict;
    }

    /** One request with Netty's decoder. */
    @Benchmark
    public HttpRequest netty(Netty state) {
        final EmbeddedChannel channel = state.channel;
        for (int piece = 1; piece <= pieces; piece++) {
            // The decoder releases each piece it was given.
            channel.writeInbound(state.bytes.retainedSlice(end(piece - 1), end(piece) - end(piece - 1)));
        }
        final HttpRequest request = channel.readInbound();
        if (channel.readInbound() != LastHttpContent.EMPTY_LAST_CONTENT || !isUpgrade(request)) {
            throw new IllegalStateException("the request was not understood: " + request);
        }
        return request;
    }

    private boolean isUpgrade(HttpRequest request) {
        return request.decoderResult().isSuccess()
                && request.method().equals(HttpMethod.GET)
                && request.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
                && request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13", false)
                && key.equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY));
    }

    private int end(int piece) {
        return bytes.capacity() * piece / pieces;
    }
}
