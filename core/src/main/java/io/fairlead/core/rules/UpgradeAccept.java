package io.fairlead.core.rules;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.agrona.DirectBuffer;

/**
 * Computes the {@code Sec-WebSocket-Accept} that answers a {@code Sec-WebSocket-Key} (RFC 6455 section 4.2.2, step 5.4):
 * base64 of the SHA-1 of the key followed by a fixed identifier.
 *
 * <p>One instance serves any number of handshakes one after the other, so a loop keeps one. Nothing is allocated after
 * construction by this class; the JDK's SHA-1 may allocate a few hundred bytes per handshake.
 *
 * <p><b>Owned by one thread</b>: it keeps the digest and the key last given.
 */
public final class UpgradeAccept {
    /** Length in bytes of a key as it stands in the request. */
    public static final int KEY_LENGTH = 24;

    /** Length in bytes of the value that answers it. */
    public static final int ACCEPT_LENGTH = 28;

    private static final byte[] IDENTIFIER = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(StandardCharsets.US_ASCII);
    private static final int SHA_1_LENGTH = 20;

    private final MessageDigest sha1;
    private final byte[] keyAndIdentifier = new byte[KEY_LENGTH + IDENTIFIER.length];
    private final byte[] hash = new byte[SHA_1_LENGTH];
    private final byte[] accept = new byte[ACCEPT_LENGTH];
    private final byte[] given = new byte[ACCEPT_LENGTH];

    /** Look the digest up; every Java platform has SHA-1. */
    public UpgradeAccept() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks SHA-1", e);
        }
        System.arraycopy(IDENTIFIER, 0, keyAndIdentifier, KEY_LENGTH, IDENTIFIER.length);
    }

    /**
     * Take the key that the next {@link #matches} and {@link #expected} are about. The key is copied; the digest is only
     * computed when asked for, so giving the key again with every arrival is cheap.
     *
     * @param key with the request.
     * @param keyOffset of the key's 24 characters, see {@link UpgradePeek#keyOffset}.
     * @return this.
     */
    public UpgradeAccept forKey(DirectBuffer key, int keyOffset) {
        key.getBytes(keyOffset, keyAndIdentifier, 0, KEY_LENGTH);
        return this;
    }

    /**
     * Write the value that answers the key.
     *
     * @param out28 takes {@link #ACCEPT_LENGTH} bytes.
     */
    public void expected(byte[] out28) {
        try {
            sha1.update(keyAndIdentifier);
            sha1.digest(hash, 0, SHA_1_LENGTH);
        } catch (final DigestException e) {
            throw new IllegalStateException("SHA-1 does not fit its own length", e);
        }
        Base64.getEncoder().encode(hash, out28);
    }

    /**
     * Whether a value answers the key.
     *
     * @param value with the answer.
     * @param valueOffset of the value.
     * @param valueLength of the value in bytes.
     * @return true if it is the one the key asks for.
     */
    public boolean matches(DirectBuffer value, int valueOffset, int valueLength) {
        if (valueLength != ACCEPT_LENGTH) {
            return false;
        }
        expected(accept);
        value.getBytes(valueOffset, given);
        return Arrays.equals(given, accept);
    }
}
