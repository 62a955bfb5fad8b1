package io.fairlead.core.simulation;

import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A host that serves: it can be stopped, lose power and come back, and decides how each connection is treated. */
final class BackendHost {
    private static final int SHORT_BACKLOG_LENGTH = 16;
    private static final int LONG_BACKLOG_LENGTH = 128;
    private static final int ACCEPT_LIMIT = 16;
    private static final long RETRY_NS = 100_000;

    private final Stage stage;
    private final int index;
    private final String name;
    private final InetSocketAddress address;
    private final HistorySettings settings;
    private final SplittableRandom random;
    private final List<BackendPeer> peers = new ArrayList<>();
    /** How connections are treated in turns; empty if that is left to chance. */
    private List<Conduct> turns = List.of();

    private int turn;
    private int listener = Transport.NULL_SOCKET;
    /** Null if nobody speaks for it. */
    private AgentHost agent;

    /** @param wanted where to listen; port 0 lets the transport choose one, and keeps to it. */
    BackendHost(
            Stage stage,
            int index,
            String name,
            InetSocketAddress wanted,
            HistorySettings settings,
            SplittableRandom random) {
        this.stage = stage;
        this.index = index;
        this.name = name;
        this.settings = settings;
        this.random = random;
        stage.hosts.add(this);
        try {
            listener = stage.transport.listen(wanted, backlogLength());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        stage.transport.register(listener, Stage.tokenOf(this), Transport.READABLE);
        address = new InetSocketAddress(wanted.getAddress(), stage.transport.localPort(listener));
    }

    int index() {
        return index;
    }

    String name() {
        return name;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Have an agent speak for it, that listens where it is wanted. */
    void engage(InetSocketAddress wanted) {
        agent = new AgentHost(stage, name, wanted);
    }

    /** Who speaks for it, null for nobody. */
    AgentHost agent() {
        return agent;
    }

    boolean isUp() {
        return listener != Transport.NULL_SOCKET;
    }

    void onReady() {
        for (int i = 0; i < ACCEPT_LIMIT && isUp(); i++) {
            final int socket = stage.transport.accept(listener);
            if (socket < 0) {
                return;
            }
            final BackendPeer peer = new BackendPeer(stage, stage.nextPeerId(), this, nextConduct(), settings, random);
            stage.add(peer);
            peers.add(peer);
            peer.start(socket);
        }
    }

    private Conduct nextConduct() {
        return turns.isEmpty() ? Conduct.random(random, settings) : turns.get(turn++ % turns.size());
    }

    /** From now on, leave to chance no more how a connection is treated. */
    void treat(Conduct... inTurns) {
        turns = List.of(inTurns);
        turn = 0;
    }

    /** Stop in the middle of everything, as a process does that is stopped: its kernel still accepts. */
    void freeze() {
        treat(Conduct.DEAF);
        peers.forEach(peer -> peer.reading(false));
    }

    /** Go on where it stopped, and do then what nobody waits for any more. */
    void thaw() {
        treat(Conduct.ECHO);
        peers.forEach(peer -> peer.reading(true));
    }

    /** Serve again. */
    void start() {
        if (isUp()) {
            return;
        }
        try {
            listener = stage.transport.listen(address, backlogLength());
        } catch (final IOException e) {
            // A transport may close the last listener in the next poll only.
            stage.at(RETRY_NS, this::start);
            return;
        }
        stage.transport.register(listener, Stage.tokenOf(this), Transport.READABLE);
    }

    /** Take no new connections: who connects is refused. */
    void stop() {
        if (isUp()) {
            stage.transport.close(listener);
            listener = Transport.NULL_SOCKET;
        }
    }

    /** Stop, and end every connection with a reset, as when a process is killed. */
    void crash() {
        stop();
        peers.forEach(Peer::abort);
        peers.clear();
    }

    /** Stop, and say nothing to anybody, as when a host loses power. */
    void losePower() {
        stop();
        peers.forEach(Peer::vanish);
        peers.clear();
    }

    private int backlogLength() {
        return settings.isCalm || settings.isFleet() ? LONG_BACKLOG_LENGTH : SHORT_BACKLOG_LENGTH;
    }
}
