package io.fairlead.core.simulation;

import io.fairlead.core.loop.Invariants;
import io.fairlead.core.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** A client: connects from an address of its own, follows its script, and holds every answer against what it asked. */
final class ClientActor extends Peer {
    /** As many bytes of an answer as hold a status and whose it is. */
    private static final int FLOOD_LENGTH = 70_000;

    private static final int SAFE_LENGTH = 48;

    /** Of the answers of the balancer's own. */
    private static final int[] STATUSES = {400, 408, 426, 431, 503};

    final int listenerIndex;
    final InetAddress address;
    final int port;
    /** What its pin is found by. */
    final PinModel.Key key;

    final ClientScript script;
    /** Length of the request's head. */
    final int headLength;
    /** What the balancer did for it, once it has accepted it. */
    ConnectionRecord record;
    /** The status of an answer of the balancer's own, 0 if there was none. */
    int originatedStatus;

    private final SplittableRandom random;
    private final HistorySettings settings;
    /** Whose connection this is in a fleet, else null. */
    private FleetClient member;

    /** The whole request, which is sent in pieces. */
    private final Outgoing request;

    /** Walks the frames that come back. */
    private final FrameCursor answers = new FrameCursor();

    private final Echoes echoes = new Echoes();
    /** Where what it sends stops being frames. */
    private int garbageStart = Integer.MAX_VALUE;

    private int requestedLength;
    private int stepIndex;
    /** The step that it waits for and will give up. */
    private int awaitedIndex = -1;

    private boolean isConnecting;
    /** In a pause: the next step is taken when it is over. */
    private boolean isWaiting;

    private boolean isDone;
    private boolean isAnswered;
    private boolean isClosing;
    private BackendPeer backend;

    ClientActor(
            Stage stage,
            int id,
            int listenerIndex,
            InetSocketAddress source,
            ClientScript script,
            HistorySettings settings,
            SplittableRandom random) {
        super(stage, id);
        this.listenerIndex = listenerIndex;
        this.address = source.getAddress();
        this.port = source.getPort();
        key = PinModel.Key.of(listenerIndex, address, settings);
        this.script = script;
        this.settings = settings;
        this.random = random;
        request = stage.borrowOutgoing();
        headLength = writeRequest();
    }

    /** Tell a client of a fleet what becomes of this connection. */
    void tell(FleetClient owner) {
        member = owner;
    }

    private int writeRequest() {
        switch (script.kind) {
            case WEBSOCKET -> Wire.appendUpgrade(request, id, random.nextInt(Wire.KEY_COUNT));
            case HTTP -> {
                final int bodyLength = random.nextInt(200);
                Wire.appendPost(request, id, bodyLength);
                final int length = request.length();
                request.appendRandom(random, bodyLength);
                return length;
            }
            case MALFORMED -> Wire.appendMalformed(request, id);
            case TOO_LONG -> Wire.appendTooLong(request, id, settings.headerLimit + 1 + random.nextInt(400));
            default -> Wire.appendOpaque(request, id);
        }
        return request.length();
    }

    /** Connect, and then do as the script says. */
    void start(InetSocketAddress listener) {
        isConnecting = true;
        final int socket = stage.transport.connect(listener, new InetSocketAddress(address, port));
        trace(script.kind + " from " + address.getHostAddress() + ":" + port + " does " + script.steps);
        if (socket < 0 || !attach(socket, Transport.WRITABLE)) {
            settle();
        }
    }

    @Override
    boolean isConnecting() {
        return isConnecting;
    }

    @Override
    void onConnectReady() {
        final int outcome = stage.transport.finishConnect(socket());
        if (outcome == Transport.CONNECT_PENDING) {
            return;
        }
        isConnecting = false;
        if (outcome != Transport.CONNECT_DONE) {
            close();
            return;
        }
        updateInterest();
        proceed();
    }

    private void proceed() {
        while (!isDone && !isWaiting && isOpen() && stepIndex < script.steps.size()) {
            final ClientScript.Step step = script.steps.get(stepIndex);
            if (!take(step)) {
                beImpatient();
                return;
            }
            stepIndex++;
        }
    }

    /** Nobody who has something to do waits for ever. */
    private void beImpatient() {
        if (settings.patienceNs() > 0 && awaitedIndex != stepIndex) {
            awaitedIndex = stepIndex;
            final int index = stepIndex;
            stage.at(settings.patienceNs(), () -> giveUp(index));
        }
    }

