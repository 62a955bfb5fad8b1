package io.fairlead.core.simulation;

import io.fairlead.core.transport.Transport;
import java.util.SplittableRandom;

/** A backend's end of a connection: answers what it is asked, as its conduct says. */
final class BackendPeer extends Peer {
    private final BackendHost host;
    private final Conduct conduct;
    private final HistorySettings settings;
    private final SplittableRandom random;
    /** Walks the frames of its client. */
    private final FrameCursor frames = new FrameCursor();

    private ClientActor client;
    private State state = State.LISTENING;
    /** Messages until it does what its conduct says comes later. */
    private int untilLater;

    private int echoedLength;
    private boolean hasSwitched;

    private enum State {
        /** The request has not arrived whole. */
        LISTENING,
        /** The answer is under way. */
        ANSWERING,
        /** Echoes messages. */
        FRAMES,
        /** Echoes bytes. */
        OPAQUE,
        /** Has said all it has to say. */
        DONE
    }

    BackendPeer(
            Stage stage, int id, BackendHost host, Conduct conduct, HistorySettings settings, SplittableRandom random) {
        super(stage, id);
        this.host = host;
        this.conduct = conduct;
        this.settings = settings;
        this.random = random;
        untilLater = random.nextInt(4);
    }

    void start(int socket) {
        isReading = conduct != Conduct.DEAF && conduct != Conduct.MUTE;
        if (!attach(socket, isReading ? Transport.READABLE : 0)) {
            return;
        }
        trace("accepts, and will " + conduct);
        if (conduct == Conduct.RESET && random.nextInt(3) == 0) {
            abort();
        } else if (conduct == Conduct.MUTE) {
            finish();
            stage.at(settings.sleepNs(random), () -> reading(true));
        } else {
            stage.at(settings.greetingNs, this::greet);
        }
    }

    /** The number of the backend it is an end of. */
    int hostIndex() {
        return host.index();
    }

    ClientActor client() {
        return client;
    }

    /** Whether its frames are echoes, and not what follows an answer that is none. */
    boolean isEchoing() {
        return hasSwitched;
    }

    /** A client knows by its answer that this is its backend, maybe before it was heard here. */
    void onHeardBy(ClientActor listener) {
        if (client == null) {
            client = listener;
        }
    }

    /** Whoever says nothing may be waiting for the server to speak first. */
    private void greet() {
        if (isOpen() && receivedLength == 0 && conduct != Conduct.SILENT && conduct != Conduct.DEAF) {
            state = State.OPAQUE;
            Wire.appendOpaque(outgoing, id);
            flush();
        }
    }

    @Override
    Outgoing identify(byte[] bytes, int length) {
        final int offset = Wire.clientNumberOffset(bytes[0]);
        if (length < offset + Wire.NUMBER_LENGTH) {
            return null;
        }
        final int number = Wire.numberAt(bytes, offset);
        if (!(stage.peer(number) instanceof ClientActor found) || (client != null && client != found)) {
            throw violation("I11 bytes of the wrong client, " + number);
        }
        client = found;
        return found.outgoing;
    }

    @Override
    void onBytes() {
        switch (conduct) {
            case RESET -> abort();
            case HANG_UP -> hangUp();
            case SILENT, MUTE -> {}
            default -> respond();
        }
    }

    private void hangUp() {
        if (random.nextInt(2) == 0) {
            close();
        } else {
            finish();
        }
    }

    private void respond() {
        if (state == State.LISTENING) {
            listen();
        }
        if (state == State.FRAMES) {
            echoFrames();
        } else if (state == State.OPAQUE) {
            echoBytes();
        }
    }

    private void listen() {
        if (client.outgoing.bytes()[0] == Wire.OPAQUE_MARK) {
            state = State.OPAQUE;
            Wire.appendOpaque(outgoing, id);
            flush();
            return;
        }
        if (receivedLength < client.headLength) {
            return;
        }
        if (client.script.kind == ClientScript.Kind.WEBSOCKET) {
            state = State.ANSWERING;
            if (conduct == Conduct.LATE) {
                stage.at(settings.lateNs(random), this::answer);
            } else {
                answer();
            }
        } else if (client.script.kind == ClientScript.Kind.HTTP) {
            answerPost();
        } else {
            state = State.DONE;
            Wire.appendDecline(outgoing, id);
            finish();
        }
    }

    private void answer() {
        if (!isOpen()) {
            return;
        }
        final int key = Wire.keyIn(client.outgoing.bytes(), client.headLength);
        switch (conduct) {
            case DECLINE -> {
                Wire.appendDecline(outgoing, id);
                end();
            }
            case WRONG_ACCEPT -> {
                Wire.appendSwitching(outgoing, id, (key + 1) % Wire.KEY_COUNT);
                state = State.DONE;
                flush();
            }
            case LONG_HEAD -> {
                Wire.appendLongAnswer(outgoing, id, settings.headerLimit + random.nextInt(200));
                end();
            }
            case STUMP, STUMP_RESET -> {
                final Outgoing whole = stage.borrowOutgoing();
                Wire.appendSwitching(whole, id, key);
                outgoing.append(whole.bytes(), 0, 1 + random.nextInt(whole.length() - 1));
                end();
            }
            case DRIBBLE, SLOW_DRIBBLE -> {
                final Outgoing whole = stage.borrowOutgoing();
                Wire.appendSwitching(whole, id, key);
                dribble(whole, 0);
            }
            default -> {
                Wire.appendSwitching(outgoing, id, key);
                open();
            }
        }
    }

