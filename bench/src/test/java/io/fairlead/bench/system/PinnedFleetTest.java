package io.fairlead.bench.system;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.TransportKind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PinnedFleetTest {
    private static final int ROUNDS = 12;

    @Test
    void shouldHaveNothingToSayWhenThePinsHold() throws IOException {
        try (PinnedFleet fleet = new PinnedFleet(40, 3, true, TransportKind.AUTO)) {
            int moved = 0;
            for (int i = 0; i < ROUNDS; i++) {
                final int orphaned = fleet.nextEvent();
                fleet.reconnectAll();
                fleet.verify(orphaned);
                moved += fleet.movedCount();
            }
            assertTrue(moved > 10, "each backend failed once: " + moved);
        }
    }

    @Test
    void shouldThrowWhenTheBalancerForgetsItsPins() throws IOException {
        try (PinnedFleet fleet = new PinnedFleet(40, 3, false, TransportKind.AUTO)) {
            final IllegalStateException e = assertThrows(IllegalStateException.class, () -> {
                for (int i = 0; i < ROUNDS; i++) {
                    final int orphaned = fleet.nextEvent();
                    fleet.reconnectAll();
                    fleet.verify(orphaned);
                }
            });
            assertTrue(e.getMessage().contains("mispinned"), e.getMessage());
        }
    }
}
