package io.fairlead.core.simulation;

import io.fairlead.core.transport.Transport;
import java.util.Arrays;

/**
 * One end of a connection outside of the balancer. It keeps all that it has sent, and compares all that it receives, byte
 * for byte and as it arrives, with what the end on the other side of the balancer has sent.
 */
abstract class Peer {
    /** As many first bytes as it takes to see from whom they are. */
    private static final int HEAD_LENGTH = 64;

    private static final int READ_LIMIT = 4;

    final Stage stage;
    final int id;
    final Outgoing outgoing;

    /** Who sends what arrives here, null as long as that is not known. */
    Outgoing source;

    int receivedLength;
    int writtenLength;
    /** Whether it takes what arrives. */
    boolean isReading = true;
    /** The other end's FIN has arrived. */
    boolean hasEnded;
    /** Its FIN is sent. */
    boolean isFinished;

    private final byte[] head = new byte[HEAD_LENGTH];
    private int socket = Transport.NULL_SOCKET;
    private int interest;
    /** Its FIN is to be sent behind everything else. */
    private boolean isFinishing;

    Peer(Stage stage, int id) {
        this.stage = stage;
        this.id = id;
        outgoing = stage.borrowOutgoing();
    }

    /** Take a socket and have it polled. @return false if there is no room for it. */
    final boolean attach(int value, int firstInterest) {
        interest = firstInterest;
        if (stage.transport.register(value, id, firstInterest) != 0) {
            stage.transport.close(value);
            return false;
        }
        socket = value;
        return true;
    }

    final boolean isOpen() {
        return socket != Transport.NULL_SOCKET;
    }

    final int socket() {
        return socket;
    }

    final void onReady(int readiness) {
        if (!isOpen()) {
            return;
        }
        if (isConnecting()) {
            onConnectReady();
            return;
        }
        if ((readiness & Transport.WRITABLE) != 0 && isOpen()) {
            flush();
        }
        if (((readiness & Transport.READABLE) != 0 && isReading) || (readiness & Transport.FAILED) != 0) {
            read();
        }
    }

    boolean isConnecting() {
        return false;
    }

    void onConnectReady() {}

    /** Send what was decided to be sent and is not yet, as far as the socket takes it. */
    final void flush() {
        if (!isOpen() || isConnecting()) {
            return;
        }
        while (writtenLength < outgoing.length()) {
            final int length = Math.min(outgoing.length() - writtenLength, stage.buffer.capacity());
            stage.buffer.putBytes(0, outgoing.bytes(), writtenLength, length);
            final int written = stage.transport.write(socket, stage.buffer, 0, length);
            if (written < 0) {
                onReset();
                return;
            }
            writtenLength += written;
            if (written < length) {
                break;
            }
        }
        if (isFinishing && writtenLength == outgoing.length() && !isFinished) {
            isFinished = true;
            trace("sends FIN");
            stage.transport.shutdownOutput(socket);
        }
        if (isFinished && hasEnded) {
            close();
        } else {
            updateInterest();
        }
    }

    /** Send FIN behind everything else. */
    final void finish() {
        isFinishing = true;
        flush();
    }

    final boolean isFinishing() {
        return isFinishing;
    }

    final void reading(boolean value) {
        isReading = value;
        if (isOpen() && !isConnecting()) {
            updateInterest();
        }
    }

    final void updateInterest() {
        final boolean wantsWrite = writtenLength < outgoing.length();
        final int wanted = (isReading && !hasEnded ? Transport.READABLE : 0) | (wantsWrite ? Transport.WRITABLE : 0);
        if (wanted != interest) {
            interest = wanted;
            stage.transport.setInterest(socket, id, wanted);
        }
    }

    /** Go, orderly. */
    final void close() {
        if (isOpen()) {
            trace("closes");
            stage.transport.close(socket);
            onGone();
        }
    }

    /** Go with a reset. */
    final void abort() {
        if (isOpen()) {
            trace("resets");
            stage.transport.reset(socket);
            onGone();
        }
    }

    /** Go without a word. */
    final void vanish() {
        if (isOpen()) {
            trace("vanishes");
            stage.vanish(socket);
            onGone();
        }
    }

    private void onGone() {
        socket = Transport.NULL_SOCKET;
        onClosed();
    }

    /** Read a little though it does not read otherwise. */
    final void readSome(int limit) {
        if (isOpen() && !hasEnded) {
            readOnce(limit);
        }
    }

    private void read() {
        int length = 1;
        for (int i = 0; i < READ_LIMIT && length > 0 && isOpen() && !hasEnded && (i == 0 || isReading); i++) {
            length = readOnce(stage.buffer.capacity());
        }
    }

    private int readOnce(int limit) {
        final int length = stage.transport.read(socket, stage.buffer, 0, limit);
        if (length > 0) {
            stage.buffer.getBytes(0, stage.scratch, 0, length);
            onArrived(stage.scratch, length);
        } else if (length == Transport.END_OF_STREAM) {
            hasEnded = true;
            trace("sees FIN after " + receivedLength);
            onEnd();
            flush();
        } else if (length == Transport.RESET) {
            onReset();
        }
        return length;
    }

    private void onReset() {
        trace("sees a reset after " + receivedLength);
        stage.transport.close(socket);
        onGone();
    }

    private void onArrived(byte[] bytes, int length) {
        final int before = receivedLength;
        receivedLength += length;
        if (source == null) {
            final int room = Math.min(length, HEAD_LENGTH - before);
            System.arraycopy(bytes, 0, head, before, room);
            source = identify(head, before + room);
            if (source == null) {
                return;
            }
            compare(head, 0, 0, Math.min(before, HEAD_LENGTH));
        }
        keep(bytes, length);
        compare(bytes, 0, before, length);
        if (stage.trace != null) {
            trace("receives " + length + ", " + receivedLength + " in all");
        }
        onBytes();
    }

    /** What arrived before it was known from whom. */
    final boolean isPrefixOf(Outgoing candidate) {
        return candidate.length() >= receivedLength
                && Arrays.equals(head, 0, receivedLength, candidate.bytes(), 0, receivedLength);
    }

    private void compare(byte[] bytes, int offset, int position, int length) {
        final int knownLength = Math.min(length, source.length() - position);
        final int mismatch = knownLength < 0
                ? 0
                : Arrays.mismatch(
                        bytes, offset, offset + knownLength, source.bytes(), position, position + knownLength);
        if (mismatch >= 0 || knownLength < length) {
            throw violation("I11 byte " + (position + (mismatch < 0 ? knownLength : mismatch)) + " of "
                    + source.length() + " is not what was sent");
        }
    }

    final Violation violation(String message) {
        return new Violation(clientId(), name() + ": " + message);
    }

    final void trace(String what) {
        if (stage.trace != null) {
            stage.trace.add(clientId(), name() + " " + what);
        }
    }

    abstract String name();

    /** The client this concerns, −1 if that is not known. */
    abstract int clientId();

    /** From whom the first bytes are, null if they are too few to tell. */
    abstract Outgoing identify(byte[] bytes, int length);

    /** Bytes have arrived from one that is known. */
    void keep(byte[] bytes, int length) {}

    abstract void onBytes();

    abstract void onEnd();

    /** The socket is gone, whoever ended it. */
    abstract void onClosed();
}