    private void end() {
        state = State.DONE;
        if (conduct == Conduct.STUMP_RESET) {
            flush();
            stage.at(settings.thinkNs(random), this::abort);
        } else {
            finish();
        }
    }

    private void dribble(Outgoing whole, int from) {
        if (!isOpen()) {
            return;
        }
        final int pieceLength = conduct == Conduct.SLOW_DRIBBLE ? 10 : 60;
        final int length = Math.min(1 + random.nextInt(pieceLength), whole.length() - from);
        outgoing.append(whole.bytes(), from, length);
        if (from + length == whole.length()) {
            open();
        } else {
            flush();
            final long pauseNs = conduct == Conduct.SLOW_DRIBBLE ? settings.sleepNs(random) : settings.thinkNs(random);
            stage.at(pauseNs, () -> dribble(whole, from + length));
        }
    }

    private void open() {
        state = State.FRAMES;
        if (conduct == Conduct.TRICKLE) {
            trickle();
        }
        hasSwitched = true;
        frames.position = client.headLength;
        if (conduct == Conduct.TALK) {
            talk();
        }
        flush();
        if (isOpen()) {
            echoFrames();
        }
    }

    /** Read a few bytes now and then. */
    private void trickle() {
        if (isOpen()) {
            reading(false);
            stage.at(settings.trickleNs, () -> {
                readSome(1 + random.nextInt(settings.trickleLength));
                trickle();
            });
        }
    }

    private void talk() {
        final int length = settings.messageLength(random);
        Wire.appendFrameHeader(outgoing, Wire.TEXT, true, false, length, 0);
        outgoing.appendRandom(random, length);
    }

    private void answerPost() {
        final int bodyLength = Wire.contentLength(client.outgoing.bytes(), client.headLength);
        if (receivedLength < client.headLength + bodyLength) {
            return;
        }
        state = State.DONE;
        Wire.appendOk(outgoing, id, bodyLength);
        outgoing.append(client.outgoing.bytes(), client.headLength, bodyLength);
        flush();
    }

    private void echoFrames() {
        while (isOpen() && !isFinishing() && frames.next(client.outgoing.bytes(), client.framedLimit(receivedLength))) {
            switch (frames.opcode) {
                case Wire.BINARY, Wire.CONTINUATION -> {
                    reply(frames.opcode);
                    later();
                }
                case Wire.PING -> reply(Wire.PONG);
                case Wire.CLOSE -> {
                    reply(Wire.CLOSE);
                    finish();
                }
                default -> {}
            }
        }
        flush();
    }

    private void reply(int opcode) {
        Wire.appendFrameHeader(outgoing, opcode, frames.isFinal, false, frames.payloadLength, 0);
        outgoing.append(client.outgoing.bytes(), frames.payloadStart, frames.payloadLength);
    }

    private void echoBytes() {
        if (!isFinishing() && receivedLength > client.headLength) {
            echoedLength = Math.max(echoedLength, client.headLength);
            outgoing.append(client.outgoing.bytes(), echoedLength, receivedLength - echoedLength);
            echoedLength = receivedLength;
            later();
            flush();
        }
    }

    /** A message more: some do something after so many. */
    private void later() {
        untilLater--;
        if (untilLater >= 0 && conduct != Conduct.TALK) {
            return;
        }
        switch (conduct) {
            case TALK -> {
                if (state == State.FRAMES) {
                    talk();
                }
            }
            case CLOSE_FIRST -> {
                if (state == State.FRAMES) {
                    Wire.appendClose(outgoing, Wire.BACKEND_CLOSE_CODE, false, 0);
                }
                finish();
            }
            case RESET_LATER -> {
                flush();
                abort();
            }
            case END_LATER -> finish();
            case LEAVE_LATER -> {
                flush();
                close();
            }
            case DEAF_LATER -> {
                reading(false);
                stage.at(settings.sleepNs(random), () -> reading(true));
            }
            default -> {}
        }
    }

    @Override
    void onEnd() {
        if (conduct == Conduct.SILENT || conduct == Conduct.DEAF) {
            return;
        }
        if (state == State.OPAQUE || state == State.DONE || receivedLength == 0 || random.nextInt(2) == 0) {
            finish();
        } else {
            close();
        }
    }

    @Override
    void onClosed() {
        state = State.DONE;
    }

    @Override
    String name() {
        return "backend " + host.name() + " peer " + id;
    }

    @Override
    int clientId() {
        return client == null ? -1 : client.id;
    }
}
