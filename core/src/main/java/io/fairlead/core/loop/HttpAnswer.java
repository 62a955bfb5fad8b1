package io.fairlead.core.loop;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The few answers the balancer gives itself, ready to be written. Each ends the connection (RFC 9112 section 9.6).
 * <b>Immutable.</b>
 */
final class HttpAnswer {
    private static final String CLOSE = "Connection: close\r\n";

    static final HttpAnswer BAD_REQUEST =
            new HttpAnswer("400 Bad Request", CLOSE, "The request is not well-formed HTTP/1.1.");
    static final HttpAnswer REQUEST_TIMEOUT =
            new HttpAnswer("408 Request Timeout", CLOSE, "The request did not arrive in time.");
    static final HttpAnswer UPGRADE_REQUIRED = new HttpAnswer(
            "426 Upgrade Required",
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nConnection: Upgrade, close\r\n",
            "Only WebSocket upgrades are served here.");
    static final HttpAnswer HEADER_TOO_LONG =
            new HttpAnswer("431 Request Header Fields Too Large", CLOSE, "The request's head is too long.");
    static final HttpAnswer UNAVAILABLE = new HttpAnswer(
            "503 Service Unavailable",
            "Retry-After: 1\r\n" + CLOSE,
            "No backend takes this connection now. Try again in a second.");

    private final UnsafeBuffer bytes;

    private HttpAnswer(String status, String fields, String sentence) {
        final String body = sentence + "\n";
        final String text = "HTTP/1.1 " + status + "\r\n" + fields
                + "Cache-Control: no-store\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        final byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        // The transport writes from direct memory only.
        bytes = new UnsafeBuffer(ByteBuffer.allocateDirect(ascii.length));
        bytes.putBytes(0, ascii);
    }

    UnsafeBuffer bytes() {
        return bytes;
    }
}
