package io.fairlead.bench.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fairlead.core.TransportKind;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EchoFleetTest {
    @ParameterizedTest
    @ValueSource(strings = {"16x1", "64x100", "131072x3"})
    void shouldCarryMessages(String size) throws IOException {
        try (EchoFleet fleet = EchoFleet.open(size, TransportKind.AUTO)) {
            final int length = Integer.parseInt(size.substring(0, size.indexOf('x')));
            for (int i = 0; i < 2; i++) {
                fleet.start();
                assertEquals(50L * length, fleet.roundTrips(50));
                assertEquals(7L * length, fleet.roundTrips(7));
                fleet.rest();
            }
        }
    }

    @Test
    void shouldRefuseWhatWouldMeasureTheMachinesMemory() {
        assertThrows(IllegalArgumentException.class, () -> EchoFleet.open("1048576x10000", TransportKind.AUTO));
    }
}
