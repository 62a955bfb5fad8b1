package io.fairlead.core.rules;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/** Heads as Netty reads them: a second reading by people who never saw the first. */
final class NettyHeads {
    private static final int LENGTH_LIMIT = 128 * 1024;

    private NettyHeads() {}

    /** The request that begins the bytes, or null while Netty waits for more. */
    static HttpRequest request(byte[] bytes, int length) {
        return (HttpRequest) decode(new HttpRequestDecoder(config()), bytes, length);
    }

    /** The answer that begins the bytes, or null while Netty waits for more. */
    static HttpResponse response(byte[] bytes, int length) {
        return (HttpResponse) decode(new HttpResponseDecoder(config()), bytes, length);
    }

    static boolean isUpgrade(HttpRequest request) {
        final HttpHeaders headers = request.headers();
        final List<String> keys = headers.getAll("Sec-WebSocket-Key");
        return request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && headers.containsValue("Connection", "upgrade", true)
                && headers.containsValue("Upgrade", "websocket", true)
                && headers.getAll("Sec-WebSocket-Version").equals(List.of("13"))
                && keys.size() == 1
                && keys.get(0).matches("[A-Za-z0-9+/]{22}==")
                && !headers.contains("Transfer-Encoding")
                && headers.getAll("Content-Length").stream().allMatch("0"::equals);
    }

    private static HttpMessage decode(ChannelHandler decoder, byte[] bytes, int length) {
        final EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, length));
        final HttpMessage decoded = channel.readInbound();
        channel.finishAndReleaseAll();
        return decoded;
    }

    private static HttpDecoderConfig config() {
        // Lengths are not what it is asked about, and one length said twice is no contradiction.
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(LENGTH_LIMIT)
                .setMaxHeaderSize(LENGTH_LIMIT)
                .setAllowDuplicateContentLengths(true);
    }
}
