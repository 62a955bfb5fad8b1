package io.fairlead.core.simulation;

import io.fairlead.core.transport.Transport;
import java.nio.charset.StandardCharsets;

/** An agent's end of a connection. */
final class AgentPeer extends Peer {
    private final AgentHost host;

    AgentPeer(Stage stage, int id, AgentHost host) {
        super(stage, id);
        this.host = host;
    }

    /** Say a line and hang up, or neither if it is empty. */
    void start(int socket, String words) {
        if (attach(socket, Transport.READABLE) && !words.isEmpty()) {
            outgoing.append((words + "\n").getBytes(StandardCharsets.US_ASCII));
            finish();
        }
    }

    @Override
    Outgoing identify(byte[] bytes, int length) {
        throw violation("an agent is told something");
    }

    @Override
    void onBytes() {}

    @Override
    void onEnd() {
        finish();
    }

    @Override
    void onClosed() {}

    @Override
    String name() {
        return "agent of " + host.name() + " peer " + id;
    }

    @Override
    int clientId() {
        return -1;
    }
}
