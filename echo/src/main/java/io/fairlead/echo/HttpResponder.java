package io.fairlead.echo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * Answers request heads: an upgrade with a 101 (RFC 6455 section 4.2), a plain request with the page or an error.
 * <b>Owned by the loop thread.</b>
 */
final class HttpResponder {
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final int KEY_LENGTH = 16;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private final String name;
    private final Page page = Page.load();
    private final MessageDigest sha1;

    /**
     * An answer.
     *
     * @param bytes all of it, to be read once
     * @param isUpgrade whether frames follow; else the connection ends after it
     */
    record Answer(ByteBuffer bytes, boolean isUpgrade) {}

    HttpResponder(String name) {
        this.name = name;
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** Answers a complete head. */
    Answer answer(String head) {
        Optional<RequestHead> parsed = RequestHead.parse(head);
        if (parsed.isEmpty()) {
            return malformed();
        }
        RequestHead request = parsed.get();
        if (!request.version().startsWith("HTTP/1.")) {
            return error("505 HTTP Version Not Supported", "Only HTTP/1.1 is spoken here.");
        }
        boolean isCurrent = !request.version().equals("HTTP/1.0");
        if (isCurrent && !request.field("host").matches("[^\\s,]+")) {
            return error("400 Bad Request", "The request must have one Host field.");
        }
        boolean isUpgrade = isCurrent
                && request.method().equals("GET")
                && request.lists("upgrade", "websocket")
                && request.lists("connection", "upgrade");
        return isUpgrade ? upgrade(request) : plain(request);
    }

    /** For bytes that are no request head. */
    Answer malformed() {
        return error("400 Bad Request", "This is not an HTTP/1.1 request.");
    }

    /** For a head that does not end within {@link HeadCollector#LENGTH_LIMIT}. */
    Answer tooLong() {
        return error(
                "431 Request Header Fields Too Large",
                "The request head is longer than " + HeadCollector.LENGTH_LIMIT + " bytes.");
    }

    /** For a head that does not end in time. */
    Answer tooLate() {
        return error("408 Request Timeout", "The request head did not arrive in time.");
    }

    private Answer upgrade(RequestHead request) {
        if (!request.field("sec-websocket-version").equals(VERSION)) {
            return error(
                    "426 Upgrade Required",
                    "WebSocket version 13 is spoken here.",
                    "Upgrade: websocket\r\nSec-WebSocket-Version: " + VERSION + "\r\n");
        }
        String key = request.field("sec-websocket-key");
        if (!isKey(key)) {
            return error("400 Bad Request", "Sec-WebSocket-Key must be 16 bytes in base64.");
        }
        boolean hasBody = request.fields().containsKey("transfer-encoding")
                || !request.field("content-length").matches("0?");
        if (hasBody) {
            return error("400 Bad Request", "An upgrade request has no body.");
        }
        String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(key) + "\r\nX-Backend: " + name + "\r\n\r\n";
        return new Answer(encode(head), true);
    }

    private static boolean isKey(String key) {
        try {
            // Java's decoder takes base64 without its padding, the protocol does not.
            return key.endsWith("==") && Base64.getDecoder().decode(key).length == KEY_LENGTH;
        } catch (IllegalArgumentException expected) {
            return false;
        }
    }

    private String accept(String key) {
        byte[] digest = sha1.digest((key + ACCEPT_SALT).getBytes(StandardCharsets.ISO_8859_1));
        return Base64.getEncoder().encodeToString(digest);
    }

    private Answer plain(RequestHead request) {
        boolean isHead = request.method().equals("HEAD");
        if (!isHead && !request.method().equals("GET")) {
            return error("405 Method Not Allowed", "Only GET and HEAD are answered here.", "Allow: GET, HEAD\r\n");
        }
        return switch (request.path()) {
            case "/" ->
                respond(
                        "200 OK",
                        "text/html; charset=utf-8",
                        "Content-Security-Policy: " + page.contentSecurityPolicy()
                                + "\r\nReferrer-Policy: no-referrer\r\n",
                        page.content(),
                        isHead);
            case "/favicon.ico" -> new Answer(encode(head("204 No Content", "")), false);
            default -> error("404 Not Found", "There is nothing but / here.", "", isHead);
        };
    }

    private Answer error(String status, String sentence) {
        return error(status, sentence, "");
    }

    private Answer error(String status, String sentence, String fields) {
        return error(status, sentence, fields, false);
    }

    private Answer error(String status, String sentence, String fields, boolean isHead) {
        byte[] body = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
        return respond(status, "text/plain; charset=utf-8", fields, body, isHead);
    }

    private Answer respond(String status, String type, String fields, byte[] body, boolean isHead) {
        String described = fields + "Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n";
        ByteBuffer head = encode(head(status, described));
        if (isHead) {
            return new Answer(head, false);
        }
        ByteBuffer bytes = ByteBuffer.allocate(head.remaining() + body.length);
        return new Answer(bytes.put(head).put(body).flip(), false);
    }

    private static ByteBuffer encode(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String head(String status, String fields) {
        return "HTTP/1.1 " + status + "\r\nDate: " + DATE.format(ZonedDateTime.now(ZoneOffset.UTC)) + "\r\nX-Backend: "
                + name + "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n" + fields
                + "Connection: close\r\n\r\n";
    }
}
