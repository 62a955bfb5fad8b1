package io.fairlead.core.simulation;

import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/** Where a program listens that speaks for a backend: it says a line to whoever connects, and hangs up. */
final class AgentHost {
    private static final int BACKLOG_LENGTH = 16;

    private final Stage stage;
    private final int index;
    private final String name;
    private final InetSocketAddress address;
    private final int listener;
    private String words = "";

    /** @param wanted where to listen; port 0 lets the transport choose one. */
    AgentHost(Stage stage, String name, InetSocketAddress wanted) {
        this.stage = stage;
        this.name = name;
        index = stage.agents.size();
        stage.agents.add(this);
        try {
            listener = stage.transport.listen(wanted, BACKLOG_LENGTH);
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

    /** What to say from now on; nothing, and the line stays open, if that is empty. */
    void say(String value) {
        words = value;
    }

    void onReady() {
        int socket = stage.transport.accept(listener);
        while (socket >= 0) {
            final AgentPeer peer = new AgentPeer(stage, stage.nextPeerId(), this);
            stage.add(peer);
            peer.start(socket, words);
            socket = stage.transport.accept(listener);
        }
    }
}