    private void giveUp(int index) {
        if (stepIndex == index && isOpen()) {
            trace("gives up");
            if (random.nextInt(2) == 0) {
                close();
            } else {
                abort();
            }
        }
    }

    /** Do a step. @return false if it has to be waited for. */
    private boolean take(ClientScript.Step step) {
        switch (step) {
            case PIECE -> sendPiece();
            case REQUEST -> sendRequest(request.length() - requestedLength);
            case LEAVE_IF_DECLINED -> leaveIfDeclined();
            case MESSAGE -> sendMessage();
            case FRAGMENTS -> sendFragments();
            case GARBAGE -> sendGarbage();
            case FLOOD -> sendFlood();
            case PING -> sendControl(Wire.PING, random.nextInt(126));
            case CLOSE -> sendClose();
            case PAUSE -> reading(false);
            case RESUME -> reading(true);
            case FINISH -> finish();
            case LEAVE -> close();
            case RESET -> abort();
            case VANISH -> vanish();
            case STAY -> settle();
            case THINK -> pause(settings.thinkNs(random));
            case SLEEP -> pause(settings.sleepNs(random));
            default -> {
                return hasHappened(step);
            }
        }
        return true;
    }

    private void leaveIfDeclined() {
        if (!isSwitched()) {
            close();
        } else if (member != null) {
            member.onSwitched(backend.hostIndex());
        }
    }

    private boolean hasHappened(ClientScript.Step step) {
        return switch (step) {
            case AWAIT_ANSWER -> isAnswered || hasEnded;
            case AWAIT_ECHOES -> hasEnded || originatedStatus != 0 || areAllEchoed();
            default -> hasEnded;
        };
    }

    /** Whether every message came back. */
    boolean areAllEchoed() {
        if (script.kind == ClientScript.Kind.WEBSOCKET) {
            return echoes.areAllBack();
        }
        if (script.kind == ClientScript.Kind.HTTP) {
            return isAnswered && receivedLength == source.length();
        }
        return receivedLength >= outgoing.length();
    }

    private void pause(long durationNs) {
        isWaiting = true;
        stage.at(durationNs, () -> {
            isWaiting = false;
            proceed();
        });
    }

    private void sendPiece() {
        final int leftLength = request.length() - requestedLength;
        if (leftLength > 1) {
            sendRequest(1 + random.nextInt(Math.min(leftLength - 1, 1 + random.nextInt(60))));
        }
    }

    private void sendRequest(int length) {
        outgoing.append(request.bytes(), requestedLength, length);
        requestedLength += length;
        flush();
    }

    private void sendMessage() {
        final int length = settings.messageLength(random);
        if (script.kind == ClientScript.Kind.WEBSOCKET) {
            sendFrame(Wire.BINARY, true, length);
        } else {
            outgoing.appendRandom(random, length);
        }
        flush();
    }

    private void sendFragments() {
        sendFrame(Wire.BINARY, false, settings.messageLength(random));
        if (random.nextInt(2) == 0) {
            sendControl(Wire.PING, random.nextInt(20));
        }
        sendFrame(Wire.CONTINUATION, false, random.nextInt(50));
        sendFrame(Wire.CONTINUATION, true, random.nextInt(50));
        flush();
    }

    private void sendFrame(int opcode, boolean isFinal, int length) {
        Wire.appendFrameHeader(outgoing, opcode, isFinal, true, length, random.nextInt());
        echoes.onSent(outgoing.length(), length);
        outgoing.appendRandom(random, length);
    }

    private void sendControl(int opcode, int length) {
        Wire.appendFrameHeader(outgoing, opcode, true, true, length, random.nextInt());
        outgoing.appendRandom(random, length);
        flush();
    }

    private void sendFlood() {
        outgoing.appendRandom(random, FLOOD_LENGTH);
        flush();
    }

    /** No frame begins with a control opcode that is not final (RFC 6455 section 5.5). */
    private void sendGarbage() {
        garbageStart = outgoing.length();
        outgoing.append(Wire.PING);
        outgoing.appendRandom(random, 1 + settings.messageLength(random));
        flush();
    }

    /** Up to where what it has sent is frames, and not beyond a limit. */
    int framedLimit(int limit) {
        return Math.min(limit, garbageStart);
    }

    private void sendClose() {
        isClosing = true;
        Wire.appendClose(outgoing, Wire.CLIENT_CLOSE_CODE, true, random.nextInt());
        flush();
    }

