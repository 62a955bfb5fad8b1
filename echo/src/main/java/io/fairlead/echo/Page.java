package io.fairlead.echo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page that tries a WebSocket in the browser, and the policy under which the browser runs nothing but its own script
 * and style: they are known by their hashes, so the page needs no nonce and stays one constant. <b>Immutable.</b>
 */
final class Page {
    private static final String RESOURCE = "page.html";

    private final byte[] content;
    private final String contentSecurityPolicy;

    private Page(byte[] content) {
        this.content = content;
        String html = new String(content, StandardCharsets.UTF_8);
        contentSecurityPolicy = "default-src 'none'; script-src '" + hash(html, "script") + "'; style-src '"
                + hash(html, "style") + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
                + " frame-ancestors 'none'";
    }

    /** Reads the page from the module's own resources. */
    static Page load() {
        try (InputStream resource = Page.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar: build it again");
            }
            return new Page(resource.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] content() {
        return content;
    }

    String contentSecurityPolicy() {
        return contentSecurityPolicy;
    }

    private static String hash(String html, String element) {
        int start = html.indexOf("<" + element + ">") + element.length() + 2;
        int end = html.indexOf("</" + element + ">", start);
        byte[] inline = html.substring(start, end).getBytes(StandardCharsets.UTF_8);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(inline);
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
