package io.fairlead.bench.experiment;

class UringForwarderTest extends ForwarderTest {
    @Override
    String missing() {
        return UringForwarder.missing();
    }

    @Override
    Forwarder forwarder(int backendPort) {
        return new UringForwarder(0, backendPort, BUFFER_LENGTH);
    }
}