    /** Whether a backend has answered that it is a WebSocket from now on. */
    boolean isSwitched() {
        return isAnswered && originatedStatus == 0 && backend != null && backend.isEchoing();
    }

    /** Whether it was the first to say that it would leave. */
    boolean isClosing() {
        return isClosing;
    }

    /** The backend whose bytes arrived here, null as long as none have. */
    BackendPeer heardBackend() {
        return backend;
    }

    @Override
    Outgoing identify(byte[] bytes, int length) {
        if (bytes[0] == Wire.OPAQUE_MARK) {
            return length > Wire.NUMBER_LENGTH ? backendOf(Wire.numberAt(bytes, 1)) : null;
        }
        if (length < SAFE_LENGTH) {
            return null;
        }
        final int numberOffset = Wire.peerNumberOffset(bytes, length);
        if (numberOffset >= 0) {
            return backendOf(Wire.numberAt(bytes, numberOffset));
        }
        originatedStatus = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
        final Outgoing originated = originated(originatedStatus);
        if (originated.length() == 0) {
            throw violation("I11 an answer that nobody gave: "
                    + new String(bytes, 0, SAFE_LENGTH, StandardCharsets.ISO_8859_1));
        }
        return originated;
    }

    /** An answer of the balancer's own, empty if it has none of that status. */
    private Outgoing originated(int status) {
        final Outgoing originated = stage.borrowOutgoing();
        final byte[] answer = Invariants.originated(status);
        if (answer != null) {
            originated.append(answer);
        }
        return originated;
    }

    private Outgoing backendOf(int number) {
        if (!(stage.peer(number) instanceof BackendPeer found)) {
            throw violation("I11 an answer from nobody, " + number);
        }
        if (found.client() != null && found.client() != this) {
            throw violation("I11 the bytes of another client, " + found.client().id);
        }
        backend = found;
        found.onHeardBy(this);
        return found.outgoing;
    }

    @Override
    void onBytes() {
        if (originatedStatus != 0) {
            isAnswered = true;
        } else if (script.kind == ClientScript.Kind.WEBSOCKET) {
            onFrames();
        } else {
            isAnswered = true;
        }
        proceed();
    }

    private void onFrames() {
        if (!isAnswered) {
            final int length = Wire.headLength(source.bytes(), receivedLength);
            if (length < 0) {
                return;
            }
            isAnswered = true;
            answers.position = length;
        }
        if (!backend.isEchoing()) {
            return;
        }
        while (answers.next(source.bytes(), receivedLength)) {
            if (answers.opcode == Wire.BINARY || answers.opcode == Wire.CONTINUATION) {
                onEcho();
            }
        }
    }

    private void onEcho() {
        final String wrong = echoes.onEcho(outgoing.bytes(), source.bytes(), answers);
        if (wrong != null) {
            throw violation(wrong);
        }
        if (member != null) {
            member.onEcho();
        }
    }

    @Override
    void onEnd() {
        if (source == null && receivedLength > 0) {
            checkStump();
        }
        if (settings.isFleet()) {
            stage.at(settings.thinkNs(random), this::close);
            return;
        }
        if (isDone && random.nextInt(2) == 0) {
            return;
        }
        if (isWaiting || random.nextInt(3) == 0) {
            stage.at(settings.thinkNs(random), this::close);
        } else {
            proceed();
            stage.at(settings.sleepNs(random), this::close);
        }
    }

    /** The first few bytes of an answer, and no more: somebody must have sent them. */
    private void checkStump() {
        boolean isKnown = false;
        for (final int status : STATUSES) {
            isKnown |= isPrefixOf(originated(status));
        }
        for (int i = 0; !isKnown && stage.peer(i) != null; i++) {
            // One that speaks first does not know yet whom it speaks to.
            isKnown = stage.peer(i) instanceof BackendPeer peer
                    && !peer.isOfCheck()
                    && (peer.client() == this || peer.client() == null)
                    && isPrefixOf(peer.outgoing);
        }
        if (!isKnown) {
            throw violation("I11 the first bytes of an answer that nobody gave");
        }
    }

    @Override
    void onClosed() {
        settle();
    }

    /** Nothing more to do: whatever becomes of the connection is the balancer's business now. */
    private void settle() {
        if (!isDone) {
            isDone = true;
            stage.onClientDone();
            if (member != null) {
                member.onDone(this);
            }
        }
    }

    @Override
    String name() {
        return "client " + id;
    }

    @Override
    int clientId() {
        return id;
    }
}
