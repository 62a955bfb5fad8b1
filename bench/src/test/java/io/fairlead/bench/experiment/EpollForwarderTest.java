package io.fairlead.bench.experiment;

class EpollForwarderTest extends ForwarderTest {
    @Override
    String missing() {
        return Foreign.missing();
    }

    @Override
    Forwarder forwarder(int backendPort) {
        return new EpollForwarder(0, backendPort, BUFFER_LENGTH);
    }
}
