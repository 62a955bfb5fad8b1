package io.fairlead.core.simulation;

import io.fairlead.core.transport.Transport;
import java.util.SplittableRandom;

/** A backend's end of a connection: answers what a client asks, or a check of the balancer's own, as its conduct says. */
final class BackendPeer extends Peer {
    private final BackendHost host;
    private final Conduct conduct;
    private final HistorySettings settings;
    private final SplittableRandom random;
    /** Walks the frames of its client. */
    private final FrameCursor frames = new FrameCursor();

    private ClientActor client;
    /** What a check has asked, null as long as it is none. */
    private Outgoing check;

    /** The length of its head, 0 as long as that is not whole. */
    private int checkHeadLength;

    /** Bytes that arrived before it was known whose they are. */
    private int unknownLength;

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
        if (Wire.mayBeCheck(bytes, length)) {
            return identifyCheck(bytes, length);
        }
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

    private Outgoing identifyCheck(byte[] bytes, int length) {
        if (Wire.isEnoughOfCheck(length)) {
            check = stage.borrowOutgoing();
            check.append(bytes, 0, unknownLength);
        } else {
            unknownLength = length;
        }
        return check;
    }

    /** What a check sends is not known beforehand: it is what has arrived. */
    @Override
    void keep(byte[] bytes, int length) {
        if (check != null) {
            check.append(bytes, 0, length);
        }
    }

    /** Whether it was asked by a check, and no client. */
    boolean isOfCheck() {
        return check != null;
    }

    /** All that has asked here has sent. */
    private Outgoing asked() {
        return check == null ? client.outgoing : check;
    }

    private int askedHeadLength() {
        return check == null ? client.headLength : checkHeadLength;
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
        if (state == State.LISTENING && check != null) {
            listenToCheck();
        } else if (state == State.LISTENING) {
            listen();
        }
        if (state == State.FRAMES) {
            echoFrames();
        } else if (state == State.OPAQUE && check == null) {
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
            beginAnswer();
        } else if (client.script.kind == ClientScript.Kind.HTTP) {
            answerPost();
        } else {
            state = State.DONE;
            Wire.appendDecline(outgoing, id);
            finish();
        }
    }

    private void listenToCheck() {
        checkHeadLength = Math.max(0, Wire.headLength(check.bytes(), receivedLength));
        if (checkHeadLength > 0) {
            beginAnswer();
        }
    }

    private void beginAnswer() {
        state = State.ANSWERING;
        if (conduct == Conduct.LATE) {
            stage.at(settings.lateNs(random), this::answer);
        } else {
            answer();
        }
    }

    private void answer() {
        if (!isOpen()) {
            return;
        }
        if (check != null && !Wire.isUpgrade(check.bytes(), checkHeadLength)) {
            answerPage();
            return;
        }
        final byte[] accept = Wire.acceptFor(asked().bytes(), askedHeadLength());
        switch (conduct) {
            case DECLINE -> {
                Wire.appendDecline(outgoing, id);
                end();
            }
            case WRONG_ACCEPT -> {
                Wire.appendSwitching(outgoing, id, Wire.otherAcceptFor(asked().bytes(), askedHeadLength()));
                state = State.DONE;
                flush();
            }
            case LONG_HEAD -> {
                Wire.appendLongAnswer(outgoing, id, settings.headerLimit + random.nextInt(200));
                end();
            }
            case STUMP, STUMP_RESET -> {
                final Outgoing whole = stage.borrowOutgoing();
                Wire.appendSwitching(whole, id, accept);
                outgoing.append(whole.bytes(), 0, 1 + random.nextInt(whole.length() - 1));
                end();
            }
            case DRIBBLE, SLOW_DRIBBLE -> {
                final Outgoing whole = stage.borrowOutgoing();
                Wire.appendSwitching(whole, id, accept);
                dribble(whole, 0);
            }
            default -> {
                Wire.appendSwitching(outgoing, id, accept);
                open();
            }
        }
    }

    /** The page that says how it is: what it makes of upgrades, it does not know. */
    private void answerPage() {
        switch (conduct) {
            case WRONG_ACCEPT -> Wire.appendBroken(outgoing, id);
            case LONG_HEAD -> Wire.appendLongAnswer(outgoing, id, settings.headerLimit);
            case STUMP, STUMP_RESET -> {
                final Outgoing whole = stage.borrowOutgoing();
                Wire.appendOk(whole, id, 0);
                outgoing.append(whole.bytes(), 0, 1 + random.nextInt(whole.length() - 1));
            }
            default -> Wire.appendOk(outgoing, id, 0);
        }
        end();
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
        frames.position = askedHeadLength();
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
        while (isOpen() && !isFinishing() && frames.next(asked().bytes(), framedLimit())) {
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

    private int framedLimit() {
        return check == null ? client.framedLimit(receivedLength) : receivedLength;
    }

    private void reply(int opcode) {
        Wire.appendFrameHeader(outgoing, opcode, frames.isFinal, false, frames.payloadLength, 0);
        outgoing.append(asked().bytes(), frames.payloadStart, frames.payloadLength);
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
