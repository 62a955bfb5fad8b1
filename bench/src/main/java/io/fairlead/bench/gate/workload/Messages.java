package io.fairlead.bench.gate.workload;

import io.fairlead.bench.gate.Bytes;
import java.util.List;

/** Messages there and back on established WebSockets. <b>Owned by one thread.</b> */
final class Messages {
    private final SimulatedFleet fleet;
    private final List<SimulatedFleet.Pair> pairs;
    private final byte[] up;
    private final byte[] down;

    Messages(SimulatedFleet fleet, int connectionCount, int length) {
        this.fleet = fleet;
        pairs = fleet.open(0, connectionCount);
        up = Bytes.ofClient(length);
        down = Bytes.ofBackend(length);
    }

    /** One message on each WebSocket to the backend, then one on each back. */
    void roundTrips(int count) {
        for (int i = 0; i < count; i++) {
            fleet.run(pairs.stream()
                    .map(pair -> new Flow(fleet.peers(), up, up.length)
                            .from(pair.client())
                            .to(pair.backend()))
                    .toList());
            answers(down.length);
        }
    }

    /** One message on each WebSocket from the backend to a client that reads so much at a time. */
    void answers(int readLimit) {
        fleet.run(pairs.stream()
                .map(pair -> new Flow(fleet.peers(), down, readLimit)
                        .from(pair.backend())
                        .to(pair.client()))
                .toList());
    }
}
