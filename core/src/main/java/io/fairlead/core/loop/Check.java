package io.fairlead.core.loop;

import io.fairlead.core.rules.AnswerPeek;
import io.fairlead.core.rules.UpgradeAccept;
import io.fairlead.core.status.Addresses;
import io.fairlead.core.table.Backend;
import io.fairlead.core.transport.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One question that is put to a backend, or to its agent, again and again: what is asked, and how far it is this time. Holds;
 * {@link Prober} acts.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Check {
    /** Enough for any answer's head that means well; what is longer fails the check. */
    static final int ANSWER_LENGTH = 4096;

    private static final String KEY_FIELD = "Sec-WebSocket-Key: ";
    private static final int NONCE_LENGTH = 16;

    /** How far a check is. */
    enum Step {
        /** None is under way. */
        IDLE,
        CONNECTING,
        ASKING,
        LISTENING,
        /** Its result is known; a WebSocket is being closed in due form. */
        CLOSING
    }

    final Backend backend;
    final int index;

    /** Null for that of an agent. */
    final CheckKind kind;

    /** Where to connect; null for the backend itself, from its sources. */
    final InetSocketAddress agent;

    final UnsafeBuffer request;
    final int requestLength;
    final int keyOffset;
    final UnsafeBuffer answer;
    final UnsafeBuffer peekState = new UnsafeBuffer(new byte[AnswerPeek.STATE_LENGTH]);

    Step step = Step.IDLE;
    int generation;
    int socket = Transport.NULL_SOCKET;
    int writtenLength;
    int answerLength;
    long startedNs;
    long dueNs;

    Check(Backend backend, int index, CheckKind kind, InetSocketAddress agent, HealthSettings.Checks settings) {
        this.backend = backend;
        this.index = index;
        this.kind = kind;
        this.agent = agent;
        // A connect has no answer.
        answer = new UnsafeBuffer(ByteBuffer.allocateDirect(kind == CheckKind.TCP ? 1 : ANSWER_LENGTH));
        final byte[] bytes = requestText(kind, backend, settings).getBytes(StandardCharsets.US_ASCII);
        requestLength = bytes.length;
        request = new UnsafeBuffer(ByteBuffer.allocateDirect(Math.max(1, bytes.length)));
        request.putBytes(0, bytes);
        keyOffset = kind == CheckKind.WEBSOCKET
                ? new String(bytes, StandardCharsets.US_ASCII).indexOf(KEY_FIELD) + KEY_FIELD.length()
                : 0;
    }

    boolean isForAgent() {
        return agent != null;
    }

    /** Begin anew: a fresh key, nothing written, nothing heard. */
    void begin(SplittableRandom random, long nowNs) {
        startedNs = nowNs;
        writtenLength = 0;
        answerLength = 0;
        peekState.setMemory(0, AnswerPeek.STATE_LENGTH, (byte) 0);
        if (kind == CheckKind.WEBSOCKET) {
            final byte[] nonce = new byte[NONCE_LENGTH];
            random.nextBytes(nonce);
            request.putBytes(keyOffset, Base64.getEncoder().encode(nonce));
        }
    }

    private static String requestText(CheckKind kind, Backend backend, HealthSettings.Checks settings) {
        if (kind != CheckKind.HTTP && kind != CheckKind.WEBSOCKET) {
            return "";
        }
        final String host = settings.host() == null ? Addresses.canonical(backend.address()) : settings.host();
        final String method = kind == CheckKind.WEBSOCKET ? "GET" : settings.method();
        final String head =
                method + " " + settings.path() + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: fairlead\r\n";
        if (kind == CheckKind.HTTP) {
            return head + "Connection: close\r\n\r\n";
        }
        final char[] key = new char[UpgradeAccept.KEY_LENGTH];
        Arrays.fill(key, '=');
        return head + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" + KEY_FIELD
                + new String(key) + "\r\n\r\n";
    }
}
