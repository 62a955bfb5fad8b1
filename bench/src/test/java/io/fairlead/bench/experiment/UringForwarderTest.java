package io.fairlead.bench.experiment;

class UringForwarderTest extends ForwarderTest {
    /** Fewer than a batch needs, so that the kernel runs out of them again and again. */
    private static final int OFFERED_TARGET = 4;

    @Override
    String missing() {
        return UringForwarder.missing();
    }

    @Override
    Forwarder forwarder(int backendPort) {
        return new UringForwarder(0, backendPort, BUFFER_LENGTH, OFFERED_TARGET);
    }
}
