package io.fairlead.bench.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EchoFleetTest {
    @ParameterizedTest
    @ValueSource(strings = {"16x1", "64x100", "131072x3"})
    void shouldCarryMessages(String size) throws IOException {
        try (EchoFleet fleet = EchoFleet.open(size)) {
            final int length = Integer.parseInt(size.substring(0, size.indexOf('x')));
            final long bytes = fleet.roundTrips(50);
            assertTrue(bytes >= 50L * length, "at least what was asked for: " + bytes);
            assertEquals(0, bytes % length);
        }
    }

    @Test
    void shouldRefuseWhatWouldMeasureTheMachinesMemory() {
        assertThrows(IllegalArgumentException.class, () -> EchoFleet.open("1048576x10000"));
    }
}
